"""Accession numbers: two digits of the year, a seven-digit sequence and a check digit.

The check digit is ISO 7064 MOD 11,10 (see ``labsys.lib.check_digits``). No typing error is ever
"corrected": a number that does not check is refused.
"""

from __future__ import annotations

from labsys.lib.check_digits import DIGITS
from labsys.lib.check_digits import mod_11_10 as check_digit
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

LENGTH = 10
SEQUENCE_DIGITS = 7
LAST_SEQUENCE = 10**SEQUENCE_DIGITS - 1


class AccessionRefused(Refused):
    """A number that is not an accession number of this laboratory."""


def make(year: int, sequence: int) -> str:
    """Return the accession number of the ``sequence``-th specimen of ``year``."""
    if not 2000 <= year <= 2099:
        raise ValueError(f"the year {year} has no two-digit form here")
    if not 1 <= sequence <= LAST_SEQUENCE:
        raise AccessionRefused(
            "exhausted",
            _("The sequence %(sequence)d lies outside 1 to %(last)d for one year."),
            sequence=sequence,
            last=LAST_SEQUENCE,
        )
    body = f"{year % 100:02d}{sequence:0{SEQUENCE_DIGITS}d}"
    return body + check_digit(body)


def check(number: str) -> str:
    """Return ``number`` when it is an accession number, else say what is wrong with it."""
    shown = number[:20]
    if not number:
        raise AccessionRefused("blank", _("The accession number is blank."))
    if not DIGITS.issuperset(number):
        raise AccessionRefused(
            "not_digits", _("“%(number)s” holds something other than digits."), number=shown
        )
    if len(number) != LENGTH:
        raise AccessionRefused(
            "length",
            _("“%(number)s” has %(length)d digits; an accession number has %(expected)d."),
            number=shown,
            length=len(number),
            expected=LENGTH,
        )
    if check_digit(number[:-1]) != number[-1]:
        raise AccessionRefused(
            "check_digit",
            _("“%(number)s” does not check: at least one digit is wrong."),
            number=shown,
        )
    return number


def is_valid(number: str) -> bool:
    try:
        check(number)
    except AccessionRefused:
        return False
    return True
