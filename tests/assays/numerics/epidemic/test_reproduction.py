"""The reproduction number: published posteriors, what imported cases do, what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assays.numerics.epidemic import Note, reproduction_number
from assays.numerics.epidemic.serial_intervals import discretised
from assays.numerics.refusals import Unusable

PUBLISHED = Path(__file__).parents[5] / "shared" / "data" / "kinetics"
# Influenza in a school, Pennsylvania 2009 (Cauchemez et al., PNAS 2011;108:2825), and its interval.
FLU = [1, 1, 0, 2, 5, 3, 3, 3, 6, 2, 5, 9, 13, 12, 13, 11, 12, 6, 6, 6, 3, 1, 0, 2, 0, 0, 0, 0, 2]
FLU += [0, 2, 0]
INTERVAL = [0, 0.233, 0.359, 0.198, 0.103, 0.053, 0.027, 0.014, 0.007, 0.003, 0.002, 0.001]

counts = st.lists(st.integers(0, 300), min_size=10, max_size=40)


def test_the_posterior_of_a_school_outbreak_is_the_published_one() -> None:
    windows = reproduction_number(FLU, serial_interval=INTERVAL).windows

    assert (windows[0].first_day, windows[0].last_day, len(windows)) == (2, 8, 25)
    assert windows[0].mean == pytest.approx(1.735608909459069, rel=1e-12)
    assert windows[0].sd == pytest.approx(0.4090869431220987, rel=1e-12)
    assert windows[0].quantiles is not None
    assert windows[0].quantiles[0.025] == pytest.approx(1.0286318368912863, rel=1e-12)
    assert windows[0].quantiles[0.975] == pytest.approx(2.6244958842837347, rel=1e-12)
    assert windows[1].mean == pytest.approx(1.749049429657795, rel=1e-12)


def test_every_figure_of_the_saved_output_is_reached() -> None:
    path = PUBLISHED / "epi_expected_Example1.json"
    if not path.exists():
        pytest.skip("The published output is not at hand.")
    expected = json.loads(path.read_text())
    names = {0.025: "Quantile.0.025(R)", 0.5: "Median(R)", 0.975: "Quantile.0.975(R)"}

    windows = reproduction_number(expected["I"], serial_interval=expected["si_distr"]).windows

    for place, one in enumerate(windows):
        assert one.quantiles is not None
        assert one.mean == pytest.approx(expected["R"]["Mean(R)"][place], rel=1e-12)
        assert one.sd == pytest.approx(expected["R"]["Std(R)"][place], rel=1e-12)
        for level, name in names.items():
            assert one.quantiles[level] == pytest.approx(expected["R"][name][place], rel=1e-12)


def test_mean_and_sd_give_the_interval_that_was_published_for_them() -> None:
    # 2.6 and 1.5 days are what the table of the school outbreak was made from.
    assert discretised(mean=2.6, sd=1.5, days=11) == pytest.approx(INTERVAL, abs=6e-4)


def test_mean_and_sd_stand_for_their_shares() -> None:
    shares = discretised(mean=2.6, sd=1.5, days=len(FLU) - 1)

    parametric = reproduction_number(FLU, mean_serial_interval=2.6, sd_serial_interval=1.5)

    assert parametric == reproduction_number(FLU, serial_interval=shares)


def test_imported_cases_are_infectious_and_were_not_caused_here() -> None:
    imported = [0] * 10 + [4] + [0] * 21

    plain = reproduction_number(FLU, serial_interval=INTERVAL)
    found = reproduction_number(FLU, serial_interval=INTERVAL, imported=imported)

    assert found.infectivity == plain.infectivity
    assert found.windows[8].cases == plain.windows[8].cases - 4
    assert found.windows[20] == plain.windows[20]


def test_a_window_that_ends_within_one_mean_interval_is_not_estimated() -> None:
    found = reproduction_number(FLU, mean_serial_interval=9, sd_serial_interval=3)

    assert found.windows[0].mean is None
    assert found.windows[0].notes == (Note.BEFORE_MEAN_INTERVAL,)
    assert found.windows[2].mean is not None


def test_windows_and_quantiles_are_those_asked_for() -> None:
    found = reproduction_number(
        FLU, serial_interval=INTERVAL, windows=[(2, 10), (11, 32)], quantiles=(0.1, 0.9)
    )

    assert [(one.first_day, one.last_day) for one in found.windows] == [(2, 10), (11, 32)]
    assert found.windows[0].quantiles is not None
    assert list(found.windows[0].quantiles) == [0.1, 0.9]
    json.dumps(found.to_json())


def test_without_infectious_cases_the_prior_speaks_and_it_is_said() -> None:
    found = reproduction_number([0] * 12, serial_interval=INTERVAL)

    assert found.windows[0].mean == pytest.approx(5.0)
    assert Note.NO_INFECTIVITY in found.windows[0].notes


@pytest.mark.parametrize(
    ("cases", "more", "code"),
    [
        ([], {}, "EMPTY"),
        ([3], {}, "TOO_FEW"),
        ([3, -1, 2], {}, "TOO_LOW"),
        ([3, float("nan")], {}, "NOT_FINITE"),
        ([3, 1.5, 2], {}, "NOT_WHOLE"),
        ([3, 1e100], {}, "NOT_WHOLE"),
        ([1] * 20_001, {}, "TOO_MANY"),
        ([3, 1, 2], {"prior_mean": "5"}, "NOT_A_NUMBER"),
        ([3, 1, 2], {"windows": ["ab"]}, "NOT_A_NUMBER"),
        ([3, 1, 2], {"windows": [7]}, "WINDOW"),
        (["many"], {}, "NOT_A_NUMBER"),
        (FLU, {"serial_interval": [0.2, 0.8]}, "SERIAL_INTERVAL"),
        (FLU, {"serial_interval": [0, 0.8]}, "SERIAL_INTERVAL"),
        (FLU, {"serial_interval": None}, "SERIAL_INTERVAL"),
        (FLU, {"mean_serial_interval": 3.0}, "SERIAL_INTERVAL"),
        (
            FLU,
            {"serial_interval": None, "mean_serial_interval": 0.5, "sd_serial_interval": 1.0},
            "SERIAL_INTERVAL",
        ),
        (FLU, {"imported": [0, 5] + [0] * 30}, "IMPORTED"),
        (FLU, {"imported": [0]}, "LENGTHS"),
        (FLU, {"windows": [(1, 8)]}, "WINDOW"),
        (FLU, {"windows": [(8, 40)]}, "WINDOW"),
        (FLU, {"window_days": 0}, "WINDOW"),
        (FLU, {"window_days": 40}, "WINDOW"),
        (FLU, {"prior_sd": 0.0}, "PRIOR"),
        (FLU, {"quantiles": (0.5, 1.0)}, "QUANTILES"),
    ],
)
def test_what_cannot_be_used_is_named(cases: object, more: dict[str, object], code: str) -> None:
    with pytest.raises(Unusable) as refused:
        reproduction_number(cases, **({"serial_interval": INTERVAL} | more))  # type: ignore[arg-type]

    assert refused.value.code == code


@given(counts)
@settings(max_examples=40, deadline=None)
def test_every_number_of_a_window_is_finite_and_ordered(cases: list[int]) -> None:
    for one in reproduction_number(cases, serial_interval=INTERVAL).windows:
        assert one.quantiles is not None
        levels = list(one.quantiles.values())
        assert np.isfinite(levels).all()
        assert levels == sorted(levels)


@given(counts, st.integers(2, 9))
@settings(max_examples=40, deadline=None)
def test_more_cases_in_a_window_never_lower_its_r(cases: list[int], more: int) -> None:
    first = reproduction_number(cases, serial_interval=INTERVAL).windows[-1]
    found = reproduction_number([*cases[:-1], cases[-1] + more], serial_interval=INTERVAL).windows[
        -1
    ]

    assert first.mean is not None
    assert found.mean is not None
    assert found.mean > first.mean
