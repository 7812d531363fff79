"""The survey's crew: whose nanite loads were followed for weeks, before and after a removal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from assays.actions import orders, recordings, specimens
from assays.actions.analyses import runs
from assays.actions.recordings import Typed
from assays.models import Result, Specimen
from assays.queries import catalogue
from assays.queries.analyses import inputs
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import AnalysisKind
from assays.rules.identification import IdentifierKind
from labsys.lib.clock import database_now
from labsys.lib.quantities import parse_quantity
from labsys.web.demo import cast, outbreak, playing
from labsys.web.demo.people import principal
from patients.actions import encounters, exposures, interventions, persons
from patients.models import Exposure, Intervention, Location, Person, Species
from patients.rules.births import Birth, Precision

LOAD = "NANITE-LOAD"
EXPOSED_DAYS_AGO = 26
# Whoever is filtered stays from the day before: so many days, by how many days ago it was.
STAYS = {15: 9, 13: 8, 12: 5, 10: 7}
FILTRATION, CHARCOAL = Intervention.Kind.FILTRATION, Intervention.Kind.CHARCOAL


@dataclass(frozen=True)
class Course:
    """Somebody of the crew: what was done how many days ago, and loads by how many days ago."""

    family: str
    given: str
    sex: str
    born: date
    removal: Intervention.Kind
    removed_days_ago: int
    loads: Mapping[int, str]


CREW = (
    # Growth, a filtration, a fall, and growth again.
    Course(
        *("Bakker", "Joost", "M", date(1986, 4, 11), FILTRATION, 15),
        {
            **{25: "8600", 22: "18100", 19: "34800", 16: "72500"},
            **{14: "27900", 11: "9800", 8: "2900", 6: "1450", 4: "2900", 2: "5300"},
        },
    ),
    # Filtered until nothing was found any more.
    Course(
        *("Diallo", "Awa", "F", date(1993, 9, 2), FILTRATION, 13),
        {
            **{22: "18300", 18: "34900", 14: "60500"},
            **{12: "19800", 9: "5200", 6: "1210", 3: "<500", 1: "<500"},
        },
    ),
    Course(
        *("Fischer", "Lene", "F", date(1989, 1, 27), FILTRATION, 12),
        {20: "23100", 17: "31600", 13: "52900", 11: "22800", 8: "14500", 4: "8200"},
    ),
    Course(
        *("Ito", "Ren", "M", date(1995, 6, 19), FILTRATION, 10),
        {15: "21700", 11: "36200", 9: "17400", 2: "7700"},
    ),
    Course(
        *("Jansen", "Maud", "F", date(1982, 12, 8), CHARCOAL, 9),
        {19: "17800", 15: "25900", 10: "42800", 8: "45200", 5: "46900", 2: "47600"},
    ),
    Course(
        *("Reyes", "Paz", "F", date(1991, 3, 3), CHARCOAL, 8),
        {14: "30500", 9: "49000", 7: "47300", 1: "55200"},
    ),
)
DETAILS = {FILTRATION: "pore size 9 um", CHARCOAL: "60 g by mouth"}


def play(say: Callable[[str], None]) -> None:
    """Register the crew, measure and release their loads, and ask for everybody's kinetics."""
    at = database_now()
    typed = [result for course in CREW for result in _followed(course, at)]
    playing.wait_for_the_worker(lambda _text: None)
    rows = Result.objects.filter(pk__in=[one.pk for one in typed]).order_by("collected_at", "pk")
    released = playing.release_all(playing.verify_all(rows, database_now()))
    by, at = principal("lab"), database_now()
    runs.ask(
        kind=AnalysisKind.KINETICS,
        inputs=inputs.loads(by),
        parameters=kinetics.parameters(limit=float(cast.PROGRAMME["nanite_maximum"])),
        by=by,
        at=at,
        reason="Before the weekly round.",
    )
    say(f"{released} loads of the survey's crew of {len(CREW)}; everybody's kinetics are asked for")


@transaction.atomic
def _followed(course: Course, at: datetime) -> list[Result]:
    """Register somebody, and put what happened to them and their loads on record."""
    person = persons.register(
        by=principal("screening"),
        at=at,
        species=Species.objects.get(code="human"),
        sex=course.sex,
        birth=Birth(course.born, Precision.DAY, None),
        family=course.family,
        given=course.given,
    )
    _happened(person, course, at)
    assay = catalogue.current().by_code[LOAD][0]
    found = []
    for days, text in course.loads.items():
        collected_at = at - timedelta(days=days, hours=2)
        specimen = drawn(person, assay.assay_id, collected_at, at)
        found += recordings.record_typed(
            specimen=specimen,
            values=[Typed(assay.assay_id, parse_quantity(text, unit=assay.unit), LOAD, text=text)],
            observed_at=collected_at + timedelta(hours=1),
            by=principal("tech1"),
            at=at,
        )
    return found


def _happened(person: Person, course: Course, at: datetime) -> None:
    """Put on record how somebody was exposed, what was done, and where they stayed for it."""
    exposed_at = at - timedelta(days=EXPOSED_DAYS_AGO)
    exposures.record(
        by=principal("infection"),
        at=at,
        person=person,
        agent=outbreak.AGENT,
        kind=Exposure.Kind.PLACE,
        certainty=Exposure.Certainty.CONFIRMED,
        first_at=exposed_at,
        last_at=exposed_at,
        event=outbreak.OUTSIDE,
    )
    began = at - timedelta(days=course.removed_days_ago)
    interventions.record(
        by=principal("lab"),
        at=at,
        person=person,
        kind=course.removal,
        detail=DETAILS[course.removal],
        started_at=began,
        ended_at=began + timedelta(hours=6) if course.removal == FILTRATION else None,
        intended_effect="lower the nanite load",
    )
    if course.removed_days_ago in STAYS:
        stay = encounters.admit(
            by=principal("infection"),
            at=at,
            person=person,
            location=Location.objects.get(code="isolation"),
            started_at=began - timedelta(days=1),
        )
        left_at = stay.started_at + timedelta(days=STAYS[course.removed_days_ago])
        encounters.discharge(by=principal("infection"), at=at, encounter=stay, ended_at=left_at)


def drawn(person: Person, assay_id: int, collected_at: datetime, at: datetime) -> Specimen:
    """Order one assay for somebody, draw its specimen, and receive it in the laboratory."""
    order = orders.place(
        person=person, by=principal("exam"), at=at, assays=[assay_id], confirmed=[assay_id]
    )
    known = {IdentifierKind.MRN: person.mrn, IdentifierKind.BIRTH_DATE: str(person.birth_date)}
    specimen: Specimen = order.specimens.select_related("person").get()
    specimens.collect(
        specimens=[specimen],
        by=principal("phleb"),
        at=at,
        collected_at=collected_at,
        identifiers=known,
    )
    specimens.receive(specimen=specimen, by=principal("tech1"), at=at)
    specimen.refresh_from_db()
    return specimen
