"""When the demo cannot be played."""

from __future__ import annotations


class DemoFailed(Exception):
    """The demo could not be played; the message says what is missing."""
