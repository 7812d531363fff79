"""Numbers that somebody asks an analysis with: each within its bounds, or refused by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labsys.lib.wording import Refused, cited
from labsys.lib.wording import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Number:
    """A number of an analysis: its default (None where it may be left open), and its bounds."""

    default: float | None
    low: float
    high: float
    is_whole: bool = False


def refused(field: str, code: str, message: str, **params: object) -> Refused:
    """Return a refusal that names the parameter it is about."""
    found = Refused(code, message, **params)
    found.field = field
    return found


def check_names(given: Mapping[str, Any], known: Mapping[str, Any] | set[str]) -> None:
    """Refuse a parameter that this analysis does not have."""
    for name in sorted(set(given) - set(known)):
        raise refused(
            str(name),
            "PARAMETER",
            _("There is no parameter %(given)s of this analysis; there are %(known)s."),
            given=cited(name),
            known=", ".join(sorted(known)),
        )


def numbers(given: Mapping[str, Any], known: Mapping[str, Number]) -> dict[str, int | float | None]:
    """Return every number that is known, as it was given or by default."""
    return {name: _number(name, given.get(name), bounds) for name, bounds in known.items()}


def word(given: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    """Return one of the words that a parameter may be; the first where none is given."""
    found = given.get(name)
    if found in (None, ""):
        return known[0]
    if found not in known:
        raise refused(
            name,
            "WORD",
            _("%(name)s is one of %(known)s, not %(given)s."),
            name=name,
            known=", ".join(known),
            given=cited(found),
        )
    return str(found)


def text(given: Mapping[str, Any], name: str, *, longest: int = 200) -> str:
    """Return a short text, without blanks around it."""
    found = given.get(name)
    if found is None:
        return ""
    if not isinstance(found, str) or len(found) > longest or "\x00" in found:
        raise refused(
            name,
            "TEXT",
            _("%(name)s is a text of at most %(longest)d characters."),
            name=name,
            longest=longest,
        )
    return found.strip()


def _number(name: str, found: Any, bounds: Number) -> int | float | None:
    if found is None:
        found = bounds.default
        if found is None:
            return None
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    # NaN and the infinities are within no bounds, and an integer of any size can be compared.
    if not is_number or not bounds.low <= found <= bounds.high:
        raise refused(
            name,
            "OUT_OF_BOUNDS",
            _("%(name)s is a number from %(low)s to %(high)s, not %(given)s."),
            name=name,
            low=f"{bounds.low:g}",
            high=f"{bounds.high:g}",
            given=cited(found),
        )
    if not bounds.is_whole:
        return float(found)
    if found != int(found):
        raise refused(
            name,
            "NOT_WHOLE",
            _("%(name)s is a whole number, not %(given)s."),
            name=name,
            given=cited(found),
        )
    return int(found)
