"""Clinical signs: how a look is checked, and between which moments a sign began."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

MOST_GRADES = 12
LONGEST_UNCERTAINTY_HOURS = 366 * 24


class Kind(StrEnum):
    """How a sign is told; the names are those of the table."""

    GRADED = "GRADED"
    MEASURED = "MEASURED"
    PRESENCE = "PRESENCE"


class Precision(StrEnum):
    """How well an onset is known; the names are those of the table."""

    UNKNOWN = "UNKNOWN"
    EXACT = "EXACT"
    ABOUT = "ABOUT"
    BEFORE = "BEFORE"


class SignRefused(Refused):
    """A sign, or a look for one, that cannot be recorded as it was given."""

    def __init__(self, code: str, message: str, *, field: str, **params: object) -> None:
        super().__init__(code, message, **params)
        self.field = field


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at one look, as somebody states it."""

    observed_at: datetime
    grade: int | None = None
    value: Decimal | None = None
    is_present: bool | None = None
    onset_precision: Precision = Precision.UNKNOWN
    onset_at: datetime | None = None
    onset_uncertainty_hours: int | None = None
    resolved_at: datetime | None = None

    @property
    def is_absent(self) -> bool:
        """Whether the sign was looked for and not there; a measurement alone never says so."""
        return self.is_present is False or self.grade == 0


@dataclass(frozen=True, slots=True)
class OnsetSpan:
    """The moments between which something began; ``earliest`` None: nobody knows how long before."""

    earliest: datetime | None
    latest: datetime

    def middle(self, *, within: timedelta) -> datetime | None:
        """Return the moment between them; None where they are farther apart, or one is not known."""
        if self.earliest is None or self.latest - self.earliest > within:
            return None
        return self.earliest + (self.latest - self.earliest) / 2


def check_look(seen: Seen, *, kind: Kind, grades: int) -> Seen:
    """Return a look if it can be recorded; refuse it with the field to change."""
    _check_answer(seen, kind=kind, grades=grades)
    _check_onset(seen)
    if seen.resolved_at is not None:
        if not (seen.is_absent or kind is Kind.MEASURED):
            raise SignRefused(
                "resolved",
                _("The sign is still there; say when it went once it is gone."),
                field="resolved_at",
            )
        if seen.resolved_at > seen.observed_at:
            raise SignRefused(
                "resolved", _("A sign is not seen to be gone before it went."), field="resolved_at"
            )
        if seen.onset_at is not None and seen.resolved_at < seen.onset_at:
            raise SignRefused(
                "resolved", _("A sign does not go before it began."), field="resolved_at"
            )
    return seen


def onset_span(seen: Seen, *, kind: Kind) -> OnsetSpan | None:
    """Return between which moments the sign began, by this look alone.

    None where it was absent and no onset stated, and for a measurement without a stated onset: what
    value is a sign is not said here.
    """
    stated, seen_at = seen.onset_at, seen.observed_at
    if stated is None:
        if seen.is_absent or kind is Kind.MEASURED:
            return None
        return OnsetSpan(None, seen_at)
    if seen.onset_precision is Precision.EXACT:
        return OnsetSpan(stated, stated)
    if seen.onset_precision is Precision.BEFORE:
        return OnsetSpan(None, stated)
    give = timedelta(hours=seen.onset_uncertainty_hours or 0)
    return OnsetSpan(stated - give, min(stated + give, seen_at))


def onset_of_sign(spans: Iterable[OnsetSpan]) -> OnsetSpan | None:
    """Return between which moments one sign first began, by all looks for it; None of none.

    A look that tells no beginning says that the sign was there by then, and nothing of how long
    before: it bounds from above alone, and takes nothing from a beginning told at another look. Seen
    before all beginnings told, the sign began nobody knows when.
    """
    known = list(spans)
    if not known:
        return None
    latest = min(one.latest for one in known)
    told = [one.earliest for one in known if one.earliest is not None]
    earliest = min(told) if told and min(told) <= latest else None
    return OnsetSpan(earliest, latest)


def first_onset(onsets: Iterable[OnsetSpan]) -> OnsetSpan | None:
    """Return between which moments the first of several signs began; None of none.

    Of signs that are not the same, each may have been the first: where one has no known beginning,
    the first has none.
    """
    known = list(onsets)
    if not known:
        return None
    lows = [one.earliest for one in known]
    earliest = None if None in lows else min(low for low in lows if low is not None)
    return OnsetSpan(earliest, min(one.latest for one in known))


def check_grades(text: str) -> list[dict[str, str]]:
    """Read grades, one to a line as ``name: what is meant``; the first is grade 0, the absence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 2 <= len(lines) <= MOST_GRADES:
        raise SignRefused(
            "grades",
            _("Describe between 2 and %(most)d grades, one to a line; the first is its absence."),
            field="grades",
            most=MOST_GRADES,
        )
    grades: list[dict[str, str]] = []
    for line in lines:
        name, colon, meaning = (part.strip() for part in line.partition(":"))
        if not (colon and name and meaning) or len(name) > 40 or len(meaning) > 200:
            raise SignRefused(
                "grades",
                _(
                    "Write each grade as a name of at most 40 characters, a colon, and what is meant in "
                    "at most 200: “%(line)s”."
                ),
                field="grades",
                line=line[:60],
            )
        grades.append({"name": name, "meaning": meaning})
    if len({one["name"].casefold() for one in grades}) < len(grades):
        raise SignRefused("grades", _("Two grades have the same name."), field="grades")
    return grades


def written_grades(grades: Sequence[dict[str, str]]) -> str:
    """Write grades as they are read."""
    return "\n".join(f"{one['name']}: {one['meaning']}" for one in grades)


def _check_answer(seen: Seen, *, kind: Kind, grades: int) -> None:
    given = {
        Kind.GRADED: seen.grade is not None,
        Kind.MEASURED: seen.value is not None,
        Kind.PRESENCE: seen.is_present is not None,
    }
    if not given[kind] or sum(given.values()) != 1:
        raise SignRefused(
            "answer",
            {
                Kind.GRADED: _("This sign is graded: give its grade and nothing else."),
                Kind.MEASURED: _("This sign is measured: give its value and nothing else."),
                Kind.PRESENCE: _("Say of this sign whether it is present, and nothing else."),
            }[kind],
            field={Kind.GRADED: "grade", Kind.MEASURED: "value", Kind.PRESENCE: "is_present"}[kind],
        )
    if seen.grade is not None and not 0 <= seen.grade < grades:
        raise SignRefused(
            "grade",
            _("This sign has the grades 0 to %(last)d."),
            field="grade",
            last=grades - 1,
        )


def _check_onset(seen: Seen) -> None:
    is_known = seen.onset_precision is not Precision.UNKNOWN
    if is_known != (seen.onset_at is not None):
        raise SignRefused(
            "onset",
            _("Give the moment it began together with how well that is known, or neither."),
            field="onset_at",
        )
    hours = seen.onset_uncertainty_hours
    if (seen.onset_precision is Precision.ABOUT) != (hours is not None):
        raise SignRefused(
            "onset_uncertainty",
            _(
                "Of an onset that is about known, and of no other, say by how many hours it may be off."
            ),
            field="onset_uncertainty_hours",
        )
    if hours is not None and not 0 <= hours <= LONGEST_UNCERTAINTY_HOURS:
        raise SignRefused(
            "onset_uncertainty",
            _("An onset may be off by 0 to %(most)d hours."),
            field="onset_uncertainty_hours",
            most=LONGEST_UNCERTAINTY_HOURS,
        )
    if seen.onset_at is not None and seen.onset_at > seen.observed_at:
        raise SignRefused("onset", _("A sign does not begin after it was seen."), field="onset_at")
