"""A connection raises an alarm for what somebody can do something about, and for nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assays.rules.connections import SILENCE, Alarm, Heard, alarms

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
GOOD = {"is_active": True, "needs_listener": True, "last_at": AT}


def found(*, is_listening: bool = True, **changes: object) -> tuple[Alarm, ...]:
    return alarms(Heard(**{**GOOD, **changes}), is_listening=is_listening, at=AT)


def test_a_connection_that_was_just_heard_raises_none() -> None:
    assert found() == ()


def test_silence_begins_after_its_whole_span() -> None:
    assert found(last_at=AT - SILENCE + timedelta(seconds=1)) == ()
    assert found(last_at=AT - SILENCE) == (Alarm.SILENT,)


def test_what_was_never_used_or_is_switched_off_is_not_silent() -> None:
    assert found(last_at=None) == ()
    assert found(is_active=False, last_at=AT - 2 * SILENCE, is_listening=False) == ()


def test_a_missing_listener_concerns_those_that_need_it() -> None:
    assert found(is_listening=False) == (Alarm.NO_LISTENER,)
    assert found(is_listening=False, needs_listener=False) == ()


def test_every_reason_is_given_and_held_values_outlive_a_switched_off_connection() -> None:
    everything = found(
        is_listening=False,
        last_at=AT - SILENCE,
        held_now=1,
        incomplete=1,
        rejected=1,
        is_down=True,
        refused=1,
        undelivered=1,
        has_changed_frame=True,
        parked=1,
    )

    assert everything == tuple(Alarm)
    assert found(is_active=False, held_now=3) == (Alarm.HOLDING,)
