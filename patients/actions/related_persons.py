"""Next of kin, contacts and guardians of a person, for as long as they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import InvalidInput
from patients import queries
from patients.actions.gateway import correcting, insert, stated_in
from patients.models import Person, RelatedPerson

PERMISSION = "patients.related.record"


class Stated(TypedDict, total=False):
    """What is stated; a correction says all of it again (to add its end, for instance)."""

    person: Required[Person]
    relation: Required[str]
    since: Required[datetime]
    until: datetime | None
    other: Person | None
    name: str
    contact: str
    is_next_of_kin: bool
    is_contact: bool
    is_guardian: bool
    may_consent: bool
    basis: str


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> RelatedPerson:
    """Record who belongs to a person, and what they are to them."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.related.record"):
        return _insert(stated, by=by, at=at)


def correct(
    *, by: Principal, at: datetime, related: RelatedPerson, reason: str, **stated: Unpack[Stated]
) -> RelatedPerson:
    """State it again, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, related.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with correcting(related, by=by, at=at, action="patients.related.correct", reason=reason):
        return _insert(stated, by=by, at=at, corrects=related)


def retract(*, by: Principal, at: datetime, related: RelatedPerson, reason: str) -> RelatedPerson:
    """Take back what was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, related.person)
    stated = stated_in(related, Stated.__annotations__)
    with correcting(related, by=by, at=at, action="patients.related.retract", reason=reason):
        return _insert(stated, by=by, at=at, corrects=related, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    check_world_moment(stated["since"], at=at, field="since")
    until = stated.get("until")
    if until is not None and until < stated["since"]:
        raise InvalidInput(_("It does not end before it began."), field="until")
    if stated["relation"] not in RelatedPerson.Relation.values:
        raise InvalidInput(_("Say what they are to the patient."), field="relation")
    other = stated.get("other")
    if other is None and not stated.get("name", "").strip():
        raise InvalidInput(_("Name them, or give their MRN."), field="name")
    if other is not None and other.pk in queries.entries(stated["person"].pk):
        raise InvalidInput(_("Nobody is their own kin; give another person."), field="other")
    kinds = ("is_next_of_kin", "is_contact", "is_guardian", "may_consent")
    if not any(stated.get(kind) for kind in kinds):
        raise InvalidInput(
            _("Say whether they are next of kin, called first, guardian, or may consent."),
            field="is_next_of_kin",
        )
    if stated.get("may_consent") and not stated.get("basis", "").strip():
        raise InvalidInput(_("Say what shows that they may consent."), field="basis")


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> RelatedPerson:
    return insert(RelatedPerson(**stated, **more, recorded_at=at, recorded_by=by))
