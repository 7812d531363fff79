"""When two spellings may be one name or one number: folding, sounding, one slip of the hand.

Soundex as the National Archives of the United States describe it ("The Soundex Indexing System"):
https://www.archives.gov/research/census/soundex
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

# Letters that are no letter with a mark; Unicode takes none of them apart.
SINGLE = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
)
SOUNDS = {
    letter: digit
    for letters, digit in (
        ("bfpv", "1"),
        ("cgjkqsxz", "2"),
        ("dt", "3"),
        ("l", "4"),
        ("mn", "5"),
        ("r", "6"),
    )
    for letter in letters
}
SILENT = "hw"  # letters that do not part two of one sound
KEPT = 16_384  # names whose forms a process remembers: one is compared with many
LONG = 4  # letters from which one slip is no other name


class Alike(StrEnum):
    """How far two names, or parts of names, agree."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    UNSTATED = "unstated"


@lru_cache(maxsize=KEPT)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a name without marks, case, hyphens and apostrophes' gaps."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(SINGLE))
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    return tuple(re.findall(r"\w+", re.sub(r"['’ʼ`´]", "", kept).replace("_", " ")))


@lru_cache(maxsize=KEPT)
def folded(text: str) -> str:
    """Return a name as one run of letters: "Vega-Ros" and "vega ros" give the same."""
    return "".join(words(text))


def number(text: str) -> str:
    """Return an identifier without blanks, hyphens and case."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(one for one in plain if one.isalnum())


@lru_cache(maxsize=KEPT)
def soundex(text: str) -> str:
    """Return the American Soundex code of a name, letter and three digits; "" without a letter.

    Letters of other scripts keep themselves, so that those names are compared as they are written.
    """
    letters = [one for one in folded(text) if one.isalpha()]
    if not letters:
        return ""
    if any(not "a" <= one <= "z" for one in letters):
        return "".join(letters)
    code, last = letters[0].upper(), SOUNDS.get(letters[0], "")
    for one in letters[1:]:
        sound = SOUNDS.get(one, "")
        if sound and sound != last:
            code += sound
        if one not in SILENT:
            last = sound
    return code[:4].ljust(4, "0")


def one_slip(one: str, other: str) -> bool:
    """Return whether one letter was changed, left out or added, or two neighbours were exchanged."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) != len(long):
        return short[at:] == long[at + 1 :]
    if short[at + 1 :] == long[at + 1 :]:
        return True
    exchanged = short[at : at + 2] == long[at : at + 2][::-1]
    return exchanged and short[at + 2 :] == long[at + 2 :]


def exchanged(text: str) -> frozenset[str]:
    """Return what a number becomes when two neighbours are exchanged, each once."""
    made = {text[:n] + text[n + 1] + text[n] + text[n + 2 :] for n in range(len(text) - 1)}
    return frozenset(made - {text})


@lru_cache(maxsize=KEPT)
def compared(one: str, other: str) -> Alike:
    """Compare two family names, or two given names; the order of the two does not matter."""
    first, second = folded(one), folded(other)
    if not first or not second:
        return Alike.UNSTATED
    if first == second or sorted(words(one)) == sorted(words(other)):
        return Alike.SAME
    if min(len(first), len(second)) >= LONG and one_slip(first, second):
        return Alike.CLOSE
    if _shares_a_word(words(one), words(other)) or _is_initial(first, second):
        return Alike.CLOSE
    if min(len(first), len(second)) >= LONG and soundex(one) == soundex(other):
        return Alike.CLOSE
    return Alike.DIFFERENT


def _shares_a_word(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Of a name in several words, one may be left out: "Vega" of "Vega-Ros"."""
    return any(len(word) >= LONG - 1 for word in set(one) & set(other))


def _is_initial(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and long.startswith(short)
