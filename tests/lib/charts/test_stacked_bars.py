"""Counts that stand on each other: their heights add up, and what is still open is marked."""

from __future__ import annotations

from labsys.lib.charts import StackedBar, stacked_bars
from tests.lib.charts.drawing import Drawing, read

PARTS = ("confirmed", "probable", "possible")


def drawn(*bars: StackedBar) -> Drawing:
    return read(
        stacked_bars(
            bars,
            parts=PARTS,
            still_open="not complete",
            name="days",
            title="By day",
            unit="day",
            summary="some",
            nothing="Nobody.",
        )
    )


def test_parts_stand_on_each_other_from_the_axis() -> None:
    drawing = drawn(StackedBar((2, 1, 1), "11-01", "four"), StackedBar((4, 0, 0), "11-02", "four"))

    full, other = drawing.of_class("c-bar")[1:]  # the first explains the shade
    shaded, outlined = (drawing.of_class(name)[1] for name in ("c-bar-2", "c-bar-3"))
    heights = [float(one.attrib["height"]) for one in (full, shaded, outlined)]
    assert abs(sum(heights) - float(other.attrib["height"])) < 0.3
    assert abs(float(shaded.attrib["y"]) + heights[1] - float(full.attrib["y"])) < 0.3
    assert drawing.covered_texts() == []


def test_days_that_are_open_are_marked_in_words_too() -> None:
    closed, still = (
        StackedBar((1, 0, 0), "11-01", "one"),
        StackedBar((1, 0, 0), "11-02", "one", True),
    )

    assert "not complete" in [one.text for one in drawn(closed, still).texts]
    assert "not complete" not in [one.text for one in drawn(closed).texts]
    assert not drawn(closed).of_class("c-mark-area")


def test_of_nothing_it_says_so() -> None:
    for bars in ((), (StackedBar((0, 0, 0), "11-01", "none"),)):
        assert [one.text for one in drawn(*bars).texts] == ["Nobody."]
