"""Ordering the programme's panels for the medical check of a round."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from assays.actions.orders import placing
from consent.models import Appointment, Check, CheckOrder, Programme
from consent.queries import check_orders as queries
from consent.queries.clearances import entries_of
from consent.queries.programmes import version_at
from consent.rules.facts import CheckKind
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from patients.actions.gateway import insert
from patients.models import Person

AHEAD = timedelta(hours=24)
MOST = 2000
PLACE = "assays.order.place"
QUESTION = "Weekly check"


def place(
    *,
    person: Person,
    programme: Programme,
    by: Principal,
    at: datetime,
    requester: Principal | None = None,
) -> CheckOrder:
    """Order what the programme's panels still want in the round that is open for somebody.

    What was ordered for them already is left out, so that nobody is bled twice; of two who order
    at once the second is told of the first. A panel that asks something is refused here: its
    questions are answered on the order's own page.
    """
    policy.check(by, PLACE, person)
    entries = entries_of([person.pk], known_at=at)[person.pk]
    found = queries.results_of(entries, programme, version_at(programme, at), at=at)
    if found.slot is None:
        raise Conflict(_("No round is open for this person; order on the page of orders."))
    if not found.lines:
        raise InvalidInput(_("The programme asks for no panel that can be ordered."))
    wanting = set(found.wanting)
    if not wanting:
        raise Conflict(_("The panels of this round are ordered already."))
    panels = [one for one in found.panels if wanting.issuperset(one.assay_ids)]
    single = wanting.difference(*(one.assay_ids for one in panels))
    with acting(by=by, at=at, action="consent.check_order.place"):
        order = placing.place(
            person=person,
            panels=[one.panel_id for one in panels],
            assays=sorted(single),
            clinical_question=QUESTION,
            requester=requester,
            by=by,
            at=at,
        )
        return insert(CheckOrder(slot=found.slot, order=order, recorded_at=at, recorded_by=by))


def place_due(*, by: Principal, at: datetime) -> int:
    """Order for every medical appointment of the next day; what is refused waits for a person."""
    placed = 0
    for appointment in queries.to_order(at, until=at + AHEAD)[:MOST]:
        slot = appointment.slot
        asked = {"person": slot.person, "programme": slot.programme, "by": by, "at": at}
        try:
            place(requester=_requester(appointment), **asked)
        except Refusal:
            continue  # the medical page says what is missing, and orders
        placed += 1
    return placed


def _requester(appointment: Appointment) -> Principal | None:
    """Return the clinician whom results are told: of the appointment, else of the last check."""
    last = Check.objects.filter(person=appointment.person_id, kind=CheckKind.MEDICAL.value)
    examined = last.select_related("examiner").order_by("-pk").first()
    for one in (appointment.with_whom, examined and examined.examiner):
        if one is not None and policy.can(one, PLACE):
            return one
    return None
