"""What a reader says a micrograph shows: every object with its kind and place, checked."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

KINDS = ("red_cells", "white_cells", "foreign_bodies", "platelets", "artefacts")
MOST_OBJECTS = 10_000
MOST_RADIUS = 0.5  # of the longer side
DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """One object: centre and radius in pixels of the upright picture, as in a count."""

    kind: str
    x: float
    y: float
    radius: float


class ReadingRefused(Refused):
    """A reading that cannot be kept as it was given."""

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(code, message, **params)
        self.field = "findings"


def found(outcome: Mapping[str, Any]) -> tuple[Seen, ...]:
    """Return what a count found, as a reading that agrees with it says it."""
    return tuple(
        Seen(kind, *(round(body[name], DECIMALS) for name in ("x", "y", "radius")))
        for kind in KINDS
        for body in outcome[kind]
    )


def written(text: str, *, width: int, height: int) -> tuple[Seen, ...]:
    """Read what the page's script sends: [[kind, x, y, radius], ...], kinds as in `KINDS`."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadingRefused("FORM", _("The findings are no list of objects.")) from error
    return checked(given, width=width, height=height)


def checked(given: object, *, width: int, height: int) -> tuple[Seen, ...]:
    """Return the objects of a reading in the order of reading; each lies within the picture."""
    if not isinstance(given, list):
        raise ReadingRefused("FORM", _("The findings are no list of objects."))
    if len(given) > MOST_OBJECTS:
        raise ReadingRefused(
            "MANY", _("At most %(most)d objects are kept of a field."), most=MOST_OBJECTS
        )
    seen = [_one(one, place, width, height) for place, one in enumerate(given, start=1)]
    return tuple(sorted(seen, key=lambda one: (KINDS.index(one.kind), one.y, one.x)))


def to_json(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    return [asdict(one) for one in seen]


def counts(findings: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many objects of each kind a reading holds."""
    return {kind: sum(one["kind"] == kind for one in findings) for kind in KINDS}


def by_kind(findings: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    return {kind: [one for one in findings if one["kind"] == kind] for kind in KINDS}


def _one(given: object, place: int, width: int, height: int) -> Seen:
    if not isinstance(given, list) or len(given) != 4 or given[0] not in KINDS:
        raise ReadingRefused(
            "OBJECT",
            _("Object %(place)d is not written as kind, x, y and radius."),
            place=place,
        )
    kind, numbers = given[0], given[1:]
    if not all(_is_number(one) for one in numbers):
        raise ReadingRefused(
            "NUMBER", _("Object %(place)d: its place is not a number."), place=place
        )
    x, y, radius = (round(float(one), DECIMALS) for one in numbers)
    if not (-0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5):
        raise ReadingRefused(
            "OUTSIDE", _("Object %(place)d lies outside the picture."), place=place
        )
    if not 0 < radius <= MOST_RADIUS * max(width, height):
        raise ReadingRefused("SIZE", _("Object %(place)d has no size that can be."), place=place)
    return Seen(kind, x, y, radius)


def _is_number(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)
