"""What a correction sent by an instrument does to the values on record: the rule as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from assays.rules.corrections_received import (
    Change,
    Older,
    Repeats,
    Replaces,
    Said,
    Undecided,
    change,
    decide,
)
from assays.rules.filing import Attempt
from assays.rules.states import ResultStatus
from labsys.lib.quantities import Quantity

R = ResultStatus
TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
MINE, OTHER = 2, 3


def value(number: str) -> Quantity:
    return Quantity(Decimal(number), "g/dL")


def row(id_: int, number: str, *, after: int = 0, status: R = R.RELEASED, **more) -> Attempt:
    """A value on record, observed so many minutes after ten."""
    given = {"instrument_id": MINE, "run": "", **more}
    return Attempt(
        id_,
        11,
        value=value(number),
        observed_at=TEN + timedelta(minutes=after),
        status=status,
        **given,
    )


def said(
    kind: Change, number: str, *, after: int | None = 0, sent: int | None = None, run: str = ""
) -> Said:
    def moment(minutes: int | None) -> datetime | None:
        return None if minutes is None else TEN + timedelta(minutes=minutes)

    return Said(kind, value(number), moment(after), moment(sent), run, decimals=1)


C, D, W, TAKEN = Change.CORRECTED, Change.WITHDRAWN, Change.WRONG_PATIENT, Change.TAKEN
FIRST = row(1, "13.2")
GONE = row(1, "13.2", status=R.SUPERSEDED)
DELETED = row(1, "13.2", status=R.ENTERED_IN_ERROR)
SECOND = row(2, "13.9", is_correction=True, sent_at=TEN + timedelta(minutes=40))

CASES = {
    "the value of the same moment": (said(C, "13.9"), [FIRST], Replaces(FIRST)),
    "a value not yet verified": (
        said(C, "13.9"),
        [one := row(1, "13.2", status=R.RESULTED)],
        Replaces(one),
    ),
    "a later moment, one that stands unverified": (
        said(C, "13.9", after=5),
        [new := row(1, "13.2", status=R.RESULTED)],
        Replaces(new),
    ),
    "a later moment, one that was released": (
        said(C, "13.9", after=5),
        [FIRST],
        Undecided.UNSETTLED,
    ),
    "a later moment, one that was verified": (
        said(C, "13.9", after=5),
        [row(1, "13.2", status=R.TECHNICALLY_VERIFIED)],
        Undecided.UNSETTLED,
    ),
    "no moment of its own": (said(C, "13.9", after=None), [FIRST], Replaces(FIRST)),
    "nothing on record": (said(C, "13.9"), [], Undecided.UNKNOWN),
    "only another instrument's": (
        said(C, "13.9"),
        [row(1, "13.2", instrument_id=OTHER)],
        Undecided.UNKNOWN,
    ),
    "another run": (said(C, "13.9", run="2"), [FIRST], Undecided.UNKNOWN),
    "the one of its run": (
        said(C, "13.9", run="2"),
        [FIRST, two := row(2, "13.4", run="2")],
        Replaces(two),
    ),
    "of two that stand, the one of its moment": (
        said(C, "13.9", after=5),
        [FIRST, five := row(2, "13.4", after=5)],
        Replaces(five),
    ),
    "of two that stand, neither": (
        said(C, "13.9", after=9),
        [FIRST, row(2, "13.4", after=5)],
        Undecided.UNSETTLED,
    ),
    "the correction again": (said(C, "13.9"), [GONE, SECOND], Repeats(SECOND)),
    "a second correction": (said(C, "14.1", sent=50), [GONE, SECOND], Replaces(SECOND)),
    "back to the first value": (said(C, "13.2", sent=50), [GONE, SECOND], Replaces(SECOND)),
    "an older observation": (
        said(C, "14.1", after=-5),
        [FIRST],
        Older(FIRST),
    ),
    "an older message about the same moment": (
        said(C, "14.1", sent=30),
        [GONE, SECOND],
        Older(SECOND),
    ),
    "an older one again": (
        said(C, "14.1", sent=30),
        [GONE, SECOND, kept := row(3, "14.1", status=R.CANCELLED)],
        Repeats(kept),
    ),
    "an earlier correction, replaced since": (
        said(C, "13.9", sent=60),
        [
            GONE,
            row(2, "13.9", is_correction=True, status=R.SUPERSEDED),
            row(3, "14.1", is_correction=True),
        ],
        Undecided.UNSETTLED,
    ),
    "what was corrected here by hand": (
        said(C, "13.9"),
        [GONE, row(2, "13.5", instrument_id=None)],
        Undecided.UNSETTLED,
    ),
    "what was rejected here": (
        said(C, "13.9", after=5),
        [FIRST, row(2, "13.4", after=5, status=R.CANCELLED)],
        Undecided.UNSETTLED,
    ),
    "deleted": (said(D, "0"), [FIRST], Replaces(FIRST)),
    "of another patient": (said(W, "0"), [FIRST], Replaces(FIRST)),
    "deleted twice": (said(D, "0"), [DELETED], Repeats(DELETED)),
    "deleted, what was never here": (said(D, "0"), [], Undecided.UNKNOWN),
    "deleted, of a later moment": (
        said(D, "0", after=30),
        [row(1, "13.2", status=R.RESULTED)],
        Undecided.UNSETTLED,
    ),
    "of another patient, of a later moment": (
        said(W, "0", after=30),
        [FIRST],
        Undecided.UNSETTLED,
    ),
    "deleted, without a moment": (said(D, "0", after=None), [FIRST], Replaces(FIRST)),
    "deleted, what is older": (said(D, "0", after=-5), [FIRST], Undecided.UNSETTLED),
    "corrected after it was deleted": (said(C, "13.9"), [DELETED], Undecided.UNSETTLED),
    "taken by a person, another instrument's": (
        said(TAKEN, "13.9", after=-5, run="7"),
        [theirs := row(1, "13.2", instrument_id=OTHER)],
        Replaces(theirs),
    ),
    "taken by a person, where two stand": (
        said(TAKEN, "13.9"),
        [FIRST, row(2, "13.4")],
        Undecided.UNSETTLED,
    ),
    "taken by a person, where none stands": (said(TAKEN, "13.9"), [GONE], Undecided.UNKNOWN),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_correction_does(case) -> None:
    told, attempts, expected = CASES[case]

    assert decide(told, attempts, instrument_id=MINE) == expected


WAITING = row(1, "13.2", status=R.RESULTED)
BESIDE_HELD = {
    "the held one's moment": (said(C, "13.9", after=5), 5, Undecided.UNSETTLED),
    "neither's moment": (said(C, "13.9", after=9), 5, Replaces(WAITING)),
    "no moment of its own": (said(C, "13.9", after=None), 5, Undecided.UNSETTLED),
    "deleted, without a moment": (said(D, "0", after=None), 5, Undecided.UNSETTLED),
    "a later moment, where the held one has none": (
        said(C, "13.9", after=9),
        None,
        Undecided.UNSETTLED,
    ),
    "the moment of the one that stands": (said(C, "13.9"), 5, Replaces(WAITING)),
}


@pytest.mark.parametrize("case", BESIDE_HELD)
def test_a_correction_that_may_be_about_a_held_value_waits_like_it(case) -> None:
    told, minutes, expected = BESIDE_HELD[case]
    held = [None if minutes is None else TEN + timedelta(minutes=minutes)]

    assert decide(told, [WAITING], instrument_id=MINE, held=held) == expected


def test_moments_that_are_only_those_of_the_receipt_order_nothing() -> None:
    untimed = row(1, "13.2", after=30, is_timed=False)

    assert decide(said(C, "13.9"), [untimed], instrument_id=MINE) == Replaces(untimed)


@pytest.mark.parametrize(
    ("status", "expected"), [("C", C), ("c", C), ("A", C), ("D", D), ("d ", D), ("W", W), ("", C)]
)
def test_the_words_for_it(status, expected) -> None:
    assert change(status) is expected
