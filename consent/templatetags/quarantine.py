"""Words of quarantine: what a criterion asks, what a result says of it, and what follows."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assays.rules.answers import WORDS
from consent.rules.quarantine_release import Found, Signs, Verdict, Why
from labsys.lib import units
from labsys.lib.pills import pill
from labsys.lib.quantities import plain
from patients.rules.quarantine_criteria import Asks, Criterion

register = template.Library()
VERDICTS: dict[Verdict, tuple[str, Any]] = {
    Verdict.MET: ("good", gettext_lazy("met")),
    Verdict.NOT_MET: ("critical", gettext_lazy("not met")),
    Verdict.UNDETERMINED: ("abnormal", gettext_lazy("not to be determined")),
    Verdict.NONE: ("muted", gettext_lazy("none asked")),
}
REASONS: dict[Why, Any] = {
    Why.COUNTED: gettext_lazy("counts"),
    Why.AGAINST: gettext_lazy("speaks against release"),
    Why.TOO_CLOSE: gettext_lazy("too close to the one before"),
    Why.BEFORE_AGAINST: gettext_lazy("does not count: a later one does not speak for release"),
    Why.UNCLEAR: gettext_lazy("does not tell"),
    Why.WAITING: gettext_lazy("not released yet"),
    Why.HELD: gettext_lazy("held"),
    Why.CORRECTED: gettext_lazy("corrected: counts no longer"),
    Why.WITHDRAWN: gettext_lazy("withdrawn: counts no longer"),
}
SIGNS: dict[Signs, Any] = {
    Signs.ABSENT: gettext_lazy("no clinical signs"),
    Signs.PRESENT: gettext_lazy("clinical signs present"),
    Signs.NOT_ASSESSED: gettext_lazy("clinical signs not assessed"),
}


@register.filter
def verdict_pill(verdict: str) -> SafeString:
    tone, words = VERDICTS[Verdict(verdict)]
    return pill(tone, words)


@register.filter
def why_words(why: Why) -> str:
    return str(REASONS[why])


@register.filter
def signs_words(signs: Signs) -> str:
    return str(SIGNS[signs])


@register.filter
def criterion_words(one: Criterion) -> str:
    """Write a criterion as one sentence."""
    times = ngettext("%(many)d specimen", "%(many)d specimens", one.times) % {"many": one.times}
    said = {"analyte": one.analyte, "times": times, "hours": one.hours_apart}
    if one.asks is Asks.NEGATIVE:
        if one.times > 1 and one.hours_apart:
            return _("%(analyte)s negative in %(times)s, at least %(hours)d h apart") % said
        return _("%(analyte)s negative in %(times)s") % said
    said["limit"] = "" if one.limit is None else f"{plain(one.limit)} {units.shown(one.unit)}"
    if one.times > 1 and one.hours_apart:
        sentence = _("%(analyte)s below %(limit)s in %(times)s, at least %(hours)d h apart")
        return sentence % said
    return _("%(analyte)s below %(limit)s in %(times)s") % said


@register.filter
def found_value(found: Found) -> str:
    """Write a result's value as it is printed."""
    if found.number is not None:
        return f"{found.comparator}{plain(found.number)} {units.shown(found.unit)}".strip()
    return _(WORDS[found.code]) if found.code in WORDS else found.code or "–"  # noqa: INT002
