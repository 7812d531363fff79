"""Whether a message names the person its specimen is from.

Only what both sides say is compared: a field that either side leaves empty never conflicts, and an
agreement proves nothing. What differs is named, never adopted: demographics come from nowhere but
the registry.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from labsys.lib.wording import gettext_noop as _
from patients.rules import mrn
from patients.rules.births import Birth

_DEFINITE = frozenset({"F", "M"})
# Letters that no decomposition takes apart.
_WRITTEN_OUT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


@dataclass(frozen=True, slots=True)
class Patient:
    """Whom a message says a specimen is from: compared with the record, never adopted.

    `other_numbers` are what else it calls them by: each may be the number of somebody else.
    """

    record_number: str = ""
    family: str = ""
    given: str = ""
    birth_date: date | None = None
    sex: str = ""
    other_numbers: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return every number that the message names, each once."""
        said = (one.strip() for one in (self.record_number, *self.other_numbers))
        return tuple(dict.fromkeys(one for one in said if one))

    @property
    def is_silent(self) -> bool:
        return not (self.numbers or self.family or self.given or self.birth_date or self.sex)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the registry holds of one person, under all entries that are read as one.

    `registered` are numbers, of those that messages name, that are registered at all.
    """

    record_numbers: frozenset[str] = frozenset()
    names: tuple[tuple[str, str], ...] = ()  # family, given; former names too
    births: tuple[Birth, ...] = ()
    sexes: frozenset[str] = frozenset()
    registered: frozenset[str] = frozenset()


class Field(StrEnum):
    """What a message and the registry may differ in."""

    RECORD_NUMBER = "RECORD_NUMBER"
    NAME = "NAME"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"


WORDS: dict[Field, str] = {
    Field.RECORD_NUMBER: _("record number"),
    Field.NAME: _("name"),
    Field.BIRTH_DATE: _("date of birth"),
    Field.SEX: _("sex"),
}


def differences(said: Patient, known: PersonFacts) -> tuple[Field, ...]:
    """Return in what the person a message names differs from the person of the specimen."""
    found = []
    if any(_is_other_number(number, known) for number in said.numbers):
        found.append(Field.RECORD_NUMBER)
    if known.names and not any(_is_same_name(said, *name) for name in known.names):
        found.append(Field.NAME)
    if said.birth_date is not None and not _may_be_born(said.birth_date, known.births):
        found.append(Field.BIRTH_DATE)
    sexes = known.sexes & _DEFINITE
    if said.sex in _DEFINITE and sexes and said.sex not in sexes:
        found.append(Field.SEX)
    return tuple(found)


def _is_other_number(number: str, known: PersonFacts) -> bool:
    """Whether a number is a medical record number of this hospital, or registered, and not theirs.

    Any other may be an episode's, or one of another hospital that nobody registered.
    """
    if number in known.record_numbers:
        return False
    return mrn.is_valid(number) or number in known.registered


def _may_be_born(day: date, births: tuple[Birth, ...]) -> bool:
    return not births or any(
        (span.earliest is None or span.earliest <= day)
        and (span.latest is None or day <= span.latest)
        for span in (birth.span for birth in births)
    )


def _is_same_name(said: Patient, family: str, given: str) -> bool:
    if _is_one(said.family, family) and _is_compatible(said.given, given):
        return True
    # Some analysers have one field for the whole name, in either order.
    return not said.given and _words(said.family) in _readings_of(f"{family} {given}")


def _is_one(said: str, known: str) -> bool:
    """Whether two names are written alike; one without a letter says nothing."""
    return not _split(said) or not _split(known) or bool(_forms(said) & _forms(known))


def _is_compatible(said: str, known: str) -> bool:
    """Whether the shorter of two given names stands in the longer: a second name is often left out."""
    if _is_one(said, known):
        return True
    shorter, longer = sorted((_words(said), _words(known)), key=len)
    return bool(shorter) and all(
        any(word == other or (len(word) == 1 and other.startswith(word)) for other in longer)
        or any(len(other) == 1 and word.startswith(other) for other in longer)
        for word in shorter
    )


def _readings_of(name: str) -> list[frozenset[str]]:
    return [_words(name), _words(name, is_german=True)]


def _forms(name: str) -> set[str]:
    """A name without case, accents and separators; with umlauts reduced, and written out."""
    return {"".join(_split(name)), "".join(_split(name, is_german=True))}


def _words(name: str, *, is_german: bool = False) -> frozenset[str]:
    return frozenset(_split(name, is_german=is_german))


def _split(name: str, *, is_german: bool = False) -> list[str]:
    folded = unicodedata.normalize("NFC", name).casefold()
    if is_german:
        folded = folded.translate(_UMLAUTS)
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", folded)
        if not unicodedata.combining(letter)
    )
    bare = re.sub(r"['’`´]", "", bare.translate(_WRITTEN_OUT))
    return re.findall(r"\w+", bare)
