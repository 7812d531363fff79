"""Stacked panels: one axis of time for all, what was done through all, nothing covered or cut off."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from labsys.lib.charts import (
    Band,
    Censored,
    Fit,
    Lane,
    Mark,
    Panel,
    Point,
    Series,
    Span,
    Stack,
    stacked,
)
from labsys.lib.charts.stacked import without_outliers
from tests.lib.charts.drawing import read

START = datetime(2026, 10, 1, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def series(name: str, *values: float, first: datetime = START, every: int = 1) -> Series:
    found = [
        Point(first + index * every * DAY, value, f"{value} g/L")
        for index, value in enumerate(values)
    ]
    return Series(name, "g/L", found, reference=[Band(2, 8)])


def stack(
    *panels: Panel, marks: tuple[Mark, ...] = (), lanes: tuple[Lane, ...] = (), days: int = 20
) -> Stack:
    return stacked(
        panels,
        marks=marks,
        lanes=lanes,
        start=START - DAY,
        end=START + days * DAY,
        name="t",
        title="Beside",
        zone=UTC,
    )


def places(markup: str) -> dict[int, float]:
    """Return the place across of each value by its moment."""
    found = re.findall(r'<g data-t="(\d+)" transform="translate\(([\d.]+) ', markup)
    return {int(at): float(x) for at, x in found}


def test_the_same_moment_has_the_same_place_in_every_panel() -> None:
    wide = Panel(series("Load", 100_000, 250_000, 180_000))
    narrow = Panel(series("Albumin", 4.1, 4.2, first=START + DAY))

    drawn = stack(wide, narrow)

    first, second = places(drawn.panels[0]), places(drawn.panels[1])
    shared = set(first) & set(second)
    assert len(shared) == 2
    assert all(first[at] == second[at] for at in shared)
    assert all(drawn.left <= x <= drawn.right for x in [*first.values(), *second.values()])


def test_what_was_done_runs_through_all_panels_and_is_named_once_above() -> None:
    marks = (
        Mark(START + 3 * DAY, "filtration", START + 4 * DAY, sign="1"),
        Mark(START + 3 * DAY, "charcoal", sign="2", dash="8 4"),
    )

    drawn = stack(Panel(series("A", 1, 2, 3)), Panel(series("B", 1)), marks=marks)

    above = read(drawn.lanes)
    assert [one.text for one in above.texts][:2] == ["1 filtration", "2 charcoal"]
    assert above.covered_texts() == []
    for panel in drawn.panels:
        lines = [one for one in read(panel).of_class("c-mark") if one.tag.endswith("line")]
        assert [one.attrib.get("stroke-dasharray") for one in lines] == [None, "8 4"]


def test_one_far_off_value_does_not_flatten_the_others_and_is_written_at_the_edge() -> None:
    values = [4, 5, 4, 6, 5, 4, 5, 6, 5, 4, 900]

    drawing = read(stack(Panel(series("A", *values))).panels[0])

    assert "↑ 900" in [text.text for text in drawing.texts]
    assert drawing.texts_outside() == []


def test_a_course_that_rises_for_days_is_not_cut_off() -> None:
    episode = [10.0] * 90 + [250.0] * 10

    assert without_outliers(episode) == episode


def test_no_line_is_drawn_over_a_long_time_without_values() -> None:
    early = series("A", 1, 2, 3, 4)
    late = series("A", 5, 6, 7, first=START + 15 * DAY)
    both = Series("A", "g/L", [*early.points, *late.points])

    drawn = stack(Panel(both))

    assert [(gap.start, gap.end) for gap in drawn.gaps[0]] == [(START + 3 * DAY, START + 15 * DAY)]
    (line,) = read(drawn.panels[0]).of_class("c-line")
    assert line.attrib["d"].count("M") == 5


def test_a_value_below_the_limit_has_room_for_its_mark_above_the_axis() -> None:
    low = Point(START, 1, "< 1 g/L", censored=Censored.BELOW)
    points = [low, *series("A", 90, 95, first=START + DAY).points]

    (panel,) = stack(Panel(Series("A", "g/L", points))).panels

    (y,) = re.findall(
        rf'data-t="{START.timestamp():.0f}" transform="translate\([\d.]+ ([\d.]+)', panel
    )
    base = float(read(panel).of_class("c-axis")[0].attrib["y1"])
    assert float(y) + 9 <= base + 0.5


def test_a_fit_is_drawn_with_its_limits_where_there_are_limits() -> None:
    times = [START, START + DAY, START + 2 * DAY]
    fit = Fit(times, [100, 50, 25], [80, 40, None], [120, 60, None])

    drawing = read(stack(Panel(series("A", 100, 50, 25), fit=fit)).panels[0])

    (area,) = drawing.of_class("c-fit-area")
    assert area.attrib["d"].count("L") == 3
    assert len(drawing.of_class("c-fit")) == 1


def test_an_answer_that_is_no_number_is_marked_at_the_foot() -> None:
    panel = Panel(series("A", 1, 2), without_number=[(START + 5 * DAY, "no value: clotted")])

    drawing = read(stack(panel).panels[0])

    assert "no value: clotted · 6 Oct 2026 07:00" in drawing.hovers()


def test_spans_that_overlap_lie_in_rows_of_their_own() -> None:
    stays = [Span(START, START + 9 * DAY, "Ward 1"), Span(START + 2 * DAY, None, "Isolation")]

    drawing = read(stack(Panel(series("A", 1)), lanes=(Lane("ward stays", stays),)).lanes)

    assert {"Ward 1", "Isolation", "ward stays"} <= {text.text for text in drawing.texts}
    assert drawing.covered_texts() == []
    assert len({one.attrib["y"] for one in drawing.of_class("c-span")}) == 2


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.floats(0.001, 1e9), min_size=1, max_size=30),
    log=st.booleans(),
    below=st.booleans(),
)
def test_no_text_leaves_the_drawing_or_covers_another_axis_text(
    values: list[float], log: bool, below: bool
) -> None:
    points = [
        Point(
            START + at * DAY / 2,
            value,
            f"{value:.4g} g/L",
            censored=Censored.BELOW if below else None,
        )
        for at, value in enumerate(values)
    ]

    drawn = stack(Panel(Series("A", "g/L", points, reference=[Band(2, 8)]), log=log))

    drawing = read(drawn.panels[0])
    assert drawing.texts_outside() == []
    ticks = [one for one in drawing.texts if one.class_ == "c-muted" and one.right <= drawn.left]
    assert not any(one.covers(two) for at, one in enumerate(ticks) for two in ticks[at + 1 :])


def test_grades_are_steps_that_hold_until_the_next_look_with_their_names_at_the_axis() -> None:
    points = [Point(START + at * DAY, grade, "x") for at, grade in enumerate((0, 2, 1))]
    names = ["0 none", "1 faint", "2 " + "marked and seen across a room " * 3]

    drawing = read(stack(Panel(Series("Skin", "", points, grades=names))).panels[0])

    (line,) = drawing.of_class("c-line")
    assert re.fullmatch(r"(M[\d.]+ [\d.]+H[\d.]+V[\d.]+){2}", line.attrib["d"])
    assert {"0 none", "1 faint"} <= {one.text for one in drawing.texts}
    assert any(one.text.startswith("2 marked") and one.text.endswith("…") for one in drawing.texts)
    assert drawing.texts_outside() == []
