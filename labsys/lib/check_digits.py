"""Check digits of numbers that people type and scan: accession numbers, medical record numbers."""

from __future__ import annotations

DIGITS = frozenset("0123456789")


def mod_11_10(digits: str) -> str:
    """Return the ISO 7064 MOD 11,10 check digit of a string of ASCII digits.

    It detects every single wrong digit. Of swaps of two unequal neighbours it misses one pair in
    forty-five, a different pair for each state the digits before it leave.
    """
    if not digits or not DIGITS.issuperset(digits):
        raise ValueError("a check digit is computed over ASCII digits")
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = (2 * total) % 11
    return str((11 - product) % 10)
