"""What is seen at the bedside of the demo: signs graded over days, a pregnancy, needs and kin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from labsys.lib.clock import database_now
from labsys.web.demo.people import patients, principal
from patients.actions import (
    needs,
    pregnancies,
    pregnancy_dates,
    related_persons,
    sign_observations,
    signs,
    ultrasounds,
)
from patients.models import CareNeed, PregnancyDate, RelatedPerson, Sign, UltrasoundMeasurement
from patients.rules.signs import check_grades

GRADES = {
    "skin-tone": """none: skin as before
faint: a grey tone on the chest that pressure shows
marked: a grey tone of chest and arms, seen at arm's length
whole: grey all over, seen across a room""",
    "aggression": """none: calm and cooperative
restless: paces or argues, calmed by words
threatening: shouts or threatens, not calmed by words
violent: strikes or throws""",
    "scar-healing": """open: the wound is open
closed: closed and red
pale: pale, still raised
gone: no scar to be felt""",
}
SIGNS: tuple[tuple[str, str, str, str, str], ...] = (
    ("skin-tone", "Skin tone change", "GRADED", "", "the colour of chest and arms in daylight"),
    ("aggression", "Aggression", "GRADED", "", "how the patient meets whoever comes"),
    ("scar-healing", "Scar healing", "GRADED", "", "the newest scar or wound"),
    ("temperature", "Temperature", "MEASURED", "Cel", "measured in the ear"),
    ("pulse", "Pulse", "MEASURED", "/min", "counted for a minute at rest"),
    ("tremor", "Tremor", "PRESENCE", "", "of the outstretched hands"),
)
# Whose skin changed how many days ago, grade by grade, with the temperature at each look.
COURSES: dict[str, tuple[tuple[float, int, str], ...]] = {
    "tanaka": ((9, 1, "37.4"), (7, 2, "38.1"), (5, 3, "38.6"), (3, 2, "37.9"), (1, 1, "37.2")),
    "ferreira": ((6, 1, "37.0"), (4, 1, "37.3"), (2, 2, "37.8")),
    "osei": ((4, 1, "37.1"), (2, 0, "36.8")),
    "haugen": ((3, 1, "36.9"),),
}
PREGNANT = "haugen"


def record(say: Callable[[str], None]) -> None:
    """Put signs in force, look at patients, date a pregnancy, and say who needs what."""
    if Sign.objects.exists():
        return
    people = {patient.key: person for patient, person in patients()}
    known = _define()
    looks = sum(_look(people[key], known, key) for key in COURSES)
    _date(people[PREGNANT])
    _needs(people)
    say(f"{len(known)} signs are in force; {looks} looks were entered, and a pregnancy was dated")


def _define() -> dict[str, Sign]:
    at = database_now()
    made = {}
    for code, name, kind, unit, meaning in SIGNS:
        grades = check_grades(GRADES[code]) if code in GRADES else []
        drafted = signs.draft(
            by=principal("quality"),
            at=at,
            code=code,
            name=name,
            kind=kind,
            unit=unit,
            meaning=meaning,
            grades=grades,
        )
        made[code] = signs.approve(by=principal("exam"), at=at, sign=drafted)
    return made


def _look(person: Any, known: dict[str, Sign], key: str) -> int:
    at = database_now()
    for place, (days, grade, temperature) in enumerate(COURSES[key]):
        seen_at = at - timedelta(days=days)
        skin: dict[str, Any] = {"sign": known["skin-tone"], "observed_at": seen_at, "grade": grade}
        if place == 0:
            began = {"onset_precision": "ABOUT", "onset_uncertainty_hours": 12}
            skin |= {**began, "onset_at": seen_at - timedelta(days=1)}
        looks: list[Any] = [
            skin,
            {
                "sign": known["temperature"],
                "observed_at": seen_at,
                "value": Decimal(temperature),
            },
            {"sign": known["tremor"], "observed_at": seen_at, "is_present": grade > 1},
        ]
        sign_observations.record(by=principal("infection"), at=at, person=person, looks=looks)
    return len(COURSES[key])


def _date(person: Any) -> None:
    by, at = principal("exam"), database_now()
    pregnancy_dates.record(
        by=by,
        at=at,
        person=person,
        kind=PregnancyDate.Kind.LAST_PERIOD,
        on=(at - timedelta(days=74)).date(),
        uncertainty_days=14,
        observed_at=at - timedelta(days=6),
        note="irregular cycle",
    )
    (length,) = ultrasounds.record_scan(
        by=by,
        at=at,
        person=person,
        observed_at=at - timedelta(days=5),
        route=UltrasoundMeasurement.Route.VAGINAL,
        lengths={"CRL": Decimal("24.0")},
    )
    pregnancies.accept_length(by=by, at=at, measurement=length, code="INTERGROWTH_CRL")
    pregnancies.accept_day(by=by, at=at, stated_date=person.pregnancy_dates.get())
    ultrasounds.record_scan(
        by=by,
        at=at,
        person=person,
        observed_at=at - timedelta(days=1),
        route=UltrasoundMeasurement.Route.ABDOMINAL,
        lengths={"CRL": Decimal("27.5"), "SAC": Decimal(36)},
    )


def _needs(people: dict[str, Any]) -> None:
    by, at = principal("infection"), database_now()
    since = at - timedelta(days=5)
    for key, kind, detail in (
        ("ierlan", CareNeed.Kind.INTERPRETER, "own language"),
        ("unnamed", CareNeed.Kind.FEEDING, "soft food"),
        ("okonkwo", CareNeed.Kind.MOBILITY, "two people, with a frame"),
    ):
        needs.record(by=by, at=at, person=people[key], kind=kind, detail=detail, since=since)
    related_persons.record(
        by=by,
        at=at,
        person=people["okonkwo"],
        relation=RelatedPerson.Relation.CHILD,
        name="Adaeze Okonkwo",
        contact="crew quarters, corridor 3",
        is_next_of_kin=True,
        is_contact=True,
        since=since,
    )
