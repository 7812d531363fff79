"""What comparisons and conflicts of two entries are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.rules.duplicate_conflicts import Contradiction
from patients.rules.duplicates import Grade, Match, Reason, Why

GRADES = {
    Grade.CERTAIN: gettext_lazy("certainly one person"),
    Grade.PROBABLE: gettext_lazy("probably one person"),
    Grade.POSSIBLE: gettext_lazy("possibly one person"),
}
TONES = {Grade.CERTAIN: "abnormal", Grade.PROBABLE: "info", Grade.POSSIBLE: "muted"}
WHY = {
    Why.FAMILY_SAME: gettext_lazy("The family names are the same."),
    Why.FAMILY_CLOSE: gettext_lazy("The family names look or sound alike: %(about)s."),
    Why.FAMILY_DIFFERS: gettext_lazy("The family names differ: %(about)s."),
    Why.GIVEN_SAME: gettext_lazy("The given names are the same."),
    Why.GIVEN_CLOSE: gettext_lazy("The given names look or sound alike: %(about)s."),
    Why.GIVEN_DIFFERS: gettext_lazy("The given names differ: %(about)s."),
    Why.NAMES_EXCHANGED: gettext_lazy("The same names, family name and given name exchanged."),
    Why.BIRTH_SAME: gettext_lazy("The birth dates are the same."),
    Why.BIRTH_EXCHANGED: gettext_lazy(
        "The birth dates are the same with two parts or two digits exchanged."
    ),
    Why.BIRTH_ONE_PART: gettext_lazy("The birth dates differ in the day, month or year alone."),
    Why.BIRTH_FITS: gettext_lazy("The birth dates fit, as far as they are known."),
    Why.BIRTH_DIFFERS: gettext_lazy("The birth dates differ."),
    Why.GENERATION: gettext_lazy(
        "The same family name, a generation apart: they may be parent and child."
    ),
    Why.TWINS: gettext_lazy(
        "The same family name and birth date, another given name: they may be twins."
    ),
    Why.SEX_SAME: gettext_lazy("The sex is the same."),
    Why.SEX_DIFFERS: gettext_lazy("The sex differs."),
    Why.SPECIES_DIFFERS: gettext_lazy("The species differ."),
    Why.NUMBER_SAME: gettext_lazy("The same identifier of the same system: %(about)s."),
    Why.NUMBER_ELSEWHERE: gettext_lazy("The same identifier under another system: %(about)s."),
    Why.NUMBER_CLOSE: gettext_lazy("Identifiers with two neighbours exchanged: %(about)s."),
    Why.NUMBER_DIFFERS: gettext_lazy("Different identifiers of one system."),
    Why.DEATHS_DIFFER: gettext_lazy("Both are recorded as dead, on different days."),
    Why.RELATIVES: gettext_lazy("One is recorded as a relative of the other."),
    Why.MARKS_ALIKE: gettext_lazy("Both are unnamed and told apart by much the same."),
    Why.SAME_PLACE: gettext_lazy("Both were at the same place within a day: %(about)s."),
    Why.SAME_EVENT: gettext_lazy("Both were exposed in the same event: %(about)s."),
    Why.SAME_DAY: gettext_lazy("They were registered within a day of one another."),
}
CONFLICTS = {
    Contradiction.SPECIES: gettext_lazy("The species differ; set the wrong one right first."),
    Contradiction.TWO_STAYS: gettext_lazy(
        "Both are in a ward or bed now; discharge the wrong entry first."
    ),
    Contradiction.TOLD_APART: gettext_lazy(
        "Somebody recorded that they are two persons; take that back first."
    ),
    Contradiction.BIRTHS: gettext_lazy("They have two different birth dates."),
    Contradiction.SEX: gettext_lazy("Their sex differs, and with it their reference ranges."),
    Contradiction.TWO_DEATHS: gettext_lazy("Both are recorded as dead, at different times."),
    Contradiction.ONE_DEAD: gettext_lazy("One is recorded as dead, the other is not."),
    Contradiction.DOUBTED: gettext_lazy("The identity of one of them is in doubt."),
    Contradiction.TWO_LOGINS: gettext_lazy("Both have a login of their own."),
}


@dataclass(frozen=True)
class Line:
    """One reason as a page says it."""

    text: str
    bits: str
    kind: str  # for, against, or none of both


@dataclass(frozen=True)
class Verdict:
    """How two entries compare, as a page says it."""

    words: Any
    tone: str
    bits: str
    lines: tuple[Line, ...]


def verdict(match: Match) -> Verdict:
    """Return what a comparison found in the reader's language."""
    if match.grade is None:
        words: Any = _("little speaks for one person")
        return Verdict(words, "muted", localize(match.bits), lines(match.reasons))
    return Verdict(
        GRADES[match.grade], TONES[match.grade], localize(match.bits), lines(match.reasons)
    )


def lines(reasons: Iterable[Reason]) -> tuple[Line, ...]:
    """Return every reason as a sentence with its weight."""
    return tuple(Line(sentence(one), _weight(one), _kind(one)) for one in reasons)


def sentence(reason: Reason) -> str:
    """Return one reason as a sentence."""
    return str(WHY[reason.why]) % {"about": ", ".join(reason.about)}


def conflicts(found: Iterable[Contradiction]) -> list[tuple[Any, bool]]:
    """Return each conflict in words, and whether it stands in the way."""
    return [(CONFLICTS[one], one.stands_in_the_way) for one in found]


def _weight(reason: Reason) -> str:
    return f"+{localize(reason.bits)}" if reason.bits > 0 else localize(reason.bits)


def _kind(reason: Reason) -> str:
    if reason.bits == 0:
        return "note"
    return "for" if reason.is_for else "against"
