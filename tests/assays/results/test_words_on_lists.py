"""What lists write on every row is the same as what is written from the whole."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assays.pages.courses import drawn
from assays.queries.words import frozen_range_text, range_text
from assays.rules.intervals import IntervalRow
from assays.rules.reference_intervals import select
from assays.rules.states import ResultStatus
from assays.templatetags.states import STATES
from tests.assays.rules.strategies import Point, contexts_around, interval_rows, points
from tests.assays.rules.test_flags import LOW_ONLY, POTASSIUM, frozen

HELD = [SimpleNamespace(reason="<no> lot"), SimpleNamespace(reason="clotted")]


def render(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load states %}" + source).render(context)


@given(st.data(), interval_rows(), points())
def test_a_frozen_range_reads_as_the_resolution_it_was_frozen_from(
    data: st.DataObject, rows: list[IntervalRow], point: Point
) -> None:
    resolution = select(data.draw(contexts_around(point)), unit="g/dL", rows=rows)

    assert frozen_range_text(json.loads(json.dumps(resolution.to_json()))) == range_text(resolution)


@pytest.mark.parametrize(
    ("resolution", "written"),
    [
        (POTASSIUM, "3.5 – 5.1"),
        (LOW_ONLY, "≥ 40"),
        (frozen(("1", "2"), ("1.5", "3")), "one of 1 – 2; 1.5 – 3"),
        (frozen(("1", "2"), None), "one of 1 – 2"),
        (frozen(("1", "2"), is_uncovered=True), "one of 1 – 2"),
        (frozen(None), "not established"),
    ],
)
def test_a_frozen_range_is_written_in_words(resolution: Any, written: str) -> None:
    assert frozen_range_text(resolution.to_json()) == written == range_text(resolution)


@pytest.mark.parametrize(
    ("resolution", "reference", "critical"),
    [
        (POTASSIUM, [(3.5, 5.1)], [(2.5, 6.5)]),
        (LOW_ONLY, [(40.0, None)], []),
        (frozen(("1", "2"), ("1.5", "3")), [], []),
        (frozen(("1", "2"), is_uncovered=True, critical=("0.5", None)), [], [(0.5, None)]),
        (frozen(None), [], []),
    ],
)
def test_only_a_range_that_is_one_is_drawn(
    resolution: Any, reference: list[Any], critical: list[Any]
) -> None:
    result = SimpleNamespace(
        value=4,
        kind="NUMERIC",
        comparator="",
        unit="mmol/L",
        status="RELEASED",
        collected_at=None,
        reference=resolution.to_json(),
        assay_version=SimpleNamespace(decimals=1),
    )
    row = SimpleNamespace(result=result, evaluation=None)
    analyte = SimpleNamespace(name="Potassium")

    picture = drawn(SimpleNamespace(analyte=analyte, unit="mmol/L", rows=[row]), [])  # type: ignore[arg-type]

    assert [(band.low, band.high) for band in picture.reference] == reference
    assert [(band.low, band.high) for band in picture.critical] == critical


def test_every_state_of_a_result_is_told() -> None:
    assert set(STATES) == set(ResultStatus)


def test_a_state_names_what_it_is_held_for_and_escapes_it() -> None:
    result = SimpleNamespace(status="RESULTED")

    written = render("{% state_of result holds %}", result=result, holds=HELD)

    assert "to verify" in written
    assert "held ×2" in written
    assert 'title="&lt;no&gt; lot clotted"' in written
    assert "held" not in render("{% state_of result row.holds %}", result=result)


@pytest.mark.parametrize(
    ("status", "is_critical", "said"),
    [
        ("RESULTED", True, "PRELIMINARY, UNVERIFIED"),
        ("TECHNICALLY_VERIFIED", True, "PRELIMINARY"),
        ("RELEASED", True, "released"),
        ("RESULTED", False, "to verify"),
    ],
)
def test_a_critical_value_is_told_as_preliminary(status: str, is_critical: bool, said: str) -> None:
    written = render(
        "{% told_of result '' evaluation %}",
        result=SimpleNamespace(status=status),
        evaluation=SimpleNamespace(is_critical=is_critical),
    )

    assert f">{said}<" in written


def test_flags_are_written_in_the_language_of_the_reader() -> None:
    evaluation = SimpleNamespace(flags=["H"], delta_verdict="EXCEEDED")
    source = "{% flags_of evaluation %}"
    english = render(source, evaluation=evaluation)
    with translation.override("de"):
        render(source, evaluation=evaluation)

    assert "changed more than expected" in english
    assert render(source, evaluation=evaluation) == english
    assert "being analysed" in render(source, evaluation=None)
