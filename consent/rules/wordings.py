"""The words in which a questionnaire is asked: as shipped, or as a hospital entered them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consent.rules.definitions import Questionnaire

OPTION = re.compile(r"(?:(?P<item>\d{1,2})\s*:)?\s*(?P<value>\d{1,2})\s*[=–-]?\s+(?P<word>\S.*)")
LONGEST = 2000


class InvalidWording(ValueError):
    """Words that do not fit the questionnaire; `part` is 'items' or 'options'."""

    def __init__(self, message: str, *, part: str) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A questionnaire in one language.

    `items` are blank where no text is at hand: it is then asked from the hospital's own form.
    `source` says whose text it is and which version, `text` names the hospital's row.
    """

    name: str
    language: str
    title: str
    instruction: str
    items: tuple[str, ...]
    options: tuple[Mapping[int, str], ...]
    licence: str
    source: str
    text: int | None = None

    @property
    def has_text(self) -> bool:
        return all(self.items)

    def named(self) -> dict[str, Any]:
        """Return which text it is, as it is kept with the answers."""
        return {"language": self.language, "source": self.source, "text": self.text}


def shipped(asked: Questionnaire) -> Wording:
    """Return the words that ship with the definition."""
    return Wording(
        name=asked.name,
        language=asked.language,
        title=asked.title,
        instruction=asked.instruction,
        items=asked.items,
        options=asked.options,
        licence=asked.licence,
        source=f"labsys v{asked.version}",
    )


def read_items(lines: str, asked: Questionnaire) -> list[str]:
    """Read one item per line, with or without its number in front."""
    found = [re.sub(rf"^{number}[.)]\s+", "", line.strip()) for number, line in _numbered(lines)]
    check_items(found, asked)
    return found


def read_options(lines: str, asked: Questionnaire) -> list[list[tuple[int, str]]]:
    """Read the words of the answers: `0 word` for every item, `3: 0 word` for item 3 alone.

    No line at all leaves the numbers, and what words ship with them.
    """
    shared: dict[int, str] = {}
    own: dict[tuple[int, int], str] = {}
    for _number, line in _numbered(lines):
        match = OPTION.fullmatch(line.strip())
        if match is None:
            raise InvalidWording(
                f"{line.strip()!r}: begin with the answer's number.", part="options"
            )
        item, value = match["item"], int(match["value"])
        if not any(value in options for options in _asked(item, asked)):
            place = f"item {item}" if item else asked.name
            raise InvalidWording(f"{place} has no answer {value}.", part="options")
        if item:
            own[int(item), value] = match["word"]
        else:
            shared[value] = match["word"]
    found = [
        [(value, own.get((item, value)) or shared.get(value, word)) for value, word in one.items()]
        for item, one in enumerate(asked.options, start=1)
    ]
    if lines.strip() and not all(word for options in found for _value, word in options):
        raise InvalidWording("Give the words of every answer, or of none.", part="options")
    return found


def _asked(item: str | None, asked: Questionnaire) -> Sequence[Mapping[int, str]]:
    """Return the answers of one item, named by its number, or of all."""
    if not item:
        return asked.options
    return asked.options[int(item) - 1 : int(item)] if int(item) else ()


def check_items(items: Sequence[str], asked: Questionnaire) -> None:
    """Refuse too many or too few items, and empty or endless ones."""
    if len(items) != len(asked.items):
        raise InvalidWording(
            f"{asked.name} has {len(asked.items)} items, not {len(items)}.", part="items"
        )
    for number, item in enumerate(items, start=1):
        if not item.strip() or len(item) > LONGEST:
            raise InvalidWording(
                f"Item {number} has a text of 1 to {LONGEST} characters.", part="items"
            )


def _numbered(lines: str) -> list[tuple[int, str]]:
    return list(enumerate((line for line in lines.splitlines() if line.strip()), start=1))
