"""What computes analyses in tests: as it is, but parts that say so crash, hang, or want too much."""

from __future__ import annotations

import ctypes
import os
import time
from typing import Any

from assays.rules.analyses import doing


def do(question: Any, attachments: list[bytes]) -> Any:
    hostile = question["given"].get("hostile", "") if question["do"] == "work" else ""
    if hostile == "crash":
        ctypes.string_at(0)
    if hostile == "leave":
        os._exit(3)
    if hostile == "hang":
        time.sleep(600)
    if hostile == "memory":
        bytearray(4 * 1024**3)
    if hostile == "raise":
        raise ZeroDivisionError("nobody thought of this")
    if hostile == "zero":
        return {"outcome": {"text": "\x00"}}
    return doing.do(question, attachments)
