"""How values, ranges and flags read on a page; one way for every page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assays.models import Result
from assays.rules import answers
from assays.rules.ranges import Outcome, Resolution
from labsys.lib.quantities import plain

register = template.Library()

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

DELTAS = {
    "WITHIN": gettext_lazy("within the expected change"),
    "EXCEEDED": gettext_lazy("changed more than expected"),
    "NOT_ASSESSABLE": gettext_lazy("not assessable"),
}


@register.filter
def number(value: Decimal | None, comparator: str = "") -> str:
    """Write a decimal with all its digits, and its comparator before it."""
    if value is None:
        return ""
    return f"{SIGNS.get(comparator, comparator)}{' ' if comparator else ''}{plain(value)}"


@register.filter
def value_of(result: Result) -> str:
    """Write a result's value without its unit."""
    if result.kind == Result.Kind.NUMERIC:
        return number(result.value, result.comparator)
    if result.kind == Result.Kind.ABSENT:
        return _("no value: %(reason)s") % {"reason": result.absent_reason}
    return answer_words(result.value_code) or result.value_text


@register.filter
def answer_words(code: str) -> str:
    """Return a coded answer in words."""
    return _(answers.words(code)) if code else ""


@register.filter
def range_of(result: Result) -> str:
    """Write the frozen range: one interval, several candidates, or why there is none."""
    return range_text(Resolution.from_json(result.reference))


def range_text(resolution: Resolution) -> str:
    """Write a resolution in words."""
    written = list(dict.fromkeys(_interval(row.low, row.high) for row in resolution.established))
    if resolution.outcome is Outcome.NOT_ESTABLISHED or not written:
        return _("not established")
    if len(written) > 1 or resolution.is_partly_unestablished:
        return _("one of %(ranges)s") % {"ranges": "; ".join(written)}
    return written[0]


def _interval(low: Decimal | None, high: Decimal | None) -> str:
    if low is None and high is not None:
        return f"≤ {plain(high)}"
    if high is None and low is not None:
        return f"≥ {plain(low)}"
    return f"{plain(low)} – {plain(high)}" if low is not None and high is not None else ""


@register.filter
def flag_sign(flag: str) -> str:
    """Return the short sign of a flag."""
    return FLAGS.get(flag, (flag, flag))[0]


@register.filter
def flag_words(flag: str) -> str:
    """Return a flag in words."""
    return str(FLAGS.get(flag, (flag, flag))[1])


@register.filter
def delta_words(verdict: str) -> str:
    """Return the verdict of a delta check in words."""
    return str(DELTAS.get(verdict, verdict))


@register.filter
def entry(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Look up a mapping by a variable key."""
    return mapping.get(key)
