"""Calling a clinician to somebody at once, and who of them answers."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from consent.actions import deliveries
from consent.models import AlertEscalation, Check, ClinicalAlert, Programme
from consent.queries import alerts as queries
from consent.queries import rounds, second_interviews
from consent.queries.clearances import entries_of
from consent.rules.alerts import ALERT, AlertAnswer, AlertKind, AlertState, AlertStep, due
from consent.rules.facts import CheckKind, CheckOutcome
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from patients.models import Person, PersonAccount

logger = logging.getLogger(__name__)

ANSWER = "consent.alert.answer"
RAISED_BY = {
    AlertKind.VITAL_SIGNS: "consent.medical.record",
    AlertKind.REVIEW: "consent.psychological.record",
    AlertKind.INTERVIEW: "consent.round.generate",
}


class OwnAlert(Refusal):
    """Somebody tried to answer an alert about themselves, or one that they raised to call another."""

    status = 403
    kind = "own-alert"


def raise_alert(
    *,
    person: Person,
    programme: Programme,
    kind: AlertKind,
    sitting: uuid.UUID,
    by: Principal,
    at: datetime,
) -> ClinicalAlert:
    """Call a clinician to somebody; what was found is no part of it.

    While an alert of the kind is open, and for a form that is scored again, the one that is there is
    returned. It waits for no lock on the person, so that nothing delays it.
    """
    policy.check(by, RAISED_BY[kind], person)
    row = {
        "uid": str(uuid.uuid4()),
        "person_id": person.pk,
        "programme_id": programme.pk,
        "kind": kind.value,
        "sitting": str(sitting),
        "state": AlertState.OPEN.value,
        "acknowledged_by_id": None,
        "acknowledged_at": None,
        "closed_by_id": None,
        "closed_at": None,
        "answer": "",
        "recorded_by_id": by.pk,
        "recorded_at": at,
    }
    with acting(by=by, at=at, action="consent.alert.raise"):
        bulk.insert(ClinicalAlert, [row], is_repeatable=True)
        rows = ClinicalAlert.objects.filter(person=person, kind=kind)
        found: ClinicalAlert = rows.filter(Q(state=AlertState.OPEN) | Q(sitting=sitting)).latest(
            "id"
        )
        if str(found.uid) == row["uid"]:
            _tell_now(found, by=by, at=at)
        return found


def acknowledge(*, alert: ClinicalAlert, by: Principal, at: datetime) -> ClinicalAlert:
    """Say by name that one sees to it; of two who say so at once the second is told of the first."""
    policy.check(by, ANSWER, alert)
    _check_another(alert, by, at)
    with acting(by=by, at=at, action="consent.alert.acknowledge"):
        return _move(alert, AlertState.ACKNOWLEDGED, acknowledged_by=by, acknowledged_at=at)


def close(
    *, alert: ClinicalAlert, answer: AlertAnswer, by: Principal, at: datetime
) -> ClinicalAlert:
    """Write down what was done; an alert is acknowledged first."""
    policy.check(by, ANSWER, alert)
    _check_another(alert, by, at)
    with acting(by=by, at=at, action="consent.alert.close"):
        return _move(alert, AlertState.CLOSED, closed_by=by, closed_at=at, answer=answer.value)


def escalate_due(*, by: Principal, at: datetime) -> int:
    """Record every step of unanswered alerts that is due; returns how many were new.

    Pages work out the same from the moments alone, so that nobody depends on this having run.
    """
    waiting = ClinicalAlert.objects.filter(state=AlertState.OPEN).order_by("id")
    with acting(by=by, at=at, action="consent.alert.escalate"):
        return _escalate(list(waiting), by=by, at=at)


def call_interviewers(*, by: Principal, at: datetime) -> int:
    """Call a psychologist to each second interview of which half the time is over; returns how many.

    Once for each check. Whoever is being acted upon has their turn the next time.
    """
    policy.check(by, RAISED_BY[AlertKind.INTERVIEW])
    people = [one.person_id for one, _programme in second_interviews.not_held(at=at)]
    if not people:
        return 0
    with acting(by=by, at=at, action="consent.alert.call_interviewers"):
        kept = rounds.hold_people(people)
        # Read again: an interview may have been recorded before these were held.
        found = [one for one in second_interviews.not_held(at=at) if one[0].person_id in kept]
        for check, programme in found:
            given = {"person": check.person, "programme": programme, "sitting": check.uid}
            raise_alert(kind=AlertKind.INTERVIEW, **given, by=by, at=at)
    return len(found)


def follow_check(*, check: Check, entries: Collection[int], by: Principal, at: datetime) -> None:
    """End the call for a second interview: it, or the next check, was held; called by that act."""
    if check.kind == CheckKind.PSYCHOLOGICAL and check.outcome != CheckOutcome.INCOMPLETE:
        rows = ClinicalAlert.objects.filter(person__in=entries)
        _end_calls(rows, AlertAnswer.SEEN, by=by, at=at)


def follow_annulment(*, check: Check, by: Principal, at: datetime) -> None:
    """End the call for a second interview of a check that was recorded in error."""
    rows = ClinicalAlert.objects.filter(sitting=check.uid)
    _end_calls(rows, AlertAnswer.RAISED_IN_ERROR, by=by, at=at)


def _end_calls(
    rows: QuerySet[ClinicalAlert], answer: AlertAnswer, *, by: Principal, at: datetime
) -> None:
    waiting = rows.filter(kind=AlertKind.INTERVIEW)
    with acting(by=by, at=at, action="consent.alert.end"):
        waiting.filter(state=AlertState.OPEN).update(
            state=AlertState.ACKNOWLEDGED, acknowledged_by=by, acknowledged_at=at
        )
        waiting.filter(state=AlertState.ACKNOWLEDGED).update(
            state=AlertState.CLOSED, closed_by=by, closed_at=at, answer=answer.value
        )


def parsed_answer(text: object) -> AlertAnswer:
    """Return what was done from its code; InvalidInput where it is none."""
    if not isinstance(text, str) or text not in AlertAnswer.__members__:
        raise InvalidInput(
            _("Say what was done: one of %(codes)s.") % {"codes": ", ".join(AlertAnswer)},
            field="answer",
        )
    return AlertAnswer(text)


def _tell_now(alert: ClinicalAlert, *, by: Principal, at: datetime) -> None:
    """Tell whoever is on call; the alert stands whatever goes wrong with that, and the beat tells."""
    try:
        with transaction.atomic():
            _escalate([alert], by=by, at=at)
    except Exception as error:  # noqa: BLE001 - whatever it is, the page shows the alert
        logger.error("an alert is told by the next beat: %s", type(error).__name__)


def _escalate(alerts: Sequence[ClinicalAlert], *, by: Principal, at: datetime) -> int:
    """Write down the steps that are due and are not written down, and tell whom they name."""
    told = AlertEscalation.objects.filter(alert__in=alerts).values_list("alert_id", "step")
    known = set(told)
    new = [
        AlertEscalation(
            alert=alert, step=one.step.value, due_at=one.at, recorded_by=by, recorded_at=at
        )
        for alert in alerts
        for one in due(alert.recorded_at, AlertKind(alert.kind), at=at)
        if (alert.pk, one.step.value) not in known
    ]
    AlertEscalation.objects.bulk_create(new)
    for step, kind in {(one.step, one.alert.kind) for one in new}:
        people = queries.told_at(AlertStep(step), AlertKind(kind), at=at)
        for one in new:
            if (one.step, one.alert.kind) == (step, kind):
                deliveries.tell_of_alert(escalation=one, to=people, by=by, at=at)
    return len(new)


def _check_another(alert: ClinicalAlert, by: Principal, at: datetime) -> None:
    asked = queries.ANSWERED_BY.get(AlertKind(alert.kind))
    if asked is not None:
        policy.check(by, asked)
    entries = entries_of([alert.person_id], known_at=at)[alert.person_id]
    if PersonAccount.objects.filter(principal=by, person__in=entries).exists():
        raise OwnAlert(_("Nobody answers an alert about themselves."))
    if alert.recorded_by_id == by.pk and by.pk not in queries.on_call_ids(at):
        raise OwnAlert(
            _("You raised this alert to call somebody else; whoever is on call answers it.")
        )


def _move(alert: ClinicalAlert, to: AlertState, **changes: object) -> ClinicalAlert:
    old = [state for state in AlertState if ALERT.can_move(state, to)]
    # The filter on the old state is the lock: of two racing callers one updates no row.
    rows = ClinicalAlert.objects.filter(pk=alert.pk, state__in=old)
    if not rows.update(state=to, **changes):
        alert = ClinicalAlert.objects.select_related("acknowledged_by__user").get(pk=alert.pk)
        if alert.acknowledged_by is None:
            raise Conflict(_("Acknowledge the alert before you write down what was done."))
        raise Conflict(
            _("%(who)s sees to it since %(when)s UTC.")
            % {
                "who": alert.acknowledged_by.display_name,
                "when": f"{alert.acknowledged_at:%H:%M}",
            }
        )
    moved: ClinicalAlert = ClinicalAlert.objects.get(pk=alert.pk)
    return moved
