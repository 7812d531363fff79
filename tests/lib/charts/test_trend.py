"""A trend shows where values lie, what they are read against, and says the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from labsys.lib.charts import Band, Censored, Mark, Point, Series, Tone, series_table, trend
from labsys.lib.charts.shapes import shape
from tests.lib.charts.drawing import Drawing, read

ZONE = ZoneInfo("Europe/Paris")
START = datetime(2026, 10, 1, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def points(*values: float, every: timedelta = DAY, **more: object) -> list[Point]:
    return [
        Point(START + index * every, value, f"{value} mmol/L", **more)  # type: ignore[arg-type]
        for index, value in enumerate(values)
    ]


def series(found: Sequence[Point], **more: object) -> Series:
    return Series("Potassium", "mmol/L", found, **more)  # type: ignore[arg-type]


def draw(found: Series, **more: object) -> Drawing:
    return read(trend(found, name="k", zone=ZONE, **more))  # type: ignore[arg-type]


TYPICAL = {
    "one value": series(points(4.1), reference=[Band(3.5, 5.1)]),
    "all alike": series(points(4, 4, 4)),
    "all zero": series(points(0, 0)),
    "within hours": series(points(4.1, 4.4, 6.6, every=timedelta(hours=2))),
    "over years": series(points(4.1, 4.4, 5.2, 3.3, every=timedelta(days=900))),
    "large numbers": series(points(150_000, 420_000, 90_000), decimals=0),
    "limits close together": series(
        points(4.1, 6.4), reference=[Band(3.5, 5.1)], critical=[Band(3.4, 5.2)]
    ),
    "many marks": series(
        points(*range(1, 20)),
        marks=[Mark(START + index * DAY, f"filtration {index}") for index in range(0, 19, 2)],
        reference=[Band(3.5, 5.1)],
        critical=[Band(2.8, 6.2)],
    ),
    "every shape": series(
        [
            *points(4, 4.2, is_provisional=True),
            *(
                replace(point, tone=tone)
                for point, tone in zip(points(*[5] * 4), Tone, strict=True)
            ),
            *points(0.5, censored=Censored.BELOW),
        ]
    ),
    "marks on both edges": series(
        points(4, 5, 4),
        marks=[Mark(START, "activated charcoal"), Mark(START + 2 * DAY, "activated charcoal")],
    ),
}


@pytest.mark.parametrize("found", TYPICAL.values(), ids=TYPICAL)
@pytest.mark.parametrize("width", [420, 640, 960])
def test_no_text_covers_another_or_leaves_the_picture(found: Series, width: int) -> None:
    drawing = draw(found, width=width)

    assert drawing.covered_texts() == []
    assert drawing.texts_outside() == []


@pytest.mark.parametrize("found", TYPICAL.values(), ids=TYPICAL)
def test_every_value_is_drawn_with_its_text(found: Series) -> None:
    drawing = draw(found)

    hovers = drawing.hovers()
    assert len(drawing.of_class("c-hit")) == len(found.points)
    assert all(any(text.startswith(point.shown) for text in hovers) for point in found.points)


def test_higher_values_lie_higher_and_later_ones_further_right() -> None:
    discs = draw(series(points(4, 6, 5))).of_class("c-hit")

    xs = [float(disc.attrib["cx"]) for disc in discs]
    ys = [float(disc.attrib["cy"]) for disc in discs]
    assert xs == sorted(xs)
    assert ys[0] > ys[2] > ys[1]


def test_time_is_drawn_to_scale() -> None:
    uneven = [Point(START, 4, "4"), Point(START + DAY, 4, "4"), Point(START + 5 * DAY, 4, "4")]

    xs = [float(disc.attrib["cx"]) for disc in draw(series(uneven)).of_class("c-hit")]

    assert (xs[2] - xs[1]) / (xs[1] - xs[0]) == pytest.approx(4, abs=0.05)


def test_a_range_that_changed_is_drawn_in_steps() -> None:
    change = START + 2 * DAY
    found = series(
        points(12, 13, 12, 13), reference=[Band(12, 16, end=change), Band(11, 14, start=change)]
    )

    old, new = draw(found).of_class("c-band")

    assert float(old.attrib["x"]) + float(old.attrib["width"]) == pytest.approx(
        float(new.attrib["x"]), abs=0.2
    )
    assert float(new.attrib["y"]) > float(old.attrib["y"])


def test_an_open_limit_shades_to_the_edge() -> None:
    band = draw(series(points(1, 4), reference=[Band(None, 5)])).of_class("c-band")[0]
    axis = draw(series(points(1, 4), reference=[Band(None, 5)])).of_class("c-axis")[0]

    bottom = float(band.attrib["y"]) + float(band.attrib["height"])
    assert bottom == pytest.approx(float(axis.attrib["y1"]), abs=0.2)


def test_a_near_critical_limit_is_drawn_and_a_far_one_named_at_the_edge() -> None:
    found = series(points(4, 5), reference=[Band(3.5, 5.1)], critical=[Band(2.8, 25)])

    drawing = draw(found)

    assert len(drawing.of_class("c-limit")) == 1
    edge = {text.text for text in drawing.texts if text.class_ == "c-limit-label"}
    assert edge == {"critical 2.8", "↑ critical 25.0"}


def test_shapes_tell_flags_apart_without_colour() -> None:
    bare = {shape(tone, None, False, 0, 0).replace(f"p-{tone}", "") for tone in Tone}

    assert len(bare) == len(Tone)


@pytest.mark.parametrize(("censored", "down"), [(Censored.BELOW, True), (Censored.ABOVE, False)])
def test_a_censored_value_is_an_open_triangle_that_points_away_from_its_limit(
    censored: Censored, down: bool
) -> None:
    found = draw(series([*points(4, 5), Point(START + 5 * DAY, 3, "<3", censored=censored)]))

    triangle = next(mark for mark in found.of_class("p-hollow") if mark.attrib["d"].count("L") == 2)
    (_x1, y1), (_x2, y2), (_x3, tip) = (
        tuple(map(float, corner.split())) for corner in triangle.attrib["d"][1:-1].split("L")
    )
    assert y1 == y2
    assert (tip > y1) is down


def test_the_line_to_a_censored_value_is_dashed() -> None:
    found = series([*points(4, 5), Point(START + 5 * DAY, 3, "<3", censored=Censored.BELOW)])

    solid, dashed = draw(found).of_class("c-line")

    assert "stroke-dasharray" not in solid.attrib
    assert dashed.attrib["stroke-dasharray"]


def test_an_intervention_that_lasted_is_shaded_from_start_to_end() -> None:
    mark = Mark(START + DAY, "sedation", until=START + 2 * DAY)

    drawing = draw(series(points(4, 5, 4), marks=[mark]))

    area = drawing.of_class("c-mark-area")[0]
    xs = [float(disc.attrib["cx"]) for disc in drawing.of_class("c-hit")]
    assert float(area.attrib["x"]) == pytest.approx(xs[1], abs=0.2)
    assert float(area.attrib["x"]) + float(area.attrib["width"]) == pytest.approx(xs[2], abs=0.2)


def test_only_the_time_asked_for_is_drawn() -> None:
    drawing = draw(
        series(points(*range(1, 11)), marks=[Mark(START, "long ago")]),
        start=START + 5 * DAY,
        end=START + 8 * DAY,
    )

    assert len(drawing.of_class("c-hit")) == 4
    assert "long ago" not in {text.text for text in drawing.texts}


def test_a_logarithmic_axis_is_not_used_for_zero() -> None:
    drawing = draw(series(points(0, 1000)), log=True)

    assert "0" in {text.text for text in drawing.texts}


def test_the_picture_is_named_described_and_free_of_style_attributes() -> None:
    found = series(points(4, 5.6, tone=Tone.ABNORMAL), reference=[Band(3.5, 5.1)])

    markup = trend(found, name="k7", zone=ZONE)

    root = read(markup).root
    named = {part.attrib.get("id"): part.text for part in root if "id" in part.attrib}
    assert root.attrib["role"] == "img"
    assert named[root.attrib["aria-labelledby"]] == "Potassium, mmol/L"
    assert named[root.attrib["aria-describedby"]] == (
        "2 values from 1 Oct 2026 to 2 Oct 2026; the last is 5.6 mmol/L. "
        "2 outside the reference range, 0 of them critical."
    )
    assert " style=" not in markup
    assert "<style" not in markup


def test_a_picture_for_paper_brings_its_own_colours_for_every_class() -> None:
    found = TYPICAL["many marks"]

    root = read(trend(found, name="k", zone=ZONE, standalone=True)).root

    style = next(part.text or "" for part in root if part.tag.endswith("style"))
    used = {name for part in root.iter() for name in part.attrib.get("class", "").split()}
    assert {name for name in used - {"chart"} if f".{name}" not in style} == set()


def test_without_values_the_picture_says_so() -> None:
    drawing = draw(series([], reference=[Band(3.5, 5.1)]))

    assert [text.text for text in drawing.texts] == ["No values."]


def test_texts_from_outside_cannot_become_markup() -> None:
    hostile = Series(
        "<script>alert(1)</script>",
        '"><b>',
        [Point(START, 4, "<5 & rising", note="</title><script>")],
        marks=[Mark(START, "<img src=x>", detail="<b>")],
    )

    markup = trend(hostile, name="k", zone=ZONE) + series_table(hostile, zone=ZONE)

    assert "<script" not in markup
    assert "<img" not in markup
    assert "<b>" not in markup
    assert "&lt;5 &amp; rising" in markup


def test_the_table_tells_values_and_marks_from_the_newest_on() -> None:
    found = series(
        [*points(4.1), Point(START + DAY, 6.6, "6.6 mmol/L", note="HH", is_provisional=True)],
        marks=[Mark(START + DAY / 2, "filtration", detail="2 h")],
    )

    rows = read(series_table(found, zone=ZONE).replace("<table", f"<table xmlns='{NAMESPACE}'"))

    cells = [[cell.text for cell in row] for row in rows.root.iter(f"{{{NAMESPACE}}}tr")]
    assert cells == [
        ["Time", "Value", "Remark"],
        ["2 Oct 2026 09:00", "6.6 mmol/L", "HH · not released"],
        ["1 Oct 2026 21:00", "\u00a0", "filtration 2 h"],
        ["1 Oct 2026 09:00", "4.1 mmol/L", "\u00a0"],
    ]


NAMESPACE = "http://www.w3.org/1999/xhtml"


def test_a_mark_with_a_sign_is_drawn_as_on_stacked_panels() -> None:
    marks = [Mark(START + DAY, "filtration", sign="1", dash="8 4")]

    drawing = draw(series(points(4, 5, 4), marks=marks))

    (line,) = drawing.of_class("c-mark")
    assert line.attrib["stroke-dasharray"] == "8 4"
    assert [one.text for one in drawing.texts if one.class_ == "c-mark-label"] == ["1"]
    assert drawing.covered_texts() == []


def test_grades_are_steps_with_names() -> None:
    found = Series("Skin", "", points(0, 2, 1), grades=["0 none", "1 faint", "2 marked"])

    drawing = draw(found)

    assert {"0 none", "1 faint", "2 marked"} <= {one.text for one in drawing.texts}
    (line,) = drawing.of_class("c-line")
    assert line.attrib["d"].count("H") == 2
    assert drawing.texts_outside() == []
