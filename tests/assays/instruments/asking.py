"""Questions as instruments ask them, invented, and what is known of the specimens they ask for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from assays.instruments import drivers, questions
from assays.instruments.ordering import OrderForm
from assays.instruments.questions import Question
from assays.rules.identity import Patient
from assays.rules.worklists import Answer, Nothing, Sample, Wanted

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
DRAWN = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
WHO = Patient("T0001", "Nakato|Åse", "Rose", date(1990, 5, 4), "F")
NOBODY = Answer("A-2", None, Nothing.UNKNOWN)


def sample(name: str = "A-1", **given: Any) -> Sample:
    tests = (Wanted("GLU", (1,), "W1"), Wanted("HGB", (2,), "W2"))
    return Sample(7, name, **{"tests": tests, "material": "SER", "collected_at": DRAWN, **given})


def work(name: str = "A-1", **given: Any) -> Answer:
    return Answer(name, sample(name, **given))


def asked(content: bytes, driver: str) -> Question:
    found = questions.read(content, drivers.find(driver), {})
    assert found is not None
    return found


def form(driver: str, dialect: str) -> OrderForm:
    found = drivers.find(driver).order_form(dialect)
    assert found is not None
    return found
