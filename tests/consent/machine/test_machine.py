"""Whatever is done to whom, in whatever order: every answer is what the diary of it says."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consent.actions import findings, programmes, waivers
from consent.models import Programme
from consent.queries.clearances import clearance_of, clearances_of
from consent.rules import facts
from patients.actions import links, persons, quarantine
from patients.models import PersonLink
from tests.consent.machine.acts import (
    ADULT,
    ASKS,
    CHILD,
    HOUR,
    INSTANT,
    PEOPLE,
    ago,
    where,
    whoever,
)
from tests.consent.machine.diary import Link
from tests.consent.machine.leaving import Leaving
from tests.consent.machine.loads import Loads

# How many stories an ordinary run tells.
SHORT = 6


class Machine(Leaving):
    """Three people in two programmes; every rule is an act, done now or told later."""

    @rule(who=whoever, born=st.sampled_from([ADULT, CHILD]))
    def correct_birth(self, who: int, born: date) -> None:
        person, at = self.people[who], self.now
        person.refresh_from_db()
        given = {
            "changes": {"birth_date": born},
            "expected": {"birth_date": person.birth_date},
            "reason": "Passport seen.",
        }
        amend = {"person": person, "by": self.world.registrar, "at": at, **given}
        if person.birth_date != born and self._try(lambda: persons.amend(**amend)):
            number = len(self.diary.entries[person.pk].births)
            fact = facts.BirthRecord(
                id=f"birth-{person.pk}-{number}", latest_birth_date=born, recorded_at=at
            )
            self.diary.note(person.pk, "births", fact)

    @rule(who=whoever, days_ago=st.sampled_from([0, 1, 9, None]), is_dead=st.booleans())
    def record_death(self, who: int, days_ago: int | None, is_dead: bool) -> None:
        """Somebody is recorded as dead since a day, or since nobody knows when; or that is undone."""
        person, at = self.people[who], self.now
        day = None if days_ago is None else (at - timedelta(days=days_ago)).date()
        known = {"deceased_on": day, "deceased_precision": "DAY" if day else "UNKNOWN"}
        stated = known if is_dead else {"deceased_on": None, "deceased_precision": "DAY"}
        if self._try(lambda: self.world.dies(person, at=at, **stated) or person) is None:
            return
        standing = [one for one in self.diary.entries[person.pk].deaths if one.replaced_at is None]
        for one in standing:
            self.diary.change(person.pk, "deaths", one.id, replaced_at=at)
        if is_dead:
            number = len(self.diary.entries[person.pk].deaths)
            began = None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
            name = f"death-{person.pk}-{number}"
            fact = facts.Death(id=name, died_at=began, recorded_at=at)
            self.diary.note(person.pk, "deaths", fact)

    @rule(who=whoever, begins=st.sampled_from([0, 24]), lasts=st.sampled_from([None, 48]))
    def isolate(self, who: int, begins: int, lasts: int | None) -> None:
        person, at = self.people[who], self.now
        start = at + begins * HOUR
        end = None if lasts is None else start + lasts * HOUR
        given = {"kind": "HOSPITAL", "reason": "Contact", "starts_at": start, "ends_at": end}
        made = self._try(
            lambda: quarantine.order(by=self.world.registrar, at=at, person=person, **given)
        )
        if made:
            fact = facts.QuarantineOrder(id=str(made.pk), start=start, recorded_at=at, end=end)
            self.diary.note(person.pk, "quarantines", fact)

    @rule(who=whoever, ago=ago)
    def lift_quarantine(self, who: int, ago: timedelta) -> None:
        row = self.people[who].quarantine_orders.filter(lift=None).last()
        if row is None:
            return
        given = {"by": self.world.registrar, "at": self.now, "reason": "Negative."}
        if self._try(lambda: quarantine.lift(order=row, lifted_at=self.now - ago, **given)):
            lifted = {"lifted_at": self.now - ago, "lift_recorded_at": self.now}
            self.diary.change(row.person_id, "quarantines", str(row.pk), **lifted)

    @rule(first=whoever, second=whoever)
    def link(self, first: int, second: int) -> None:
        duplicate, survivor = self.people[first], self.people[second]
        given = {"duplicate": duplicate, "survivor": survivor, "reason": "same"}
        if self._try(lambda: links.link(by=self.world.registrar, at=self.now, **given)):
            self.diary.links.append(Link(duplicate.pk, survivor.pk, self.now))

    @precondition(lambda self: any(one.until is None for one in self.diary.links))
    @rule()
    def part(self) -> None:
        one = next(one for one in self.diary.links if one.until is None)
        row = PersonLink.objects.get(duplicate=one.duplicate, unlink=None)
        given = {"link": row, "reason": "Not the same."}
        if self._try(lambda: links.unlink(by=self.world.registrar, at=self.now, **given)):
            one.until = self.now

    @rule(which=where, later=st.sampled_from([0, 24]), grace=st.sampled_from([None, 0, 48]))
    def replace_text(self, which: int, later: int, grace: int | None) -> None:
        world = self.worlds[which]
        if world.programme.code in self.diary.closings:
            return
        begins = self.now + later * HOUR
        until = None if grace is None else begins + grace * HOUR
        given = {"title": "Next", "body": {"en": f"Text of {begins}."}}
        drafted = waivers.draft_text(
            programme=world.programme,
            effective_from=begins,
            predecessor_until=until,
            by=self.world.manager,
            at=self.now,
            **given,
        )
        text = waivers.approve_text(text=drafted, by=self.world.examiner, at=self.now)
        self.diary.moments.add(self.now)
        self._write_text(world.programme.code, text)
        if not later:
            world.text = text

    @rule(
        which=where,
        number=st.integers(min_value=0, max_value=len(ASKS) - 1),
        later=st.sampled_from([0, 72]),
    )
    def ask_for_more(self, which: int, number: int, later: int) -> None:
        programme = self.worlds[which].programme
        if programme.code in self.diary.closings:
            return
        begins, asks = self.now + later * HOUR, ASKS[number]
        draft = programmes.draft_version(
            programme=programme,
            effective_from=begins,
            by=self.world.manager,
            at=self.now,
            **asks,
        )
        programmes.approve_version(version=draft, by=self.world.examiner, at=self.now)
        self.diary.moments.add(self.now)
        self._write_version(programme.code, draft.number, asks, begins, self.now)

    @rule(
        who=whoever,
        value=st.sampled_from([5, 12, 40, 500, 6_000_000]),
        ago=ago,
        is_released=st.booleans(),
    )
    def measure(self, who: int, value: int, ago: timedelta, is_released: bool) -> None:
        at = self.now
        row = self.loads.record(self.people[who], value, collected_at=at - ago, at=at)
        released_at = at if is_released else None
        if is_released:
            self.loads.release(row, at=at)
        self.diary.moments.add(at)
        fact = facts.NaniteResult(
            id=str(row.pk),
            analyte="NANITE-LOAD",
            is_allowed=True,
            at_most=Decimal(value),
            collected_at=at - ago,
            recorded_at=at,
            released_at=released_at,
        )
        self.diary.note(row.person_id, "nanites", fact)
        if self.loads.is_critical(value):
            self._find(row, "critical", at)

    @rule(who=whoever, code=st.sampled_from(["T1", "T1", "T2"]), ago=ago)
    def determine_type(self, who: int, code: str, ago: timedelta) -> None:
        at = self.now
        row = self.loads.record(self.people[who], code, collected_at=at - ago, at=at)
        self.loads.release(row, at=at)
        self.diary.moments.add(at)
        fact = facts.NaniteResult(
            id=str(row.pk),
            analyte="NANITE-TYPE",
            is_allowed=True,
            collected_at=at - ago,
            recorded_at=at,
            released_at=at,
            code=code,
        )
        self.diary.note(row.person_id, "nanites", fact)

    def _find(self, row: Any, name: str, at: Any) -> None:
        fact = facts.Finding(id=f"{row.pk}:{name}", result=str(row.pk), found_at=at, recorded_at=at)
        self.diary.note(row.person_id, "findings", fact)

    @rule(who=whoever, value=st.sampled_from([5, 40, 500]), is_released=st.booleans())
    def correct_load(self, who: int, value: int, is_released: bool) -> None:
        known = self.diary.entries.get(self.people[who].pk, facts.Facts()).nanites
        corrected = {one.corrects for one in known}
        loads = [one for one in reversed(known) if one.analyte == "NANITE-LOAD"]
        old = next((one for one in loads if one.id not in corrected), None)
        if old is None:
            return
        at = self.now
        row = self.loads.record(
            self.people[who], value, collected_at=old.collected_at, at=at, corrects=int(old.id)
        )
        if is_released:
            self.loads.release(row, at=at)
        self.diary.moments.add(at)
        fact = facts.NaniteResult(
            id=str(row.pk),
            analyte="NANITE-LOAD",
            is_allowed=True,
            at_most=Decimal(value),
            collected_at=old.collected_at,
            recorded_at=at,
            released_at=at if is_released else None,
            corrects=old.id,
        )
        self.diary.note(row.person_id, "nanites", fact)

    @rule(who=whoever, what=st.sampled_from(["release", "withdraw", "hold", "clear", "deal"]))
    def handle_load(self, who: int, what: str) -> None:
        person, at = self.people[who], self.now
        rows = list(person.results.filter(analyte__code="NANITE-LOAD").order_by("pk"))
        if not rows:
            return
        row = rows[-1]
        known = next(one for one in self.diary.entries[person.pk].nanites if one.id == str(row.pk))
        self.diary.moments.add(at)
        if what == "release" and known.released_at is None:
            self.loads.release(row, at=at)
            self.diary.change(person.pk, "nanites", known.id, released_at=at)
        elif what == "withdraw" and known.annulled_at is None:
            self.loads.withdraw(row, at=at)
            self.diary.change(person.pk, "nanites", known.id, annulled_at=at)
        elif what == "hold" and self._try(lambda: self.loads.hold(row, at=at)):
            self._find(row, f"hold:{at.isoformat()}", at)
        elif what == "clear":
            self._clear_holds(row, at)
        elif what == "deal":
            given = {"by": self.world.examiner, "at": at, "reason": "Seen."}
            if self._try(lambda: findings.clear(result=row, **given)):
                self.diary.change(person.pk, "findings", f"{row.pk}:critical", cleared_at=at)

    def _clear_holds(self, row: Any, at: Any) -> None:
        for held in row.holds.filter(clear=None):
            self.loads.clear(held, at=at)
            name = f"{row.pk}:hold:{held.recorded_at.isoformat()}"
            self.diary.change(row.person_id, "findings", name, cleared_at=at)

    # --- every answer

    @invariant()
    def every_answer_is_what_the_diary_says(self) -> None:
        self.steps += 1
        for world in self.worlds:
            self._compare_now(world.programme)

    def _compare_now(self, programme: Programme) -> None:
        now, ids, code = self.now, [person.pk for person in self.people], programme.code
        answers = clearances_of(ids, programme, at=now)
        for person, answer in answers.items():
            assert set(answer.reasons) == self.diary.reasons(person, code, now, now)
            until = answer.valid_until
            if until is not None:
                assert not self.diary.reasons(person, code, until - INSTANT, now)
                assert self.diary.reasons(person, code, until, now)
        # One of them from all facts, as their own page asks: another at every step.
        one = self.people[self.steps % PEOPLE]
        assert clearance_of(one, programme, at=now) == answers[one.pk]

    @invariant()
    def no_earlier_answer_changed(self) -> None:
        past = sorted(self.diary.moments)
        if not past:
            return
        ids, then = [person.pk for person in self.people], past[self.steps * 7 % len(past)]
        if self.steps % 3 == 0:
            then -= INSTANT
        known_at = self.now if self.steps % 2 else then
        programme = self.worlds[self.steps // 2 % len(self.worlds)].programme
        told = clearances_of(ids, programme, at=then, known_at=known_at)
        for person, answer in told.items():
            expected = self.diary.reasons(person, programme.code, then, known_at)
            assert set(answer.reasons) == expected


@pytest.mark.django_db
def test_whatever_is_done_every_answer_is_what_the_diary_says() -> None:
    """MACHINE_EXAMPLES=500 looks longer, at longer stories too."""
    examples = int(os.environ.get("MACHINE_EXAMPLES", SHORT))
    Machine.loads = Loads()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12 if examples <= SHORT else 30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
