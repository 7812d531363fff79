"""Rolls as pages read them: how many are on each part of a list, and one page of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from labsys.lib.clock import hospital_day
from patients.models import Roll

EVERY_SECONDS = 60
FRESH = timedelta(minutes=5)  # an older one is not read: whatever makes them stands still
LARGE = 10_000  # with fewer exposures every page asks the facts
EVERYBODY = "ALL"

PAGE = """
    SELECT persons[%(begin)s : %(begin)s + %(limit)s - 1] FROM patients_roll
    WHERE kind = %(kind)s AND agent = %(agent)s AND part = %(part)s
"""
PLACE_OF = """
    SELECT array_position(persons, %(after)s) FROM patients_roll
    WHERE kind = %(kind)s AND agent = %(agent)s AND part = %(part)s
"""


@dataclass(frozen=True)
class Known:
    """A roll that may be read, and how many are on each of its parts."""

    kind: str
    agent: str
    as_of: datetime
    numbers: Mapping[str, int]

    def places(self, part: str) -> dict[str, int]:
        """Return how many of a part are at which place, in the order of its persons."""
        rows = Roll.objects.filter(kind=self.kind, agent=self.agent, part=part)
        return dict(rows.values_list("places", flat=True).first() or ())

    def page(
        self, part: str, *, after: int | None, limit: int, place: str | None = None
    ) -> list[int]:
        """Return persons of a part in its order; the first ones where `after` is no longer on it."""
        begin, end = 1, self.numbers.get(part, 0)
        if place is not None:
            begin, end = self._span(part, place)
        given = {"kind": self.kind, "agent": self.agent, "part": part, "after": after}
        with connection.cursor() as cursor:
            if after is not None:
                cursor.execute(PLACE_OF, given)
                row = cursor.fetchone()
                if row is not None and row[0] is not None and begin <= row[0] <= end:
                    begin = row[0] + 1
            limit = min(limit, max(end - begin + 1, 0))
            cursor.execute(PAGE, {**given, "begin": begin, "limit": limit})
            row = cursor.fetchone()
        return [] if row is None or limit == 0 else list(row[0])

    def _span(self, part: str, place: str) -> tuple[int, int]:
        begin = 1
        for name, number in self.places(part).items():
            if name == place:
                return begin, begin + number - 1
            begin += number
        return 1, 0


def known(kind: str, agent: str = "", *, at: datetime) -> Known | None:
    """Return a roll that is fresh and of today; None where the facts are to be asked."""
    rows = list(
        Roll.objects.filter(kind=kind, agent=agent, as_of__gt=at - FRESH).values_list(
            "part", "number", "as_of"
        )
    )
    as_of = next((moment for part, _n, moment in rows if part == EVERYBODY), None)
    if as_of is None or hospital_day(as_of) != hospital_day(at):
        return None
    return Known(
        kind,
        agent,
        as_of,
        {part: number for part, number, _moment in rows},
    )


def are_needed() -> bool:
    """Return whether so many exposures are recorded that pages read rolls."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM patients_exposure LIMIT %s) few", [LARGE]
        )
        return bool(cursor.fetchone()[0] >= LARGE)
