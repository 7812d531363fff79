"""Contacts: who exposed a person, and whom they exposed; and who was exposed at an event."""

from __future__ import annotations

from collections.abc import Mapping
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


def of_person(
    by: Principal,
    person: Person,
    *,
    sources_before: int | None = None,
    exposed_before: int | None = None,
    with_corrected: bool = False,
) -> tuple[Contacts, Contacts]:
    """Return who exposed a person, and whom they exposed within reach; the newest rows first."""
    mine = list(entries(person.pk))
    rows = Exposure.objects.all() if with_corrected else Exposure.objects.standing()
    rows = policy.scope(by, rows, VIEW)
    sources = _page(rows.filter(person__in=mine), sources_before)
    exposed = _page(rows.filter(source_person__in=mine), exposed_before)
    sides = (("source_person_id", sources), ("person_id", exposed))
    named = _named(by, {getattr(row, theirs) for theirs, found in sides for row in found})
    first, second = (_shown(found, theirs, named) for theirs, found in sides)
    return first, second


def at_event(by: Principal, event: Event, *, before: int | None = None) -> Contacts:
    """Return who was exposed at an event, of those in the principal's reach."""
    ids = [one for one in event.rows if before is None or one < before][: PAGE + 1]
    rows = _page(policy.scope(by, Exposure.objects.filter(pk__in=ids), VIEW), before)
    return _shown(rows, "person_id", _named(by, {row.person_id for row in rows}))


def _page(rows: Any, before: int | None) -> list[Exposure]:
    """Return one page, and the first row of the next."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    shown = rows.select_related("corrected_by", "recorded_by__user")
    return list(shown.order_by("-pk")[: PAGE + 1])


def _named(by: Principal, ids: set[int | None]) -> dict[int, Person]:
    """Return who of them may be named: whoever is out of the reader's reach is not."""
    known = ids - {None}
    people = policy.scope(by, Person.objects.listed().filter(pk__in=known))
    return {one.pk: one for one in people} if known else {}


def _shown(found: list[Exposure], theirs: str, named: Mapping[int, Person]) -> Contacts:
    rows = found[:PAGE]
    others = [(row, getattr(row, theirs)) for row in rows]
    return Contacts(
        tuple(
            Contact(row, named.get(other), other is not None and other not in named)
            for row, other in others
        ),
        rows[-1].pk if len(found) > PAGE else None,
    )
