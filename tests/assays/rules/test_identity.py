"""The person a message names against the person of the specimen: silence never conflicts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.rules.identity import Field, Patient, PersonFacts, differences
from patients.rules import mrn
from patients.rules.births import Birth, Precision

OWN, FORMER, OTHER = mrn.make(41), mrn.make(42), mrn.make(43)
ADA = PersonFacts(
    record_numbers=frozenset({OWN, FORMER, "SERVICE-7"}),
    names=(("Quill", "Ada Maria"), ("Ødegård", "Ada")),
    births=(Birth(date(1990, 5, 17), Precision.DAY),),
    sexes=frozenset({"F"}),
    registered=frozenset({"SERVICE-7", "H-12"}),
)


def differ(known: PersonFacts = ADA, **said: object) -> set[Field]:
    return set(differences(Patient(**said), known))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, set()),
        ({"record_number": OWN}, set()),
        ({"record_number": FORMER}, set()),
        ({"record_number": OTHER}, {Field.RECORD_NUMBER}),
        ({"record_number": OWN, "other_numbers": (OTHER,)}, {Field.RECORD_NUMBER}),
        ({"record_number": OWN, "other_numbers": (FORMER, "PAT0001")}, set()),
        ({"other_numbers": (OTHER,)}, {Field.RECORD_NUMBER}),
        ({"record_number": OWN, "other_numbers": ("H-12",)}, {Field.RECORD_NUMBER}),
        ({"record_number": "SERVICE-7"}, set()),
        # Another hospital's, registered here for somebody else.
        ({"record_number": "H-12"}, {Field.RECORD_NUMBER}),
        # Registered for nobody: an episode, another hospital's number, a specimen id.
        ({"record_number": "PAT0001"}, set()),
        ({"record_number": "12345678"}, set()),
        ({"birth_date": date(1990, 5, 17)}, set()),
        ({"birth_date": date(1990, 5, 18)}, {Field.BIRTH_DATE}),
        ({"sex": "F"}, set()),
        ({"sex": "M"}, {Field.SEX}),
        ({"sex": "U"}, set()),
        ({"sex": "O"}, set()),
        ({"family": "Quill", "given": "Ada"}, set()),
        ({"family": "QUILL"}, set()),
        ({"family": "Quill", "given": "A"}, set()),
        ({"family": "Quill", "given": "Maria"}, set()),
        ({"family": "Odegard", "given": "Ada"}, set()),
        ({"family": "Quill", "given": "Bertha"}, {Field.NAME}),
        ({"family": "Feather", "given": "Ada"}, {Field.NAME}),
        ({"given": "Bertha"}, {Field.NAME}),
        ({"family": "Ada Maria Quill"}, set()),
        ({"family": "Quill, Ada Maria"}, set()),
        ({"family": "---"}, set()),
        ({"family": "Qu?ll"}, {Field.NAME}),
        (
            {"family": "Feather", "sex": "M", "birth_date": date(1991, 1, 1)},
            {Field.NAME, Field.SEX, Field.BIRTH_DATE},
        ),
    ],
)
def test_what_a_message_says_is_compared_with_the_registry(said, expected) -> None:
    assert differ(**said) == expected


@pytest.mark.parametrize(
    ("registered", "said"),
    [
        ("Müller", "MUELLER"),
        ("Müller", "Muller"),
        ("Mueller", "Müller"),
        ("O'Hara", "OHARA"),
        ("Saint-Martin", "SAINT MARTIN"),
        ("Łukasz", "Lukasz"),
        ("Groß", "GROSS"),
        ("Étienne", "E\u0301tienne"),
    ],
)
def test_case_accents_and_separators_make_no_other_name(registered: str, said: str) -> None:
    assert differ(PersonFacts(names=((registered, ""),)), family=said) == set()


@pytest.mark.parametrize(
    ("birth", "day", "conflicts"),
    [
        (Birth(date(1990, 5, 1), Precision.MONTH), date(1990, 5, 31), False),
        (Birth(date(1990, 5, 1), Precision.MONTH), date(1990, 6, 1), True),
        (Birth(date(1990, 1, 1), Precision.YEAR), date(1990, 12, 31), False),
        (Birth(date(1990, 1, 1), Precision.ESTIMATED, 400), date(1991, 1, 1), False),
        (Birth(date(1990, 1, 1), Precision.ESTIMATED, 30), date(1991, 1, 1), True),
        (Birth(), date(1990, 1, 1), False),
    ],
)
def test_a_birth_that_is_not_known_to_the_day_conflicts_beyond_its_span(
    birth, day, conflicts
) -> None:
    found = differ(PersonFacts(births=(birth,)), birth_date=day)

    assert found == ({Field.BIRTH_DATE} if conflicts else set())


def test_of_two_entries_of_one_person_either_may_be_meant() -> None:
    both = PersonFacts(
        births=(Birth(date(1990, 5, 17), Precision.DAY), Birth(date(1990, 5, 7), Precision.DAY)),
        sexes=frozenset({"F", "U"}),
    )

    assert differ(both, birth_date=date(1990, 5, 7), sex="F") == set()
    assert differ(both, birth_date=date(1990, 5, 8), sex="M") == {Field.BIRTH_DATE, Field.SEX}


said = st.builds(
    Patient,
    record_number=st.text(max_size=12) | st.sampled_from([OWN, OTHER]),
    family=st.text(max_size=20),
    given=st.text(max_size=20),
    birth_date=st.none() | st.dates(),
    sex=st.sampled_from(["", "F", "M", "O", "U", "x"]),
)


@given(said)
def test_somebody_of_whom_nothing_is_known_conflicts_with_nothing_but_a_number(
    one: Patient,
) -> None:
    assert set(differences(one, PersonFacts())) <= {Field.RECORD_NUMBER}


@given(said)
def test_somebody_agrees_with_what_was_registered_as_they_say_it(one: Patient) -> None:
    births = (Birth(one.birth_date, Precision.DAY),) if one.birth_date else ()
    known = PersonFacts(
        record_numbers=frozenset({one.record_number.strip()}),
        names=((one.family, one.given),),
        births=births,
        sexes=frozenset({one.sex}),
    )

    assert differences(one, known) == ()
