"""The demo's weekly round: passes, a failure with its alert, a referral, a lapse, a withdrawal; appointments."""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from consent.actions import (
    alerts,
    appointments,
    capacities,
    checks,
    departures,
    enrolments,
    on_call,
    programmes,
    questionnaire_texts,
    reminders,
    transitions,
    waivers,
)
from consent.models import Check, ClearanceTransition, Programme, WaiverWithdrawal
from consent.rules import medical, psychological
from consent.rules.alerts import AlertKind
from consent.rules.appointments import AppointmentKind
from consent.rules.capacities import Capacity
from consent.rules.definitions import questionnaire
from consent.rules.facts import CheckOutcome
from consent.rules.medical import Examination, Sign
from consent.rules.news2 import Consciousness, Subject, Vitals
from consent.rules.rounds import SlotState
from consent.rules.voluntariness import Interview, domains
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.web.demo import cast
from labsys.web.demo.people import patients, principal
from patients.models import Location, Person

CALM = Vitals(
    respiration_per_min=14,
    spo2_percent=98,
    on_oxygen=False,
    systolic_mmhg=124,
    pulse_per_min=68,
    consciousness=Consciousness.ALERT,
    temperature_celsius=Decimal("36.7"),
)
FEVERISH = Vitals(
    respiration_per_min=22,
    spo2_percent=94,
    on_oxygen=False,
    systolic_mmhg=104,
    pulse_per_min=112,
    consciousness=Consciousness.ALERT,
    temperature_celsius=Decimal("38.6"),
)
# Who: medical outcome and days ago, psychological outcome and days ago.
ROUND: dict[str, tuple[tuple[str, int], tuple[str, int]]] = {
    "tanaka": (("PASSED", 2), ("PASSED", 2)),
    "ferreira": (("PASSED", 1), ("PASSED", 3)),
    "novak": (("PASSED", 1), ("PASSED", 1)),  # load above the limit, and not under control
    "lindqvist": (("FAILED", 1), ("PASSED", 2)),
    "osei": (("PASSED", 8), ("REFERRED", 1)),  # the medical check has lapsed
    "marchetti": (("PASSED", 1), ("PASSED", 1)),  # withdraws
}
# Who comes for what, to whom, how far ahead (to the hour), for how many minutes.
APPOINTMENTS = (
    ("osei", AppointmentKind.MEDICAL, "exam", timedelta(hours=1), 30),
    ("lindqvist", AppointmentKind.MEDICAL, "exam2", timedelta(hours=1), 45),
    ("tanaka", AppointmentKind.BOTH, "psych", timedelta(hours=20), 60),
    ("novak", AppointmentKind.BOTH, "exam", timedelta(days=2), 60),
    ("osei", AppointmentKind.PSYCHOLOGICAL, "psych", timedelta(days=4), 45),
)
LOOKED_AT = dict.fromkeys(("SKIN", "HEART", "LUNGS"), "normal")
CONTROL = {"tanaka": "CONTROLLED", "novak": "NOT_CONTROLLED"}


def play(say: Callable[[str], None]) -> None:
    """Found the programme, enrol, sign, examine, and let one person withdraw."""
    if Programme.objects.filter(code=cast.PROGRAMME["code"]).exists():
        return
    with transaction.atomic():
        programme = _found()
        people = members(programme)
        sign_on(programme, people)
        for key, ((outcome, days), (psych, psych_days)) in ROUND.items():
            control = CONTROL.get(key, "")
            examine(people[key], CheckOutcome(outcome), timedelta(days), control=control)
            interview(people[key], CheckOutcome(psych), timedelta(psych_days))
        _judge_capacity(people["osei"])
        _enter_words()
        waivers.withdraw(
            person=people["marchetti"],
            programme=programme,
            door=WaiverWithdrawal.Door.STAFF,
            by=principal("screening"),
            at=database_now(),
        )
        _take_note(people["marchetti"])
        _call(programme, people["lindqvist"])
    left, stayed = _depart(programme, people)
    say(f"{_book(people)} appointments of today and the days to come, and who is reminded of what")
    say(f"a departure: {left} left, {stayed} stayed; one more is planned for tomorrow")
    say(f"weekly round of {len(people)}: {Check.objects.count()} checks, one withdrawal")


def _depart(programme: Programme, people: dict[str, Person]) -> tuple[int, int]:
    """Let two people leave, who go if they are cleared, and plan a departure for whoever tries it."""
    at = database_now()
    planner: dict[str, Any] = {"by": principal("screening"), "at": at}
    gone = departures.plan(
        programme=programme,
        leaves_at=at,
        people=[people["ferreira"], people["osei"]],
        **planner,
    )
    found = departures.depart(departure=gone, by=principal("gate"), at=database_now())
    departures.close(departure=gone, by=principal("gate"), at=database_now())
    departures.plan(
        programme=programme,
        leaves_at=at + timedelta(days=1),
        people=[people["tanaka"], people["lindqvist"], people["novak"]],
        **planner,
    )
    return len(found.left), len(found.stayed)


def _book(people: dict[str, Person]) -> int:
    """Give the next checks a time, and remind whoever is due; beat goes on with it each minute."""
    at = database_now()
    for key, kind, whom, ahead, minutes in APPOINTMENTS:
        slot = people[key].rounds.get(state=SlotState.OPEN)
        starts_at = (at + ahead).replace(minute=0, second=0, microsecond=0)
        appointments.book(
            slot=slot,
            kind=kind,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            place=Location.objects.get(code="ward-b"),
            with_whom=principal(whom),
            by=principal("screening"),
            at=at,
        )
    reminders.remind(by=Principal.objects.system("sweep"), at=at)
    return len(APPOINTMENTS)


def _found() -> Programme:
    """Found the outer survey; stricter rules for it are drafted and wait for somebody else."""
    programme = found(
        cast.PROGRAMME,
        cast.WAIVER,
        nanite_analyte="NANITE-LOAD",
        nanite_maximum=cast.PROGRAMME["nanite_maximum"],
        nanite_control_counts=True,
        panels=["NANITE"],
        quarantine_clear_hours=24,
    )
    at = database_now()
    programmes.draft_version(
        programme=programme,
        effective_from=at + timedelta(days=14),
        check_grace_hours=24,
        nanite_analyte="NANITE-LOAD",
        nanite_maximum=Decimal(80_000),
        nanite_control_counts=False,
        panels=["NANITE", "CBC"],
        quarantine_clear_hours=48,
        note="A lower load, and control counts no more. To be approved.",
        by=principal("quality"),
        at=at,
    )
    return programme


def found(named: Mapping[str, Any], waiver: Mapping[str, str], **asks: Any) -> Programme:
    """Found a programme whose rules and waiver two people agreed on."""
    quality, other, at = principal("quality"), principal("exam"), database_now()
    programme = programmes.create(
        **{field: str(named[field]) for field in ("code", "name", "destination")}, by=quality, at=at
    )
    version = programmes.draft_version(
        programme=programme,
        effective_from=at,
        check_grace_hours=24,
        note="First rules of the programme.",
        by=quality,
        at=at,
        **asks,
    )
    programmes.approve_version(version=version, by=other, at=at)
    text = waivers.draft_text(
        programme=programme,
        title=f"Waiver for the {programme.name.lower()}",
        body=waiver,
        effective_from=at,
        by=quality,
        at=at,
    )
    waivers.approve_text(text=text, by=other, at=at)
    return programme


def members(programme: Programme) -> dict[str, Person]:
    """Return who of the cast takes part in a programme."""
    return {
        patient.key: person for patient, person in patients() if patient.programme == programme.code
    }


def sign_on(programme: Programme, people: Mapping[str, Person]) -> None:
    """Enrol everybody, and let them sign two days after they were told what it means."""
    text = programme.waiver_texts.get()
    for person in people.values():
        at = database_now()
        enrolments.enrol(
            person=person, programme=programme, started_at=at, by=principal("screening"), at=at
        )
        waivers.sign(
            person=person,
            text=text,
            text_sha256=text.sha256,
            language="en",
            identity_checked="document and face",
            informed_at=at - timedelta(days=2),
            signed_at=at,
            drawing=handwriting(person.mrn),
            by=principal("screening"),
            at=at,
        )


def handwriting(name: str) -> list[list[tuple[int, int]]]:
    """Return strokes that look like somebody's signature; each name has its own."""
    hand = random.Random(name)  # noqa: S311 - a drawing for show
    waves, slope = hand.randint(4, 9), hand.randint(2, 6)
    line = [
        (
            60 + 8 * step,
            110 - step // slope + round(hand.randint(20, 60) * math.sin(step * waves / 9)),
        )
        for step in range(hand.randint(35, 55))
    ]
    return [line, [(70, 165), (line[-1][0], 155)]]


def examine(
    person: Person, outcome: CheckOutcome, ago: timedelta, *, control: str = "", by: str = "exam"
) -> None:
    """Record a medical check; who did not pass had a fever."""
    at = database_now()
    vitals = CALM if outcome is CheckOutcome.PASSED else FEVERISH
    signs = dict.fromkeys(Sign, False) | {Sign.FEVER: vitals is FEVERISH}
    subject = Subject(species="human", age_years=_age(person, at), is_pregnant=False)
    proposal = medical.propose(Examination(subject=subject, vitals=vitals, signs=signs))
    score = proposal.score
    checks.record_medical(
        person=person,
        outcome=outcome,
        proposal=proposal,
        vitals={
            name: str(getattr(vitals, name))
            for name in vitals.__dataclass_fields__
            if getattr(vitals, name) is not None
        },
        score={"total": score.total, "parts": dict(score.parts)} if score else {},
        signs=[sign.value for sign, seen in signs.items() if seen],
        nanite_control=control,
        examined=LOOKED_AT,
        performed_at=at - ago,
        by=principal(by),
        at=at,
        comment="Demo examination.",
    )


def _take_note(person: Person) -> None:
    """Let the screening office know of a lost clearance; others wait to be noted."""
    lost = ClearanceTransition.objects.filter(person=person, change="REVOKED").first()
    if lost is not None:
        transitions.take_note(transition=lost, by=principal("screening"), at=database_now())


def _call(programme: Programme, person: Person) -> None:
    """Put a clinician on call, and call them to whoever the examination found unwell."""
    at = database_now()
    doctor = principal("exam2")
    on_call.put(
        principal=doctor, since=at, until=at + timedelta(days=7), by=principal("screening"), at=at
    )
    alerts.raise_alert(
        person=person,
        programme=programme,
        kind=AlertKind.VITAL_SIGNS,
        sitting=uuid.uuid4(),
        by=principal("exam"),
        at=at,
    )


def interview(person: Person, outcome: CheckOutcome, ago: timedelta) -> None:
    """Record a psychological check; who is referred had raised scores and two possible signs."""
    at = database_now()
    raised = outcome is CheckOutcome.REFERRED
    answers: dict[str, list[int | None]] = {
        "PHQ-9": [2 if raised else 0] * 8 + [0],
        "GAD-7": [2 if raised else 0] * 7,
    }
    rating = dict.fromkeys(domains(), 0) | ({"offers": 1, "pressures": 1} if raised else {})
    held = Interview(interviewer="psych", ratings=rating)
    proposal = psychological.propose(answers, required=("PHQ-9", "GAD-7"), first=held)
    checks.record_psychological(
        person=person,
        outcome=outcome,
        proposal=proposal,
        content={
            "answers": answers,
            "scores": [one.as_data() for one in proposal.scores],
            "interview": rating,
            "notes": "Demo interview.",
        },
        performed_at=at - ago,
        by=principal("psych"),
        at=at,
    )


def _judge_capacity(person: Person) -> None:
    at = database_now()
    capacities.assess(
        person=person, outcome=Capacity.HAS, assessed_at=at, by=principal("psych"), at=at
    )


def _enter_words() -> None:
    """Draft the place of a text that the hospital has to enter under its own licence."""
    asked, at = questionnaire("WHO-5"), database_now()
    questionnaire_texts.draft(
        name=asked.name,
        language="en",
        title=asked.title,
        items=[f"(enter item {n} of your own form)" for n in range(1, len(asked.items) + 1)],
        options=[list(one.items()) for one in asked.options],
        licence="(state the licence your hospital has)",
        effective_from=at,
        by=principal("psych"),
        at=at,
    )


def _age(person: Person, at: datetime) -> int | None:
    if person.birth_date is None:
        return None
    return (at.date() - person.birth_date).days // 366
