"""What the pages of the wards show: beds with whoever lies in them, and the drawings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from assays.rules.ward_forecasts import Forecast
from labsys.lib.charts import Axis, Curve, Dot, Markup, Ribbon, Rule, xy
from labsys.lib.clock import bounds_of_day, hospital_day
from patients.queries.wards import Counted, Occupant, Period
from patients.rules.census import Census, Flow
from patients.rules.places import OVERFLOW, Place, Switch, natural

WIDTH, HEIGHT = 960, 280
FREE, OCCUPIED, CLOSED = "free", "occupied", "closed"


@dataclass(frozen=True)
class Shown:
    """An occupant as a page shows them."""

    occupant: Occupant
    day: int
    criticals: int = 0


@dataclass(frozen=True)
class Bed:
    """A bed, free, occupied or closed; `switch` says since when it is closed."""

    place: Place
    state: str
    who: Shown | None = None
    switch: Switch | None = None


@dataclass(frozen=True)
class Ward:
    """A ward or an overflow place: its census, its beds, and who has none."""

    place: Place
    census: Census
    beds: Sequence[Bed] = ()
    without_bed: Sequence[Shown] = ()
    flow: Flow | None = None
    opening: Switch | None = None

    @property
    def is_overflow(self) -> bool:
        return self.place.kind == OVERFLOW

    @property
    def is_open(self) -> bool:
        return not self.is_overflow or (self.opening is not None and self.opening.is_open)

    @property
    def is_full(self) -> bool:
        return self.census.capacity is not None and not self.census.free


def every(found: Counted, flows: Mapping[int, Flow] | None = None) -> list[Ward]:
    """Return all wards with their figures alone; other places where somebody is come last."""
    wards = found.places.wards()
    others = sorted(set(found.wards) - {one.id for one in wards})
    return of(found, [*wards, *(found.places.every[id_] for id_ in others)], flows)


def of(
    found: Counted, places: Iterable[Place], flows: Mapping[int, Flow] | None = None
) -> list[Ward]:
    """Return these wards or places with their figures alone."""
    return [
        Ward(
            place=place,
            census=found.wards[place.id],
            flow=(flows or {}).get(place.id, Flow()),
            opening=place.switch_at(found.at),
        )
        for place in places
    ]


def whole(
    found: Counted,
    place: Place,
    occupants: Sequence[Occupant],
    criticals: Mapping[int, int],
    flow: Flow | None = None,
) -> Ward:
    """Return one ward with its beds."""
    shown = [
        Shown(one, one.days(found.at), criticals.get(one.person.pk, 0) if one.person else 0)
        for one in occupants
        if found.places.ward_of[one.place.id] == place.id
    ]
    beds = found.places.beds_of.get(place.id, ())
    lying = {one.occupant.place.id: one for one in shown}
    elsewhere = [one for one in shown if one.occupant.place.id not in {bed.id for bed in beds}]
    return Ward(
        place=place,
        census=found.wards[place.id],
        beds=[_bed(bed, lying.get(bed.id), found.at) for bed in beds],
        without_bed=sorted(elsewhere, key=lambda one: (one.occupant.since, one.occupant.stay)),
        flow=flow or Flow(),
        opening=place.switch_at(found.at),
    )


def _bed(place: Place, who: Shown | None, at: datetime) -> Bed:
    switch = place.switch_at(at)
    state = OCCUPIED if who else FREE if place.is_open(at) else CLOSED
    return Bed(place, state, who, switch)


def places_in_order(wards: Sequence[Ward]) -> list[tuple[str, str]]:
    """Return the wards as choices."""
    found = [(one.place.code, one.place.name) for one in wards]
    return sorted(found, key=lambda one: natural(one[1]))


def occupancy(period: Period, ward: int | None) -> Markup:
    """Draw people and open capacity over a period: of one ward, or of all that have a capacity."""
    zero = hospital_day(period.instants[0])
    days = [_days(zero, at) for at in period.instants]
    sized = [one for one, rooms in period.capacity.items() if rooms[-1] is not None]
    wards = [ward] if ward is not None else sized or list(period.capacity)
    has_room = any(one in sized for one in wards)
    nobody = [0] * len(days)
    people = [sum(period.people.get(one, nobody)[n] for one in wards) for n in range(len(days))]
    room = [sum(period.capacity[one][n] or 0 for one in wards) for n in range(len(days))]
    drawn = [Curve(days, [float(one) for one in people])]
    if has_room:
        drawn.append(Curve(*_stepped(days, room), is_dashed=True))
    return xy(
        [
            Dot(day, float(count), _told(at, count, held if has_room else None))
            for day, at, count, held in zip(days, period.instants, people, room, strict=True)
        ],
        name="occupancy",
        title=_("People in wards against open capacity"),
        description=_(
            "%(moments)d moments; between %(least)d and %(most)d people; capacity %(room)s at the end."
        )
        % {
            **{"moments": len(days), "least": min(people), "most": max(people)},
            "room": room[-1] if has_room else "–",
        },
        x=Axis("", zero=zero),
        y=Axis(_("people"), low=0),
        curves=drawn,
        width=WIDTH,
        height=HEIGHT,
    )


def forecast(found: Forecast) -> Markup:
    """Draw the people expected in wards with 95 % limits, and the capacity there is."""
    zero: date = found.days[0].day
    days = [float((one.day - zero).days) for one in found.days]
    return xy(
        [
            Dot(day, one.value, f"{one.day}: {one.value:.0f} [{one.low:.0f}, {one.high:.0f}]")
            for day, one in zip(days, found.days, strict=True)
        ],
        name="forecast",
        title=_("People expected in wards"),
        description=_("%(days)d days with 95 %% limits against a capacity of %(room)d.")
        % {"days": len(days), "room": found.capacity},
        x=Axis("", zero=zero),
        y=Axis(_("people")),
        curves=[Curve(days, [one.value for one in found.days])],
        ribbons=[Ribbon(days, [one.low for one in found.days], [one.high for one in found.days])],
        rules=[
            Rule(float(found.capacity), _("capacity %(n)d") % {"n": found.capacity}, is_limit=True)
        ],
        width=WIDTH,
        height=HEIGHT,
    )


def _days(zero: date, at: datetime) -> float:
    day = hospital_day(at)
    start, end = bounds_of_day(day)
    return (day - zero).days + (at - start) / (end - start)


def _stepped(days: Sequence[float], room: Sequence[int]) -> tuple[list[float], list[float]]:
    xs, ys = [days[0]], [float(room[0])]
    for (_before, had), (day, has) in pairwise(zip(days, room, strict=True)):
        xs += [day, day]
        ys += [float(had), float(has)]
    return xs, ys


def _told(at: datetime, people: int, room: int | None) -> str:
    return _("%(day)s: %(people)d people, capacity %(room)s") % {
        "day": hospital_day(at).isoformat(),
        "people": people,
        "room": "–" if room is None else room,
    }
