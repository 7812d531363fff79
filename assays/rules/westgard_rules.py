"""The control rules by name: what each counts, and which are used for how many levels.

Definitions: Westgard et al., Clin Chem 1981;27:493; the table of PMC3909142 (Table 1). N levels:
1-3s/2-2s/R-4s/4-1s with 8x and 10x for one and two, 1-3s/2of3-2s/R-4s/3-1s with 12x for three.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from labsys.lib.wording import Refused, cited, gettext_noop


class Severity(StrEnum):
    WARNING = "WARNING"
    REJECTION = "REJECTION"


class Kind(StrEnum):
    SINGLE = "SINGLE"  # each measurement by itself
    PAIR = "PAIR"  # two on one side: of a level, or of one run
    RANGE = "RANGE"  # highest less lowest of one run
    TWO_OF_THREE = "TWO_OF_THREE"
    COUNT = "COUNT"  # so many in succession on one side
    TREND = "TREND"  # so many in succession, each above (or below) the one before


@dataclass(frozen=True, slots=True)
class Rule:
    """One control rule: ``count`` measurements at or beyond ``limit_sd`` (0: off the mean).

    ``error``: what a violation most often means, "random" or "systematic".
    """

    name: str
    kind: Kind
    count: int
    limit_sd: int
    error: str
    words: str


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "1-2s", Kind.SINGLE, 1, 2, "random", gettext_noop("one measurement at 2 SD or beyond")
        ),
        Rule(
            "1-3s", Kind.SINGLE, 1, 3, "random", gettext_noop("one measurement at 3 SD or beyond")
        ),
        Rule(
            "2-2s",
            Kind.PAIR,
            2,
            2,
            "systematic",
            gettext_noop("two in succession at 2 SD or beyond on the same side"),
        ),
        Rule(
            "2of3-2s",
            Kind.TWO_OF_THREE,
            2,
            2,
            "systematic",
            gettext_noop("two of three at 2 SD or beyond on the same side"),
        ),
        Rule(
            "R-4s",
            Kind.RANGE,
            2,
            4,
            "random",
            gettext_noop("highest and lowest of one run 4 SD or more apart"),
        ),
        Rule(
            "3-1s",
            Kind.COUNT,
            3,
            1,
            "systematic",
            gettext_noop("three in succession at 1 SD or beyond on the same side"),
        ),
        Rule(
            "4-1s",
            Kind.COUNT,
            4,
            1,
            "systematic",
            gettext_noop("four in succession at 1 SD or beyond on the same side"),
        ),
        *(
            Rule(
                f"{count}x",
                Kind.COUNT,
                count,
                0,
                "systematic",
                words,
            )
            for count, words in (
                (6, gettext_noop("six in succession on the same side of the mean")),
                (8, gettext_noop("eight in succession on the same side of the mean")),
                (9, gettext_noop("nine in succession on the same side of the mean")),
                (10, gettext_noop("ten in succession on the same side of the mean")),
                (12, gettext_noop("twelve in succession on the same side of the mean")),
            )
        ),
        Rule(
            "7T",
            Kind.TREND,
            7,
            0,
            "systematic",
            gettext_noop("seven in succession, each higher (or each lower) than the one before"),
        ),
    )
}

# Which rules are used when nobody chose: by the number of control levels.
DEFAULT_RULES: dict[int, tuple[str, ...]] = {
    1: ("1-2s", "1-3s", "2-2s", "R-4s", "4-1s", "8x", "10x"),
    2: ("1-2s", "1-3s", "2-2s", "R-4s", "4-1s", "10x"),
    3: ("1-2s", "1-3s", "2of3-2s", "R-4s", "3-1s", "12x"),
}
WARNINGS = ("1-2s",)


def default_rules(levels: int) -> tuple[str, ...]:
    """Return the names of the rules used for so many levels; more than three count as three."""
    if isinstance(levels, bool) or not isinstance(levels, int) or levels < 1:
        message = gettext_noop("Control rules need at least one level, not %(levels)s.")
        raise Refused("no_levels", message, levels=levels)
    return DEFAULT_RULES[min(levels, 3)]


def _spelling(name: str) -> str:
    """Leave of a name what everybody writes alike: 1-3s, 1:3s, 1_3s, 13S; 10x, 10-x, 10:X."""
    return re.sub(r"[\s:_/-]", "", name).lower()


_BY_SPELLING = {_spelling(name): rule for name, rule in RULES.items()}


def rule_named(name: str) -> Rule:
    """Return the rule of this name, in any of its usual spellings."""
    rule = _BY_SPELLING.get(_spelling(name)) if isinstance(name, str) else None
    if rule is None:
        message = gettext_noop("There is no control rule %(name)s; there are %(known)s.")
        raise Refused("unknown_rule", message, name=name, known=", ".join(RULES))
    return rule


def rules_named(names: Iterable[str]) -> Sequence[Rule]:
    """Return the rules of these names, each once, in the order of `RULES`."""
    if isinstance(names, str):
        names = (names,)
    if isinstance(names, Mapping) or not isinstance(names, Iterable):
        message = gettext_noop("Control rules are given as a list of names, not %(given)s.")
        raise Refused("rules_unreadable", message, given=cited(names))
    wanted = {rule_named(name).name for name in names}
    return tuple(rule for rule in RULES.values() if rule.name in wanted)
