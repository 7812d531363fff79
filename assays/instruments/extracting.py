"""What stands at the places that a declaration names, in the scope of one record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from assays.instruments.declarations import Declaration
from assays.instruments.messages import UNSURE, unreadable
from assays.instruments.readings import Doubt
from assays.instruments.segments import Place, Scope, first, is_filled
from assays.rules.filing import Hold

# What is kept of one field; a picture in an OBX may have megabytes, and the message has it whole.
LONGEST = 4000
# What a specimen, a test or a person is called; longer is held, or not compared.
LONGEST_IDENTIFIER = 200
_POWER = re.compile(r"[+-]?[0-9]+(?:[./]|\Z)")
_NUMBER = re.compile(r"[0-9.,\s-]+")
# Reference limits a field late: they call nothing abnormal.
_RANGE = re.compile(r"\s*-?[0-9.,]+\s*(?:to|-|–)\s*-?[0-9.,]+\s*")


def specimen(scope: Scope, declared: Declaration) -> tuple[str, tuple[Doubt, ...]]:
    """Return the identifier exactly as written, but for a padding or suffix that is declared."""
    if scope.named(UNSURE):
        return "", (unreadable("a record before it, which may have named its specimen, is none"),)
    places = declared.specimen
    if not any(scope.named(where.segment) for where in places):
        places = declared.order_as_specimen or places
    found = [(where, _bare(text, declared)) for where, text in _filled(places, scope)]
    if not found and declared.specimen_fields:
        return _by_component(scope, declared)
    if not found:
        return "", (Doubt(Hold.NO_SPECIMEN),)
    where, text = found[0]
    if len(text) > LONGEST_IDENTIFIER:
        detail = f"an identifier of more than {LONGEST_IDENTIFIER} characters"
        return text[:LONGEST_IDENTIFIER], (unreadable(detail),)
    if len(scope.named(where.segment)) > 1:
        detail = f"several specimens ({where.segment}) stand in one group"
        return text, (Doubt(Hold.UNREADABLE, {"detail": detail}),)
    # The numbers of the two sides need not be alike: of one field (SPM-2), or of an order.
    others = [
        f"{place} names {other[:40]}"
        for place, other in found[1:]
        if other != text and whole(place) != whole(where)
    ]
    if declared.must_agree and places is declared.specimen and others:
        detail = f"{where} names {text[:40]}, {', '.join(others)}"
        return text, (Doubt(Hold.UNREADABLE, {"detail": detail}),)
    return text, ()


def code(scope: Scope, declared: Declaration) -> str:
    """Return the test's code, and what in particular it reports where one test reports several."""
    text = first(declared.code, scope)
    qualifier = first(declared.qualifier, scope)
    if declared.code_starts_at:
        text = text.split(declared.code_starts_at, 1)[-1]
    if declared.code_ends_at:
        text = text.split(declared.code_ends_at, 1)[0]
    text = text.strip(declared.padding) if declared.padding else text
    named = f"{text}^{qualifier}" if text and qualifier else text
    return named[:LONGEST]


def value(scope: Scope, declared: Declaration) -> str:
    """Return the value's text; where more than one place has one, the whole field."""
    found = {text for _where, text in _filled(declared.value, scope)}
    if len(found) > 1:
        return whole(declared.value[0]).text(scope)[:LONGEST]
    return found.pop()[:LONGEST] if found else ""


def not_first(scope: Scope, declared: Declaration) -> tuple[Doubt, ...]:
    """Doubt a number that stands behind the place of the measured value: it may stand for words."""
    if not _filled(declared.value, scope) or _filled(declared.value[:1], scope):
        return ()
    where = declared.value[0]
    detail = f"{where} is empty; whether what stands behind it is the value is not known"
    return (unreadable(f"{detail} ({whole(where).raw(scope)[:40]})"),)


def unit(scope: Scope, declared: Declaration) -> str:
    """Return the unit as it is written, a power of ten with it.

    Many senders write 10^9/L or x10^9/L as it is spoken, so that it falls into two components where
    `^` parts them. UCUM has 10^ and 10* as one unit, and 10 alone is a unit as well, which nobody
    means.
    """
    text = first(declared.unit, scope)
    where = declared.unit[0] if declared.unit else None
    if where is None or text.lower() not in ("10", "x10"):
        return text
    power = Place(where.segment, where.number, 2).text(scope)
    if _POWER.match(power) is None:
        return text
    return f"10*{power}"


def structured_number(scope: Scope, declared: Declaration) -> str:
    """Write an HL7 SN value (comparator^number^separator^number) as text, where it is one number."""
    where = declared.value[0]
    sign, number, separator, other = (
        Place(where.segment, where.number, component).text(scope) for component in range(1, 5)
    )
    if separator or other:
        return whole(where).text(scope)
    return ("" if sign == "=" else sign) + number


def flags(scope: Scope, declared: Declaration) -> tuple[str, list[str]]:
    """Return the flags, each once, and what they say in words where they do."""
    codes = _flags_at(declared.flags, scope, declared)
    for where in declared.flags_or:
        if not codes or any(_NUMBER.fullmatch(flag) for flag in codes):
            codes = _flags_at(where, scope, declared)
    texts = [text for text in codes.values() if is_filled(text)]
    return " ".join(codes), texts if declared.has_flag_texts else []


def status(scope: Scope, declared: Declaration) -> str:
    """Return the status, of several places the first that is one."""
    text = declared.status.text(scope)
    for where in declared.status_or:
        other = where.text(scope)
        if not _is_status(text, declared) and _is_status(other, declared):
            text = other
    return text


def moment(scope: Scope, declared: Declaration) -> str:
    """Return when a value was observed: what stands behind it (how exact it is, who) is no moment.

    Nor is a name (of an operator, an instrument): one without a digit, or beside a moment elsewhere.
    """
    filled = _filled(tuple(map(leading, declared.observed_at)), scope)
    said = [text for _where, text in filled if any(map(str.isdigit, text))]
    return next((text for text in said if not text.lstrip()[:1].isalpha()), "".join(said[:1]))


def as_sent(scope: Scope, declared: Declaration) -> Mapping[str, str]:
    """Return the fields of a record as they stood there."""
    texts: dict[str, str] = {}
    for name, places in declared.sent.items():
        if text := raw(places, scope):
            texts[name] = text
    return texts


def raw(places: tuple[Place, ...], scope: Scope) -> str:
    """Return the first whole field, of those that the places are in, that is not blank."""
    for where in places:
        if (text := where.raw(scope)).strip():
            return text[:LONGEST]
    return ""


@lru_cache(maxsize=128)
def leading(where: Place) -> Place:
    """Return a place, or of a whole field the first of its parts."""
    return where if where.component else Place(where.segment, where.number, 1)


def whole(where: Place) -> Place:
    """Return the field that a place is a part of."""
    return Place(where.segment, where.number)


def _flags_at(where: Place, scope: Scope, declared: Declaration) -> dict[str, str]:
    codes: dict[str, str] = {}
    for segment in scope.named(where.segment)[:1]:
        for one in segment.repeats(where.number):
            if where.component:
                parts = [(flag, "") for flag in segment.one(one, where.component).split()]
            elif declared.has_flag_texts:
                parts = [(segment.one(one, 1), segment.one(one, 2))]
            else:
                # EXP^HIGH: two flags, of which neither explains the other.
                parts = [(flag, "") for flag in segment.components(one)]
            for flag, words in parts:
                is_none = flag in declared.no_flags or _RANGE.fullmatch(flag)
                if is_filled(flag) and not is_none:
                    codes.setdefault(flag, words)
    return codes


def _is_status(text: str, declared: Declaration) -> bool:
    return bool(text.strip()) and text.strip().upper() in declared.statuses


def _filled(places: tuple[Place, ...], scope: Scope) -> list[tuple[Place, str]]:
    return [(where, text) for where in places if is_filled(text := where.text(scope))]


def _by_component(scope: Scope, declared: Declaration) -> tuple[str, tuple[Doubt, ...]]:
    """Find the identifier in the first field that says anything.

    Racks, positions and sequence numbers stand beside it: one that is longer than the first
    component may be the identifier itself, and to choose between the two would be to guess.
    """
    for where, whole_text in _filled(declared.specimen_fields, scope):
        segment = scope.named(where.segment)[0]
        if len(segment.repeats(where.number)) > 1:
            return whole_text[:LONGEST_IDENTIFIER], (
                unreadable(f"{where} names several specimens"),
            )
        texts = segment.components(segment.raw(where.number))
        parts = [_bare(text, declared) for text in texts]
        filled = [part for part in parts if is_filled(part)]
        if not filled:
            continue  # delimiters alone
        if len(filled) > 1 and max(map(len, filled[1:])) > len(filled[0]):
            detail = f"which part of {where} names the specimen is not known ({whole_text[:40]})"
            return whole_text[:LONGEST_IDENTIFIER], (unreadable(detail),)
        if len(filled[0]) > LONGEST_IDENTIFIER:
            detail = f"an identifier of more than {LONGEST_IDENTIFIER} characters"
            return filled[0][:LONGEST_IDENTIFIER], (unreadable(detail),)
        return filled[0], ()
    return "", (Doubt(Hold.NO_SPECIMEN),)


def _bare(text: str, declared: Declaration) -> str:
    text = text.strip(declared.padding) if declared.padding else text
    for suffix in declared.specimen_suffixes:
        if text.endswith(suffix) and len(text) > len(suffix):
            return text[: -len(suffix)]
    return text
