"""How rows of the catalogue read on a page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from assays.rules.coded_comments import wording
from assays.rules.range_rows import Age, AgeUnit, age_words, limits_text
from labsys.lib.quantities import plain

register = template.Library()
SEXES = {"F": gettext_lazy("female"), "M": gettext_lazy("male")}
# States of the body that rows divide by; a week or a window of days keeps its code.
STATES = {
    "TARGET": gettext_lazy("decision limit"),
    "NONPREGNANT": gettext_lazy("not pregnant"),
    "PREGNANT": gettext_lazy("pregnant"),
    "PREG_T1": gettext_lazy("first trimester"),
    "PREG_T2": gettext_lazy("second trimester"),
    "PREG_T3": gettext_lazy("third trimester"),
    "FOLLICULAR": gettext_lazy("follicular phase"),
    "MIDCYCLE": gettext_lazy("midcycle"),
    "LUTEAL": gettext_lazy("luteal phase"),
    "POSTMENOPAUSE": gettext_lazy("after menopause"),
    "NO_CYCLE": gettext_lazy("no cycle"),
    "FASTING": gettext_lazy("fasting"),
    "RANDOM": gettext_lazy("not fasting"),
    "AM": gettext_lazy("drawn in the morning"),
    "NOT_AM": gettext_lazy("not drawn in the morning"),
}


@register.filter
def for_whom(row: Any) -> str:
    """Say whom a row of limits is for: species, sex, age and state, as far as they divide."""
    parts = [_("every species") if row.species == "*" else row.species]
    if row.sex in SEXES:
        parts.append(str(SEXES[row.sex]))
    template_, values = age_words(row.age_low_days, row.age_high_days)
    if template_:
        parts.append(_(template_) % {name: _age(age) for name, age in values.items()})
    if row.state not in ("", "ANY"):
        parts += (str(STATES.get(code, code)) for code in row.state.split("+"))
    return ", ".join(parts)


def _age(age: Age) -> str:
    match age.unit:
        case AgeUnit.YEARS:
            words = ngettext("%(n)d year", "%(n)d years", age.number)
        case AgeUnit.MONTHS:
            words = ngettext("%(n)d month", "%(n)d months", age.number)
        case _:
            words = ngettext("%(n)d day", "%(n)d days", age.number)
    return words % {"n": age.number}


@register.filter
def wording_here(comment: Any) -> str:
    """Return what a comment of the catalogue says in the reader's language, where that differs."""
    said = wording(comment.coded.texts, [get_language() or ""])
    return "" if said == comment.text else said


@register.filter
def limits_of(row: Any) -> str:
    """Write the two limits of a row."""
    return limits_text(row.low, row.high)


@register.filter
def exact(value: Decimal | None) -> str:
    """Write a decimal with all its digits; nothing where there is none."""
    return "" if value is None else plain(value)
