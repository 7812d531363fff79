"""Finding a person: by MRN or another identifier exactly, else by parts of a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, FloatField, TextField
from django.db.models.expressions import RawSQL

from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import Person, PersonName
from patients.models.links import survivor_mrn

# The expression of the trigram index, letter for letter.
KEY = "lower(patients_personname.family || ' ' || patients_personname.given)"
LAST = f"(SELECT {KEY}, id FROM patients_personname WHERE id = %s)"  # noqa: S608
AFTER = f"({KEY}, patients_personname.id) > {LAST}"
NUMBERED = """
    SELECT id FROM patients_person WHERE mrn = %s
    UNION SELECT person_id FROM patients_personidentifier WHERE value = %s
"""
NAMED = "SELECT person_id FROM patients_personname WHERE"
SHORTEST = 3  # letters; fewer have no trigram, and would read the whole index
PAGE = 25


@dataclass(frozen=True)
class Hit:
    """An entry that was found, and what it was found by."""

    person: Person
    matched: str
    read_as: str

    @property
    def is_linked(self) -> bool:
        return self.read_as != self.person.mrn

    @classmethod
    def of(cls, person: Person, matched: str) -> Hit:
        return cls(person, matched, person.survivor_mrn or person.mrn)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Found:
    """One page of hits. `next` is given to `find` for the page after; None where there is none."""

    hits: tuple[Hit, ...] = ()
    next: int | None = None
    is_exact: bool = False
    is_similar: bool = False
    is_too_short: bool = False


def find(by: Principal, text: str, *, after: int | None = None, limit: int = PAGE) -> Found:
    """Return the persons in the principal's reach who carry this number or go by this name.

    An exact number answers alone. Names are found by all words given, in any order and anywhere in
    the name, and listed alphabetically page by page; where none matches, the most similar ones.
    """
    words = _words(text)
    if not words:
        return Found()
    if after is None:
        exact = _by_number(by, " ".join(text.replace("\0", "").split()))
        if exact:
            return Found(hits=exact, is_exact=True)
    if max(len(word) for word in words) < SHORTEST:
        return Found(is_too_short=True)
    names = policy.scope(by, PersonName.objects.all())
    rows = list(_by_name(names, words, after=after)[: limit + 1])
    if rows or after is not None:
        following = rows[limit - 1].pk if len(rows) > limit else None
        return Found(hits=_hits(rows[:limit]), next=following)
    similar = list(_by_similarity(names, " ".join(words))[:limit])
    return Found(hits=_hits(similar), is_similar=bool(similar))


def matching(text: str) -> Any:
    """Return the ids of persons whose number is this text, or whose name holds its words.

    For lists that page and scope by themselves; words too short to search by match nobody.
    """
    words = _words(text)
    number = " ".join(text.replace("\0", "").split())
    sql, params = NUMBERED, [number, number]
    if words and max(len(word) for word in words) >= SHORTEST:
        patterns = [f"%{_escaped(word)}%" for word in words]
        sql += f" UNION {NAMED} {' AND '.join([f'{KEY} LIKE %s'] * len(words))}"
        params += patterns
    return RawSQL(sql, params)  # noqa: S611


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _words(text: str) -> list[str]:
    return text.replace("\0", "").lower().replace(",", " ").split()


def _by_number(by: Principal, number: str) -> tuple[Hit, ...]:
    holders = RawSQL(NUMBERED, [number, number])  # noqa: S611
    rows = policy.scope(by, _listed().filter(pk__in=holders)).order_by("mrn")
    return tuple(Hit.of(person, number) for person in rows)


def _by_name(names: Any, words: Sequence[str], *, after: int | None) -> Any:
    rows = names.annotate(key=RawSQL(KEY, [], output_field=TextField()))  # noqa: S611
    for word in words:
        rows = rows.filter(key__contains=word)
    if after is not None:
        rows = rows.filter(RawSQL(AFTER, [after], output_field=BooleanField()))  # noqa: S611
    return rows.order_by("key", "pk")


def _by_similarity(names: Any, text: str) -> Any:
    alike = RawSQL(f"%s <%% {KEY}", [text], output_field=BooleanField())  # noqa: S611
    distance = RawSQL(f"%s <<-> {KEY}", [text], output_field=FloatField())  # noqa: S611
    return names.filter(alike).order_by(distance, "pk")


def _hits(names: Sequence[PersonName]) -> tuple[Hit, ...]:
    persons = _listed().in_bulk([name.person_id for name in names])
    return tuple(Hit.of(persons[name.person_id], str(name)) for name in names)


def _listed() -> Any:
    return Person.objects.listed().annotate(survivor_mrn=survivor_mrn("pk"))
