"""The places of the hospital with what was recorded of their openings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from patients.models import Location, LocationOpening
from patients.rules.places import Place, Places, Switch

_COLUMNS = ("id", "code", "name", "kind", "parent_id", "recorded_at")


def every() -> Places:
    """Return all places, in two queries."""
    switches: dict[int, list[Switch]] = {}
    for location, switch in _switches(LocationOpening.objects.all()):
        switches.setdefault(location, []).append(switch)
    rows = Location.objects.values_list(*_COLUMNS)
    return Places.of(Place(*row, tuple(switches.get(row[0], ()))) for row in rows)


def one(location: Location) -> Place:
    """Return one place with its openings."""
    found = [switch for _location, switch in _switches(location.openings.all())]
    return Place(*(getattr(location, name) for name in _COLUMNS), tuple(found))


def _switches(rows: Any) -> Iterable[tuple[int, Switch]]:
    columns = ("location_id", "happened_at", "is_open", "capacity", "expected_until")
    for location, *stated in rows.order_by("happened_at").values_list(*columns):
        yield location, Switch(*stated)
