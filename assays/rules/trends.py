"""What a reader asks of a person's trends: which analytes, over what time, on which axis.

Read from an address, which somebody may have typed: what is not understood is said, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

PERIODS = (7, 30, 90)  # days that have a button
PANELS = 6  # drawn where nobody chose
MOST_PANELS = 24
MOST_CODE = 48  # characters of what stands in an address for a panel
CONTROL, SIGN = "CONTROL", "SIGN"  # the sections of what is no result: read from a device, or seen
OBSERVED = (CONTROL, SIGN)
SHORTEST = timedelta(minutes=10)
LOG_FROM = 20.0  # largest by smallest load from which a logarithmic axis shows more
_FIRST, _LAST = 1900, 2200


class Axis(StrEnum):
    """How values are laid out; AUTO is logarithmic for loads that span much."""

    AUTO = "auto"
    LINEAR = "linear"
    LOG = "log"


class Doubt(StrEnum):
    """What of an address was not understood."""

    MOMENT = "moment"
    ORDER = "order"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Asked:
    """`first` and `last` None: from the first value, to the last; `days` where a button was used."""

    codes: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    days: int | None = None
    axis: Axis = Axis.AUTO
    is_table: bool = False
    doubts: tuple[Doubt, ...] = ()

    @property
    def has_period(self) -> bool:
        return self.first is not None or self.last is not None

    def within(self, moment: str) -> dict[str, datetime]:
        """Return the limits on a moment that keep what lies within the time asked for."""
        ends = {f"{moment}__gte": self.first, f"{moment}__lt": self.last}
        return {name: at for name, at in ends.items() if at is not None}


@dataclass(frozen=True, slots=True)
class Offered:
    """An analyte, sign or quantity that may be shown: how many values, and how the newest was flagged.

    `is_more`: there may be more values than `values`.
    """

    code: str
    name: str
    section: str
    values: int
    newest: datetime
    is_flagged: bool = False
    is_more: bool = False

    @property
    def is_observed(self) -> bool:
        return self.section in OBSERVED


def key(section: str, code: str) -> str:
    """Return what stands for a sign or a controlled quantity where analytes stand by their codes."""
    return f"{section.lower()}:{code}"


def read(given: Mapping[str, str], codes: Sequence[str], *, at: datetime, zone: tzinfo) -> Asked:
    """Return what an address asks for; `codes` are its analytes in their order."""
    doubts: list[Doubt] = []
    chosen = tuple(dict.fromkeys(code[:MOST_CODE] for code in codes if code and "\0" not in code))
    if len(chosen) > MOST_PANELS:
        doubts.append(Doubt.MANY)
        chosen = chosen[:MOST_PANELS]
    days = next((one for one in PERIODS if given.get("days") == str(one)), None)
    first: datetime | None = at - timedelta(days=days) if days else None
    last: datetime | None = at if days else None
    if not days:
        first = _moment(given.get("from", ""), zone, doubts, is_end=False)
        last = _moment(given.get("until", ""), zone, doubts, is_end=True)
    if first is not None and last is not None and last - first < SHORTEST:
        doubts.append(Doubt.ORDER)
        first = last = None
    axis = given.get("axis", "")
    return Asked(
        codes=chosen,
        first=first,
        last=last,
        days=days,
        axis=Axis(axis) if axis in set(Axis) else Axis.AUTO,
        is_table=given.get("view") == "table",
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _moment(text: str, zone: tzinfo, doubts: list[Doubt], *, is_end: bool) -> datetime | None:
    """Read a day or a moment of the hospital's clock; the end of a day is that day's end."""
    # A "+" of an address that was not encoded arrives as a blank.
    written = text.strip().replace(" ", "+") if "T" in text else text.strip()
    if not written:
        return None
    try:
        if len(written) == len("2026-01-31"):
            day = date.fromisoformat(written) + timedelta(days=1 if is_end else 0)
            found = datetime.combine(day, time(), zone)
        else:
            found = datetime.fromisoformat(written)
    except (ValueError, OverflowError):
        doubts.append(Doubt.MOMENT)
        return None
    if not _FIRST <= found.year <= _LAST:
        doubts.append(Doubt.MOMENT)
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def ranked(offered: Sequence[Offered]) -> list[Offered]:
    """Order what may be shown: nanites first, then what is flagged, then what has most values.

    What was read from controllers follows, then signs.
    """
    return sorted(
        offered,
        key=lambda one: (
            OBSERVED.index(one.section) if one.is_observed else -1,
            one.section != "NANITE",
            not one.is_flagged,
            -one.values,
            one.code,
        ),
    )


def chosen(asked: Asked, offered: Sequence[Offered]) -> list[str]:
    """Return the codes that are shown, in the order of their panels."""
    known = ranked(offered)
    if asked.codes:
        wanted = set(asked.codes)
        return [one.code for one in known if one.code in wanted]
    drawn = [one for one in known if one.values > 1] or known
    analytes = [one for one in drawn if not one.is_observed]
    observed = [one for one in drawn if one.is_observed]
    # One quantity of a controller and one sign have a place, however many analytes there are.
    of_each = (next((one for one in observed if one.section == of), None) for of in OBSERVED)
    kept = [one for one in of_each if one is not None]
    lead = analytes[: PANELS - len(kept)]
    rest = [one for one in observed if one not in kept]
    wanted = {one.code for one in [*lead, *kept, *rest][:PANELS]}
    return [one.code for one in known if one.code in wanted]


def is_log(axis: Axis, values: Sequence[float], *, section: str) -> bool:
    """Say whether a panel has a logarithmic axis; none has that holds a value not above 0."""
    if not values or min(values) <= 0 or axis is Axis.LINEAR:
        return False
    if axis is Axis.LOG:
        return True
    return section == "NANITE" and max(values) / min(values) >= LOG_FROM


def frame(
    asked: Asked, moments: Sequence[datetime], *, at: datetime
) -> tuple[datetime, datetime] | None:
    """Return the time shown: as asked, else around what there is, to now where that is near."""
    if not moments and not (asked.first and asked.last):
        return None
    first = asked.first or min(moments)
    last = asked.last or max(moments)
    if last <= first:
        last = first + timedelta(days=1)
    air = (last - first) * 0.02 or timedelta(hours=12)
    if asked.first is None:
        first -= air
    if asked.last is None:
        is_near = last <= at <= last + (last - first) * 0.2
        last = at if is_near and at - last > air else last + air
    return first, last
