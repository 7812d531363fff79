"""Inputs of analyses that are nobody's: courses of a load, and parts that do not behave."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from assays.queries.analyses.inputs import UNIT, Input

ZERO = datetime(2026, 3, 2, 6, tzinfo=UTC)


def course(number: int, **more: Any) -> Input:
    """Return eight loads over two weeks, of a rate of their own."""
    days = 3 + number % 9
    loads = [
        {
            "result": 8 * number + place,
            "at": (ZERO + timedelta(days=2 * place)).isoformat(),
            "comparator": "",
            "value": str(
                round(200 * math.exp(math.log(2) * 2 * place / days) * (1 + place % 3 / 50))
            ),
        }
        for place in range(8)
    ]
    return Input(None, {"unit": UNIT, "loads": loads, "interventions": [], **more})


def courses(count: int) -> list[Input]:
    return [course(number) for number in range(count)]
