"""Clearance by nanite results, findings and quarantine: each boundary, each correction."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from consent.rules.clearance import Reason, decide
from consent.rules.facts import (
    Finding,
)
from consent.rules.programmes import (
    NaniteRequirement,
    Programme,
)
from tests.consent.rules.people import (
    CLEARED,
    DAY,
    HOUR,
    INSTANT,
    LOAD,
    ORDER,
    PROGRAMME,
    START,
    VERSION,
    WEEK,
    nanite,
    plus,
    reasons,
)

# --- nanites, quarantine, findings -----------------------------------------------------------


def test_a_result_clears_from_its_release_and_lapses_by_collection():
    facts = replace(
        CLEARED,
        nanites=(nanite("n", START, recorded_at=START + HOUR, released_at=START + 2 * HOUR),),
    )

    assert reasons(facts, START + 2 * HOUR - INSTANT) == [Reason.NANITE_MISSING]
    assert reasons(facts, START + 2 * HOUR) == []
    assert Reason.NANITE_LAPSED in reasons(facts, START + WEEK)


def test_a_result_that_was_never_released_does_not_clear():
    facts = replace(CLEARED, nanites=(nanite("n", START, released_at=None),))

    assert reasons(facts, START + HOUR) == [Reason.NANITE_MISSING]


REFUSING = nanite("refusing", START + DAY, is_allowed=False, released_at=START + DAY + HOUR)


def test_a_refusing_result_refuses_once_released_until_a_later_specimen_allows():
    facts = plus(CLEARED, nanites=(REFUSING, nanite("later", START + 2 * DAY)))

    assert reasons(facts, START + DAY + HOUR - INSTANT) == []
    assert reasons(facts, START + DAY + HOUR) == [Reason.NANITE_STATUS]
    assert reasons(facts, START + DAY, known_at=START + DAY + HOUR) == [Reason.NANITE_STATUS]
    assert reasons(facts, START + 2 * DAY) == []


def test_an_allowed_result_of_the_same_collection_does_not_overcome_a_refusing_one():
    facts = plus(CLEARED, nanites=(REFUSING, nanite("twin", START + DAY)))

    assert reasons(facts, START + 2 * DAY) == [Reason.NANITE_STATUS]


def test_a_correction_overcomes_only_once_it_is_released():
    corrected = nanite(
        "corrected",
        START + DAY,
        recorded_at=START + 2 * DAY,
        released_at=START + 3 * DAY,
        corrects="refusing",
    )
    facts = plus(CLEARED, nanites=(REFUSING, corrected))

    assert reasons(facts, START + 3 * DAY - INSTANT) == [Reason.NANITE_STATUS]
    assert reasons(facts, START + 3 * DAY) == []


def test_a_correction_of_a_correction_still_overcomes_the_first():
    first = replace(REFUSING, id="first-correction", corrects="refusing")
    second = nanite("second", START + DAY, corrects="first-correction")
    facts = plus(CLEARED, nanites=(REFUSING, first, second))

    assert reasons(facts, START + 2 * DAY) == []


def test_a_refusing_correction_replaces_the_refusal_only_once_it_is_released():
    pending = replace(REFUSING, id="pending", corrects="refusing", released_at=None)

    grounds = decide(
        plus(CLEARED, nanites=(REFUSING, pending)), programme=PROGRAMME, at=START + 2 * DAY
    ).grounds

    assert [one.id for ground in grounds for one in ground.facts] == ["refusing"]


def test_a_refusal_stands_again_while_its_correction_is_itself_being_corrected():
    first = nanite("first", START + DAY, corrects="refusing")
    second = nanite(
        "second",
        START + DAY,
        recorded_at=START + 2 * DAY,
        released_at=START + 3 * DAY,
        corrects="first",
    )
    facts = plus(CLEARED, nanites=(REFUSING, first, second))

    assert reasons(facts, START + 2 * DAY - INSTANT) == []
    assert reasons(facts, START + 2 * DAY) == [Reason.NANITE_STATUS]
    assert reasons(facts, START + 3 * DAY) == []


def test_an_allowed_result_under_correction_no_longer_clears():
    pending = nanite(
        "pending", START, recorded_at=START + DAY, released_at=None, corrects="nanite-1"
    )

    answer = reasons(plus(CLEARED, nanites=pending), START + DAY)

    assert answer == [Reason.NANITE_MISSING]


def test_corrections_that_name_each_other_in_a_ring_end():
    ring = (
        nanite("a", START, is_allowed=False, corrects="b"),
        nanite("b", START, is_allowed=False, corrects="a"),
    )

    assert Reason.NANITE_MISSING in reasons(replace(CLEARED, nanites=ring), START)


LIMITED = replace(
    PROGRAMME,
    versions=(replace(VERSION, nanites=(NaniteRequirement(analyte=LOAD, maximum=Decimal(100)),)),),
)


@pytest.mark.parametrize(
    ("result", "is_cleared"),
    [
        ({"at_most": Decimal(0)}, True),
        ({"at_most": Decimal(100)}, True),
        ({"at_most": Decimal("100.1")}, False),
        ({"at_most": None}, False),
        ({"at_most": Decimal("NaN")}, False),
        ({"at_most": Decimal(10), "is_allowed": False}, False),
    ],
)
def test_a_load_must_surely_not_exceed_the_programmes_maximum(result, is_cleared):
    facts = replace(CLEARED, nanites=(nanite("n", START, **result),))

    answer = reasons(facts, START, LIMITED)

    assert answer == ([] if is_cleared else [Reason.NANITE_MISSING, Reason.NANITE_STATUS])


def test_a_version_with_a_lower_maximum_refuses_from_its_start_and_is_foreseen():
    lower = replace(
        VERSION,
        number=2,
        effective_from=START + DAY,
        recorded_at=START,
        nanites=(NaniteRequirement(analyte=LOAD, maximum=Decimal(50)),),
    )
    programme = Programme(id="posting", versions=(*LIMITED.versions, lower))
    facts = replace(CLEARED, nanites=(nanite("n", START, at_most=Decimal(80)),))

    assert decide(facts, programme=programme, at=START).valid_until == START + DAY
    assert Reason.NANITE_STATUS in reasons(facts, START + DAY, programme)


def test_another_analyte_neither_clears_nor_refuses():
    other = replace(REFUSING, analyte="NANITE-RATIO")

    assert reasons(plus(CLEARED, nanites=other), START + 2 * DAY) == []
    assert reasons(replace(CLEARED, nanites=(other,)), START + 2 * DAY) == [Reason.NANITE_MISSING]


def test_a_finding_refuses_when_recorded_without_any_release():
    finding = Finding(
        id="finding-1",
        result="nanite-2",
        found_at=START + HOUR,
        recorded_at=START + 2 * HOUR,
        cleared_at=START + DAY,
    )
    facts = plus(CLEARED, findings=finding)

    assert reasons(facts, START + 2 * HOUR - INSTANT) == []
    assert reasons(facts, START + 2 * HOUR) == [Reason.OPEN_FINDING]
    assert reasons(facts, START + DAY - INSTANT) == [Reason.OPEN_FINDING]
    assert reasons(facts, START + DAY) == []
    assert reasons(facts, START + HOUR, known_at=START + DAY) == [Reason.OPEN_FINDING]


@pytest.mark.parametrize(
    ("orders", "at", "refuses"),
    [
        ((ORDER,), START + DAY - INSTANT, False),
        ((ORDER,), START + DAY, True),
        ((ORDER,), START + 3 * DAY - INSTANT, True),
        ((ORDER,), START + 3 * DAY, False),
        ((replace(ORDER, lifted_at=START + 2 * DAY),), START + 2 * DAY - INSTANT, True),
        ((replace(ORDER, lifted_at=START + 2 * DAY),), START + 2 * DAY, False),
        (
            (replace(ORDER, lifted_at=START + DAY, lift_recorded_at=START + 2 * DAY),),
            START + 2 * DAY - INSTANT,
            True,
        ),
        (
            (ORDER, replace(ORDER, id="order-2", start=START + 2 * DAY, end=START + 5 * DAY)),
            START + 4 * DAY,
            True,
        ),
        ((replace(ORDER, end=None),), START + 6 * DAY, True),
        ((replace(ORDER, recorded_at=START + 2 * DAY),), START + 2 * DAY - INSTANT, False),
    ],
)
def test_quarantine_refuses_from_its_start_to_its_end_or_lifting(orders, at, refuses):
    assert (Reason.QUARANTINED in reasons(plus(CLEARED, quarantines=orders), at)) == refuses


def test_who_leaves_quarantine_in_time_is_cleared_again():
    facts = plus(CLEARED, quarantines=ORDER)

    assert decide(facts, programme=PROGRAMME, at=START).valid_until == START + DAY
    assert decide(facts, programme=PROGRAMME, at=START + 3 * DAY).valid_until == START + WEEK
