"""LOINC codes: their shape and their check digit (mod 10, as of Luhn)."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"([0-9]{1,7})-([0-9])\Z")


def is_loinc(code: str) -> bool:
    """Say whether the check digit fits; whether the code was ever issued is not known here."""
    match = _SHAPE.match(code)
    return match is not None and check_digit(match[1]) == match[2]


def check_digit(number: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)
