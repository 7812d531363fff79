"""Contacts: who exposed a person, and whom they exposed; and who was exposed at an event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import Exposure, Person
from patients.queries.chains import Event
from patients.queries.identities import entries

PAGE = 50
VIEW = "patients.exposure.view"


@dataclass(frozen=True)
class Contact:
    """One exposure with whoever is at its other end; None where nobody is, or out of reach."""

    row: Exposure
    other: Person | None
    is_hidden: bool = False

    @property
    def is_standing(self) -> bool:
        return not self.row.is_retraction and getattr(self.row, "corrected_by", None) is None


@dataclass(frozen=True)
class Contacts:
    """One page; `next` is the id under which the following page begins."""

    rows: tuple[Contact, ...] = ()
    next: int | None = None


def exposed_by(
    by: Principal, person: Person, *, before: int | None = None, with_corrected: bool = False
) -> Contacts:
    """Return the exposures of a person, the newest rows first."""
    return _page(by, "person", "source_person", entries(person.pk), before, with_corrected)


def has_exposed(
    by: Principal, person: Person, *, before: int | None = None, with_corrected: bool = False
) -> Contacts:
    """Return whom a person exposed, of those in the principal's reach, the newest rows first."""
    return _page(by, "source_person", "person", entries(person.pk), before, with_corrected)


def at_event(by: Principal, event: Event, *, before: int | None = None) -> Contacts:
    """Return who was exposed at an event, of those in the principal's reach."""
    ids = [one for one in event.rows if before is None or one < before][: PAGE + 1]
    return _shown(by, policy.scope(by, Exposure.objects.filter(pk__in=ids), VIEW), "person", before)


def _page(
    by: Principal,
    mine: str,
    theirs: str,
    ids: Collection[int],
    before: int | None,
    with_corrected: bool,
) -> Contacts:
    rows = Exposure.objects.all() if with_corrected else Exposure.objects.standing()
    rows = policy.scope(by, rows.filter(**{f"{mine}__in": list(ids)}), VIEW)
    return _shown(by, rows, theirs, before)


def _shown(by: Principal, rows: Any, theirs: str, before: int | None) -> Contacts:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(
        rows.select_related("corrected_by", "recorded_by__user").order_by("-pk")[: PAGE + 1]
    )
    shown = found[:PAGE]
    ids = {getattr(row, f"{theirs}_id") for row in shown} - {None}
    # Whoever stands at the other end may be out of the reader's reach, and is not named then.
    people = policy.scope(by, Person.objects.listed().filter(pk__in=ids))
    named = {one.pk: one for one in people} if ids else {}
    return Contacts(
        tuple(
            Contact(
                row,
                named.get(getattr(row, f"{theirs}_id")),
                getattr(row, f"{theirs}_id") not in {None, *named},
            )
            for row in shown
        ),
        shown[-1].pk if len(found) > PAGE else None,
    )
