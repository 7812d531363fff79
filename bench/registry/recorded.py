"""What else is recorded of the people: stays, quarantine, follow-up, sightings, signs, interventions."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg

from bench.registry.population import DRAWN, FIRST, Population
from bench.scale.copying import NULL, bare, copy
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from patients.models import (
    Agent,
    CareGrant,
    Controller,
    ControllerAssignment,
    Encounter,
    EncounterEnd,
    FollowUpDecision,
    FollowUpRule,
    FollowUpVisit,
    Intervention,
    Location,
    PersonLink,
    QuarantineLift,
    QuarantineOrder,
    QuarantineReview,
    QuarantineRule,
    Sighting,
    Sign,
    SignObservation,
)

TABLES = (
    *(Encounter, EncounterEnd, Sighting, FollowUpVisit, FollowUpDecision, PersonLink),
    *(QuarantineOrder, QuarantineLift, QuarantineReview),
    *(SignObservation, Intervention, CareGrant, Controller, ControllerAssignment),
)
WARDS, BEDS = 20, 40
DAYS = 14  # of visits and sightings
OUTCOMES = ("SEEN", "SEEN", "SEEN", "SEEN", "SEEN", "SEEN", "SEEN", "UNAVAILABLE", "REFUSED")
LOOKED = ("SEEN", "SEEN", "SEEN", "SEARCHING", "SEARCHED_NOT_FOUND")


class Recorded:
    """So much of each kind for every 50,000 people."""

    def __init__(self, population: Population, approver: Principal) -> None:
        self.of, self.at = population, population.at
        self.dice = random.Random(20_261_124)  # noqa: S311
        self.share = population.people / 50_000
        self.approver = approver
        self.stamp = {"recorded_at": self.at, "recorded_by_id": population.actor}

    def fill(self, owner: psycopg.Connection[Any]) -> None:
        """Copy what was recorded; the catalogues have been written."""
        with bare(owner, TABLES):
            self._stays(owner)
            self._quarantine(owner)
            self._follow_up(owner)
            self._clinical(owner)
            self._links(owner)

    def write_catalogues(self) -> None:
        """Write agents, places, rules and a sign."""
        by = Principal.objects.get(pk=self.of.actor)
        with acting(by=by, at=self.at, action="bench.prepare"):
            self._catalogues()

    def _catalogues(self) -> None:
        self.agents = [self._agent("nanites", 21), self._agent("dust", 14)]
        self.wards = [self._place(f"bw-{n}", Location.Kind.WARD, None) for n in range(WARDS)]
        self.beds = [
            self._place(f"bb-{n}", Location.Kind.BED, self.wards[n % WARDS])
            for n in range(WARDS * BEDS)
        ]
        rule = {"days": 14, "review_every_days": 3, "source": "bench", **self._approved()}
        self.rule = QuarantineRule.objects.create(
            agent="nanites", kind="HOME", in_force_from=self.at, **rule, **self.stamp
        )
        self.sign = Sign.objects.create(
            code="bench-skin",
            number=1,
            name="Skin tone",
            kind=Sign.Kind.PRESENCE,
            meaning="Whether it is there.",
            status="ACTIVE",
            drafted_by_id=self.of.actor,
            drafted_at=self.at,
            **self._approved(),
        )

    def _approved(self) -> dict[str, Any]:
        return {"approved_by": self.approver, "approved_at": self.at}

    def _agent(self, code: str, days: int) -> Agent:
        agent: Agent = Agent.objects.create(code=code, name=code.capitalize(), **self.stamp)
        FollowUpRule.objects.create(
            agent=agent,
            days=days,
            source="bench",
            in_force_from=self.at,
            **self._approved(),
            **self.stamp,
        )
        return agent

    def _place(self, code: str, kind: str, parent: Location | None) -> Location:
        made: Location = Location.objects.create(
            code=code, name=code.upper(), kind=kind, parent=parent, **self.stamp
        )
        return made

    def _many(self, number: int) -> int:
        return max(1, round(number * self.share))

    def _persons(self, number: int) -> list[int]:
        return [FIRST + n for n in self.dice.sample(range(self.of.people), self._many(number))]

    def _ago(self, days: float) -> datetime:
        return self.at - timedelta(days=self.dice.uniform(0.01, days))

    def _stays(self, owner: psycopg.Connection[Any]) -> None:
        staying = self._persons(1_500)
        gone = [FIRST + self.dice.randrange(self.of.people) for _n in range(self._many(20_000))]
        places = [one.pk for one in (*self.beds, *self.wards)]
        # So many as stay in 800 beds for five days each.
        begun = [*(self._ago(20) for _one in staying), *(self._ago(120) for _one in gone)]
        columns = ("id", "person_id", "location_id", "started_at", "is_open")
        rows = (
            (n + 1, person, self.dice.choice(places), begun[n], "t" if n < len(staying) else "f")
            for n, person in enumerate((*staying, *gone))
        )
        copy(owner, Encounter, columns, rows, **self.stamp)
        ended = (
            (n + 1, n + 1, begun[n] + (self.at - begun[n]) * self.dice.uniform(0.1, 0.9))
            for n in range(len(staying), len(begun))
        )
        columns = ("id", "encounter_id", "ended_at")
        copy(owner, EncounterEnd, columns, ended, disposition="DISCHARGED", **self.stamp)

    def _quarantine(self, owner: psycopg.Connection[Any]) -> None:
        persons = self._persons(20_000)
        dice, wards = self.dice, [one.pk for one in self.wards]
        rows = []
        for n, person in enumerate(persons):
            start = self._ago(40)
            end = NULL if n % 20 == 0 else start + timedelta(days=14)
            kind, where, place = ("HOME", NULL, f"Street {n}")
            if n % 4 == 0:
                kind, where, place = ("INSTITUTIONAL", dice.choice(wards), "")
            ruled = self.rule.pk if kind == "HOME" else NULL
            rows.append((n + 1, person, kind, where, place, start, end, ruled))
        columns = ("id", "person_id", "kind", "location_id", "place", "starts_at", "ends_at")
        copy(
            owner,
            QuarantineOrder,
            (*columns, "rule_id"),
            rows,
            agent="nanites",
            reason="bench",
            **self.stamp,
        )
        lifted = [row for row in rows if row[0] % 10 == 3]
        copy(
            owner,
            QuarantineLift,
            ("id", "order_id", "lifted_at"),
            ((row[0], row[0], self._ago(5)) for row in lifted),
            reason="bench",
            **self.stamp,
        )
        reviewed = [row for row in rows if row[0] % 2]
        copy(
            owner,
            QuarantineReview,
            ("id", "order_id", "reviewed_at"),
            ((row[0], row[0], self._ago(6)) for row in reviewed),
            outcome=QuarantineReview.Outcome.CONTINUE.value,
            signs=QuarantineReview.Signs.ABSENT.value,
            findings="bench",
            **self.stamp,
        )

    def _follow_up(self, owner: psycopg.Connection[Any]) -> None:
        dice, given = self.dice, {"recorded_by_id": self.of.actor}
        agents = [one.pk for one in self.agents]

        def visits() -> Iterator[tuple[Any, ...]]:
            for n in range(self._many(200_000)):
                # The later somebody was exposed the more often they are visited of late.
                person = FIRST + dice.randrange(self.of.people)
                agent, moment = agents[dice.random() > 0.75], self._ago(DAYS)
                yield n + 1, person, agent, dice.choice(OUTCOMES), moment, moment

        columns = ("id", "person_id", "agent_id", "outcome", "visited_at", "recorded_at")
        copy(owner, FollowUpVisit, columns, visits(), **{**given, "place": "at home"})
        decided = (
            (n + 1, one, agents[n % 2], dice.choice(("LOST", "CANCELLED")), moment, moment)
            for n, one in enumerate(self._persons(2_000))
            for moment in (self._ago(10),)
        )
        columns = ("id", "person_id", "agent_id", "kind", "decided_at", "recorded_at")
        copy(owner, FollowUpDecision, columns, decided, reason="bench", **given)
        looked = (
            (n + 1, FIRST + dice.randrange(self.of.people), dice.choice(LOOKED), moment, moment)
            for n in range(self._many(20_000))
            for moment in (self._ago(DAYS),)
        )
        columns = ("id", "person_id", "outcome", "seen_at", "recorded_at")
        copy(owner, Sighting, columns, looked, place="market", **given)

    def _clinical(self, owner: psycopg.Connection[Any]) -> None:
        dice, people = self.dice, self.of.people
        seen = (
            (n + 1, FIRST + dice.randrange(people), moment, onset, onset, onset, moment)
            for n in range(self._many(100_000))
            for moment in (self._ago(20),)
            for onset in (moment - timedelta(hours=dice.randrange(1, 200)),)
        )
        columns = ("id", "person_id", "observed_at", "onset_at", "onset_earliest", "onset_latest")
        copy(
            owner,
            SignObservation,
            (*columns, "recorded_at"),
            seen,
            sign_id=self.sign.pk,
            is_present=True,
            onset_precision=SignObservation.Onset.EXACT.value,
            recorded_by_id=self.of.actor,
        )
        done = (
            (n + 1, FIRST + dice.randrange(people), dice.choice(Intervention.Kind.values), moment)
            for n in range(self._many(20_000))
            for moment in (self._ago(30),)
        )
        given = {"operator_id": self.of.actor, **self.stamp}
        columns = ("id", "person_id", "kind", "started_at")
        copy(owner, Intervention, columns, done, detail="bench", **given)

        persons = self._persons(500)
        devices = ((n + 1, uuid.UUID(int=n + 1), f"C{n}", "bench") for n in range(len(persons)))
        columns = ("id", "uid", "serial", "model")
        copy(owner, Controller, columns, devices, **self.stamp)
        worn = ((n + 1, n + 1, one, self._ago(20)) for n, one in enumerate(persons))
        columns = ("id", "controller_id", "person_id", "since")
        copy(owner, ControllerAssignment, columns, worn, **self.stamp)

    def _links(self, owner: psycopg.Connection[Any]) -> None:
        # Neighbours, who are in one cluster for the most part; none of the cluster that is drawn.
        least, most = DRAWN // 2 + 1, self.of.people // 2
        chosen = self.dice.sample(range(least, most), min(self._many(500), most - least))
        pairs = [(FIRST + 2 * n, FIRST + 2 * n + 1) for n in chosen]
        links = ((n + 1, *pair) for n, pair in enumerate(pairs))
        columns = ("id", "duplicate_id", "survivor_id")
        copy(owner, PersonLink, columns, links, reason="bench", **self.stamp)
        grants = (
            (n + 1, one, self.at - timedelta(days=1), self.at + timedelta(days=5))
            for n, one in enumerate(self._persons(500))
        )
        columns = ("id", "person_id", "since", "until")
        copy(
            owner,
            CareGrant,
            columns,
            grants,
            principal_id=self.approver.pk,
            reason="bench",
            **self.stamp,
        )
