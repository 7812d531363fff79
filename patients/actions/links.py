"""Double entries of one person: joined for reading, parted again without loss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients import queries, signals
from patients.actions import quarantine
from patients.actions.gateway import claiming, held, insert, required
from patients.models import Encounter, Person, PersonDistinction, PersonLink, PersonUnlink
from patients.queries.quarantine import in_force_by_rule


@dataclass(frozen=True)
class Parted:
    """An undone link, with the rows recorded for either entry while it stood."""

    unlink: PersonUnlink
    meanwhile: tuple[queries.Meanwhile, ...]


def link(
    *, by: Principal, at: datetime, duplicate: Person, survivor: Person, reason: str
) -> PersonLink:
    """Read `duplicate` as `survivor` from now on; no row is rewritten.

    A link never leads to or from a third entry: who is read as another has nobody read as them.
    """
    policy.check(by, "patients.person.link", duplicate)
    policy.check(by, "patients.person.link", survivor)
    reason = required(reason, field="reason", what=_("Say why both entries are one person."))
    if duplicate.pk == survivor.pk:
        raise InvalidInput(_("An entry cannot be linked to itself."), field="survivor")
    with acting(by=by, at=at, action="patients.person.link", reason=reason):
        entries, at = held(duplicate, survivor, at=at)
        _check_unlinked(duplicate, survivor)
        _check_not_distinguished(entries)
        _check_one_body(duplicate, survivor, entries)
        made = insert(
            PersonLink(
                duplicate=duplicate,
                survivor=survivor,
                reason=reason,
                recorded_at=at,
                recorded_by=by,
            )
        )
        _announce(made, by=by, at=at)
        # What was known of the other entry may keep this one apart for longer.
        quarantine.extend(by=by, at=at, entries=entries | queries.entries(survivor.pk))
        return made


def unlink(*, by: Principal, at: datetime, link: PersonLink, reason: str) -> Parted:
    """Undo a link that turned out wrong; returns what was recorded meanwhile, to be looked through."""
    policy.check(by, "patients.person.link", link.survivor)
    reason = required(reason, field="reason", what=_("Say why the entries are two persons."))
    again = Conflict(_("This link is undone already."))
    with (
        claiming({"patients_personunlink_link_id_key": again}),
        acting(by=by, at=at, action="patients.person.unlink", reason=reason),
    ):
        entries, at = held(link.duplicate, link.survivor, at=at)
        apart = in_force_by_rule(entries, at=at)
        meanwhile = queries.recorded_since_link(link)
        made = insert(PersonUnlink(link=link, reason=reason, recorded_at=at, recorded_by=by))
        _announce(link, by=by, at=at)
        # What was known of the other entry keeps nobody apart any longer; what is their own does.
        quarantine.rest_on_own(by=by, at=at, orders=apart)
    return Parted(made, meanwhile)


def _announce(link: PersonLink, *, by: Principal, at: datetime) -> None:
    """Say of all entries that are read as either now that who they are has changed."""
    ends = (link.duplicate_id, link.survivor_id)
    persons = sorted({one for end in ends for one in queries.entries(end)})
    signals.identity_changed.send(sender=PersonLink, persons=persons, by=by, at=at)


def _check_unlinked(duplicate: Person, survivor: Person) -> None:
    active = PersonLink.objects.active()
    if active.filter(duplicate=duplicate).exists():
        raise Conflict(_("The first entry is already linked to another; undo that link first."))
    if active.filter(survivor=duplicate).exists():
        raise Conflict(
            _("Other entries are read as the first entry; link those to the surviving entry first.")
        )
    if active.filter(duplicate=survivor).exists():
        raise Conflict(_("The surviving entry is itself read as another; link to that one."))


def _check_not_distinguished(entries: Any) -> None:
    said = PersonDistinction.objects.standing().filter(first__in=entries, second__in=entries)
    found = said.select_related("first", "second", "recorded_by__user").first()
    if found is not None:
        raise Conflict(
            _("%(who)s recorded that %(one)s and %(other)s are two persons; take that back first.")
            % {"who": found.recorded_by.display_name, "one": found.first, "other": found.second}
        )


def _check_one_body(duplicate: Person, survivor: Person, entries: Any) -> None:
    if duplicate.species_id != survivor.species_id:
        raise Conflict(_("The entries differ in species; set the wrong one right first."))
    if Encounter.objects.open().filter(person_id__in=entries).count() > 1:
        raise Conflict(_("Both entries are in a ward now; discharge the wrong one first."))
