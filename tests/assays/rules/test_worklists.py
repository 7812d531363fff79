"""What an instrument is told about a specimen, from facts alone."""

from __future__ import annotations

from itertools import product

import pytest

from assays.rules.worklists import (
    WORK,
    Known,
    Nothing,
    Sample,
    Told,
    Wanted,
    WorkStatus,
    answer,
    answered,
    codes,
    to_cancel,
    to_send,
    wanted,
)

GLU = Wanted("GLU", (1,))
HGB = Wanted("HGB", (2,))


def sample(*tests: Wanted, specimen_id: int = 7, name: str = "0000000017") -> Sample:
    return Sample(specimen_id, name, tests)


def known(found: Sample | None, *ids: int, is_here: bool = True) -> Known:
    return Known(frozenset(ids or {7}), is_here, found)


def told(status: WorkStatus, *, item: int = 1, is_void: bool = False) -> Told:
    return Told(work_id=90, specimen_id=7, order_item_id=item, status=status, is_void=is_void)


def test_an_answer_carries_the_identifier_as_it_was_asked() -> None:
    (found,) = answer(["EXT 17/a"], {"EXT 17/a": known(sample(GLU))})

    assert found.sample is not None
    assert (found.asked, found.sample.name, found.sample.tests) == ("EXT 17/a", "EXT 17/a", (GLU,))


@pytest.mark.parametrize(
    ("asked", "what", "nothing"),
    [
        ("X", None, Nothing.UNKNOWN),
        ("", known(sample(GLU)), Nothing.UNKNOWN),
        ("  ", known(sample(GLU)), Nothing.UNKNOWN),
        ("X", Known(frozenset(), True, None), Nothing.UNKNOWN),
        ("X", known(sample(GLU), 7, 8), Nothing.AMBIGUOUS),
        ("X", known(sample(GLU), is_here=False), Nothing.NOT_HERE),
        ("X", known(None), Nothing.DONE),
        ("X", known(sample()), Nothing.DONE),
    ],
)
def test_no_work_is_told_of_what_is_not_exactly_one_specimen_here(
    asked: str, what: Known | None, nothing: Nothing
) -> None:
    (found,) = answer([asked], {asked: what} if what else {})

    assert (found.sample, found.nothing) == (None, nothing)


def test_the_work_of_another_specimen_is_never_an_answer() -> None:
    with pytest.raises(ValueError, match="another specimen"):
        answer(["X"], {"X": known(sample(GLU, specimen_id=8), 7)})


def test_each_identifier_is_answered_once_in_the_order_asked() -> None:
    found = answer(["B", "A", "B"], {"A": known(sample(GLU))})

    assert [one.asked for one in found] == ["B", "A"]


@pytest.mark.parametrize(
    ("mapped", "reported_as", "chosen", "code"),
    [
        ({"GLU": 1}, {}, {}, "GLU"),
        ({"B12II": 1}, {"B12": "B12II"}, {}, "B12"),
        ({"B12": 1, "B12II": 1}, {"B12": "B12II"}, {}, "B12"),
        ({"HIV^DNA": 1}, {}, {}, "HIV"),
        ({"HIV^DNA": 1}, {}, {"HIV^DNA": "HIVQ"}, "HIVQ"),
        ({"GLUC": 1, "GLU": 1, "GLX": 1}, {}, {}, "GLU"),
        ({"GLU": 1}, {}, {"GLU": ""}, None),
    ],
)
def test_an_assay_is_ordered_by_one_code(
    mapped: dict[str, int], reported_as: dict[str, str], chosen: dict[str, str], code: str | None
) -> None:
    assert codes(mapped, reported_as=reported_as, chosen=chosen).get(1) == code


def test_one_test_is_told_once_whoever_ordered_it() -> None:
    assert wanted([(1, "GLU"), (2, "HGB"), (3, "GLU")]) == (Wanted("GLU", (1, 3)), HGB)


@pytest.mark.parametrize("status", WorkStatus)
def test_what_was_told_is_not_told_again_until_it_was_cancelled(status: WorkStatus) -> None:
    found = to_send([sample(GLU, HGB)], [told(status)])

    is_gone = status in (WorkStatus.CANCELLED, WorkStatus.CANCELLING, WorkStatus.DONE)
    assert [one.tests for one in found] == [(GLU, HGB) if is_gone else (HGB,)]


def test_nothing_is_told_where_all_was_told() -> None:
    assert to_send([sample(GLU)], [told(WorkStatus.TOLD)]) == ()


@pytest.mark.parametrize(
    ("status", "is_void", "is_cancelled"),
    [
        (WorkStatus.TOLD, True, True),
        (WorkStatus.TAKEN, True, True),
        (WorkStatus.TOLD, False, False),
        (WorkStatus.REFUSED, True, False),
        (WorkStatus.CANCELLING, True, False),
        (WorkStatus.CANCELLED, True, False),
        (WorkStatus.KEPT, True, False),
    ],
)
def test_only_work_that_stands_is_cancelled_and_only_once(
    status: WorkStatus, is_void: bool, is_cancelled: bool
) -> None:
    assert bool(to_cancel([told(status, is_void=is_void)])) is is_cancelled


SAID = {
    (WorkStatus.TOLD, "OK"): WorkStatus.TAKEN,
    (WorkStatus.TOLD, "UA"): WorkStatus.REFUSED,
    (WorkStatus.TAKEN, "UA"): WorkStatus.REFUSED,
    (WorkStatus.CANCELLING, "CR"): WorkStatus.CANCELLED,
    (WorkStatus.CANCELLING, "UC"): WorkStatus.KEPT,
}


@pytest.mark.parametrize(
    ("old", "said"), list(product(WorkStatus, ["OK", "UA", "CR", "UC", "", "XX"]))
)
def test_an_answer_moves_a_line_only_where_it_says_something_of_its_state(
    old: WorkStatus, said: str
) -> None:
    new = answered(old, said)

    assert new == SAID.get((old, said))
    assert new is None or WORK.can_move(old, new)
