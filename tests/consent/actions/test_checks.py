"""Checks: a named clinician concludes, a second one for the laxer; refusals are lifted by name."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from consent.actions import checks
from consent.actions.checks import OwnCheck
from consent.models import Check, CheckAnnulment
from consent.queries import psychological
from consent.queries.clearances import clearance_of
from consent.rules.answers import Reason
from consent.rules.medical import MedicalReason
from consent.rules.proposals import Proposal
from consent.rules.psychological import AnnulCode
from labsys.accounts.actions import roles
from labsys.accounts.roles import MACHINES, Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import links
from tests.consent.programme import FAILED, PASSED, REFERRED, World
from tests.consent.traces import columns_holding
from tests.factories import principal, seed

pytestmark = pytest.mark.django_db
RAISED = Proposal(reasons=(MedicalReason.NEWS2_RAISED,), is_urgent=False, rule_version=1)


@pytest.fixture
def world() -> World:
    return World()


def reasons(world: World, person, at=None) -> tuple[Reason, ...]:
    return clearance_of(person, world.programme, at=at or database_now()).reasons


def link(world: World, duplicate, survivor) -> None:
    links.link(
        by=world.registrar, at=database_now(), duplicate=duplicate, survivor=survivor, reason="same"
    )


@pytest.mark.parametrize(
    ("second", "grounds"), [(False, ""), (True, ""), (True, "   "), (False, "Stairs.")]
)
def test_a_laxer_outcome_needs_a_second_clinician_and_grounds(world, second, grounds) -> None:
    other = world.physician() if second else None

    with pytest.raises(InvalidInput, match="laxer"):
        world.medical(
            world.person(), PASSED, proposal=RAISED, second_clinician=other, grounds=grounds
        )

    assert not Check.objects.exists()


def test_the_second_clinician_is_another_and_may_conclude_such_checks(world) -> None:
    given = {"proposal": RAISED, "grounds": "Stairs."}
    with pytest.raises(InvalidInput, match="second clinician"):
        world.medical(world.person(), PASSED, second_clinician=world.examiner, **given)
    with pytest.raises(InvalidInput, match="may not conclude"):
        world.medical(world.person(), PASSED, second_clinician=world.officer, **given)

    made = world.medical(world.person(), PASSED, second_clinician=world.physician(), **given)

    assert made.outcome == PASSED


def test_the_stricter_outcome_is_the_examiners_alone(world) -> None:
    assert world.medical(world.person(), FAILED).outcome == FAILED


def test_nobody_examines_themselves_under_any_entry(world) -> None:
    survivor, duplicate = world.person(), world.person()
    link(world, duplicate, survivor)
    own = world.participant(duplicate)
    roles.grant(principal=own, role=Role.EXAMINING_PHYSICIAN, by=seed(), at=database_now())

    with pytest.raises(OwnCheck):
        world.medical(survivor, by=own)
    with pytest.raises(OwnCheck):
        world.medical(
            survivor, PASSED, proposal=RAISED, second_clinician=own, grounds="I feel fine."
        )


@pytest.mark.parametrize("role", [Role.EXAMINING_PHYSICIAN, Role.PSYCHOLOGIST])
def test_nobody_annuls_a_check_of_their_own_under_any_entry(world, role) -> None:
    survivor, duplicate = world.person(), world.person()
    is_medical = role is Role.EXAMINING_PHYSICIAN
    check = world.medical(survivor) if is_medical else world.psychological(survivor)
    link(world, duplicate, survivor)
    own = world.participant(duplicate)
    roles.grant(principal=own, role=role, by=seed(), at=database_now())

    with pytest.raises(OwnCheck, match="of their own"):
        given = {"reason": "Not so.", "code": None if is_medical else AnnulCode.OTHER}
        checks.annul(check=check, by=own, at=database_now(), **given)

    assert not CheckAnnulment.objects.exists()


def test_a_refusal_stands_until_a_pass_names_it(world) -> None:
    person = world.cleared()
    failed = world.medical(person, FAILED)
    world.medical(person)
    assert reasons(world, person) == (Reason.MEDICAL_FAILED,)

    world.medical(person, lifts=[failed])

    assert reasons(world, person) == ()


def test_a_refusal_under_a_linked_entry_is_lifted_too(world) -> None:
    survivor, duplicate = world.cleared(), world.person()
    failed = world.medical(duplicate, FAILED)
    link(world, duplicate, survivor)
    assert reasons(world, survivor) == (Reason.MEDICAL_FAILED,)

    world.medical(survivor, lifts=[failed])

    assert reasons(world, survivor) == ()


def test_what_cannot_lift_is_refused(world) -> None:
    person, other = world.person(), world.person()
    failed, foreign = world.medical(person, FAILED), world.medical(other, FAILED)
    passed, psych = world.medical(person), world.psychological(person, FAILED)
    later = database_now() - timedelta(days=1)
    for lifts, outcome, more, said in [
        ([failed], REFERRED, {}, "Only a passed check"),
        ([foreign], PASSED, {}, "own kind and person"),
        ([psych], PASSED, {}, "own kind and person"),
        ([passed], PASSED, {}, "nothing to lift"),
        ([failed], PASSED, {"performed_at": later}, "not earlier"),
    ]:
        with pytest.raises(InvalidInput, match=said):
            world.medical(person, outcome, lifts=lifts, **more)


def test_an_annulled_pass_takes_back_what_it_lifted(world) -> None:
    person = world.cleared()
    failed = world.medical(person, FAILED)
    lifting = world.medical(person, lifts=[failed])
    then = database_now()
    assert reasons(world, person, then) == ()

    checks.annul(check=lifting, by=world.examiner, at=database_now(), reason="Wrong person.")

    assert reasons(world, person) == (Reason.MEDICAL_FAILED,)
    assert reasons(world, person, then) == ()
    with pytest.raises(Conflict, match="annulled meanwhile"):
        checks.annul(check=lifting, by=world.examiner, at=database_now(), reason="Again.")
    with pytest.raises(Conflict, match="not annulled"):
        checks.annul(check=failed, by=world.examiner, at=database_now(), reason="Mild.")


def test_a_check_of_the_future_is_refused(world) -> None:
    with pytest.raises(InvalidInput, match="future"):
        world.medical(world.person(), performed_at=database_now() + timedelta(minutes=3))


def test_each_kind_is_for_its_own_profession(world) -> None:
    person = world.person()
    with pytest.raises(NotAllowed):
        world.medical(person, by=world.psychologist)
    with pytest.raises(NotAllowed):
        world.psychological(person, by=world.examiner)


CANARIES = ("canary-notes-3f9", "canary-grounds-7b1")


def test_no_column_of_any_table_and_no_log_holds_what_was_said(world, caplog) -> None:
    caplog.set_level(0)
    content = {"answers": {"PHQ-9": [3, 1, 4, 1, 5, 9, 2, 6, 5]}, "notes": CANARIES[0]}
    person = world.person()
    world.medical(person, comment="control-word-5c2")  # proves that the search finds what is there
    world.psychological(person, FAILED, content=content, grounds=CANARIES[1])

    found = columns_holding([*CANARIES, "control-word-5c2", "[3, 1, 4, 1, 5, 9, 2, 6, 5]"])

    # The audit event of the findings holds them as plain values too.
    assert ("consent_medicalfindings", "comment", "control-word-5c2") in found
    assert {word for _table, _column, word in found} == {"control-word-5c2"}
    assert not any(word in caplog.text for word in CANARIES)


def test_what_was_said_is_opened_by_psychologists_alone_and_the_read_is_kept(world) -> None:
    check = world.psychological(world.person(), notes=CANARIES[0])
    for role in Role:
        if role in MACHINES | {Role.PSYCHOLOGIST}:
            continue
        with pytest.raises(NotAllowed):
            psychological.opened(check, by=principal(role))

    content = psychological.opened(check, by=world.psychologist)

    assert content["notes"] == CANARIES[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, model FROM read_event WHERE purpose = 'psychological'",
        )
        assert cursor.fetchall() == [(world.psychologist.pk, "consent.psychologicalrecord")]


def test_a_laxer_psychological_outcome_keeps_its_grounds_sealed(world) -> None:
    other = principal(Role.PSYCHOLOGIST)

    made = world.psychological(
        world.person(), PASSED, proposal=RAISED, second_clinician=other, grounds=CANARIES[1]
    )

    assert made.reason_codes == []
    assert psychological.opened(made, by=other)["grounds"] == CANARIES[1]


def test_decimal_vitals_are_kept_as_they_were_typed(world) -> None:
    made = world.medical(world.person(), vitals={"temperature_celsius": str(Decimal("36.70"))})

    assert made.medical.vitals == {"temperature_celsius": "36.70"}


@pytest.mark.parametrize("kind", ["medical", "psychological"])
def test_a_pass_of_long_ago_is_recorded_with_words_why_and_lapses_from_then(world, kind) -> None:
    person = world.person()
    world.enrol(person)
    world.sign(person)
    other = world.psychological if kind == "medical" else world.medical
    other(person)
    performed_at = database_now() - timedelta(hours=100)
    record = getattr(world, kind)
    field = {"medical": {"comment": " "}, "psychological": {"notes": " "}}[kind]

    with pytest.raises(InvalidInput, match="more than 24 hours ago: say why") as refused:
        record(person, performed_at=performed_at, **field)
    record(person, REFERRED, performed_at=performed_at - timedelta(hours=100), **field)
    record(person, performed_at=database_now() - timedelta(hours=23), **field)
    late = record(person, performed_at=performed_at)

    assert refused.value.field == next(iter(field))
    assert late.outcome == "PASSED"


def test_a_pass_older_than_its_validity_clears_nobody(world) -> None:
    person = world.person()
    world.enrol(person)
    world.sign(person)
    world.psychological(person)

    world.medical(person, performed_at=database_now() - timedelta(days=8))

    assert clearance_of(person, world.programme, at=database_now()).reasons == (
        Reason.MEDICAL_LAPSED,
    )
