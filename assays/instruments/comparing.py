"""What another driver, or another version of one, makes otherwise of the same message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assays.instruments.interpreted import Interpreted

# What of an entry says what would be filed, and whether it would.
_MEANING = (
    *("of", "specimen_id", "code", "comparator", "value", "code_value", "text", "absent", "unit"),
    *("observed_at", "run", "control", "flags", "patient_number"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after; None where it was, or is, not read at all."""

    position: int
    before: Interpreted | None
    after: Interpreted | None


def changes(before: Sequence[Interpreted], after: Sequence[Interpreted]) -> list[Change]:
    """Return what differs between two readings of one message, in the order of its values.

    What both read alike is left out, whatever sentence a hold is told in.
    """
    return list(_changes(before, after))


def _changes(before: Sequence[Interpreted], after: Sequence[Interpreted]) -> Iterator[Change]:
    was = {one.position: one for one in before}
    now = {one.position: one for one in after}
    for position in sorted({*was, *now}):
        old, new = was.get(position), now.get(position)
        if old is None or new is None or _said(old) != _said(new):
            yield Change(position, old, new)


def _said(one: Interpreted) -> tuple[object, ...]:
    held = frozenset(reason.code for reason in one.held)
    return (*(getattr(one, name) for name in _MEANING), held)
