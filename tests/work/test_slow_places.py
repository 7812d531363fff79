"""A worker's processes never all do slow work, and a place is free again when its holder dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from labsys.work import tasks, worker
from labsys.work.slow_places import SlowPlaces
from labsys.work.sweep import due, is_slow_due
from tests.work.test_queue import EXECUTION, Recorder, handler, put, states

__all__ = ["handler"]

Shared = Callable[[int], SlowPlaces]
Pool = Callable[..., "Child"]


class Child:
    """Another process of the pool, which holds a place until it is killed."""

    def __init__(self, places: SlowPlaces, *, but: int = 0) -> None:
        said, saying = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            with places.one(but=but) as has_place:
                os.write(saying, b"y" if has_place else b"n")
                signal.pause()
        os.close(saying)
        self.has_place = os.read(said, 1) == b"y"
        os.close(said)

    def kill(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.pid = 0


@pytest.fixture
def pool() -> Iterator[Pool]:
    made: list[Child] = []

    def fork(places: SlowPlaces, **more: int) -> Child:
        made.append(Child(places, **more))
        return made[-1]

    yield fork
    for child in made:
        child.kill()


@pytest.fixture
def shared() -> Iterator[Shared]:
    made: list[SlowPlaces] = []

    def share(processes: int) -> SlowPlaces:
        made.append(SlowPlaces())
        made[-1].share(processes)
        return made[-1]

    yield share
    for places in made:
        places.close()


@pytest.mark.parametrize(("processes", "held"), [(1, 1), (2, 1), (3, 2), (5, 4)])
def test_one_process_is_left_where_there_are_several(
    shared: Shared, pool: Pool, processes: int, held: int
) -> None:
    places = shared(processes)

    found = [pool(places).has_place for _process in range(processes)]

    assert found.count(True) == held


def test_a_place_is_free_when_who_held_it_was_killed(shared: Shared, pool: Pool) -> None:
    places = shared(2)
    first = pool(places)
    with places.one() as has_place:
        assert not has_place

    first.kill()

    with places.one() as has_place:
        assert has_place


def test_a_place_is_given_back(shared: Shared, pool: Pool) -> None:
    places = shared(2)
    with places.one() as has_place:
        assert has_place

    assert pool(places).has_place


def test_the_last_place_is_left_to_who_needs_it(shared: Shared, pool: Pool) -> None:
    places = shared(3)

    assert [pool(places, but=1).has_place, pool(places, but=1).has_place] == [True, False]
    assert pool(places).has_place


def test_whoever_shares_with_nobody_has_a_place() -> None:
    with SlowPlaces().one() as has_place:
        assert has_place


@pytest.mark.django_db
class TestSlowWork:
    @pytest.fixture(autouse=True)
    def slow(self, handler: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
        handler.is_slow = True
        monkeypatch.setattr(tasks, "close_old_connections", lambda: None)  # keep the transaction

    def test_is_rung_for_by_itself(self) -> None:
        put(1)

        assert due(10) == 0
        assert is_slow_due()
        assert worker.drain(EXECUTION, is_long=False, is_slow=False) == 0
        assert worker.drain(EXECUTION, is_long=False) == 1
        assert not is_slow_due()

    def test_waits_for_a_place(
        self, shared: Shared, pool: Pool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        places = shared(2)
        monkeypatch.setattr(tasks, "PLACES", places)
        put(1)
        other = pool(places)

        assert tasks.drain.run() == 0

        other.kill()
        assert tasks.drain.run() == 1
        assert states() == {1: "DONE"}

    def test_what_takes_minutes_waits_for_a_place(
        self, handler: Recorder, shared: Shared, pool: Pool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        handler.is_slow, handler.is_long = False, True
        places = shared(2)
        monkeypatch.setattr(tasks, "PLACES", places)
        put(1)
        other = pool(places)

        assert tasks.take_long.run() == 0

        other.kill()
        assert tasks.take_long.run() == 1
