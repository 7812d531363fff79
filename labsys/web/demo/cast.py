"""Who plays in the demo: staff, places, patients. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from labsys.accounts.roles import Role


@dataclass(frozen=True)
class Staff:
    """One login of the demo."""

    username: str
    full_name: str
    roles: tuple[Role, ...]
    note: str
    wards: tuple[str, ...] = ()


STAFF = (
    Staff(
        "admin", "Ines Aldana", (Role.ADMINISTRATOR,), "users, keys, instruments; no patient data"
    ),
    Staff("tech1", "Tomas Brandt", (Role.TECHNOLOGIST,), "receive, enter and verify results"),
    Staff("tech2", "Lena Sorkin", (Role.TECHNOLOGIST,), "verifies what tech1 entered"),
    Staff("lab", "Dr Maren Oduya", (Role.PATHOLOGIST,), "verify, release, correct"),
    Staff("lab2", "Dr Felix Arendt", (Role.PATHOLOGIST,), "approves what the other one drafted"),
    Staff(
        "ward", "Dr Priya Nandi", (Role.WARD_DOCTOR,), "order, see the ward's results", ("ward-a",)
    ),
    Staff("nurse", "Jonas Keller", (Role.NURSE,), "ward A", ("ward-a",)),
    Staff("phleb", "Sofia Marek", (Role.PHLEBOTOMIST,), "collection list and labels; no results"),
    Staff("exam", "Dr Hanna Vidal", (Role.EXAMINING_PHYSICIAN,), "weekly medical checks"),
    Staff("exam2", "Dr Owen Castellan", (Role.EXAMINING_PHYSICIAN,), "second examining physician"),
    Staff("psych", "Dr Amira Haddad", (Role.PSYCHOLOGIST,), "weekly psychological checks"),
    Staff("screening", "Nils Petersen", (Role.SCREENING_OFFICER,), "the weekly round, waivers"),
    Staff("gate", "Rosa Quint", (Role.GATE_OFFICER,), "one question: cleared or not"),
    Staff("infection", "Dr Kofi Mensah", (Role.INFECTION_CONTROL,), "exposures and quarantine"),
    Staff("quality", "Elin Strand", (Role.QUALITY_MANAGER,), "catalogue, programmes, parked work"),
    Staff("privacy", "Marta Lind", (Role.PRIVACY_OFFICER,), "who looked at whom"),
    Staff("auditor", "Peter Hollis", (Role.AUDITOR,), "the record of changes"),
    Staff(
        "visitor", "Dr Sana Iqbal", (Role.VISITING_CLINICIAN,), "sees one patient, for two weeks"
    ),
    Staff(
        "scientist", "Dr Yusuf Demir", (Role.OUTSIDE_SCIENTIST,), "nothing yet: exports come later"
    ),
    Staff("participant", "Mira Tanaka", (Role.PARTICIPANT,), "own clearance, withdraw"),
)

PLACES = (
    # code, name, kind, parent
    ("station", "Station hospital", "HOSPITAL", ""),
    ("ward-a", "Ward A", "WARD", "station"),
    ("ward-b", "Ward B", "WARD", "station"),
    ("isolation", "Isolation unit", "WARD", "station"),
    ("laboratory", "Central laboratory", "LABORATORY", "station"),
)

SPECIES = (("human", "Human"), ("thaal", "Thaal"))


@dataclass(frozen=True)
class Patient:
    """One patient: who, where, and how the story of their results goes."""

    key: str
    family: str
    given: str
    species: str
    sex: str
    born: date | None
    ward: str = ""
    panels: tuple[str, ...] = ("CBC",)
    days: tuple[int, ...] = (20, 6, 1)
    load_per_ul: Decimal | None = None
    load_trend: Decimal = Decimal(1)
    filtered_days_ago: int | None = None
    shifts: dict[str, Decimal] = field(default_factory=dict)
    placeholder: str = ""
    number: str = ""
    priority: int = 3
    programme: str = ""


PATIENTS = (
    Patient(
        "tanaka",
        "Tanaka",
        "Mira",
        "human",
        "F",
        date(1991, 3, 14),
        "ward-a",
        ("CBC", "CMP", "NANITE"),
        (27, 20, 13, 6, 2),
        Decimal(60_000),
        Decimal("0.8"),
        21,
        programme="outer-survey",
    ),
    Patient(
        "ferreira",
        "Ferreira",
        "Luis",
        "human",
        "M",
        date(1984, 11, 2),
        "ward-a",
        ("CBC", "NANITE"),
        (20, 13, 6, 1),
        Decimal(70_000),
        Decimal("0.7"),
        15,
        programme="outer-survey",
    ),
    Patient(
        "novak",
        "Novak",
        "Petra",
        "human",
        "F",
        date(1979, 7, 30),
        "",
        ("CBC", "CMP", "NANITE"),
        (13, 6, 1),
        Decimal(260_000),
        Decimal("1.25"),
        programme="outer-survey",
    ),
    Patient(
        "lindqvist",
        "Lindqvist",
        "Per",
        "human",
        "M",
        date(1996, 1, 9),
        "",
        ("CBC", "NANITE"),
        (6, 2),
        Decimal(35_000),
        programme="outer-survey",
    ),
    Patient(
        "osei",
        "Osei",
        "Abena",
        "human",
        "F",
        date(1988, 5, 21),
        "",
        ("CBC", "NANITE"),
        (9, 3),
        Decimal(40_000),
        programme="outer-survey",
    ),
    Patient(
        "marchetti",
        "Marchetti",
        "Dario",
        "human",
        "M",
        date(1990, 9, 17),
        "",
        ("CBC", "NANITE"),
        (6, 1),
        Decimal(30_000),
        programme="outer-survey",
    ),
    Patient(
        "haugen",
        "Haugen",
        "Silje",
        "human",
        "F",
        date(1993, 12, 5),
        "ward-b",
        ("CBC", "HORMONE"),
        (13, 1),
    ),
    Patient(
        "okonkwo",
        "Okonkwo",
        "Chidi",
        "human",
        "M",
        date(1961, 4, 28),
        "ward-a",
        ("CBC", "CMP"),
        (6, 1, 0),
        shifts={"K": Decimal("1.55"), "CREAT": Decimal("2.4")},
        priority=0,
    ),
    Patient(
        "brandao",
        "Brandão",
        "Inês",
        "human",
        "F",
        date(2019, 8, 3),
        "ward-b",
        ("CBC",),
        (2,),
    ),
    Patient(
        "unnamed",
        "",
        "",
        "human",
        "U",
        None,
        "isolation",
        ("CBC", "NANITE"),
        (1,),
        Decimal(400_000),
        placeholder="brought in from dock 4, unnamed",
        number="T-0004",
        priority=0,
    ),
    Patient(
        "ierlan",
        "Ierlan",
        "Osh",
        "thaal",
        "U",
        date(1987, 2, 11),
        "isolation",
        ("CBC", "NANITE"),
        (13, 6, 1),
        Decimal(130_000),
        Decimal("0.9"),
    ),
    Patient(
        "veshtor",
        "Veshtor",
        "Ael",
        "thaal",
        "M",
        date(1999, 10, 1),
        "isolation",
        ("CBC", "CMP"),
        (6, 1),
    ),
    *(
        Patient(key, family, given, "human", sex, born, panels=(), days=(), programme="dock-works")
        for key, family, given, sex, born in (
            ("andersen", "Andersen", "Ivar", "M", date(1989, 6, 8)),
            ("fofana", "Fofana", "Moussa", "M", date(1992, 2, 19)),
            ("kaya", "Kaya", "Elif", "F", date(1994, 10, 27)),
            ("moreau", "Moreau", "Jean", "M", date(1980, 1, 23)),
            ("silva", "Silva", "Rui", "M", date(1985, 9, 4)),
            ("varga", "Varga", "Tibor", "M", date(1997, 3, 30)),
        )
    ),
)

PROGRAMME = {
    "code": "outer-survey",
    "name": "Outer survey",
    "destination": "survey platforms beyond the station",
    "nanite_maximum": Decimal(100_000),
}
DOCKS = {"code": "dock-works", "name": "Dock works", "destination": "outer docks"}
DOCKS_WAIVER = {
    "en": (
        "You are asked to work on the outer docks. Taking part is voluntary. You may withdraw at any "
        "time, without giving a reason and without disadvantage. While you take part you are "
        "examined medically and psychologically every week."
    ),
    "fr": (
        "Il vous est proposé de travailler sur les quais extérieurs. La participation est "
        "volontaire. Vous pouvez vous retirer à tout moment, sans donner de raison et sans "
        "préjudice. Pendant la participation, vous êtes examiné chaque semaine sur le plan médical "
        "et psychologique."
    ),
}
WAIVER = {
    "en": (
        "You are asked to take part in the outer survey. Taking part is voluntary. You may withdraw "
        "at any time, without giving a reason and without disadvantage. While you take part you are "
        "examined medically and psychologically every week, and your blood is examined for nanites. "
        "You are cleared to leave only while all of these are in date."
    ),
    "fr": (
        "Il vous est proposé de participer à la mission extérieure. La participation est volontaire. "
        "Vous pouvez vous retirer à tout moment, sans donner de raison et sans préjudice. Pendant la "
        "participation, vous êtes examiné chaque semaine sur le plan médical et psychologique, et "
        "votre sang est examiné à la recherche de nanites. Vous n'êtes autorisé à partir que tant "
        "que tous ces examens sont valables."
    ),
}
