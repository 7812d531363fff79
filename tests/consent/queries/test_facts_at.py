"""What is fetched for a list answers as everything does: at any moment, and where it ends."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import Evaluation, Result, ResultEvent, ResultHold, ResultHoldClear
from consent.actions import programmes
from consent.models import Check, CheckAnnulment, CheckLift, FindingClear, MedicalFindings
from consent.queries.clearances import clearances_of, entries_of, gathered
from consent.queries.facts_at import facts_at
from consent.queries.nanites import is_critical
from consent.queries.programmes import programme_of
from consent.rules.answers import Reason
from consent.rules.clearance import decide
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from patients.actions import links
from patients.models import Person
from tests.consent.nanites import like, recorded
from tests.consent.programme import FAILED, World
from tests.factories import seed

pytestmark = pytest.mark.django_db
STEP, STEPS = timedelta(hours=12), 120
COVERS = [None, [], ["NEWS2 referred from 3"], ["questionnaire PHQ-9", "questionnaire GAD-7"]]
ASKS: list[dict[str, Any]] = [
    {},
    {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(100)},
    {
        "nanite_analyte": "NANITE-LOAD",
        "nanite_maximum": Decimal(100),
        "nanite_control_counts": True,
        "nanite_drift_factor": Decimal(3),
        "psychological_validity_hours": 72,
    },
    {
        "nanite_analyte": "NANITE-LOAD",
        "nanite_maximum": Decimal(30),
        "nanite_types": "T1",
        "nanite_validity_hours": 96,
        "requires_psychological": False,
    },
]


class Months:
    """Months to come of arbitrary checks and results, written as rows at arbitrary moments."""

    def __init__(self, number: int) -> None:
        self.dice = random.Random(number)  # noqa: S311
        self.world = World(asks=ASKS[number % len(ASKS)])
        self.people = [self.world.person() for _each in range(3)]
        self.load, self.type = (recorded(self.world.person(), value) for value in (10, "T1"))
        for person in self.people:
            self.world.enrol(person)
            self.world.sign(person)
        self.start = database_now()
        links.link(
            by=self.world.registrar,
            at=self.start + self.dice.randrange(STEPS) * STEP,
            duplicate=self.people[0],
            survivor=self.people[1],
            reason="same",
        )
        self._another_version(ASKS[self.dice.randrange(len(ASKS))])
        with acting(by=seed(), at=self.start, action="tests.months"):
            for person in self.people:
                self._checks(person)
                self._results(person)

    def moment(self, *, after: datetime | None = None) -> datetime:
        if after is None:
            return self.start + self.dice.randrange(STEPS) * STEP
        return after + self.dice.choice([0, 0, 0, 1, 3, 20]) * STEP

    def _another_version(self, asks: dict[str, Any]) -> None:
        at = self.moment()
        given = {"programme": self.world.programme, "effective_from": self.moment(after=at)}
        version = programmes.draft_version(**given, by=self.world.manager, at=at, **asks)
        programmes.approve_version(version=version, by=self.world.examiner, at=at)

    def _checks(self, person) -> None:
        made: list[Check] = []
        for _each in range(self.dice.randrange(4, 16)):
            performed = self.moment()
            stamp = {"recorded_by": seed(), "recorded_at": self.moment(after=performed)}
            outcome = self.dice.choice(["PASSED"] * 5 + ["REFERRED", "FAILED", "INCOMPLETE"])
            check = Check.objects.create(
                uid=uuid.uuid4(),
                person=person,
                kind=self.dice.choice(["MEDICAL", "PSYCHOLOGICAL"]),
                outcome=outcome,
                examiner=seed(),
                covers=self.dice.choice([None, *COVERS]),
                performed_at=performed,
                **stamp,
            )
            if outcome == "PASSED":
                for lifted in self.dice.sample(made, min(len(made), 2)):
                    CheckLift.objects.create(by_check=check, lifted=lifted, **stamp)
                if self.dice.random() < 0.2:
                    stamp["recorded_at"] = self.moment(after=stamp["recorded_at"])
                    CheckAnnulment.objects.create(of_check=check, reason="Error.", **stamp)
            if check.kind == "MEDICAL" and self.dice.random() < 0.5:
                control = self.dice.choice(["CONTROLLED", "CONTROLLED", "NOT_CONTROLLED"])
                MedicalFindings.objects.create(of_check=check, nanite_control=control, **stamp)
            made.append(check)

    def _results(self, person) -> None:
        made: list[Result] = []
        for _each in range(self.dice.randrange(2, 14)):
            pattern = self.load if self.dice.random() < 0.6 else self.type
            made.append(self._result(person, pattern, made))

    def _result(self, person: Person, pattern: Result, earlier: list[Result]) -> Result:
        """Write one result like a recorded one, at another moment and with another value."""
        same = [one for one in earlier if one.analyte_id == pattern.analyte_id]
        corrected = self.dice.choice(same) if same and self.dice.random() < 0.3 else None
        if corrected is not None and Result.objects.filter(corrects=corrected).exists():
            corrected = None
        collected = self.moment()
        recorded_at = self.moment(after=collected)
        values: dict[str, Any] = {"person": person, "corrects": corrected}
        values |= {"collected_at": collected, "recorded_at": recorded_at}
        if pattern.kind == "NUMERIC":
            values |= {"value": self.dice.choice([Decimal(n) for n in (5, 12, 40, 90, 6_000_000)])}
            values["comparator"] = self.dice.choice(["", "", "", "<", ">"])
        else:
            values |= {"value_code": self.dice.choice(["T1", "T1", "T2"])}
        if self.dice.random() < 0.85:
            values["released_at"] = self.moment(after=recorded_at)
        made = like(pattern, **values)
        self._fate(made, {"recorded_by": seed(), "recorded_at": self.moment(after=recorded_at)})
        return made

    def _fate(self, result: Result, stamp: dict[str, Any]) -> None:
        """Analyse, hold, clear or withdraw a result, or leave it."""
        chance = self.dice.random
        if chance() < 0.1:
            ResultEvent.objects.create(
                result=result, old="RESULTED", new="CANCELLED", reason="Error.", **stamp
            )
        if chance() < 0.15:
            hold = ResultHold.objects.create(result=result, kind="MANUAL", reason="Clot.", **stamp)
            if chance() < 0.7:
                later = {**stamp, "recorded_at": self.moment(after=stamp["recorded_at"])}
                ResultHoldClear.objects.create(hold=hold, reason="No clot.", **later)
        if chance() < 0.5:
            Evaluation.objects.create(
                result=result,
                method_version=1,
                is_critical=is_critical(result),
                delta_verdict="NOT_CHECKED",
                inputs={},
                trace={},
                worker="test",
                task_id="test",
                **stamp,
            )
        if chance() < 0.1:
            FindingClear.objects.create(result=result, reason="Seen.", **stamp)


@pytest.mark.parametrize("number", range(4))
def test_what_is_fetched_for_a_list_answers_as_everything_does(number) -> None:
    months = Months(number)
    programme, ids = months.world.programme, [person.pk for person in months.people]

    for step in sorted(months.dice.sample(range(STEPS), 40)):
        beside = months.dice.choice([-1, 0, 0, 1]) * timedelta(microseconds=1)
        at = months.start + step * STEP + beside
        rules, full = gathered(ids, programme, known_at=at)
        entries = entries_of(ids, known_at=at)
        recent = facts_at(entries, programme=programme, rules=rules, at=at)
        for person in ids:
            wanted = decide(full[person], programme=rules, at=at)
            assert decide(recent[person], programme=rules, at=at) == wanted


def test_of_many_weeks_only_the_last_ones_are_fetched() -> None:
    world = World()
    person = world.person()
    world.enrol(person)
    world.sign(person)
    begun = database_now()
    for week in range(10):
        at = begun + timedelta(weeks=week)
        world.medical(person, performed_at=at, at=at)
        world.psychological(person, performed_at=at, at=at)
    refused = world.medical(person, FAILED, performed_at=begun, at=begun)
    lifting = world.medical(person, performed_at=at, at=at, lifts=[refused])

    programme = programme_of(world.programme)
    entries = entries_of([person.pk], known_at=at)
    recent = facts_at(entries, programme=world.programme, rules=programme, at=at)[person.pk]

    assert decide(recent, programme=programme, at=at).is_cleared
    assert {str(refused.pk), str(lifting.pk)} <= {one.id for one in recent.checks}
    assert len(recent.checks) == 6  # of two weeks, the refusal and what lifted it


def test_a_list_asks_as_many_questions_of_ten_people_as_of_two() -> None:
    world = World(asks=ASKS[2])
    asked = []
    for more in (2, 8):
        for _each in range(more):
            person = world.cleared()
            world.medical(person)
            recorded(person, 10)
        ids = list(entries_of_members(world))
        with CaptureQueriesContext(connection) as queries:
            answers = clearances_of(ids, world.programme, at=database_now())
        asked.append((len(answers), len(queries)))

    assert [people for people, _queries in asked] == [2, 10]
    assert asked[0][1] == asked[1][1]


def entries_of_members(world: World) -> list[int]:
    return list(world.programme.enrolments.values_list("person_id", flat=True))


def test_with_later_knowledge_a_list_is_answered_with_it() -> None:
    world = World()
    person = world.cleared()
    then = database_now()
    world.medical(person, FAILED, performed_at=then - timedelta(hours=1))

    plain = clearances_of([person.pk], world.programme, at=then)
    hindsight = clearances_of([person.pk], world.programme, at=then, known_at=database_now())

    assert plain[person.pk].is_cleared
    assert hindsight[person.pk].reasons == (Reason.MEDICAL_FAILED,)
