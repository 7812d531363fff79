"""A process that computes for a worker and may not take the machine, or the worker, with it.

``python -m labsys.work.confined MODULE:FUNCTION MEGABYTES SECONDS`` reads questions from its standard
input, asks the function and writes the answers. It has no connection to anything and no secret in its
environment; its memory is limited, nothing is dumped where it crashes, and it gives way to everything
else on the machine. It ends with its input, or by itself where one answer takes too long.

Each question and answer is frames of 8 bytes of length and content: the JSON, then for a question its
attachments as they are.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import struct
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

_HEAD = struct.Struct("!q")
GRACE = 5.0  # seconds that the worker has to end this process before it ends itself
NICE = 5
_MIB = 1024 * 1024


def write(stream: BinaryIO, content: Any, attachments: Sequence[bytes] = ()) -> None:
    """Write JSON content and what belongs to it as frames; NaN and infinities are no JSON."""
    frames = [json.dumps({"content": content, "attachments": len(attachments)}, allow_nan=False)]
    for frame in (frames[0].encode(), *attachments):
        stream.write(_HEAD.pack(len(frame)))
        stream.write(frame)
    stream.flush()


def read(stream: BinaryIO) -> tuple[Any, list[bytes]]:
    """Return the next content and its attachments; raises `EOFError` where the other side is gone."""
    told = json.loads(_frame(stream))
    return told["content"], [_frame(stream) for _number in range(told["attachments"])]


def _frame(stream: BinaryIO) -> bytes:
    (length,) = _HEAD.unpack(_exactly(stream, _HEAD.size))
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    found = stream.read(length)
    if len(found) < length:
        raise EOFError
    return found


def answer(function: Callable[..., Any], question: Any, attachments: list[bytes]) -> dict[str, Any]:
    """Return what the function says, or what went wrong in it."""
    try:
        found = {"answer": function(question, attachments)}
        json.dumps(found, allow_nan=False)
    except Exception as error:  # noqa: BLE001 - whatever it was is told to the worker
        if _is_memory(error):
            return {"memory": True}
        return {"fault": traceback.format_exc(limit=-6)}
    return found


def _is_memory(error: Exception) -> bool:
    # OpenCV has an error of its own for it: its code -4 is StsNoMem.
    return isinstance(error, MemoryError) or getattr(error, "code", None) == -4


def confine(megabytes: int) -> None:
    """Limit what this process may take, so that what does not fit fails here and nowhere else."""
    # Data alone: files that are mapped to be searched are memory that all processes share.
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * _MIB, megabytes * _MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICE)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def main(named: str, megabytes: str, seconds: str) -> None:
    """Answer questions until there are no more."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    # It ends when its worker does, not when everything that was started together is told to.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    confine(int(megabytes))
    module, _colon, name = named.partition(":")
    function = getattr(importlib.import_module(module), name)
    while True:
        try:
            question, attachments = read(questions)
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, float(seconds) + GRACE)
        given = answer(function, question, attachments)
        signal.setitimer(signal.ITIMER_REAL, 0)
        write(answers, given)
        if "answer" not in given:
            return


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(*sys.argv[1:])
