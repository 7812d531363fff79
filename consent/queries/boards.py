"""The board of one day of the weekly round: counted by the database, decided for the rows shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Prefetch, Q, QuerySet, Value, When

from consent.models import Appointment, Posting, Programme, RoundSlot
from consent.queries import clearances, screening
from consent.queries.appointments import shown_state, standing_for
from consent.queries.recalls import to_bring_back
from consent.rules.answers import Clearance
from consent.rules.appointments import AppointmentState
from consent.rules.board import BoardEntry, board_state
from consent.rules.clearance import decide
from consent.rules.psychological import ScreeningCode
from consent.rules.rounds import DayState, SlotState
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.clock import bounds_of_day, hospital_day
from patients.models import Person, PersonLink

PAGE = 50


@dataclass(frozen=True)
class BoardRow:
    """One person on the board of a day; the answer is that of now."""

    slot: RoundSlot
    state: DayState
    clearance: Clearance
    entries: tuple[BoardEntry, ...]
    codes: tuple[ScreeningCode, ...]
    booked: Sequence[tuple[Appointment, AppointmentState]]

    @property
    def person(self) -> Person:
        found: Person = self.slot.person
        return found


@dataclass(frozen=True)
class BoardPage:
    """One page of a day; `after` is where the next one begins, None at the end."""

    rows: Sequence[BoardRow]
    after: tuple[datetime, int] | None


def away() -> Q:
    """Return the condition of whoever is posted away now, under whichever entry."""
    return _are(Posting.objects.away().values("person_id"))


def recalled() -> Q:
    """Return the condition of whoever is still to be brought back, under whichever entry."""
    return _are(to_bring_back().values("person_id"))


def _are(people: Any) -> Q:
    """Return the condition that somebody is one of these people, under whichever entry."""
    links = PersonLink.objects.active().filter(Q(duplicate__in=people) | Q(survivor__in=people))
    survivors = list(links.values_list("survivor_id", flat=True))
    if not survivors:
        return Q(person_id__in=people)
    duplicates = PersonLink.objects.active().filter(survivor__in=survivors)
    also = {*survivors, *duplicates.values_list("duplicate_id", flat=True)}
    return Q(person_id__in=people) | Q(person_id__in=also)


def on_day(programme: Programme, day: date, *, at: datetime) -> QuerySet[RoundSlot]:
    """Return the rounds on the board of a day, each with its `day_state`.

    They are those due from that day on and those done in it, and on today's board also whatever
    was due before and is still open.
    """
    start, end = bounds_of_day(day)
    is_open = Q(state=SlotState.OPEN, due_at__lt=end)
    if day != hospital_day(at):
        is_open &= Q(due_at__gte=start)
    is_done = Q(state=SlotState.DONE, closed_at__gte=start, closed_at__lt=end)
    return RoundSlot.objects.filter(is_open | is_done, programme=programme).annotate(
        day_state=Case(
            When(is_done, then=Value(DayState.DONE.value)),
            When(recalled(), then=Value(DayState.RECALLED.value)),
            When(away(), then=Value(DayState.AWAY.value)),
            When(overdue_at__lte=at, then=Value(DayState.OVERDUE.value)),
            default=Value(DayState.DUE.value),
        )
    )


def overdue(*, at: datetime) -> QuerySet[RoundSlot]:
    """Return the rounds in every programme that are overdue for somebody who is here."""
    rows = RoundSlot.objects.filter(
        programme__is_active=True, state=SlotState.OPEN, lapses_at__lte=at, overdue_at__lte=at
    )
    return rows.exclude(recalled() | away())


def counts(
    programme: Programme, day: date, *, principal: Principal, at: datetime
) -> dict[DayState, int]:
    """Return how many people stand how on a day; somebody examined twice in it counts once."""
    rows = policy.scope(principal, on_day(programme, day, at=at))
    found = rows.order_by().values("day_state").annotate(people=Count("person_id", distinct=True))
    numbers = dict(found.values_list("day_state", "people"))
    return {state: numbers.get(state.value, 0) for state in DayState}


def page(
    programme: Programme,
    day: date,
    states: Sequence[DayState],
    *,
    principal: Principal,
    at: datetime,
    after: tuple[datetime, int] | None = None,
) -> BoardPage:
    """Return one page of the rounds that stand so, whoever lapses first in front."""
    rows: Any = policy.scope(principal, on_day(programme, day, at=at))
    rows = rows.filter(day_state__in=[state.value for state in states])
    if after is not None:
        lapses_at, number = after
        rows = rows.filter(Q(lapses_at__gt=lapses_at) | Q(lapses_at=lapses_at, pk__gt=number))
    people = Prefetch("person", Person.objects.listed())
    slots = list(rows.prefetch_related(people).order_by("lapses_at", "pk")[: PAGE + 1])
    shown = slots[:PAGE]
    more = (shown[-1].lapses_at, shown[-1].pk) if len(slots) > PAGE else None
    return BoardPage(rows=_decided(shown, programme, at=at), after=more)


def _decided(slots: Sequence[Any], programme: Programme, *, at: datetime) -> list[BoardRow]:
    ids = [slot.person_id for slot in slots]
    rules, facts = clearances.gathered_at(ids, programme, at=at)
    answers = {person: decide(known, programme=rules, at=at) for person, known in facts.items()}
    codes = screening.codes_of(answers, facts)
    booked = standing_for([slot.pk for slot in slots])
    return [
        BoardRow(
            slot=slot,
            state=DayState(slot.day_state),
            clearance=answers[slot.person_id],
            entries=board_state(facts[slot.person_id], programme=rules, at=at),
            codes=codes[slot.person_id],
            booked=[(one, shown_state(one, at=at)) for one in booked[slot.pk]],
        )
        for slot in slots
    ]
