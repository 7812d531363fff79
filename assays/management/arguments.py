"""What commands are given, read into values; what cannot be is said as one sentence."""

from __future__ import annotations

import math
from argparse import ArgumentTypeError
from zoneinfo import available_timezones

MOST_PORT = 65_535


def port(text: str) -> int:
    """Read a TCP port; 0 is any that is free."""
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_PORT):
        raise ArgumentTypeError(f"{text} is no port: it is a number from 0 to {MOST_PORT}.")
    return int(text)


def seconds(text: str) -> float:
    """Read how long something takes at most."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found < math.inf:
        raise ArgumentTypeError(f"{text} is no number of seconds.")
    return found


def zone(text: str) -> str:
    """Read the name of a time zone."""
    if text not in available_timezones():
        raise ArgumentTypeError(f"{text} is no time zone, such as Europe/Paris.")
    return text
