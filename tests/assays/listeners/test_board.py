"""How lines stand is counted as it happens, and told when it says something new."""

from __future__ import annotations

from assays.listeners.board import AGAIN_AFTER, Board, Rate
from assays.rules.endpoints import LineState
from assays.rules.line_faults import Trouble, fault

KEY = (7, 3)
SHARED = (8, None)


def test_a_rate_counts_the_last_minute() -> None:
    rate = Rate()
    for second in range(100):
        rate.add(2, float(second))

    assert rate.count(99.0) == 120
    assert rate.count(130.5) == 58
    assert rate.count(1000.0) == 0


def test_nothing_new_is_told_again_after_a_while_alone() -> None:
    board = Board()
    board.stands(KEY, LineState.LISTENING, 0.0)

    first = board.due(1.0, held={3})
    board.told(first, 1.0)

    assert [one.state for one in first] == [LineState.LISTENING]
    assert board.due(2.0, held={3}) == []
    assert len(board.due(1.0 + AGAIN_AFTER, held={3})) == 1
    board.heard(KEY, 0, 3.0)
    assert [one.last_in for one in board.due(5.0, held={3})] == [2.0]


def test_of_what_another_process_has_nothing_is_told() -> None:
    board = Board()
    board.stands(KEY, LineState.LISTENING, 0.0)
    board.connected(SHARED, 0.0)

    assert [one.instrument_id for one in board.due(1.0, held=set())] == [8]


def test_how_long_a_state_lasts_counts_from_its_beginning() -> None:
    board = Board()
    for at in (10.0, 20.0, 30.0):
        board.stands(KEY, LineState.BACKOFF, at)

    assert board.due(40.0, held={3})[0].since == 30.0


def test_a_line_is_connected_until_the_last_connection_is_gone() -> None:
    board = Board()
    states = []
    for act in (board.connected, board.connected, board.parted, board.parted, board.parted):
        act(KEY, 1.0)
        (report,) = board.due(1.0, held={3})
        states.append((report.state.value, report.connections))

    assert states == [
        ("CONNECTED", 1),
        ("CONNECTED", 2),
        ("CONNECTED", 1),
        ("LISTENING", 0),
        ("LISTENING", 0),
    ]


def test_the_same_reason_counts_once_while_a_line_is_down() -> None:
    board = Board()

    taken, gone = fault(Trouble.PORT, port=7), fault(Trouble.NO_FOLDERS)
    news = [board.down(KEY, why, 1.0) for why in (taken, taken, gone)]

    assert news == [True, False, True]
    (report,) = board.due(2.0, held={3})
    assert (report.state, report.errors, report.last_error) == (LineState.DOWN, 2, "NO_FOLDERS")
