"""An analyser with two mapped codes, a specimen on which both are ordered, and a ledger to answer to."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.assays import laboratory
from tests.assays.interpreting import plain


@pytest.fixture(autouse=True)
def driver(monkeypatch: pytest.MonkeyPatch) -> None:
    plain.install(monkeypatch)


@pytest.fixture(autouse=True)
def balanced(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every scenario ends with a ledger that balances, but for orders put into a state by hand."""
    needs_database = request.node.get_closest_marker("django_db")
    if needs_database:
        request.getfixturevalue("db")
    yield
    if needs_database:
        plain.check_balanced(by_hand="by_hand" in request.fixturenames)


@pytest.fixture
def by_hand() -> None:
    """Say that a test puts orders or results into their state by hand."""


@pytest.fixture
def lab() -> SimpleNamespace:
    assays = laboratory.assays(
        HGB={"low": "12.0", "high": "15.5", "converts": [("g/L", "0.1")]},
        WBC={"low": "4.0", "high": "11.0", "unit": "10*3/uL"},
        LOAD={
            "low": None,
            "high": None,
            "unit": "{copies}/mL",
            "answers": ["NOT_DETECTED"],
            "converts": [("10*-1.{copies}/mL", "0.1")],
        },
    )
    made = plain.instrument({"HB": assays["HGB"], "WBC": assays["WBC"], "VL": assays["LOAD"]})
    return SimpleNamespace(instrument=made, assays=assays)


@pytest.fixture
def specimen(lab):
    return laboratory.specimen(list(lab.assays.values()))
