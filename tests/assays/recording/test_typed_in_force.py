"""What is typed is read in one way by every door, and refused in the reader's language."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from assays.queries import catalogue, typed_values
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.quantities import Absent, Quantity
from tests.assays import laboratory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assay():
    made = laboratory.assays(HGB={})["HGB"]
    return catalogue.current().assays[made.pk]


def test_a_value_and_a_reason_for_none_are_read(assay) -> None:
    assert typed_values.read("13.2", assay, field="v") == Quantity(Decimal("13.2"), assay.unit)
    assert typed_values.read(" ", assay, field="v", absent="not-performed") == Absent(
        "not-performed"
    )


@pytest.mark.parametrize(
    ("text", "absent", "said"),
    [
        ("13,2", "", "13,2"),
        (" ", "", "a blank is not zero"),
        ("13.2", "not-performed", "not both"),
        ("", "because", "one of the reasons listed"),
    ],
)
def test_what_is_no_value_is_said_beside_its_field(assay, text: str, absent: str, said) -> None:
    with translation.override("en"), pytest.raises(InvalidInput, match=said) as refused:
        typed_values.read(text, assay, field="v", absent=absent)

    assert refused.value.field == "v"


@pytest.mark.parametrize("absent", ["", "not-performed"])
def test_nothing_is_read_for_an_assay_that_is_not_in_force(absent: str) -> None:
    with pytest.raises(Conflict, match="in force"):
        typed_values.read("" if absent else "13.2", None, field="v", absent=absent)
