"""Two identifiers of different kinds agree and none disagrees, or nothing is drawn."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.rules.identification import IdentifierKind as K
from assays.rules.identification import IdentityRefused, KnownIdentity, check

ADA = KnownIdentity(
    mrns=["A0000017"],
    names=["Ada Quill", "Ada Lovell-Quill"],
    birth_date=date(1990, 5, 17),
    other_numbers=["SVC-77"],
)
UNNAMED = KnownIdentity(mrns=["A0000025"], names=["found in airlock 3"], birth_date=None)
TRUE = {
    K.MRN: "A0000017",
    K.WRISTBAND: "A0000017",
    K.OTHER_NUMBER: "SVC-77",
    K.NAME: "Ada Quill",
    K.BIRTH_DATE: "1990-05-17",
}
EVIDENCE = {K.MRN: "number", K.WRISTBAND: "number"}


@pytest.mark.parametrize(
    "given",
    [
        {K.WRISTBAND: "a0000017", K.BIRTH_DATE: "1990-05-17"},
        {K.NAME: "  quill,  ADA ", K.BIRTH_DATE: "1990-05-17"},
        {K.NAME: "Ada Lovell Quill", K.MRN: "A0000017"},
        {K.NAME: "Áda Quïll", K.OTHER_NUMBER: "SVC-77"},
        {K.WRISTBAND: "A0000017", K.NAME: "", K.BIRTH_DATE: "1990-05-17"},
    ],
)
def test_two_that_agree_are_enough(given) -> None:
    assert check(given, ADA) == tuple(sorted(kind for kind, text in given.items() if text))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "at least two different identifiers"),
        ({K.MRN: "A0000017"}, "at least two different identifiers"),
        ({K.MRN: "A0000017", K.WRISTBAND: "A0000017"}, "at least two different identifiers"),
        ({K.NAME: "Ada", K.MRN: "A0000017"}, "The full name is not that of the patient"),
        ({**TRUE, K.BIRTH_DATE: "1990-05-18"}, "The birth date is not that of the patient"),
        ({**TRUE, K.WRISTBAND: "A0000025"}, "The wristband is not that of the patient"),
    ],
)
def test_too_few_or_one_that_disagrees_is_refused(given, says) -> None:
    with pytest.raises(IdentityRefused, match=says):
        check(given, ADA)


def test_an_unnamed_person_is_told_apart_by_number_and_placeholder() -> None:
    agreed = check({K.WRISTBAND: "A0000025", K.NAME: "Found in Airlock 3"}, UNNAMED)

    assert agreed == (K.NAME, K.WRISTBAND)


def test_what_the_registry_does_not_know_cannot_agree() -> None:
    with pytest.raises(IdentityRefused, match="No birth date is recorded for this patient"):
        check({K.WRISTBAND: "A0000025", K.BIRTH_DATE: "1990-05-17"}, UNNAMED)


anything_said = st.sampled_from(list(TRUE.values())) | st.text(max_size=5)


@given(st.dictionaries(st.sampled_from(K), anything_said))
def test_nothing_passes_but_two_kinds_of_evidence_that_all_agree(given_: dict[K, str]) -> None:
    try:
        agreed = check(given_, ADA)
    except IdentityRefused:
        return
    assert len({EVIDENCE.get(kind, kind) for kind in agreed}) >= 2


@given(st.sets(st.sampled_from(K)), st.sampled_from(K))
def test_one_wrong_identifier_spoils_any_number_of_right_ones(right: set[K], wrong: K) -> None:
    given_ = {kind: TRUE[kind] for kind in right} | {wrong: "nobody's"}

    with pytest.raises(IdentityRefused):
        check(given_, ADA)


@pytest.mark.parametrize("kind", K)
def test_a_refusal_repeats_neither_what_was_given_nor_what_is_known(kind: K) -> None:
    with pytest.raises(IdentityRefused) as refusal:
        check({kind: "SECRET-GIVEN"}, ADA)

    said = str(refusal.value)
    assert not any(secret in said for secret in ("SECRET-GIVEN", "A0000017", "Quill", "1990"))
