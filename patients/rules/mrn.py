"""Medical record numbers: a seven-digit sequence and an ISO 7064 MOD 11,10 check digit.

A number that does not check is refused, never corrected: two digits typed wrongly may well be
somebody else's number.
"""

from __future__ import annotations

from labsys.lib.check_digits import DIGITS, mod_11_10
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

SEQUENCE_DIGITS = 7
LENGTH = SEQUENCE_DIGITS + 1
LAST_SEQUENCE = 10**SEQUENCE_DIGITS - 1


class MRNRefused(Refused):
    """A number that is not a medical record number of this hospital."""


def make(sequence: int) -> str:
    """Return the MRN of the ``sequence``-th entry of the registry."""
    if not 1 <= sequence <= LAST_SEQUENCE:
        raise ValueError(f"the sequence {sequence} lies outside 1 to {LAST_SEQUENCE}")
    body = f"{sequence:0{SEQUENCE_DIGITS}d}"
    return body + mod_11_10(body)


def check(number: str) -> str:
    """Return ``number`` when it is a medical record number, else say what is wrong with it."""
    shown = number[:20]
    if not number or not DIGITS.issuperset(number):
        raise MRNRefused("not_digits", _("“%(number)s” is not made of digits."), number=shown)
    if len(number) != LENGTH:
        raise MRNRefused(
            "length",
            _("“%(number)s” has %(length)d digits; a medical record number has %(expected)d."),
            number=shown,
            length=len(number),
            expected=LENGTH,
        )
    if mod_11_10(number[:-1]) != number[-1]:
        raise MRNRefused(
            "check_digit",
            _("“%(number)s” does not check: at least one digit is wrong."),
            number=shown,
        )
    return number


def is_valid(number: str) -> bool:
    try:
        check(number)
    except MRNRefused:
        return False
    return True
