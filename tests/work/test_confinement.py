"""What is computed apart may crash, hang or want everything: the worker is told, and goes on."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from labsys.work import confinement
from labsys.work.confinement import Confinement, Fault, NeedsMemory, ProcessEnded, TookTooLong

FUNCTION = "tests.work.hostile:answer"


@pytest.fixture
def apart() -> Iterator[Confinement]:
    made = Confinement(FUNCTION, megabytes=256, seconds=60)
    yield made
    made.close()


def ask(of: Confinement, do: str, attachments: tuple[bytes, ...] = (), **more: Any) -> Any:
    return of.ask({"do": do, **more}, attachments)


def pid(of: Confinement) -> int:
    return int(ask(of, "where")["pid"])


def test_one_process_answers_all_questions_and_keeps_what_it_loaded(apart) -> None:
    first = pid(apart)

    assert ask(apart, "double", number=21) == 42
    assert ask(apart, "double", number=0.1) == 0.2
    assert pid(apart) == first != os.getpid()


def test_bytes_go_beside_the_question_as_they_are(apart) -> None:
    large = bytes(range(256)) * 8_000

    assert ask(apart, "lengths", (b"", b"\n\x00", large)) == [0, 2, len(large)]


def test_it_knows_no_secret_and_gives_way(apart, monkeypatch) -> None:
    monkeypatch.setenv("LABSYS_SECRET_KEY", "a secret")

    told = ask(apart, "where")

    assert not [name for name in told["environment"] if "LABSYS" in name or "URL" in name]
    assert told["nice"] > os.nice(0)


def test_what_a_library_prints_is_no_answer(apart) -> None:
    assert ask(apart, "print") == "said"
    assert ask(apart, "double", number=1) == 2


def test_who_wants_too_much_memory_is_refused_and_others_are_not(apart) -> None:
    assert ask(apart, "take", mib=16) == 16 * 1024 * 1024
    with pytest.raises(NeedsMemory, match="more than 256 MiB"):
        ask(apart, "take", mib=512)

    assert ask(apart, "double", number=3) == 6


@pytest.mark.parametrize(
    ("do", "error", "said"),
    [
        ("leave", ProcessEnded, "status 7"),
        ("crash", ProcessEnded, "SIGSEGV"),
        ("raise", Fault, "nobody thought of this"),
        ("nan", Fault, "not JSON compliant"),
    ],
)
def test_what_breaks_is_told_by_name_and_the_next_is_answered(apart, do, error, said) -> None:
    with pytest.raises(error, match=said):
        ask(apart, do)

    assert ask(apart, "double", number=4) == 8


def test_what_takes_too_long_is_ended() -> None:
    made = Confinement(FUNCTION, megabytes=256, seconds=0.3)
    with pytest.raises(TookTooLong, match="after 0.3 seconds"):
        ask(made, "hang")

    assert made._process is None


def test_a_worker_that_is_stopped_meanwhile_ends_it(apart) -> None:
    before = pid(apart)

    class Stopped(Exception):
        pass

    def stop(*_given: object) -> None:
        raise Stopped

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(confinement.confined, "read", stop)
        ask(apart, "double", number=1)

    assert pid(apart) != before
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_it_ends_when_its_worker_does(apart) -> None:
    process = apart._running()
    assert isinstance(process, subprocess.Popen)
    assert process.stdin is not None
    process.stdin.close()

    assert process.wait(timeout=20) == 0


def test_one_that_nobody_ends_ends_itself(monkeypatch) -> None:
    made = Confinement(FUNCTION, megabytes=256, seconds=-4.5)  # its own limit: five seconds more
    monkeypatch.setattr(confinement.threading, "Timer", _Never)
    begun = time.monotonic()
    with pytest.raises(ProcessEnded, match="SIGALRM"):
        ask(made, "hang")

    assert time.monotonic() - begun < 60


class _Never:
    """A timer that does not ring."""

    def __init__(self, *_given: object) -> None:
        self.daemon = True

    def start(self) -> None: ...

    def cancel(self) -> None: ...
