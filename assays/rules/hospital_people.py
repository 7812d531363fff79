"""Whether a hospital's message and an entry of the registry are about one person, and what changes.

What is said less exactly than it is known changes nothing, and what is not said takes nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assays.rules.filing import Held, Hold
from assays.rules.hospital_known import Amend, Known, PersonKnown
from assays.rules.hospital_messages import Identifier, Said
from assays.rules.identity import WORDS, Field, Patient, PersonFacts, differences
from labsys.lib.wording import gettext_noop as _
from patients.rules.births import Birth, Precision
from patients.rules.deaths import Death

_MOST_NAMED = 3


def named(identifiers: Sequence[Identifier]) -> str:
    """Return identifiers as a sentence names them."""
    texts = [
        f"{one.value} ({one.authority})" if one.authority else one.value for one in identifiers
    ]
    more = "…" if len(texts) > _MOST_NAMED else ""
    return ", ".join(texts[:_MOST_NAMED]) + more


def check_same(
    patient: Said, person: PersonKnown, *, most: int = 0, is_accepted: bool = False
) -> Held | None:
    """Return why what a message says of a person cannot be about them; None where it can.

    `most` differences are taken for a change of the same person; more need a person's word.
    """
    differs = [_(WORDS[one]) for one in differing(patient, person)]
    if is_accepted or (len(differs) <= most and not _is_swapped(patient, person)):
        return None
    return Held(
        Hold.PATIENT_CONFLICT,
        {
            "identifiers": named(patient.identifiers),
            "differs": ", ".join(differs or [_("the order of the names")]),
        },
    )


def differing(patient: Said, person: PersonKnown) -> tuple[Field, ...]:
    """Return in what the person a message describes differs from one of the registry."""
    birth = patient.birth
    is_exact = birth is not None and birth.precision is Precision.DAY
    said = Patient(
        family=patient.family or "",
        given=patient.given or "",
        birth_date=birth.date if birth is not None and is_exact else None,
        sex=patient.sex or "",
    )
    found = differences(said, person.facts)
    if not said.family:
        found = tuple(one for one in found if one is not Field.NAME)
    if birth is not None and not is_exact and not _overlap(birth, person.facts.births):
        found = (*found, Field.BIRTH_DATE)
    return found


def amended(patient: Said, person: PersonKnown, known: Known) -> tuple[Amend, ...] | Held:
    """Return what changes of an entry; what is said less exactly than it is known changes nothing."""
    changes: dict[str, Any] = {}
    expected: dict[str, Any] = {}
    if patient.birth is not None and _is_news(patient.birth, person.birth):
        for name in ("date", "precision", "uncertainty_days"):
            changes[f"birth_{name}"] = getattr(patient.birth, name)
            expected[f"birth_{name}"] = getattr(person.birth, name)
    if patient.sex is not None and patient.sex != person.sex:
        changes["sex"], expected["sex"] = patient.sex, person.sex
    if differs := _otherwise_dead(patient, person):
        about = named(patient.identifiers)
        return Held(Hold.PATIENT_CONFLICT, {"identifiers": about, "differs": differs})
    if patient.died is not None and _is_better_known(patient.died, person.died):
        changes |= death_columns(patient.died)
        expected |= death_columns(person.died)
    is_renamed = patient.is_named and (not person.family or _is_other_name(patient, person))
    called = (patient.family or "", patient.given or "") if is_renamed else None
    if not (changes or called or known.new):
        return ()
    return (Amend(person.id, changes, expected, called, known.new),)


def _otherwise_dead(patient: Said, person: PersonKnown) -> str:
    """Return what is said of a death otherwise than it is on record; nothing where nothing is."""
    if person.died is None:
        return ""
    if patient.died is None:
        return _("the death, which it denies") if patient.lives else ""
    return "" if patient.died.may_be(person.died) else _("the date of death")


def _is_other_name(patient: Said, person: PersonKnown) -> bool:
    """Whether somebody is called otherwise than now: a former name may be theirs again."""
    held = (person.family, person.given)
    said = Patient(family=patient.family or "", given=patient.given or "")
    now = differences(said, PersonFacts(names=(held,)))
    is_swapped = (said.family, said.given) != held and (said.given, said.family) == held
    return Field.NAME in now or is_swapped


def death_columns(death: Death | None) -> dict[str, Any]:
    """Return a death as an entry holds it."""
    if death is None:
        return {"deceased_on": None, "deceased_precision": Precision.DAY.value}
    return {"deceased_on": death.date, "deceased_precision": death.precision.value}


def _is_better_known(said: Death, held: Death | None) -> bool:
    return held is None or held.is_vaguer_than(said)


def _is_news(said: Birth, held: Birth) -> bool:
    if said == held:
        return False
    if said.precision is Precision.UNKNOWN:
        return True  # said to be wrong
    exactness = list(Precision)
    is_vaguer = exactness.index(said.precision) > exactness.index(held.precision)
    return not (is_vaguer and _overlap(said, (held,)))


def _overlap(said: Birth, held: Sequence[Birth]) -> bool:
    """Whether two births may be one."""
    mine = said.span
    spans = [one.span for one in held]
    return not spans or any(
        (mine.earliest is None or span.latest is None or mine.earliest <= span.latest)
        and (mine.latest is None or span.earliest is None or span.earliest <= mine.latest)
        for span in spans
    )


def _is_swapped(patient: Said, person: PersonKnown) -> bool:
    """Whether family and given name stand in each other's place: two people may be called so."""
    said = ((patient.family or "").casefold(), (patient.given or "").casefold())
    held = {(family.casefold(), given.casefold()) for family, given in person.facts.names}
    return all(said) and said not in held and said[::-1] in held
