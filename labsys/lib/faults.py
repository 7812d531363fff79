"""Named fault points: places where a test may kill the process to prove that nothing is lost.

`LABSYS_FAULT=name` or `LABSYS_FAULT=name:n` kills this process with SIGKILL at the n-th passage of
that point. The variable is read once at import and does nothing unless LABSYS_FAULTS_ALLOWED=1,
which no deployment sets.
"""

from __future__ import annotations

import os
import signal

POINTS: dict[str, str] = {}
_target = ""
_countdown = 0
if os.environ.get("LABSYS_FAULTS_ALLOWED") == "1":
    _target, _, _count = os.environ.get("LABSYS_FAULT", "").partition(":")
    _countdown = int(_count or "1")


def declare(name: str, meaning: str) -> str:
    """Register a fault point and return its name; a test walks the register."""
    POINTS[name] = meaning
    return name


def passing(name: str) -> None:
    """Mark that the running code passes a declared point, and die there if a test asked for it."""
    global _countdown
    if name != _target:
        return
    _countdown -= 1
    if _countdown <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
