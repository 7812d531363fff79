"""The doorbell rings outside the commit, seldom, and the relay hears it."""

from __future__ import annotations

import threading
import time

import pytest
from celery import Celery
from django.db import connection, transaction

from labsys.work import doorbell, heartbeats, periodic, queue, registry
from labsys.work.models import Heartbeat, PeriodicRun
from labsys.work.relay import Relay


class Bells:
    """Stands where Celery's application stands, and counts what would be published."""

    def __init__(self) -> None:
        self.rung: list[float] = []
        self.names: list[str] = []

    def send_task(self, name: str, **options: object) -> None:
        assert "args" not in options
        self.rung.append(time.monotonic())
        self.names.append(name)


def put(subject: int) -> None:
    with transaction.atomic():
        queue.enqueue(kind="test", table="thing", subjects=[subject], priority=3)


def test_many_rings_make_few_notifications(fresh_database: str) -> None:
    bell = doorbell.Bell()
    with doorbell.open_connection() as line:
        line.execute(f"LISTEN {doorbell.CHANNEL}")
        began = time.monotonic()
        while time.monotonic() - began < 0.2:
            bell.ring()
        heard = len(list(line.notifies(timeout=0.3)))
    bell.close()

    assert 1 <= heard <= 15


def test_a_rolled_back_enqueue_leaves_nothing(fresh_database: str) -> None:
    class Undo(Exception):
        pass

    try:
        with transaction.atomic():
            queue.enqueue(kind="test", table="thing", subjects=[1], priority=3)
            raise Undo
    except Undo:
        pass

    assert queue.claim(kinds=[("test", 1)], worker="w") == []


def test_the_relay_rings_for_committed_work_and_shows_life(fresh_database: str) -> None:
    bells = Bells()
    stop = threading.Event()
    relay = Relay(Celery("none"), stop=stop.is_set)
    relay._app = bells  # type: ignore[assignment]
    thread = threading.Thread(target=lambda: (relay.run(), connection.close()))
    thread.start()
    try:
        time.sleep(0.5)
        assert bells.rung == []
        began = time.monotonic()
        put(1)
        while not bells.rung and time.monotonic() - began < 5:
            time.sleep(0.01)
    finally:
        stop.set()
        thread.join(timeout=10)

    assert bells.rung
    assert set(bells.names) == {"labsys.work.tasks.drain"}
    assert bells.rung[0] - began < 1.0
    assert Heartbeat.objects.filter(service="relay").exists()
    assert heartbeats.ages()["worker"] is None


def ringing(monkeypatch: pytest.MonkeyPatch) -> tuple[Relay, Bells]:
    """Return a relay with the bells that it rings, where work waits that is slow and takes minutes."""
    monkeypatch.setattr(registry, "kinds", lambda **asked: [("test", 1)])
    bells = Bells()
    relay = Relay(Celery("none"), stop=lambda: True)
    relay._app = bells  # type: ignore[assignment]
    put(1)
    return relay, bells


def test_the_relay_rings_once_for_what_takes_minutes(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay, bells = ringing(monkeypatch)

    relay.ring()
    for moment in (0.0, 1.0, 9.0):
        relay._ring_for_long(moment)

    assert bells.names == ["labsys.work.tasks.take_long"]


def test_the_relay_rings_seldom_for_slow_work(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay, bells = ringing(monkeypatch)

    relay.ring()
    pauses = [relay.ring_for_slow(moment) for moment in (0.0, 0.1, 0.3)]

    assert bells.names == ["labsys.work.tasks.drain"] * 2
    assert pauses == pytest.approx([0.25, 0.15, 0.25])


def test_a_period_is_run_once_whoever_ticks(fresh_database: str) -> None:
    ran: list[int] = []
    job = periodic.Job("once", 3600, lambda: ran.append(1))

    first, second = periodic._run(job), periodic._run(job)

    assert (first, second, ran) == (True, False, [1])
    assert PeriodicRun.objects.get().finished_at is not None


def test_a_failing_periodic_job_says_why(fresh_database: str) -> None:
    def fail() -> None:
        raise ValueError("no disk")

    periodic._run(periodic.Job("broken", 3600, fail))

    assert "no disk" in PeriodicRun.objects.get().error
