"""Points against any quantity: places, logarithms, what is said to those who hear it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from labsys.lib.charts.series import Censored, Mark
from labsys.lib.charts.xy import Axis, Curve, Dot, Ribbon, Rule, xy
from tests.lib.charts.drawing import Drawing, read

DOTS = [Dot(1, 0.1, "standard 1"), Dot(10, 0.8, "standard 2"), Dot(100, 1.9, "standard 3")]


def drawn(**more: object) -> Drawing:
    given = {
        "dots": DOTS,
        "x": Axis("concentration [IU/L]", log=True),
        "y": Axis("signal [OD]"),
    } | more
    dots = given.pop("dots")
    return read(
        xy(dots, name="fit", title="Calibration", description="Three standards.", **given)  # type: ignore[arg-type]
    )


def centres(drawing: Drawing) -> list[tuple[float, float]]:
    return [
        (float(disc.attrib["cx"]), float(disc.attrib["cy"]))
        for disc in drawing.of_class("p-normal")
        if disc.tag.endswith("circle")
    ]


def texts(drawing: Drawing) -> list[str]:
    return [text.text for text in drawing.texts]


def test_equal_factors_are_equally_far_apart_on_a_logarithmic_axis() -> None:
    (first, _), (second, _), (third, _) = centres(drawn())

    assert second - first == pytest.approx(third - second, abs=0.15)


def test_equal_steps_are_equally_far_apart_on_a_linear_axis() -> None:
    dots = [Dot(place, place) for place in (0, 5, 10)]

    found = centres(drawn(dots=dots, x=Axis("days")))

    assert found[1][0] - found[0][0] == pytest.approx(found[2][0] - found[1][0], abs=0.15)
    assert found[0][1] > found[1][1] > found[2][1]


def test_what_has_no_logarithm_is_drawn_at_the_lower_end() -> None:
    drawing = drawn(dots=[Dot(0, 0.02), *DOTS])

    assert centres(drawing)[0][0] < centres(drawing)[1][0]


def test_axes_limits_and_hovers_are_written() -> None:
    drawing = drawn(rules=[Rule(1.8, "highest calibrator", is_limit=True)])

    assert {"concentration [IU/L]", "signal [OD]", "highest calibrator"} <= set(texts(drawing))
    assert "standard 2" in drawing.hovers()
    assert drawing.covered_texts() == []


def test_an_upright_rule_near_the_right_edge_is_written_to_its_left() -> None:
    drawing = drawn(rules=[Rule(99, "filtration begins", is_upright=True)])

    (told,) = [text for text in drawing.texts if text.text == "filtration begins"]
    assert told.right <= drawing.size[0]


def test_a_curve_and_its_limits_are_paths_of_all_their_places() -> None:
    xs, ys = [1.0, 10.0, 100.0], [0.1, 0.8, 1.9]
    ribbon = Ribbon(xs, [y - 0.1 for y in ys], [y + 0.1 for y in ys])

    drawing = drawn(curves=[Curve(xs, ys)], ribbons=[ribbon])

    (curve,), (area,) = drawing.of_class("c-line"), drawing.of_class("c-band")
    assert len(re.findall(r"[ML]", curve.attrib["d"])) == 3
    assert len(re.findall(r"[ML]", area.attrib["d"])) == 6


def test_a_censored_point_is_a_triangle_and_an_excluded_one_hollow() -> None:
    dots = [*DOTS, Dot(1, 0.5, censored=Censored.BELOW), Dot(2, 1, is_excluded=True)]

    hollow = drawn(dots=dots).of_class("p-hollow")

    assert [shape.tag.rpartition("}")[2] for shape in hollow] == ["path", "circle"]


@pytest.mark.parametrize("log", [False, True])
def test_no_points_are_drawn_as_empty_axes(log: bool) -> None:
    drawing = drawn(dots=[], x=Axis("days", log=log), y=Axis("load", log=log))

    assert not centres(drawing)
    assert "days" in texts(drawing)


def test_one_point_is_drawn() -> None:
    assert len(centres(drawn(dots=[Dot(3, 3)], x=Axis("days"), y=Axis("load", log=True)))) == 1


def test_dates_stand_at_whole_days_where_the_axis_begins_with_one() -> None:
    short = drawn(
        dots=[Dot(0, 1), Dot(3, 2)], x=Axis("", zero=date(2026, 2, 27)), y=Axis("cases a day")
    )
    long = drawn(dots=[Dot(0, 1), Dot(300, 2)], x=Axis("", zero=date(2026, 1, 1)), y=Axis("cases"))

    assert [one for one in texts(short) if "-" in one] == ["02-27", "02-28", "03-01", "03-02"]
    dated = [one for one in texts(long) if "-" in one]
    assert dated[0] == "01-01"
    assert 3 <= len(dated) <= 10


def test_what_was_done_stands_at_its_moment_on_an_axis_of_days() -> None:
    since = datetime(2026, 10, 1, 7, tzinfo=UTC)
    marks = [
        Mark(since + timedelta(days=1), "filtration", sign="1", dash="8 4"),
        Mark(since - timedelta(days=90), "long ago", sign="2"),
    ]
    dots = [Dot(0, 100, "first"), Dot(2, 200, "last")]

    drawing = drawn(dots=dots, x=Axis("", since=since), marks=marks)

    first, last = (x for x, _y in centres(drawing))
    (line,) = drawing.of_class("c-mark")
    assert float(line.attrib["x1"]) == pytest.approx((first + last) / 2, abs=0.2)
    assert line.attrib["stroke-dasharray"] == "8 4"
    assert {"1", "00:00"} <= set(texts(drawing))
    assert "1 filtration · 2 Oct 2026 07:00" in drawing.hovers()
