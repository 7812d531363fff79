"""Checking at the bedside that a specimen is drawn from the person it was ordered for.

Two identifiers of different kinds have to agree, and none may disagree. A wristband carries the
patient number, so reading the number and scanning the wristband is one identifier, not two.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

REQUIRED = 2


class IdentifierKind(StrEnum):
    """What was read from, or said by, the person before the needle."""

    MRN = "MRN"
    WRISTBAND = "WRISTBAND"
    OTHER_NUMBER = "OTHER_NUMBER"
    NAME = "NAME"
    BIRTH_DATE = "BIRTH_DATE"


LABELS = {
    IdentifierKind.MRN: _("patient number"),
    IdentifierKind.WRISTBAND: _("wristband"),
    IdentifierKind.OTHER_NUMBER: _("other number"),
    IdentifierKind.NAME: _("full name"),
    IdentifierKind.BIRTH_DATE: _("birth date"),
}
SAME_EVIDENCE = {IdentifierKind.WRISTBAND: IdentifierKind.MRN}


class IdentityRefused(Refused):
    """The person before the phlebotomist is not shown to be the person on the order."""


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """What the registry knows of the person; `birth_date` only where the day itself is known."""

    mrns: Collection[str]
    names: Collection[str]
    birth_date: date | None
    other_numbers: Collection[str] = ()


def check(given: Mapping[IdentifierKind, str], known: KnownIdentity) -> tuple[IdentifierKind, ...]:
    """Return the kinds that agree, sorted; refuse fewer than two, and any that disagrees.

    Blank entries count as not asked. No value given or known is ever repeated in a refusal.
    """
    asked = {kind: text for kind, text in given.items() if text.strip()}
    for kind, text in asked.items():
        verdict = _agrees(kind, text, known)
        if verdict is None:
            raise IdentityRefused(
                "not_recorded",
                _("No %(kind)s is recorded for this patient; use another identifier."),
                kind=LABELS[kind],
            )
        if not verdict:
            raise IdentityRefused(
                "mismatch",
                _(
                    "The %(kind)s is not that of the patient on this order. Do not collect: find "
                    "out who is in front of you."
                ),
                kind=LABELS[kind],
            )
    if len({SAME_EVIDENCE.get(kind, kind) for kind in asked}) < REQUIRED:
        raise IdentityRefused(
            "too_few",
            _(
                "Check at least two different identifiers of the patient, such as the wristband and "
                "the birth date."
            ),
        )
    return tuple(sorted(asked))


def normalized(name: str) -> tuple[str, ...]:
    """Return the words of a name, sorted, without case, accents and punctuation."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return tuple(sorted("".join(c if c.isalnum() else " " for c in letters).split()))


def _agrees(kind: IdentifierKind, text: str, known: KnownIdentity) -> bool | None:
    """Compare one identifier; None where the registry knows nothing to compare with."""
    text = text.strip()
    if kind in (IdentifierKind.MRN, IdentifierKind.WRISTBAND):
        return text.casefold() in {mrn.casefold() for mrn in known.mrns}
    if kind is IdentifierKind.OTHER_NUMBER:
        return text in known.other_numbers if known.other_numbers else None
    if kind is IdentifierKind.NAME:
        names = [normalized(name) for name in known.names if normalized(name)]
        return normalized(text) in names if names else None
    if known.birth_date is None:
        return None
    return text == known.birth_date.isoformat()
