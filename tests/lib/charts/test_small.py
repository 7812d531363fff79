"""Small multiples share one time axis; intervals share one axis of values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from labsys.lib.charts import (
    Band,
    Bar,
    Estimate,
    Point,
    Reference,
    Row,
    Series,
    bars,
    intervals,
    small_multiples,
    sparkline,
)
from tests.lib.charts.drawing import read

START = datetime(2026, 10, 1, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def series(name: str, *values: float, first: datetime = START) -> Series:
    found = [
        Point(first + index * DAY, value, f"{value} g/L") for index, value in enumerate(values)
    ]
    return Series(name, "g/L", found, reference=[Band(2, 8)])


def test_rows_share_the_time_axis() -> None:
    rows = [Row(series("Albumin", 4, 5, 6)), Row(series("Globulin", 3, first=START + 2 * DAY))]

    drawing = read(small_multiples(rows, name="p", title="Protein", zone=UTC))

    albumin, globulin = drawing.of_class("p-normal")
    assert albumin.attrib["cx"] == globulin.attrib["cx"]
    assert drawing.covered_texts() == []
    assert drawing.texts_outside() == []


def test_rows_without_values_are_named_all_the_same() -> None:
    drawing = read(small_multiples([Row(series("Albumin"))], name="p", title="Protein", zone=UTC))

    assert [text.text for text in drawing.texts] == ["Albumin, g/L", ""]


def test_a_sparkline_marks_the_last_value_and_tells_it() -> None:
    drawing = read(sparkline(series("Albumin", 4, 5, 6), name="s", zone=UTC))

    assert len(drawing.of_class("p-normal")) == 1
    assert drawing.hovers() == ["Albumin: 6 g/L"]


def test_an_estimate_lies_on_the_bar_of_its_interval() -> None:
    found = Estimate("count 1", 12, 9, 16, "12 (9–16)")

    drawing = read(intervals([found], name="i", title="Ratio", unit="per 1000"))

    bar = drawing.of_class("c-line")[0]
    disc = drawing.of_class("p-normal")[0]
    assert float(bar.attrib["x1"]) < float(disc.attrib["cx"]) < float(bar.attrib["x2"])
    assert drawing.covered_texts() == []
    assert drawing.texts_outside() == []


def test_a_bar_beside_its_limit_counts_in_whole_numbers() -> None:
    found = [Bar(1, "23.11.", "one", most=2), Bar(3, "24.11.", "three", is_beyond=True, most=2)]

    drawing = read(bars(found, name="b", title="Apart", unit="day", summary="3 on the last day"))

    limits = {line.attrib["y1"] for line in drawing.of_class("c-limit")}
    tall, too_tall = drawing.of_class("c-bar")[0], drawing.of_class("c-bar-beyond")[0]
    assert len(limits) == 1
    assert float(too_tall.attrib["y"]) < float(limits.pop()) < float(tall.attrib["y"])
    alone = bars([Bar(1, "23.11.", "one")], name="b", title="Apart", unit="day", summary="1")
    assert "1.00" not in str(alone)


def test_a_limit_is_drawn_where_it_lies_between_estimates() -> None:
    found = [Estimate("a", 5, 4, 6, "5"), Estimate("b", 15, 13, 17, "15")]

    drawing = read(
        intervals(
            found, name="i", title="Ratio", unit="", references=[Reference(10, "action", True)]
        )
    )

    limit = float(drawing.of_class("c-limit")[0].attrib["x1"])
    low, high = (float(disc.attrib["cx"]) for disc in drawing.of_class("p-normal"))
    assert limit == pytest.approx((low + high) / 2, abs=0.2)


def test_estimates_over_decades_can_be_drawn_logarithmically() -> None:
    found = [Estimate("a", 10, 5, 20, "10"), Estimate("b", 10_000, 9000, 12_000, "10 000")]

    drawing = read(intervals(found, name="i", title="Load", unit="{nanites}/uL", log=True))

    assert drawing.covered_texts() == []


def test_a_value_outside_its_own_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="not within"):
        Estimate("count", 5, 6, 7, "5")
