"""What becomes of a message as a whole, before any of its values is looked at.

The same bytes on the same connection are a repetition where the message names a time or a number of
its own. Where it names neither they may as well be the same value measured again: a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from assays.rules.filing import Held, Hold


@dataclass(frozen=True, slots=True)
class Repetition:
    """The same message as an earlier one, which stands."""

    original_id: int


def judge(
    doubt: Held | None,
    *,
    original_id: int | None,
    can_be_told_apart: bool,
    holds_values: bool,
    is_accepted: bool = False,
) -> Held | Repetition | None:
    """Return why a message is held as a whole, or which one it repeats; None where it is read.

    `original_id` is a message with the same bytes. One without values has nothing that could be lost
    or doubled, so nobody is asked about it. `is_accepted` says that a person took a possible
    repetition for a new message.
    """
    if original_id is not None and can_be_told_apart:
        return Repetition(original_id)
    if doubt is not None:
        return doubt
    if original_id is None or is_accepted:
        return None
    if not holds_values:
        return Repetition(original_id)
    before = f"The same bytes came before in message {original_id}"
    return Held(Hold.POSSIBLE_DUPLICATE, {"before": before})
