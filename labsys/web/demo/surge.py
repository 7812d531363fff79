"""The station's beds in a surge: wards nearly full, one bed closed, an overflow place open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from labsys.accounts.models import Principal
from labsys.web.demo.people import principal
from patients.actions import arrivals, encounters, injuries, locations, persons
from patients.models import Encounter, Location, Species
from patients.rules.births import Birth, Precision

BEDS = {"ward-a": 8, "ward-b": 6, "isolation": 4}
OPEN_DAYS = 400
TENT, TENT_HOLDS = "hangar", 6
FAMILIES = (
    *("Abara", "Bekele", "Castellan", "Dvorak", "Eide", "Fontaine", "Grahn", "Hadley", "Ilves"),
    *("Jovic", "Karimi", "Lindqvist", "Moreau", "Nakata", "Oyelaran", "Petrov", "Quispe"),
)
# Where each of them comes to, in the order of the families, and how urgent they were found.
COMING = (
    *("ward-a", "ward-a", "ward-a", "ward-a", "ward-a", "ward-a", "ward-b", "ward-b", "ward-b"),
    *("isolation", "isolation", "ward-b", TENT, TENT, TENT, TENT, "ward-b"),
)
CATEGORIES = ("3", "4", "2", "3", "5", "3", "1", "2", "4")


def build(places: Mapping[str, Location], by: Principal, at: datetime) -> dict[str, Location]:
    """Add the beds of the wards, in use for long, and the overflow place, closed."""
    opened_at = at - timedelta(days=OPEN_DAYS)
    made = {}
    for ward, count in BEDS.items():
        letter = places[ward].name.split()[-1][0].upper() if ward != "isolation" else "I"
        for number in range(1, count + 1):
            code = f"{letter.lower()}-{number}"
            made[code] = locations.create(
                by=by,
                at=at,
                code=code,
                name=f"{letter}{number}",
                kind=Location.Kind.BED,
                parent=places[ward],
                opened_at=opened_at,
            )
    made[TENT] = locations.create(
        by=by,
        at=at,
        code=TENT,
        name="Hangar 2",
        kind=Location.Kind.OVERFLOW,
        parent=places["station"],
    )
    return made


def play(say: Callable[[str], None], at: datetime) -> None:
    """Fill the wards until the overflow place is needed."""
    by = principal("infection")
    tent = Location.objects.get(code=TENT)
    if tent.is_active:
        return
    locations.activate(
        by=by,
        at=at,
        location=tent,
        reason="Ward A is full; exposures go on.",
        opened_at=at - timedelta(days=2),
        capacity=TENT_HOLDS,
        expected_until=at + timedelta(days=14),
    )
    locations.deactivate(
        by=by,
        at=at,
        location=Location.objects.get(code="b-6"),
        reason="Oxygen outlet out of order.",
        closed_at=at - timedelta(days=1),
    )
    _into_beds(by, at)
    human = Species.objects.get(code="human")
    for number, (family, place) in enumerate(zip(FAMILIES, COMING, strict=True)):
        hours = 36 - 2 * number
        person = persons.register(
            by=by,
            at=at,
            species=human,
            sex="F" if number % 2 else "M",
            birth=Birth(date(1960 + 2 * number, 3, 1 + number), Precision.DAY),
            family=family,
            given="Test",
        )
        stay = arrivals.receive(
            by=by,
            at=at,
            person=person,
            location=_free(place) or Location.objects.get(code=place),
            started_at=at - timedelta(hours=max(hours, 1)),
            reason="exposure at the docks",
            triaged={
                "scale": "ESI",
                "category": CATEGORIES[number % len(CATEGORIES)],
                "arrival": "AMBULANCE" if number % 3 else "WALKED",
            },
        )
        if number % 5 == 0:
            injuries.record(
                by=by,
                at=at,
                person=stay.person,
                site="forearm",
                side="LEFT",
                kind="CUT",
                severity=2,
                found_at=stay.started_at,
            )
    say(f"{len(FAMILIES)} people came to the wards; {tent.name} is open for {TENT_HOLDS}")


def _into_beds(by: Principal, at: datetime) -> None:
    """Give those who are in a ward already its first beds."""
    for stay in Encounter.objects.open().filter(location__code__in=BEDS).order_by("pk")[:5]:
        bed = _free(stay.location.code)
        if bed is not None:
            encounters.transfer(
                by=by,
                at=at,
                encounter=stay,
                location=bed,
                moved_at=max(stay.started_at, at - timedelta(days=3)),
            )


def _free(ward: str) -> Location | None:
    """Return the first free bed of a ward that nobody lay in since."""
    beds = Location.objects.filter(parent__code=ward, kind=Location.Kind.BED, is_active=True)
    free = beds.exclude(encounters__isnull=False)
    found: Location | None = free.order_by("pk").first()
    return found
