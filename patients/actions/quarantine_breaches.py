"""Breaches of quarantine: recorded as they were seen, with those who were met as exposed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions import exposures
from patients.actions.gateway import correcting, insert, lock, required, stated_in
from patients.models import (
    Exposure,
    Person,
    QuarantineBreach,
    QuarantineBreachContact,
    QuarantineOrder,
)
from patients.queries import entries, quarantine
from patients.rules.quarantine import State

BREACH = "patients.quarantine.breach"
MOST_CONTACTS = 50
STATED = ("order", "kind", "seen_at", "until_at", "place", "witness", "note")


def record(
    *,
    by: Principal,
    at: datetime,
    order: QuarantineOrder,
    kind: str,
    seen_at: datetime,
    place: str,
    witness: str,
    until_at: datetime | None = None,
    note: str = "",
    contacts: Sequence[Person] = (),
) -> QuarantineBreach:
    """Record a breach; everybody met meanwhile is recorded as possibly exposed, in the same step."""
    policy.check(by, BREACH, order.person)
    place = required(place, field="place", what=_("Say where it was."))
    witness = required(witness, field="witness", what=_("Say who saw it."))
    _check_moments(order, seen_at, until_at, at=at)
    met = _met(order, contacts)
    with acting(by=by, at=at, action="patients.quarantine.breach"):
        # All at once, in one order: two breaches with the same visitors never wait for each other.
        lock(order.person, *met)
        made = insert(
            QuarantineBreach(
                order=order,
                kind=kind,
                seen_at=seen_at,
                until_at=until_at,
                place=place,
                witness=witness,
                note=note.strip(),
                recorded_at=at,
                recorded_by=by,
            )
        )
        for person in met:
            exposure = exposures.record(
                by=by,
                at=at,
                person=person,
                source_person=order.person,
                agent=order.agent,
                kind=Exposure.Kind.CONTACT,
                certainty=Exposure.Certainty.POSSIBLE,
                first_at=seen_at,
                last_at=until_at or seen_at,
            )
            insert(
                QuarantineBreachContact(
                    breach=made, exposure=exposure, recorded_at=at, recorded_by=by
                )
            )
        return made


def retract(
    *, by: Principal, at: datetime, breach: QuarantineBreach, reason: str
) -> QuarantineBreach:
    """Take back a breach that was recorded in error; exposures recorded with it are taken back apart."""
    policy.check(by, BREACH, breach.order.person)
    stated = stated_in(breach, STATED)
    with correcting(
        breach, by=by, at=at, action="patients.quarantine.retract_breach", reason=reason
    ):
        return insert(
            QuarantineBreach(
                **stated, corrects=breach, is_retraction=True, recorded_at=at, recorded_by=by
            )
        )


def _check_moments(
    order: QuarantineOrder, seen_at: datetime, until_at: datetime | None, *, at: datetime
) -> None:
    check_world_moment(seen_at, at=at, field="seen_at")
    if until_at is not None:
        check_world_moment(until_at, at=at, field="until_at")
        if until_at < seen_at:
            raise InvalidInput(_("The last moment lies before the first."), field="until_at")
    if quarantine.value(quarantine.fresh(order)).state(at=seen_at) is not State.IN_FORCE:
        raise Conflict(_("At that moment this quarantine was not in force."))


def _met(order: QuarantineOrder, contacts: Sequence[Person]) -> list[Person]:
    """Return those met, each once; refuse the person themselves, and contacts with nothing named."""
    met = list({person.pk: person for person in contacts}.values())
    if len(met) > MOST_CONTACTS:
        raise InvalidInput(
            _("At most %(most)d contacts at once; record the others as exposures.")
            % {"most": MOST_CONTACTS},
            field="contacts",
        )
    if met and not order.agent.strip():
        raise InvalidInput(
            _("This order names no agent: record who was met as exposures, each to what it was."),
            field="contacts",
        )
    own = entries(order.person_id)
    if any(person.pk in own for person in met):
        raise InvalidInput(_("Nobody is their own contact."), field="contacts")
    return met
