"""Values measured in a dilution that the laboratory multiplies, sent once more."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from assays.actions import attempt_requests
from assays.models import Result
from assays.rules.attempts import AppliedBy, AttemptKind
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def diluted(lab, specimen) -> dict[str, Any]:
    """What an analyser measures in a specimen that was diluted ten times, at the laboratory's wish."""
    read(lab.instrument, message(reading(specimen, value="25.0")))
    attempt_requests.ask(
        result=Result.objects.get(),
        kind=AttemptKind.DILUTION,
        factor=Decimal(10),
        applied_by=AppliedBy.LABORATORY,
        reason="above what is measured",
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
    )
    return reading(specimen, value="2.6", observed_at=plain.days(0.01))


def values() -> list[Decimal]:
    return [one.value for one in Result.objects.order_by("pk")]


def test_in_another_message_it_is_a_repetition_and_no_value_of_its_own(lab, diluted) -> None:
    (first,) = read(lab.instrument, message(diluted))

    (again,) = read(lab.instrument, message(diluted, control_id="2"))

    assert (ends(first), ends(again)) == (["RECORDED"], ["DUPLICATE"])
    assert values() == [25, 26]


def test_twice_in_one_message_it_is_recorded_once(lab, diluted) -> None:
    (sent,) = read(lab.instrument, message(diluted, diluted))

    assert ends(sent) == ["RECORDED", "DUPLICATE"]
    assert values() == [25, 26]


@pytest.mark.parametrize("is_one_batch", [True, False])
def test_only_the_value_that_answers_the_wish_is_multiplied(lab, diluted, is_one_batch) -> None:
    next_ = {**diluted, "value": "24.0", "observed_at": plain.days(0.005)}
    texts = [message(diluted), message(next_, control_id="2")]

    for batch in [texts] if is_one_batch else [[one] for one in texts]:
        read(lab.instrument, *batch)

    assert values() == [25, 26, 24]


@pytest.mark.parametrize("value", ["2.7", "27.0"])
def test_a_correction_of_it_is_decided_by_a_person_who_knows_of_the_dilution(
    lab, diluted, value
) -> None:
    read(lab.instrument, message(diluted))
    corrected = {**diluted, "value": value, "doubts": [["CORRECTION", {"status": "C"}]]}

    (sent,) = read(lab.instrument, message(corrected))

    assert ends(sent) == ["CORRECTION"]
    assert values() == [25, 26]


@pytest.mark.parametrize("value", ["2.6", "26.0"])
def test_a_correction_that_says_the_same_repeats_it(lab, diluted, value) -> None:
    read(lab.instrument, message(diluted))
    corrected = {**diluted, "value": value, "doubts": [["CORRECTION", {"status": "C"}]]}

    (sent,) = read(lab.instrument, message(corrected))

    assert ends(sent) == ["DUPLICATE"]
    assert values() == [25, 26]
