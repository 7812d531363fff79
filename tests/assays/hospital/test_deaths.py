"""A death is known as exactly as a hospital tells it, known better later, and never taken back."""

from __future__ import annotations

from datetime import date

import pytest

from tests.assays.hospital.messages import adt, pid
from tests.assays.hospital.told import end, hospital, person, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def wards():  # type: ignore[no-untyped-def]
    return hospital()


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ({"f29": "2026"}, (date(2026, 1, 1), "YEAR")),
        ({"f29": "202602"}, (date(2026, 2, 1), "MONTH")),
        ({"f30": "Y"}, (None, "UNKNOWN")),
        ({"f29": "20260228", "f30": "Y"}, (date(2026, 2, 28), "DAY")),
    ],
)
def test_a_death_is_known_as_exactly_as_it_is_told(wards, said, known) -> None:
    tell(wards, adt("A04", pid()))

    assert end(wards, adt("A08", pid(**said), sent="20260301130000")) == "DONE"
    found = person("1001")
    assert (found.deceased_on, found.deceased_precision) == known
    assert found.death is not None


def test_somebody_who_is_registered_dead_is(wards) -> None:
    assert end(wards, adt("A04", pid(f30="Y"))) == "DONE"

    assert person("1001").death.precision == "UNKNOWN"


def test_a_death_is_known_better_and_never_worse_with_what_is_told_later(wards) -> None:
    tell(wards, adt("A04", pid(f29="2026")))

    assert end(wards, adt("A08", pid(f29="20260228"), sent="20260301130000")) == "DONE"
    vaguer = ({"f29": "202602"}, {"f29": "2026"}, {"f30": "Y"}, {})
    for number, said in enumerate(vaguer):
        assert end(wards, adt("A08", pid(**said), sent=f"202603011400{number:02d}")) == "NOTHING"
    assert person("1001").deceased_on == date(2026, 2, 28)


def test_another_death_than_is_known_is_left_to_a_person(wards) -> None:
    tell(wards, adt("A04", pid(f29="202602")))

    assert end(wards, adt("A08", pid(f29="2025"), sent="20260301130000")) == "PATIENT_CONFLICT"
    assert person("1001").deceased_on == date(2026, 2, 1)


def test_a_death_that_is_denied_stays_and_is_left_to_a_person(wards) -> None:
    tell(wards, adt("A04", pid(f30="N")))
    assert person("1001").death is None
    tell(wards, adt("A08", pid(f29="202602"), sent="20260301130000"))

    assert end(wards, adt("A08", pid(f30="N"), sent="20260301140000")) == "PATIENT_CONFLICT"
    assert person("1001").deceased_on == date(2026, 2, 1)
    older = adt("A08", pid(f30="N"), sent="20260301120000")
    assert end(wards, older) == "OUTDATED"


def test_a_date_of_death_beside_a_denial_is_held(wards) -> None:
    assert end(wards, adt("A04", pid(f29="20260228", f30="N"))) == "UNREADABLE"


def test_a_date_of_death_that_is_none_is_held(wards) -> None:
    assert end(wards, adt("A04", pid(f29="20261399"))) == "UNREADABLE"
