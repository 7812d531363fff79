"""What programmes ask of a check, and what a check covered, in codes that can be compared.

A pass counts for a programme only where the check covered all that the programme asks of its kind:
a check held for one that asks little says nothing of what was not asked.
"""

from __future__ import annotations

from collections.abc import Iterable

# The highest total from which any programme refers.
LAXEST = 5


def medical_asks(*, panels: Iterable[str], refer_from: int) -> frozenset[str]:
    """Return what a medical check is asked: these panels, and NEWS2 referred from this total."""
    return frozenset({_below(refer_from), *(f"panel {code}" for code in panels)})


def medical_covers(
    *, panels: Iterable[str], refer_from: int, total: int | None = None
) -> frozenset[str]:
    """Return what a medical check covered that was held so: laxer thresholds, and all above its total."""
    strictest = refer_from if total is None else min(refer_from, total + 1)
    held = (_below(threshold) for threshold in range(strictest, LAXEST + 1))
    return medical_asks(panels=panels, refer_from=refer_from).union(held)


def psychological_asks(questionnaires: Iterable[str]) -> frozenset[str]:
    """Return what a psychological check is asked, or covered, beside the interview."""
    return frozenset(f"questionnaire {name}" for name in questionnaires)


def _below(threshold: int) -> str:
    return f"NEWS2 referred from {threshold}"
