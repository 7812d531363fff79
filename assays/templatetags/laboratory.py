"""How values, ranges and flags read on a page; one way for every page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from assays.models import Result
from assays.queries import words
from assays.rules import conditions, identification, rejection
from assays.rules.lanes import LANE_WORDS, Lane, Reason, Why
from labsys.lib import units

register = template.Library()

_INTERVAL = re.compile(r"(\S+ – [^\s;]+)")

DELTAS = {
    "WITHIN": gettext_lazy("within the expected change"),
    "EXCEEDED": gettext_lazy("changed more than expected"),
    "NOT_ASSESSABLE": gettext_lazy("not assessable"),
}
LANE_TONES = {
    Lane.CRITICAL: "critical",
    Lane.HELD: "held",
    Lane.REVIEW: "abnormal",
    Lane.CLEAR: "good",
    Lane.NOT_ANALYSED: "muted",
}


register.filter("number", words.number)
register.filter("value_of", words.value_text)
register.filter("flag_words", words.flag_words)
register.filter("answer_words", words.answer_words)
register.filter("minutes", words.minutes_text)
register.filter("unit", units.shown)


@register.filter
def checked_words(kinds: Iterable[str]) -> str:
    """Name the identifiers that were checked before the draw."""
    return ", ".join(_named(identification.LABELS, kind) for kind in kinds)


@register.filter
def condition_words(codes: Iterable[str]) -> str:
    """Say in which condition a specimen came (HL7 table 0493)."""
    return ", ".join(_named(conditions.LABELS, code) for code in codes)


@register.filter
def rejection_words(code: str) -> str:
    """Say why a specimen was refused (HL7 table 0490)."""
    return _named(rejection.LABELS, code)


def _named(words: Mapping[Any, str], code: str) -> str:
    """Return a code in words; one that is not known stays as it is."""
    known = {str(one): said for one, said in words.items()}
    return gettext(known[code]) if code in known else code


@register.filter
def range_of(result: Result) -> SafeString:
    """Write the frozen range: one interval, several candidates, or why there is none."""
    return unbroken(words.frozen_range_text(result.reference))


@register.filter
def unbroken(ranges: str) -> SafeString:
    """Keep each interval of a text on one line: "3.42 –" alone reads as an open limit."""
    return _unbroken(str(ranges))


@lru_cache(maxsize=2048)
def _unbroken(ranges: str) -> SafeString:
    """The few ranges of a catalogue stand on every row of every list."""
    pieces = _INTERVAL.split(ranges)
    kept = '<span class="interval">{}</span>'
    return format_html_join(
        "", "{}", ((format_html(kept, one) if at % 2 else one,) for at, one in enumerate(pieces))
    )


@register.filter
def flag_sign(flag: str) -> str:
    """Return the short sign of a flag."""
    return words.FLAGS.get(flag, (flag, flag))[0]


@register.filter
def delta_words(verdict: str) -> str:
    """Return the verdict of a delta check in words."""
    return str(DELTAS.get(verdict, verdict))


@register.filter
def lane_words(lane: str) -> str:
    """Return the name of a lane."""
    return gettext(LANE_WORDS[Lane(lane)])


@register.filter
def lane_tone(lane: str) -> str:
    """Return the tone of a lane's pill."""
    return LANE_TONES[Lane(lane)]


@register.filter
def reason_words(reason: Reason) -> str:
    """Write one reason why a result is in its lane."""
    detail = words.flag_words(reason.detail) if reason.why is Why.FLAGGED else reason.detail
    return gettext(reason.message) % {"detail": detail}


@register.filter
def entry(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Look up a mapping by a variable key."""
    return mapping.get(key)
