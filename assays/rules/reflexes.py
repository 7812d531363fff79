"""Reflex rules: whether results meet one, and whether rules would order one another for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from assays.rules.spans import Side, side_of, span_of
from labsys.lib import units
from labsys.lib.quantities import Coded, Quantity, ReportedValue
from labsys.lib.wording import gettext_noop as _

# Rules approved apart from one another could still order in turn; a chain ends here, whatever they say.
LONGEST_CHAIN = 3


class Match(StrEnum):
    ANY = "ANY"
    ALL = "ALL"


class Kind(StrEnum):
    """What of a result a condition looks at."""

    VALUE = "VALUE"
    FLAG = "FLAG"
    CODE = "CODE"


class Outcome(StrEnum):
    """What came of a rule that was met."""

    ORDERED = "ORDERED"
    ORDERED_BEFORE = "ORDERED_BEFORE"
    CHAIN_ENDED = "CHAIN_ENDED"
    NOT_OFFERED = "NOT_OFFERED"


OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.ORDERED: _("ordered"),
    Outcome.ORDERED_BEFORE: _("ordered before on this specimen"),
    Outcome.CHAIN_ENDED: _("not ordered: the chain of reflexes is too long"),
    Outcome.NOT_OFFERED: _("not ordered: no assay of it is in force"),
}
COMPARISONS = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Condition:
    """A value beyond a limit, a flag, or a coded answer of one analyte.

    ``value`` is the limit in ``unit``, the flag (``H``, ``LL``, ``indeterminate``) or the code.
    """

    analyte: str
    kind: Kind
    value: str
    comparison: str = ""
    unit: str = ""

    def __str__(self) -> str:
        said = {
            Kind.VALUE: f"{self.comparison} {self.value} {units.shown(self.unit)}",
            Kind.FLAG: f"flag {self.value}",
            Kind.CODE: f"= {self.value}",
        }[self.kind]
        return f"{self.analyte} {said}".strip()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its conditions, and the analytes of what it orders."""

    code: str
    match: Match
    conditions: tuple[Condition, ...]
    adds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A result as far as conditions ask."""

    analyte: str
    value: ReportedValue
    flags: tuple[str, ...] = ()


def is_met(rule: Rule, seen: Mapping[str, Seen], *, trigger: str) -> bool:
    """Whether results of one collection meet a rule, the one of ``trigger`` among them.

    ``seen`` holds the newest result by analyte. A rule whose conditions do not name the trigger is
    never met by it; what is missing or cannot be decided meets no condition.
    """
    if all(condition.analyte != trigger for condition in rule.conditions):
        return False
    if rule.match is Match.ALL:
        return all(_holds(one, seen.get(one.analyte)) for one in rule.conditions)
    mine = [one for one in rule.conditions if one.analyte == trigger]
    return any(_holds(one, seen.get(trigger)) for one in mine)


def _holds(condition: Condition, seen: Seen | None) -> bool:
    if seen is None:
        return False
    match condition.kind:
        case Kind.FLAG:
            return condition.value in seen.flags
        case Kind.CODE:
            return isinstance(seen.value, Coded) and seen.value.code == condition.value
        case Kind.VALUE:
            return _is_beyond(condition, seen.value)


def _is_beyond(condition: Condition, value: ReportedValue) -> bool:
    """Every number that a reported value leaves possible lies beyond the limit."""
    if not isinstance(value, Quantity) or value.unit != condition.unit:
        return False
    limit, span = Decimal(condition.value), span_of(value)
    match condition.comparison:
        case ">":
            return side_of(span, None, limit) is Side.ABOVE
        case "<":
            return side_of(span, limit, None) is Side.BELOW
        case ">=":
            return side_of(span, limit, None) is Side.INSIDE
        case "<=":
            return side_of(span, None, limit) is Side.INSIDE
    return False


def find_loop(
    rules: Iterable[Rule], *, leads_to: Mapping[str, Sequence[str]] | None = None
) -> tuple[str, ...]:
    """Return the analytes of a loop of rules, its first one again at the end; empty without one.

    An edge leads from each analyte a rule looks at to each it orders. ``leads_to`` adds what follows
    from a result by other means: what is calculated from it.
    """
    edges: dict[str, set[str]] = {name: set(more) for name, more in (leads_to or {}).items()}
    for rule in rules:
        for condition in rule.conditions:
            edges.setdefault(condition.analyte, set()).update(rule.adds)
    done: set[str] = set()
    for start in sorted(edges):
        loop = _loop_from(start, edges, done)
        if loop:
            return loop
    return ()


def _loop_from(start: str, edges: Mapping[str, set[str]], done: set[str]) -> tuple[str, ...]:
    """Walk in depth with a stack of its own, so that a long chain is no danger."""
    path: list[str] = []
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        node, is_left = stack.pop()
        if is_left:
            path.pop()
            done.add(node)
            continue
        if node in path:
            return (*path[path.index(node) :], node)
        if node in done:
            continue
        path.append(node)
        stack.append((node, True))
        stack += [(after, False) for after in sorted(edges.get(node, ()))]
    return ()


def check_condition(kind: Kind, comparison: str, value: str) -> str:
    """Return what is wrong with a condition, as a sentence; blank where nothing is."""
    if not value.strip():
        return _("A condition names a limit, a flag or a code.")
    if kind is not Kind.VALUE:
        return ""
    if comparison not in COMPARISONS:
        return _("A limit is compared with <, <=, > or >=.")
    try:
        is_finite = Decimal(value).is_finite()
    except ArithmeticError:
        is_finite = False
    return "" if is_finite else _("A limit is a number.")


def said(conditions: Iterable[Any], match: Match) -> str:
    """Write down conditions as one line."""
    return (" and " if match is Match.ALL else " or ").join(map(str, conditions))
