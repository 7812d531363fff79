"""How values, ranges, flags and reasons are put into words; one way for pages and documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assays.models import Result
from assays.rules import absence, answers, calculated
from assays.rules.reference_intervals import Resolution
from labsys.lib.quantities import plain

SIGNS = {"<=": "≤", ">=": "≥"}
FLAGS: dict[str, tuple[str, Any]] = {
    "LL": ("LL", gettext_lazy("critically low")),
    "HH": ("HH", gettext_lazy("critically high")),
    "L": ("L", gettext_lazy("low")),
    "H": ("H", gettext_lazy("high")),
    "A": ("A", gettext_lazy("abnormal")),
    "N": ("N", gettext_lazy("within range")),
    "no_range": ("—", gettext_lazy("no range established")),
    "indeterminate": ("?", gettext_lazy("indeterminate")),
    "implausible": ("!", gettext_lazy("implausible")),
}
# Signs that stand out on paper without colour.
MARKS = {
    "LL": "▼▼",
    "HH": "▲▲",
    "L": "▼",
    "H": "▲",
    "A": "◆",
    "indeterminate": "?",
    "implausible": "!",
}
AXES = {
    "sex": gettext_lazy("sex"),
    "age": gettext_lazy("age"),
    "pregnancy": gettext_lazy("pregnancy"),
    "gestation": gettext_lazy("gestation"),
    "cycle_phase": gettext_lazy("cycle phase"),
    "fasting": gettext_lazy("fasting"),
    "draw_time": gettext_lazy("time of the draw"),
}

# Why a value is absent: as somebody or an instrument said, or as a calculation refused.
ABSENT = {one.value: words for one, words in [*absence.WORDS.items(), *calculated.WORDS.items()]}


def number(value: Decimal | None, comparator: str = "") -> str:
    """Write a decimal with all its digits, and its comparator before it."""
    if value is None:
        return ""
    return f"{SIGNS.get(comparator, comparator)}{' ' if comparator else ''}{plain(value)}"


def value_text(result: Result) -> str:
    """Write a result's value without its unit; coded answers and missing values in words."""
    if result.kind == Result.Kind.NUMERIC:
        return number(result.value, result.comparator)
    if result.kind == Result.Kind.ABSENT:
        return _("no value: %(reason)s") % {"reason": absent_words(result.absent_reason)}
    return answer_words(result.value_code) or result.value_text


def absent_words(reason: str) -> str:
    """Say why there is no value."""
    return _(ABSENT[reason]) if reason in ABSENT else reason


def answer_words(code: str) -> str:
    """Return a coded answer in words."""
    return _(answers.words(code)) if code else ""


def range_text(resolution: Resolution) -> str:
    """Write a resolution in words: one interval, several candidates, or that there is none."""
    limits = [(row.low, row.high) for row in resolution.established]
    return _ranges(limits, is_partly_unestablished=resolution.is_partly_unestablished)


def frozen_range_text(reference: Mapping[str, Any]) -> str:
    """Write what `Resolution.to_json` froze in words, as `range_text` does, reading its limits only.

    A list writes a range on every row; reading the whole resolution takes far longer.
    """
    rows = reference["candidates"]
    limits = [(_limit(row["low"]), _limit(row["high"])) for row in rows if row["established"]]
    is_partly_unestablished = reference["uncovered"] or len(limits) < len(rows)
    return _ranges(limits, is_partly_unestablished=is_partly_unestablished)


def _limit(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def _ranges(
    limits: Iterable[tuple[Decimal | None, Decimal | None]], *, is_partly_unestablished: bool
) -> str:
    written = list(dict.fromkeys(_interval(low, high) for low, high in limits))
    if not written:
        return _("not established")
    if len(written) > 1 or is_partly_unestablished:
        return _("one of %(ranges)s") % {"ranges": "; ".join(written)}
    return written[0]


def _interval(low: Decimal | None, high: Decimal | None) -> str:
    if low is None and high is not None:
        return f"≤ {plain(high)}"
    if high is None and low is not None:
        return f"≥ {plain(low)}"
    return f"{plain(low)} – {plain(high)}" if low is not None and high is not None else ""


def flag_words(flag: str) -> str:
    """Return a flag in words."""
    return str(FLAGS.get(flag, (flag, flag))[1])


def axes_words(unknown: Iterable[str]) -> str:
    """Name what is not known of the patient and decides the range."""
    return ", ".join(str(AXES.get(axis, axis)) for axis in unknown)


def minutes_text(minutes: float | None) -> str:
    """Write how long something took: 85 min, 3 h 20 min, 2 d 5 h; a dash where nothing did."""
    if minutes is None:
        return "–"
    whole = round(minutes)
    if whole < 120:
        return _("%(minutes)d min") % {"minutes": whole}
    hours, rest = divmod(whole, 60)
    if hours < 48:
        found = _("%(hours)d h %(minutes)d min") if rest else _("%(hours)d h")
        return found % {"hours": hours, "minutes": rest}
    days, hours = divmod(hours, 24)
    return (_("%(days)d d %(hours)d h") if hours else _("%(days)d d")) % {
        "days": days,
        "hours": hours,
    }


def run_age(asked_at: datetime, *, at: datetime) -> str:
    """Say how old an analysis of the population is, where it is older than a day."""
    days = (at - asked_at) // timedelta(days=1)
    if days < 1:
        return ""
    return ngettext(
        "This analysis of the population is more than %(days)d day old: what came since is not in it.",
        "This analysis of the population is more than %(days)d days old: what came since is not in it.",
        days,
    ) % {"days": days}
