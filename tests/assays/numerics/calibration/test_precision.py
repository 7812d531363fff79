"""Components of variance: against published ones, against arithmetic, and what is refused."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from assays.numerics.calibration import nested_anova
from assays.numerics.refusals import Unusable
from tests.assays.numerics.calibration.simulated import ABSENT, FOLDER

PUBLISHED = FOLDER.parent / "qc" / "precision"
is_there = pytest.mark.skipif(not PUBLISHED.exists(), reason=ABSENT)


def rows(name: str, value: str) -> list[tuple[str, str, float]]:
    with (PUBLISHED / name).open() as file:
        return [(row["day"], row["run"], float(row[value])) for row in csv.DictReader(file)]


def analysed(found: list[tuple[str, str, float]]):
    days, runs, values = zip(*found, strict=True)
    return nested_anova(values, {"day": days, "run": runs})


@is_there
@pytest.mark.parametrize("which", ["dataEP05A2_1", "dataEP05A2_1_unbalanced_drop_rows_1based"])
def test_components_are_those_of_the_published_analysis(which: str) -> None:
    expected = json.loads((PUBLISHED / "expected.json").read_text())[which]
    found = rows("dataEP05A2_1.csv", "y")
    left = [one for n, one in enumerate(found, start=1) if n not in expected.get("drop", ())]

    precision = analysed(left)

    variances = [precision.within_laboratory.variance, *(c.variance for c in precision.components)]
    assert variances == pytest.approx(expected["VC_total_day_run_error"], abs=6e-7)
    assert precision.is_balanced == ("drop" not in expected)


@is_there
def test_glucose_of_ep05_a3() -> None:
    precision = analysed(rows("Glucose.csv", "result"))

    assert precision.mean == pytest.approx(244.2, abs=0.05)
    assert precision.repeatability.sd == pytest.approx(2.811, abs=5e-4)
    assert precision.within_laboratory.sd == pytest.approx(3.596, abs=5e-4)
    assert precision.within_laboratory.degrees_of_freedom == pytest.approx(64.8, abs=0.05)


def test_one_factor_is_the_textbook_analysis_of_variance() -> None:
    precision = nested_anova([10, 12, 14, 16, 20, 22], {"day": [1, 1, 2, 2, 3, 3]})

    day, error = precision.components
    assert error.variance == pytest.approx(2)  # three pairs that differ by 2
    assert day.variance == pytest.approx((2 * np.var([11, 15, 21], ddof=1) - 2) / 2)
    assert precision.within_laboratory.variance == pytest.approx(day.variance + error.variance)
    assert error.low < error.sd < error.high


def test_days_that_scatter_less_than_chance_add_nothing() -> None:
    precision = nested_anova([9, 11, 9, 11, 9, 11], {"day": [1, 1, 2, 2, 3, 3]})

    day, error = precision.components
    assert day.variance < 0
    assert day.sd == 0
    assert precision.within_laboratory.variance == pytest.approx(error.variance)


def test_limits_hold_the_sd_as_often_as_they_say() -> None:
    random = np.random.default_rng(5)
    days, runs = np.repeat(np.arange(20), 4), np.tile([1, 1, 2, 2], 20)
    held = 0
    for _study in range(300):
        values = (
            100
            + 2 * random.standard_normal(20).repeat(4)
            + random.standard_normal(40).repeat(2)
            + 1.5 * random.standard_normal(80)
        )
        found = nested_anova(values, {"day": days, "run": runs}).within_laboratory
        held += found.low <= np.sqrt(4 + 1 + 2.25) <= found.high
    assert held / 300 > 0.91


@pytest.mark.parametrize(
    ("values", "factors", "code"),
    [
        ([1, 2, 3], {}, "NO_FACTORS"),
        ([1, 2, 3], {"day": [1, 1, 1]}, "TOO_FEW"),
        ([1, 2, 3], {"day": [1, 2, 3]}, "TOO_FEW"),
        ([1, 2, 3], {"day": [1, 2]}, "LENGTHS"),
        ([1, float("nan"), 3], {"day": [1, 1, 2]}, "NOT_FINITE"),
        ([], {"day": []}, "EMPTY"),
    ],
)
def test_what_gives_no_components_is_refused(values, factors, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        nested_anova(values, factors)
    assert refused.value.code == code


def test_a_study_is_analysed_from_a_file(tmp_path: Path) -> None:
    study = tmp_path / "study.csv"
    study.write_text(
        "Day,Run,Result\n1,1,10\n1,1,12\n1,2,11\n1,2,13\n2,1,14\n2,1,16\n2,2,9\n2,2,11\n"
    )
    out, data = StringIO(), StringIO()

    call_command("analyse", "precision", str(study), stdout=out)
    call_command("analyse", "precision", str(study), "--json", stdout=data)

    assert "8 measurements (balanced), mean 12" in out.getvalue()
    assert "repeatability" in out.getvalue()
    assert json.loads(data.getvalue())["repeatability"]["variance"] == pytest.approx(2)
    with pytest.raises(CommandError, match="no column lot"):
        call_command("analyse", "precision", str(study), "--factors", "lot", stdout=out)


def test_large_and_small_measurements_have_the_components_of_plain_ones() -> None:
    values, days = [10.0, 12, 14, 16, 20, 22], {"day": [1, 1, 2, 2, 3, 3]}
    plain = nested_anova(values, days)

    for factor in (1e140, 1e-140):
        scaled = nested_anova([factor * one for one in values], days)

        assert scaled.repeatability.sd == pytest.approx(plain.repeatability.sd * factor, rel=1e-12)
        assert scaled.within_laboratory.high == pytest.approx(
            plain.within_laboratory.high * factor, rel=1e-12
        )
        assert scaled.within_laboratory.cv_percent == pytest.approx(
            plain.within_laboratory.cv_percent, rel=1e-12
        )
