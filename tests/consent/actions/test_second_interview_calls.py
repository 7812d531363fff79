"""A second interview that nobody holds calls psychologists, once, until it or the next check is held."""

from __future__ import annotations

import pytest

from consent.actions import alerts
from consent.models import AlertEscalation, Check, ClinicalAlert, Delivery
from consent.queries import alerts as queries
from consent.queries.clearances import clearance_of
from consent.rules.alerts import AlertKind, AlertStep
from consent.rules.facts import CheckOutcome
from consent.rules.proposals import Proposal
from consent.rules.psychological import PsychReason
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from labsys.work import periodic
from patients.actions import links
from tests.consent.actions.test_alerts import called
from tests.consent.programme import PASSED, REFERRED, World, hours
from tests.factories import principal

pytestmark = pytest.mark.django_db
ASKS = (PsychReason.SECOND_INTERVIEWER,)
DOUBT = Proposal(reasons=ASKS, is_urgent=False, rule_version=2)
HURRIED = Proposal(reasons=(), asks=ASKS, is_urgent=False, rule_version=2)


@pytest.fixture
def world() -> World:
    return World()


def doubted(world: World, age: float = 25, person=None, **more) -> Check:
    """Record a check that called for a second interview so many hours ago."""
    given = {"proposal": DOUBT, "performed_at": database_now() - hours(age), **more}
    outcome = given.pop("outcome", REFERRED)
    return world.psychological(person or world.member(), outcome, **given)


def beat(later: float = 0) -> int:
    sweep, at = Principal.objects.system("sweep"), database_now() + hours(later)
    made = alerts.call_interviewers(by=sweep, at=at)
    alerts.escalate_due(by=sweep, at=at)
    return made


def mailed(*people: Principal) -> None:
    for who in people:
        who.user.email = f"{who.name}@hospital.example"
        type(who.user).objects.filter(pk=who.user.pk).update(email=who.user.email)


def mails() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("escalation__step", "address"))


@pytest.mark.parametrize(("age", "calls"), [(23.9, 0), (24, 1), (49, 1), (13 * 24, 1), (400, 0)])
@pytest.mark.parametrize(("outcome", "said"), [(REFERRED, DOUBT), (PASSED, HURRIED)])
def test_half_of_its_time_over_psychologists_are_called_to_it(
    world, age, calls, outcome, said
) -> None:
    check = doubted(world, age, outcome=outcome, proposal=said)

    assert beat() == calls
    found = ClinicalAlert.objects.values_list("person", "kind", "sitting", "state", "programme")
    told = (check.person_id, "INTERVIEW", check.uid, "OPEN", world.programme.pk)
    assert list(found) == [told] * calls


def test_it_is_the_beat_that_calls(world) -> None:
    doubted(world)
    periodic.load()

    assert "second interviews" in periodic.run_due()

    assert ClinicalAlert.objects.get().recorded_by.name == "system:sweep"


def test_nobody_is_called_twice_to_one_check(world) -> None:
    doubted(world)

    assert [beat(), beat(), beat(later=30)] == [1, 0, 0]
    alert = ClinicalAlert.objects.get()
    alerts.acknowledge(alert=alert, by=principal(Role.PSYCHOLOGIST), at=database_now())

    assert beat(later=31) == 0


def test_a_check_that_calls_for_none_calls_nobody(world) -> None:
    at = database_now() - hours(25)
    world.psychological(world.member(), REFERRED, performed_at=at)
    world.medical(world.member(), REFERRED, performed_at=at)

    assert beat() == 0


def test_the_clock_runs_by_hours_and_reaches_the_screening_staff_as_the_time_is_over(world) -> None:
    on, off, physician = principal(Role.PSYCHOLOGIST), world.psychologist, world.physician()
    doubted(world, 50)
    beat(later=-25)
    alert = ClinicalAlert.objects.get()
    for who in (on, physician):
        called(world, who, since=alert.recorded_at)
    moments = [alert.recorded_at + hours(n) for n in (0, 17.9, 18, 23.9, 24)]

    def waits(who: Principal) -> list[bool]:
        return [alert in queries.before(who, at=moment) for moment in moments]

    assert waits(on) == [True] * 5
    assert waits(off) == [False, False, True, True, True]
    assert waits(world.officer) == [False] * 4 + [True]
    assert waits(physician) == [False] * 5, "what is asked is known to psychologists alone"


def test_each_step_is_written_down_and_told_by_mail_once(world) -> None:
    on, physician = principal(Role.PSYCHOLOGIST), world.physician()
    mailed(on, physician, world.psychologist, world.officer)
    doubted(world)

    for later in (0, 0, 12.1, 18.1, 24.1, 30):
        beat(later)

    assert list(AlertEscalation.objects.order_by("pk").values_list("step", flat=True)) == [
        *(AlertStep.ON_CALL, AlertStep.ON_CALL_AGAIN, AlertStep.CLINICIANS, AlertStep.SCREENING)
    ]
    told = mails()
    assert len(told) == len(set(told))
    for step in AlertStep:
        addresses = {address for told_at, address in told if told_at == step}
        assert {on.user.email, world.psychologist.user.email} <= addresses
        assert physician.user.email not in addresses
        assert (world.officer.user.email in addresses) is (step is AlertStep.SCREENING)


def test_a_physician_on_call_does_not_stand_for_the_psychologists(world) -> None:
    called(world, world.physician())
    doubted(world)
    beat()

    alert = ClinicalAlert.objects.get()

    assert alert in queries.before(world.psychologist, at=alert.recorded_at)
    assert queries.told_at(AlertStep.ON_CALL, AlertKind.INTERVIEW, at=alert.recorded_at) == list(
        queries.clinicians(AlertKind.INTERVIEW)
    )


def test_physicians_neither_read_nor_answer_it(world) -> None:
    mailed(world.psychologist)
    doubted(world)
    beat()
    alert, physician = ClinicalAlert.objects.get(), world.physician()

    for model in (ClinicalAlert, AlertEscalation, Delivery):
        assert not policy.scope(physician, model.objects.all()).exists()
        assert model.objects.exists()
    assert policy.scope(world.psychologist, ClinicalAlert.objects.all()).get() == alert
    with pytest.raises(NotAllowed):
        alerts.acknowledge(alert=alert, by=physician, at=database_now())


@pytest.mark.parametrize("acknowledged", [False, True])
@pytest.mark.parametrize("outcome", [PASSED, REFERRED])
def test_the_next_check_ends_it(world, acknowledged, outcome) -> None:
    check, who = doubted(world), principal(Role.PSYCHOLOGIST)
    beat()
    if acknowledged:
        alerts.acknowledge(alert=ClinicalAlert.objects.get(), by=who, at=database_now())

    lifts = [check] if outcome is PASSED else []
    world.psychological(check.person, outcome, lifts=lifts)

    alert = ClinicalAlert.objects.get()
    assert (alert.state, alert.answer) == ("CLOSED", "SEEN")
    assert alert.closed_by == world.psychologist
    assert alert.acknowledged_by == (who if acknowledged else world.psychologist)
    assert beat(later=1) == 0


def test_what_is_no_psychological_conclusion_ends_nothing(world) -> None:
    check = doubted(world)
    beat()

    world.medical(check.person)
    world.psychological(check.person, CheckOutcome.INCOMPLETE)

    assert ClinicalAlert.objects.get().state == "OPEN"


def test_other_alerts_of_the_person_are_left_to_who_answers_them(world) -> None:
    from tests.consent.actions.test_alerts import raised

    check = doubted(world)
    other = raised(world, check.person, AlertKind.REVIEW)

    world.psychological(check.person, REFERRED)

    other.refresh_from_db()
    assert other.state == "OPEN"


def test_a_check_recorded_in_error_calls_nobody_any_more(world) -> None:
    check = doubted(world, outcome=PASSED, proposal=HURRIED)
    beat()

    world.annul(check)

    alert = ClinicalAlert.objects.get()
    assert (alert.state, alert.answer) == ("CLOSED", "RAISED_IN_ERROR")
    assert beat() == 0


def test_whoever_was_checked_again_before_the_beat_ran_calls_nobody(world) -> None:
    check = doubted(world)
    twin = world.person()
    links.link(
        survivor=twin,
        duplicate=check.person,
        reason="The same passport.",
        by=world.registrar,
        at=database_now(),
    )
    world.psychological(twin, REFERRED)

    assert beat() == 0


def test_whoever_withdrew_or_left_is_called_to_nothing(world) -> None:
    from consent.actions import enrolments

    withdrew, left = world.cleared(), world.member()
    doubted(world, person=withdrew, performed_at=database_now())
    doubted(world, person=left)
    world.withdraw(withdrew)
    at = database_now()
    enrolment = left.enrolments.get()
    enrolments.end(enrolment=enrolment, reason="Left.", ended_at=at, by=world.officer, at=at)

    assert beat(later=25) == 0


def test_no_answer_about_clearance_depends_on_it(world) -> None:
    person = world.cleared()
    doubted(world, 0, person=person, outcome=PASSED, proposal=HURRIED)
    later = database_now() + hours(60)
    before = clearance_of(person, world.programme, at=later)

    assert beat(later=25) == 1
    beat(later=50)

    assert clearance_of(person, world.programme, at=later) == before
