"""Two programmes that ask for different things: a check counts for each as far as it covered it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent.actions import enrolments, programmes
from consent.models import Check, Enrolment
from consent.queries import rounds
from consent.queries.clearances import clearance_of, clearances_of
from consent.queries.programmes import programme_of, questionnaires_asked
from consent.queries.subjects import refusals_to_lift
from consent.rules.answers import Reason
from consent.rules.facts import CheckKind
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from tests.clients import client_of
from tests.consent.actions.test_medical import WELL, conclude, seen_of
from tests.consent.api.psychological import ANSWERS, check_of, passed, send
from tests.consent.pages.test_pages import page
from tests.consent.programme import CALM, REFERRED, World, hours

pytestmark = pytest.mark.django_db
# NEWS2 of 1, below the threshold of one programme and not of the other.
RAISED = replace(WELL, vitals=replace(CALM, pulse_per_min=95))
NO_MEDICAL, NO_PSYCH = (Reason.MEDICAL_MISSING,), (Reason.PSYCH_MISSING,)


@pytest.fixture
def little() -> World:
    return World(asks={"questionnaires": ["GAD-7"]})


@pytest.fixture
def much() -> World:
    return World(asks={"questionnaires": ["GAD-7", "PHQ-9", "K10"], "news2_refer_from": 1})


def member(*worlds: World):
    """Make somebody who belongs to these programmes and signed for each."""
    person = worlds[0].person(sex="M")
    for world in worlds:
        world.enrol(person)
        world.sign(person)
    return person


def reasons(world: World, person) -> tuple[Reason, ...]:
    at = database_now()
    one = clearance_of(person, world.programme, at=at)
    assert clearances_of([person.pk], world.programme, at=at)[person.pk] == one
    return one.reasons


def interview(world: World, person, *names: str):
    answers = {**ANSWERS, "K10": [1] * 10}
    told = {"answers": {name: answers[name] for name in names}}
    return send(world.psychologist, passed(world, person, **told))


def test_a_score_that_another_programme_refers_clears_for_its_own_alone(little, much) -> None:
    person = member(little, much)
    for world in (little, much):
        world.psychological(person)

    conclude(little, person, examined=RAISED)

    assert reasons(little, person) == ()
    assert reasons(much, person) == NO_MEDICAL
    conclude(little, person)
    assert reasons(much, person) == ()


def test_panels_that_were_not_there_are_not_covered(little) -> None:
    wants_panels = World(asks={"panels": ["COAG"]})
    person = member(little, wants_panels)
    for world in (little, wants_panels):
        world.psychological(person)

    conclude(little, person)

    assert reasons(little, person) == ()
    assert reasons(wants_panels, person) == NO_MEDICAL


def test_one_interview_asks_what_all_programmes_ask_and_does_for_all(little, much) -> None:
    person = member(little, much)
    for world in (little, much):
        world.medical(person)

    partly = check_of(little, person, answers={"GAD-7": [0] * 7})
    proposed = send(little.psychologist, partly, key="partly").json()
    made = interview(little, person, "GAD-7", "PHQ-9", "K10")

    assert "NOT_COMPLETE" in proposed["reasons"]
    assert made.status_code == 201, made.content
    assert reasons(little, person) == reasons(much, person) == ()
    shown = client_of(little.psychologist).get(page("check-psychological", person, little))
    assert b"K10" in shown.content


def test_who_joins_another_programme_is_asked_what_was_not_asked_before(little, much) -> None:
    person = member(little)
    conclude(little, person)
    assert interview(little, person, "GAD-7").status_code == 201

    much.enrol(person)
    much.sign(person)

    assert reasons(little, person) == ()
    assert reasons(much, person) == NO_PSYCH
    row, at = Enrolment.objects.get(person=person, programme=much.programme), database_now()
    known = programme_of(much.programme)
    version = known.version_at(at, known_at=at)
    plain = rounds._plain([row], known, version, at=at)
    full = rounds.windows_in_full([row], much.programme, at=at)
    assert plain == full
    assert full[row.pk].basis == f"enrolment {row.pk}"


def test_a_check_of_which_nothing_was_kept_counts_as_it_did(little, much) -> None:
    person = member(little, much)

    little.medical(person)
    little.psychological(person)

    assert set(Check.objects.values_list("covers", flat=True)) == {None}
    assert reasons(much, person) == ()


def test_a_refusal_counts_for_both_and_is_lifted_for_each_by_what_covers_it(little, much) -> None:
    person = member(little, much)
    for world in (little, much):
        world.medical(person)
        world.psychological(person)
    refused = little.psychological(person, REFERRED, asked=["GAD-7"])
    assert reasons(little, person) == reasons(much, person) == (Reason.PSYCH_REFERRED,)

    little.psychological(person, asked=["GAD-7"], lifts=[refused])

    assert reasons(little, person) == ()
    assert reasons(much, person) == (Reason.PSYCH_REFERRED,)
    at = database_now()
    assert list(refusals_to_lift(person, CheckKind.PSYCHOLOGICAL, at=at)) == [refused]
    much.psychological(person, asked=["GAD-7", "PHQ-9", "K10"], lifts=[refused])
    assert reasons(much, person) == ()
    at = database_now()
    assert not refusals_to_lift(person, CheckKind.PSYCHOLOGICAL, at=at).exists()


def test_what_a_version_to_come_asks_is_asked_while_a_pass_would_hold(little) -> None:
    at = database_now()
    for after, name in ((24, "PHQ-9"), (24 * 30, "K10")):
        version = programmes.draft_version(
            programme=little.programme,
            effective_from=at + hours(after),
            by=little.manager,
            at=at,
            questionnaires=["GAD-7", name],
        )
        programmes.approve_version(version=version, by=little.examiner, at=at)

    assert questionnaires_asked(little.programme, database_now()) == ["PHQ-9", "GAD-7"]


def test_nobody_is_examined_for_a_programme_that_they_do_not_belong_to(little, much) -> None:
    person = member(little)
    seen = seen_of(much, person)

    with pytest.raises(InvalidInput, match="not enrolled in Posting") as refused:
        conclude(much, person, seen=seen)
    answer = interview(much, person, "GAD-7", "PHQ-9", "K10")

    assert refused.value.field == "programme"
    assert answer.status_code == 422
    assert "not enrolled in Posting" in answer.content.decode()
    assert send(much.psychologist, check_of(much, person)).status_code == 200
    assert not Check.objects.exists()


def test_who_left_the_programme_while_away_is_examined_to_be_free(little) -> None:
    person = member(little)
    little.medical(person)
    little.psychological(person)
    posting = little.post(person)
    at = database_now()
    row = Enrolment.objects.get(person=person)
    enrolments.end(enrolment=row, ended_at=at, by=little.officer, at=at)
    little.come_back(posting)

    conclude(little, person)

    assert Check.objects.filter(person=person, kind="MEDICAL").count() == 2
