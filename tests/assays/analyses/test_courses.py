"""`manage.py analyse kinetics` and `analyse epidemic`: files in, tables, JSON and drawings out."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.assays.numerics.epidemic.test_growth import PRUSSIA


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("analyse", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def course(tmp_path: Path) -> Path:
    rng, lines = np.random.default_rng(5), ["day,load,comparator"]
    for day in range(29):
        rise = 0.25 * day - 0.65 * max(day - 10, 0)
        load = 200 * np.exp(rise + 0.1 * rng.standard_normal())
        lines.append(f"{day},<,20" if load < 20 else f"{day},{load:.4g},")
    file = tmp_path / "course.csv"
    file.write_text("\n".join(lines).replace(",<,20", ",20,<") + "\n")
    return file


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.csv"
    rows = [f"{day},{count},0" for day, count in enumerate(PRUSSIA, start=101)]
    file.write_text("\n".join(["day,cases,imported", *rows]) + "\n")
    return file


def test_the_course_of_a_load_is_told_in_tables(course: Path) -> None:
    text = said("kinetics", str(course), "--reach", "1")

    assert "Course of 29 loads, 7 below the limit: broken" in text
    assert "doubling" in text
    assert "half-life" in text
    assert "not detected" in text
    assert "Until 1 per microlitre" in text


def test_what_was_done_is_given_as_options_or_as_a_file(course: Path, tmp_path: Path) -> None:
    listed = tmp_path / "done.csv"
    listed.write_text("day,kind,detail\n10,filtration,5 um\n")

    typed = json.loads(
        said("kinetics", str(course), "--intervention", "10:filtration:5 um", "--json")
    )
    read = json.loads(said("kinetics", str(course), "--interventions", str(listed), "--json"))

    assert typed == read
    assert typed["change_points"][0]["intervention"]["kind"] == "filtration"
    assert typed["change_points"][0]["day"] == {"value": 10.0, "low": 10.0, "high": 10.0}


def test_the_course_is_drawn_with_triangles_below_the_limit(course: Path, tmp_path: Path) -> None:
    said("kinetics", str(course), "--plots", str(tmp_path), "--intervention", "10:kill_code")

    drawn = (tmp_path / "kinetics.svg").read_text()
    assert drawn.startswith("<svg")
    assert "kill code" in drawn
    assert "&lt; 20" in drawn


@pytest.mark.parametrize(
    ("content", "more", "sentence"),
    [
        ("day,load\n1,0\n2,5\n", [], "a load of 0 is one below the limit"),
        ("day,load\n1,5\n", [], "too few"),
        ("day,load\n1,5\n1,6\n", [], "All loads are of one time"),
        ("day,load,comparator\n1,5,~\n2,6,\n", [], "the comparator is < or nothing"),
        ("day,load\n1,5\n2,6\n", ["--intervention", "soon:filtration"], "is no intervention"),
        ("day,load\n1,5\n2,6\n", ["--intervention", "1:magic"], "is no intervention"),
        ("day,load\n1,5\n2,6\n", ["--model", "magic"], "is no course"),
    ],
)
def test_a_course_that_cannot_be_used_is_told(
    content: str, more: list[str], sentence: str, tmp_path: Path
) -> None:
    file = tmp_path / "course.csv"
    file.write_text(content)

    with pytest.raises(CommandError, match=sentence):
        said("kinetics", str(file), *more)


def test_zero_is_below_a_limit_that_is_given(tmp_path: Path) -> None:
    file = tmp_path / "course.csv"
    file.write_text("day,load\n1,500\n2,240\n3,130\n4,60\n5,0\n6,0\n")

    found = json.loads(said("kinetics", str(file), "--limit", "50", "--json"))

    assert found["below_limit"] == 2
    assert found["segments"][0]["doubling"]["direction"] == "decay"


def test_cases_are_told_with_growth_and_r(cases: Path, tmp_path: Path) -> None:
    text = said(
        "epidemic", str(cases), "--variance", "poisson",
        "--serial-mean", "3", "--serial-sd", "1.5", "--plots", str(tmp_path),
    )  # fmt: skip

    assert "doubling time [d]                 5.5344    5.2675     5.8298" in text
    assert "Reproduction number, serial interval of 3 days" in text
    for name in ("cases.svg", "reproduction_number.svg"):
        assert (tmp_path / name).read_text().startswith("<svg")


def test_beds_are_projected(cases: Path, tmp_path: Path) -> None:
    given = ["epidemic", str(cases), "--admitted", "0.1", "--stay-mean", "8", "--stay-sd", "4"]

    found = json.loads(said(*given, "--ahead", "5", "--json", "--plots", str(tmp_path)))

    assert [day["day"] for day in found["wards"]["days"]] == [28, 29, 30, 31, 32]
    assert (tmp_path / "beds.svg").exists()


@pytest.mark.parametrize(
    ("content", "more", "sentence"),
    [
        ("day,cases\n1,5\n3,6\n", [], "a day without cases has 0"),
        ("day,cases\n1.5,5\n2.5,6\n", [], "whole numbers"),
        ("day,cases\n1,5\n2,-6\n", [], "none can be below 0"),
        ("day,cases\n1,5\n2,0\n", [], "Fewer than two days have cases"),
        ("day,cases,imported\n1,5,0\n2,6,9\n", ["--serial-mean", "3"], "9 imported cases among 6"),
        ("day,cases\n1,5\n2,6\n", ["--admitted", "0.1"], "Beds need the mean"),
    ],
)
def test_cases_that_cannot_be_used_are_told(
    content: str, more: list[str], sentence: str, tmp_path: Path
) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(content)

    with pytest.raises(CommandError, match=sentence):
        said("epidemic", str(file), *more)
