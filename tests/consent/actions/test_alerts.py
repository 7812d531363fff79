"""Clinical alerts: raised once, put before the next when nobody answers, answered by name."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from consent.actions import alerts, on_call
from consent.models import AlertEscalation, ClinicalAlert, OnCall
from consent.queries import alerts as queries
from consent.rules.alerts import AlertAnswer, AlertKind, AlertStep
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests.consent.programme import World, hours
from tests.factories import principal

pytestmark = pytest.mark.django_db
REVIEW, VITAL_SIGNS = AlertKind.REVIEW, AlertKind.VITAL_SIGNS


@pytest.fixture
def world() -> World:
    return World()


def raised(world: World, person=None, kind: AlertKind = VITAL_SIGNS, **more) -> ClinicalAlert:
    by = world.examiner if kind is VITAL_SIGNS else world.psychologist
    given = {"sitting": uuid.uuid4(), "by": by, "at": database_now(), **more}
    return alerts.raise_alert(
        person=person or world.person(), programme=world.programme, kind=kind, **given
    )


def called(world: World, who: Principal, *, since: datetime | None = None) -> OnCall:
    at = database_now()
    given = {"since": since or at, "until": at + hours(8)}
    return on_call.put(principal=who, by=world.officer, at=at, **given)


def names(rows) -> set[int]:
    return {row.pk for row in rows}


def test_an_alert_is_raised_once_while_it_is_open(world) -> None:
    person = world.person()

    first, again = raised(world, person), raised(world, person)
    other = raised(world, person, REVIEW)

    assert first == again
    assert ClinicalAlert.objects.count() == 2
    assert other != first


def test_a_form_scored_again_after_the_answer_calls_nobody_twice(world) -> None:
    person, sitting = world.person(), uuid.uuid4()
    first = raised(world, person, sitting=sitting)
    alerts.acknowledge(alert=first, by=world.physician(), at=database_now())

    assert raised(world, person, sitting=sitting) == first
    assert raised(world, person) != first  # a new check is a new alert


def test_only_who_examines_raises_an_alert(world) -> None:
    with pytest.raises(NotAllowed):
        raised(world, kind=VITAL_SIGNS, by=world.officer)
    with pytest.raises(NotAllowed):
        raised(world, kind=REVIEW, by=world.examiner)


def test_an_alert_is_acknowledged_by_one_and_then_closed(world) -> None:
    alert, first, second = raised(world), world.physician(), world.physician()
    at = database_now()

    with pytest.raises(Conflict, match="Acknowledge the alert before"):
        alerts.close(alert=alert, answer=AlertAnswer.SEEN, by=first, at=at)
    held = alerts.acknowledge(alert=alert, by=first, at=at)
    with pytest.raises(Conflict, match=first.display_name):
        alerts.acknowledge(alert=alert, by=second, at=at)
    closed = alerts.close(alert=held, answer=AlertAnswer.SEEN, by=second, at=at)
    with pytest.raises(Conflict):
        alerts.close(alert=closed, answer=AlertAnswer.SEEN, by=second, at=at)

    assert (closed.state, closed.acknowledged_by, closed.closed_by) == ("CLOSED", first, second)


def test_whoever_called_another_answers_only_when_on_call(world) -> None:
    alert = raised(world)

    with pytest.raises(alerts.OwnAlert, match="You raised this alert"):
        alerts.acknowledge(alert=alert, by=world.examiner, at=database_now())
    called(world, world.examiner)

    assert alerts.acknowledge(alert=alert, by=world.examiner, at=database_now()).acknowledged_by


def test_nobody_answers_an_alert_about_themselves(world) -> None:
    from patients.actions import logins

    person, clinician = world.person(), world.physician()
    logins.link(by=world.officer, at=database_now(), person=person, principal=clinician)

    with pytest.raises(alerts.OwnAlert, match="about themselves"):
        alerts.acknowledge(alert=raised(world, person), by=clinician, at=database_now())


def test_an_alert_stands_before_who_is_on_call_and_comes_to_the_others_in_time(world) -> None:
    alert = raised(world, at=database_now() - hours(1))
    on, off = world.physician(), world.physician()
    called(world, on, since=alert.recorded_at)
    moments = [alert.recorded_at + timedelta(minutes=n) for n in (0, 29, 30, 44, 45)]

    def waits(who: Principal) -> list[bool]:
        return [alert in queries.before(who, at=at) for at in moments]

    assert waits(on) == [True, True, True, True, True]
    assert waits(off) == [False, False, True, True, True]
    assert waits(world.officer) == [False, False, False, False, True]
    assert waits(principal(Role.GATE_OFFICER)) == [False] * 5


def test_where_nobody_is_on_call_every_clinician_is_told_at_once(world) -> None:
    alert = raised(world)

    assert alert in queries.before(world.psychologist, at=alert.recorded_at)


def test_who_may_not_answer_any_more_is_not_on_call(world) -> None:
    from labsys.accounts.actions import roles

    on = world.physician()
    shift = called(world, on)
    assert queries.on_call_ids(shift.since) == {on.pk}

    grant = on.role_grants.get()
    roles.revoke(grant=grant, by=principal(Role.ADMINISTRATOR), at=database_now(), reason="left")

    assert queries.on_call_ids(database_now()) == frozenset()


def test_a_shift_is_half_open_and_ends_before_its_time(world) -> None:
    on = world.physician()
    shift = called(world, on)

    assert queries.on_call_ids(shift.since - timedelta(microseconds=1)) == frozenset()
    assert queries.on_call_ids(shift.since) == {on.pk}
    assert queries.on_call_ids(shift.until) == frozenset()
    at = database_now()
    on_call.end(shift=shift, by=world.officer, at=at)
    assert queries.on_call_ids(at) == frozenset()
    with pytest.raises(Conflict, match="over already"):
        on_call.end(shift=shift, by=world.officer, at=database_now())


@pytest.mark.parametrize(
    ("begins", "ends", "who", "why"),
    [
        (0, 0, "examiner", "after the beginning"),
        (-2, -1, "examiner", "over already"),
        (0, 169, "examiner", "At most 7 days"),
        (0, 1, "officer", "may not answer"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(world, begins, ends, who, why) -> None:
    at = database_now()

    with pytest.raises(InvalidInput, match=why):
        on_call.put(
            principal=getattr(world, who),
            since=at + hours(begins),
            until=at + hours(ends),
            by=world.officer,
            at=at,
        )


def test_steps_that_are_due_are_recorded_once_and_of_open_alerts_alone(world) -> None:
    alert, answered = raised(world), raised(world)
    alerts.acknowledge(alert=answered, by=world.physician(), at=database_now())
    sweep, later = Principal.objects.system("sweep"), alert.recorded_at + timedelta(minutes=31)

    assert alerts.escalate_due(by=sweep, at=alert.recorded_at) == 0
    assert alerts.escalate_due(by=sweep, at=later) == 2
    assert alerts.escalate_due(by=sweep, at=later) == 0
    assert list(AlertEscalation.objects.order_by("id").values_list("alert", "step")) == [
        (alert.pk, AlertStep.ON_CALL),
        (answered.pk, AlertStep.ON_CALL),
        (alert.pk, AlertStep.ON_CALL_AGAIN),
        (alert.pk, AlertStep.CLINICIANS),
    ]


@pytest.mark.parametrize("text", ["", "seen", None, 1, ["SEEN"], "SEEN\x00"])
def test_an_answer_is_one_of_the_codes(text) -> None:
    with pytest.raises(InvalidInput, match="Say what was done"):
        alerts.parsed_answer(text)
