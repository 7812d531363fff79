"""What a process apart is asked in tests: to answer, to crash, to hang, to want too much."""

from __future__ import annotations

import ctypes
import os
import time
from typing import Any


def answer(question: Any, attachments: list[bytes]) -> Any:
    """Do what the question says."""
    match question["do"]:
        case "double":
            return question["number"] * 2
        case "lengths":
            return [len(one) for one in attachments]
        case "where":
            return {"pid": os.getpid(), "environment": sorted(os.environ), "nice": os.nice(0)}
        case "print":
            print("a library says something")  # noqa: T201
            os.write(1, b"even so\n")
            return "said"
        case "take":
            return len(bytearray(question["mib"] * 1024 * 1024))
        case "hang":
            time.sleep(600)
        case "leave":
            os._exit(7)
        case "crash":
            ctypes.string_at(0)
        case "raise":
            raise ValueError("nobody thought of this")
        case "nan":
            return float("nan")
    raise AssertionError(question)
