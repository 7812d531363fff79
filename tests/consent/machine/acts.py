"""What is done to people of two programmes, and written down in a diary beside the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
)

from consent.actions import capacities, checks, enrolments, waivers
from consent.models import Check, Enrolment, WaiverSignature
from consent.queries.subjects import refusals_to_lift
from consent.rules import facts
from consent.rules.capacities import Capacity
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.programmes import CheckRequirement, NaniteRequirement, ProgrammeVersion
from consent.rules.psychological import AnnulCode
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from patients.actions import persons
from patients.rules.births import Birth, Precision
from tests.consent.machine.diary import Diary
from tests.consent.machine.loads import Loads
from tests.consent.programme import World
from tests.patients import people

PEOPLE = 3
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
ADULT, CHILD = date(1990, 5, 17), date(2012, 5, 17)
GUARDIAN = {"guardian_name": "Vera Quill", "guardian_relation": "mother"}
LOAD = {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(100)}
# What versions of the programme ask, as they are drafted.
ASKS: list[dict[str, Any]] = [
    {},
    {"check_validity_hours": 72, "quarantine_clear_hours": 48},
    {**LOAD, "nanite_control_counts": True},
    {**LOAD, "nanite_drift_factor": Decimal(3), "requires_psychological": False},
    {**LOAD, "nanite_types": "T1"},
    {"admits_minors": True, "minimum_age_years": 12, "psychological_validity_hours": 24},
]
# The other programme asks for little, and covers little.
OTHER: dict[str, Any] = {"questionnaires": ["GAD-7"], "news2_refer_from": 5}
COVERED = {
    CheckKind.MEDICAL: [
        None,
        {"NEWS2 referred from 5"},
        {f"NEWS2 referred from {n}" for n in (3, 4, 5)},
    ],
    CheckKind.PSYCHOLOGICAL: [None, {"GAD-7"}, {"GAD-7", "PHQ-9"}],
}
where = st.sampled_from([0, 0, 1])
covered = st.sampled_from([0, 1, 2, 2])
whoever = st.integers(min_value=0, max_value=PEOPLE - 1)
ago = st.sampled_from([0, 0, 0, 1, 30, 167, 168, 200]).map(lambda hours: hours * HOUR)


def asked(number: int, asks: dict[str, Any], effective_from: Any, at: Any) -> ProgrammeVersion:
    """Write a version down by hand as the oracle reads it."""
    medical = asks.get("check_validity_hours", 168) * HOUR
    psychological = asks.get("psychological_validity_hours", 0) * HOUR or medical
    score = frozenset({f"NEWS2 referred from {asks.get('news2_refer_from', 3)}"})
    names = asks.get("questionnaires", ["PHQ-9", "GAD-7"])
    said = frozenset(f"questionnaire {name}" for name in names)
    needs = [CheckRequirement(kind=CheckKind.MEDICAL, validity=medical, asks=score)]
    if asks.get("requires_psychological", True):
        kind = CheckKind.PSYCHOLOGICAL
        needs.append(CheckRequirement(kind=kind, validity=psychological, asks=said))
    load = NaniteRequirement(
        analyte="NANITE-LOAD",
        maximum=Decimal(100),
        control_counts=asks.get("nanite_control_counts", False),
        drift_factor=asks.get("nanite_drift_factor"),
    )
    codes = frozenset(asks.get("nanite_types", "").split())
    types = [NaniteRequirement(analyte="NANITE-TYPE", codes=codes)] if codes else []
    return ProgrammeVersion(
        number=number,
        effective_from=effective_from,
        recorded_at=at,
        minimum_age_years=asks.get("minimum_age_years", 18),
        majority_years=18,
        admits_minors=asks.get("admits_minors", False),
        nanites=(*([load] if "nanite_analyte" in asks else []), *types),
        checks=tuple(needs),
        quarantine_clear=asks.get("quarantine_clear_hours", 0) * HOUR,
    )


class Acts(RuleBasedStateMachine):
    """Enrolments, waivers and checks of three people; each is done, and then written down."""

    loads: Loads  # one laboratory for all examples: its patterns cost the most to make

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        try:
            self._begin()
        except BaseException:
            self.teardown()
            raise

    def _begin(self) -> None:
        self.worlds, self.steps = [World(), World(asks=OTHER)], 0
        self.world = self.worlds[0]  # whose staff does what has no programme
        # Ahead of the database's clock, so that an act is recorded as of its own moment and not of its lock.
        self.now = database_now() + HOUR
        self.diary = Diary()
        self.away: dict[int, Any] = {}  # the postings that run, by the entry that left
        for world, asks in zip(self.worlds, ({}, OTHER), strict=True):
            version = world.programme.versions.get()
            code = world.programme.code
            self._write_version(code, 1, asks, version.effective_from, version.approved_at)
            self._write_text(code, world.text)
        self.people = [self._registered() for _each in range(PEOPLE)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # --- what is written down

    def _write_version(
        self, programme: str, number: int, asks: Any, effective_from: Any, at: Any
    ) -> None:
        written = self.diary.versions.setdefault(programme, [])
        written.append(asked(number, asks, effective_from, at))

    def _write_text(self, programme: str, text: Any) -> None:
        self.diary.texts.append(
            facts.WaiverText(
                id=str(text.pk),
                version=text.number,
                effective_from=text.effective_from,
                recorded_at=text.approved_at,
                predecessor_until=text.predecessor_until,
                programme=programme,
            )
        )

    def _registered(self) -> Any:
        by = self.world.registrar
        person = persons.register(
            by=by,
            at=self.now,
            species=people.human(),
            sex="M",
            birth=Birth(ADULT, Precision.DAY),
            family="Quill",
            given="Ada",
        )
        birth = facts.BirthRecord(
            id=f"birth-{person.pk}-0", latest_birth_date=ADULT, recorded_at=self.now
        )
        self.diary.note(person.pk, "births", birth)
        return person

    def _try(self, act: Callable[[], Any]) -> Any:
        """Do something; None where it was refused, which the diary then does not know of."""
        self.diary.moments.add(self.now)
        try:
            with transaction.atomic():
                return act()
        except Refusal as refused:
            note(f"refused: {refused}")
            return None

    # --- acts

    @initialize(who=whoever)
    def most_have_everything(self, who: int) -> None:
        for number in range(PEOPLE):
            self.identify(number, is_confirmed=True)
            if number != who:
                for which in range(len(self.worlds)):
                    self.enrol(number, which)
                    self.sign(number, which, by_guardian=False)
                self.examine(number, CheckOutcome.PASSED, 0 * HOUR, "", 2)
                self.interview(number, CheckOutcome.PASSED, 0 * HOUR, 2)

    @rule(hours=st.sampled_from([1, 12, 24, 71, 72, 96, 167, 168]))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule(who=whoever, which=where)
    def enrol(self, who: int, which: int) -> None:
        person, at, programme = self.people[who], self.now, self.worlds[which].programme
        given = {"programme": programme, "started_at": at, "at": at}
        made = self._try(lambda: enrolments.enrol(person=person, by=self.world.officer, **given))
        if made:
            fact = facts.Enrolment(
                id=str(made.pk), programme=programme.code, start=at, recorded_at=at
            )
            self.diary.note(person.pk, "enrolments", fact)

    @rule(who=whoever, which=where, ago=ago)
    def leave(self, who: int, which: int, ago: timedelta) -> None:
        person, at, programme = self.people[who], self.now, self.worlds[which].programme
        row = Enrolment.objects.filter(person=person, programme=programme, end=None).first()
        if row is None:
            return
        given = {"enrolment": row, "ended_at": at - ago, "by": self.world.officer, "at": at}
        if self._try(lambda: enrolments.end(**given)):
            ended = {"end": at - ago, "end_recorded_at": at}
            self.diary.change(person.pk, "enrolments", str(row.pk), **ended)

    @rule(who=whoever, which=where, by_guardian=st.sampled_from([False, False, True]))
    def sign(self, who: int, which: int, by_guardian: bool) -> None:
        person, at = self.people[who], self.now
        more = GUARDIAN if by_guardian else {}
        world = self.worlds[which]
        text = world.text
        given = {"text": text, "text_sha256": text.sha256, "signed_at": at, "at": at, **more}
        made = self._try(lambda: world.sign(person, **given))
        if made:
            fact = facts.Signature(
                id=str(made.pk),
                text=str(text.pk),
                signed_at=at,
                recorded_at=at,
                by_guardian=by_guardian,
            )
            self.diary.note(person.pk, "signatures", fact)

    @rule(who=whoever)
    def annul_signature(self, who: int) -> None:
        row = WaiverSignature.objects.filter(person=self.people[who], annulment=None).last()
        given = {"by": self.world.officer, "at": self.now, "reason": "Wrong person."}
        if row and self._try(lambda: waivers.annul_signature(signature=row, **given)):
            self.diary.change(row.person_id, "signatures", str(row.pk), annulled_at=self.now)

    @rule(who=whoever, which=where, from_every=st.booleans())
    def withdraw(self, who: int, which: int, from_every: bool) -> None:
        programme = None if from_every else self.worlds[which].programme
        person = self.people[who]
        made = self._try(lambda: self.world.withdraw(person, programme=programme, at=self.now))
        assert made is not None  # no state refuses it
        code = None if programme is None else programme.code
        fact = facts.Withdrawal(
            id=str(made.pk),
            effective_at=self.now,
            recorded_at=made.recorded_at,  # when it held the lock
            programme=code,
        )
        self.now = made.recorded_at
        self.diary.note(person.pk, "withdrawals", fact)

    @rule(who=whoever, found=st.sampled_from(list(Capacity)), ago=ago)
    def judge_capacity(self, who: int, found: Capacity, ago: timedelta) -> None:
        person, at = self.people[who], self.now
        given = {"outcome": found, "assessed_at": at - ago, "by": self.world.psychologist}
        made = self._try(lambda: capacities.assess(person=person, at=at, **given))
        if made:
            fact = facts.CapacityFinding(
                id=str(made.pk),
                lacks=found == "LACKS",
                assessed_at=at - ago,
                recorded_at=made.recorded_at,
            )
            self.now = made.recorded_at
            self.diary.note(person.pk, "capacities", fact)

    @rule(
        who=whoever,
        outcome=st.sampled_from([CheckOutcome.PASSED, *CheckOutcome]),
        ago=ago,
        control=st.sampled_from(["", "", "CONTROLLED", "NOT_CONTROLLED"]),
        much=covered,
    )
    def examine(
        self, who: int, outcome: CheckOutcome, ago: timedelta, control: str, much: int
    ) -> None:
        covers = COVERED[CheckKind.MEDICAL][much]
        told = {"nanite_control": control, "covers": covers}
        made = self._check(who, CheckKind.MEDICAL, outcome, ago, covers, told)
        if made and control and not (control == "CONTROLLED" and outcome == "INCOMPLETE"):
            fact = facts.NaniteControl(
                id=str(made.pk),
                is_controlled=control == "CONTROLLED",
                observed_at=self.now - ago,
                recorded_at=self.now,
            )
            self.diary.note(made.person_id, "controls", fact)

    @rule(
        who=whoever,
        outcome=st.sampled_from([CheckOutcome.PASSED, *CheckOutcome]),
        ago=ago,
        much=covered,
    )
    def interview(self, who: int, outcome: CheckOutcome, ago: timedelta, much: int) -> None:
        asked = COVERED[CheckKind.PSYCHOLOGICAL][much]
        covers = None if asked is None else {f"questionnaire {name}" for name in asked}
        told = {"asked": None if asked is None else sorted(asked)}
        self._check(who, CheckKind.PSYCHOLOGICAL, outcome, ago, covers, told)

    def _check(
        self,
        who: int,
        kind: CheckKind,
        outcome: CheckOutcome,
        ago: timedelta,
        covers: set[str] | None,
        told: dict[str, Any],
    ) -> Any:
        person, at = self.people[who], self.now
        lifts = []
        if outcome is CheckOutcome.PASSED:
            standing = refusals_to_lift(person, kind, at=at).filter(performed_at__lt=at - ago)
            lifts = list(standing.order_by("pk")[:1])  # one of them: the others go on to stand
        record = self.world.medical if kind is CheckKind.MEDICAL else self.world.psychological
        given = {"performed_at": at - ago, "at": at, "lifts": lifts, **told}
        made = self._try(lambda: record(person, outcome, **given))
        if made:
            fact = facts.Check(
                id=str(made.pk),
                kind=kind,
                outcome=outcome,
                performed_at=at - ago,
                recorded_at=at,
                lifts=frozenset(str(one.pk) for one in lifts),
                covers=None if covers is None else frozenset(covers),
            )
            self.diary.note(person.pk, "checks", fact)
        return made

    @rule(who=whoever)
    def annul_check(self, who: int) -> None:
        row = Check.objects.filter(person=self.people[who], annulment=None).last()
        if row is None:
            return
        world, at = self.world, self.now
        by = world.examiner if row.kind == "MEDICAL" else world.psychologist
        code = AnnulCode.NOT_HELD if row.is_private else None
        given = {"check": row, "by": by, "at": at, "reason": "Wrong person.", "code": code}
        if self._try(lambda: checks.annul(**given)):
            self.diary.change(row.person_id, "checks", str(row.pk), annulled_at=at)
            self.diary.change(row.person_id, "controls", str(row.pk), annulled_at=at)

    @rule(who=whoever, is_confirmed=st.booleans())
    def identify(self, who: int, is_confirmed: bool) -> None:
        person, at = self.people[who], self.now
        judge = persons.confirm_identity if is_confirmed else persons.doubt_identity
        given = {"by": self.world.registrar, "at": at, "basis": "passport", "happened_at": at}
        made = self._try(lambda: judge(person=person, **given))
        if made:
            fact = facts.IdentityCheck(
                id=str(made.pk), is_confirmed=is_confirmed, happened_at=at, recorded_at=at
            )
            self.diary.note(person.pk, "identity", fact)
