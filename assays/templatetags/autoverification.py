"""How rules, traces and rule sets read on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assays.models import RuleSetMode
from assays.rules.autoverification import KINDS, Outcome, Verdict
from assays.rules.autoverification.agreement import WORDS
from assays.rules.autoverification.written import write_lines
from labsys.lib import units

register = template.Library()

OUTCOMES = {
    Outcome.PASS.value: ("good", gettext_lazy("passes")),
    Outcome.HOLD.value: ("held", gettext_lazy("holds")),
    Outcome.MISSING_INPUT.value: ("held", gettext_lazy("holds: something is missing")),
    Outcome.NOT_APPLICABLE.value: ("muted", gettext_lazy("not asked")),
}
DECISIONS = {
    "RELEASE": ("good", gettext_lazy("may be released")),
    "HOLD": ("held", gettext_lazy("needs a person")),
}
MODES = {
    RuleSetMode.Mode.LIVE.value: ("good", gettext_lazy("live: releases results")),
    RuleSetMode.Mode.SHADOW.value: ("info", gettext_lazy("in the shadow: releases nothing")),
    RuleSetMode.Mode.SUSPENDED.value: ("critical", gettext_lazy("suspended: releases nothing")),
}
LAWS = {
    "HELD": gettext_lazy("Holds"),
    "CRITICAL_VALUE": gettext_lazy("Critical value"),
    "FLAGGED": gettext_lazy("Flags"),
    "FLAGGED_BY_INSTRUMENT": gettext_lazy("Flags of the instrument"),
    "QC_BLOCKED": gettext_lazy("Quality control"),
    "RANGELESS": gettext_lazy("Reference interval"),
    "UNSIGNED_RANGE": gettext_lazy("Signature of the interval"),
    "CORRECTION": gettext_lazy("Correction"),
    "NO_RULE": gettext_lazy("Rules"),
    "LAWS": gettext_lazy("Fixed laws"),
}


@register.filter
def sentence(line: Mapping[str, Any]) -> str:
    """Say what one line of a trace found; a sentence that cannot be filled in is shown as it is."""
    try:
        return _(line["message"]) % _read(line["inputs"])
    except (KeyError, TypeError, ValueError):
        return str(line.get("message", ""))


def _of(table: Mapping[str, tuple[str, Any]], place: int) -> Any:
    return lambda code: str(table.get(code, ("muted", code))[place])


for _name, _table in (("outcome", OUTCOMES), ("decision", DECISIONS), ("mode", MODES)):
    register.filter(f"{_name}_tone", _of(_table, 0))
    register.filter(f"{_name}_words", _of(_table, 1))


@register.filter
def kind_label(kind: str) -> str:
    """Return what a kind of rule, or a fixed law, is called."""
    if kind in LAWS:
        return str(LAWS[kind])
    return _(KINDS[kind].label) if kind in KINDS else kind


@register.filter
def kind_words(kind: str) -> str:
    """Return what a kind of rule does."""
    return _(KINDS[kind].words) if kind in KINDS else _("holds everything: nobody knows this kind")


@register.filter
def match_words(match: Any) -> str:
    """Return how rules and people stand to each other."""
    return _(WORDS[match]) if match in WORDS else str(match)


@register.filter
def parameter_words(rule: Mapping[str, Any]) -> str:
    """Write the parameters of a rule as they are written in a draft."""
    text = write_lines([{"id": "", "kind": "", "parameters": rule.get("parameters", {})}])
    return text.partition(":")[2].strip()


@register.filter
def noticed_words(noticed: Any) -> str:
    """Say what was noticed about a rule."""
    return _(noticed.message) % noticed.params


@register.filter
def verdict_words(verdict: Verdict) -> str:
    """Say what a law or rule found."""
    return _(verdict.message) % _read(verdict.inputs)


def _read(inputs: Mapping[str, str]) -> dict[str, str]:
    """Return what a trace holds as people read it: units as they are printed."""
    return {
        name: units.shown(said) if name == "unit" else units.reading(said)
        for name, said in inputs.items()
    }
