"""R where the serial interval is uncertain: no uncertainty, a brute-force mixture, what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assays.numerics.epidemic import Uncertainty, mixtures, reproduction_number, ward_load
from assays.numerics.epidemic.serial_intervals import discretised, drawn
from assays.numerics.refusals import Unusable
from tests.assays.numerics.epidemic.test_reproduction import FLU

GIVEN = {"mean_serial_interval": 2.6, "sd_serial_interval": 1.5}
SURE = reproduction_number(FLU, **GIVEN)


def limits(mean: float, sd: float, place: int = 3) -> tuple[float, float]:
    found = reproduction_number(FLU, **GIVEN, uncertainty=Uncertainty(mean, sd)).windows[place]
    assert found.quantiles is not None
    return found.quantiles[0.025], found.quantiles[0.975]


def test_no_uncertainty_is_the_interval_that_was_given_to_the_bit() -> None:
    assert reproduction_number(FLU, **GIVEN, uncertainty=Uncertainty()) == SURE


def test_a_hair_of_uncertainty_moves_nothing_by_more() -> None:
    found = reproduction_number(FLU, **GIVEN, uncertainty=Uncertainty(1e-7, 1e-7))

    for one, sure in zip(found.windows, SURE.windows, strict=True):
        assert one.mean == pytest.approx(sure.mean, rel=1e-6)
        assert one.sd == pytest.approx(sure.sd, rel=1e-6)
        assert one.quantiles == pytest.approx(sure.quantiles, rel=1e-6)


def test_the_limits_are_those_of_a_sample_of_every_posterior() -> None:
    """The published way: intervals from truncated normals, R from the posterior of each."""
    rng = np.random.default_rng(7)
    means = stats.truncnorm.rvs(-1.6, 1.6, 2.6, 1.0, size=3000, random_state=rng)
    sds = stats.truncnorm.rvs(-3, 3, 1.5, 0.5, size=3000, random_state=rng)
    sampled: list[list[float]] = [[], []]
    for mean, sd in zip(means, sds, strict=True):
        if sd < mean:
            one = reproduction_number(
                FLU, mean_serial_interval=mean, sd_serial_interval=sd, windows=[(5, 11), (20, 26)]
            )
            for place, window in enumerate(one.windows):
                sampled[place] += list(rng.gamma(window.shape, window.scale, size=100))

    found = reproduction_number(
        FLU, **GIVEN, uncertainty=Uncertainty(1.0, 0.5), windows=[(5, 11), (20, 26)]
    )

    for one, every in zip(found.windows, sampled, strict=True):
        assert one.mean == pytest.approx(np.mean(every), rel=0.01)
        assert one.sd == pytest.approx(np.std(every), rel=0.03)
        assert one.quantiles is not None
        for level, value in one.quantiles.items():
            assert value == pytest.approx(np.quantile(every, level), rel=0.03)


def test_the_more_uncertain_the_wider() -> None:
    sure, little, much = limits(0, 0), limits(0.3, 0.2), limits(1.0, 0.5)

    assert much[0] < little[0] < sure[0]
    assert much[1] > little[1] > sure[1]


def test_the_same_is_said_again() -> None:
    assert limits(0.5, 0.3) == limits(0.5, 0.3)


def test_intervals_that_are_drawn_keep_to_what_they_are_drawn_from() -> None:
    found = drawn(mean=7.0, sd=3.0, uncertainty=Uncertainty(1.0, 0.5), days=40)
    other = drawn(mean=7.0, sd=3.0, uncertainty=Uncertainty(1.0, 0.5), days=40, seed=2)

    # Cut at 3 SDs the SD of a normal distribution is 0.9866 of what it was.
    assert (found.means.mean(), found.means.std()) == pytest.approx((7.0, 0.9866), abs=2e-3)
    assert (found.sds.mean(), found.sds.std()) == pytest.approx((3.0, 0.4933), abs=2e-3)
    assert abs(np.corrcoef(found.means, found.sds)[0, 1]) < 0.1
    assert not np.array_equal(found.means, other.means)
    one = discretised(mean=found.means[17], sd=found.sds[17], days=40)
    assert found.shares[17] == pytest.approx(one, rel=1e-12)


@given(st.floats(1.2, 30), st.floats(0.05, 0.95), st.floats(0, 20), st.floats(0, 20))
@settings(max_examples=60, deadline=None)
def test_no_interval_that_cannot_be_is_drawn(
    mean: float, part: float, of_mean: float, of_sd: float
) -> None:
    found = drawn(
        mean=mean, sd=part * mean, uncertainty=Uncertainty(of_mean, of_sd), days=30, draws=50
    )

    assert (found.means > 1).all()
    assert ((found.sds > 0) & (found.sds < found.means)).all()
    assert np.isfinite(found.shares).all()
    assert (found.shares.sum(axis=1) < 1 + 1e-9).all()


@pytest.mark.parametrize("shape", [0.8, 1.0, 12.0, 5000.0])
def test_quantiles_of_a_mixture_are_where_its_distribution_says(shape: float) -> None:
    scales = np.random.default_rng(1).lognormal(0, 0.6, 300)
    levels = (0.001, 0.025, 0.5, 0.975, 0.999)

    found = mixtures.quantiles(shape, scales, levels)

    for level, value in zip(levels, found, strict=True):
        assert stats.gamma.cdf(value, shape, scale=scales).mean() == pytest.approx(level, rel=1e-9)


def test_beds_hold_the_uncertainty_of_r() -> None:
    stay = {"admitted_share": 0.3, "stay_mean": 6.0, "stay_sd": 3.0}
    unsure = reproduction_number(FLU[:16], **GIVEN, uncertainty=Uncertainty(1.0, 0.5))

    sure = ward_load(FLU[:16], reproduction_number(FLU[:16], **GIVEN), **stay).days[-1].beds
    found = ward_load(FLU[:16], unsure, **stay).days[-1].beds

    assert None not in (found.low, found.high, sure.low, sure.high)
    assert found.high - found.low > sure.high - sure.low  # type: ignore[operator]


def test_what_is_kept_names_the_uncertainty_and_no_draws() -> None:
    found = reproduction_number(FLU, **GIVEN, uncertainty=Uncertainty(0.5, 0.3)).to_json()

    assert found["uncertainty"] == {"mean": 0.5, "sd": 0.3}
    assert found["intervals"] > 900
    assert "mixture" not in found
    assert found["windows"][0]["scale"] is None
    assert len(json.dumps(found)) < 20_000


@pytest.mark.parametrize(
    ("asked", "uncertainty"),
    [
        (GIVEN, Uncertainty(-1, 0)),
        (GIVEN, Uncertainty(0, float("nan"))),
        (GIVEN, Uncertainty(float("inf"), 0)),
        ({"mean_serial_interval": 2.0, "sd_serial_interval": 2.0}, Uncertainty(1, 0)),
        ({"serial_interval": [0, 0.5, 0.5]}, Uncertainty(1, 0)),
    ],
)
def test_an_uncertainty_that_cannot_be_is_named(
    asked: dict[str, object], uncertainty: Uncertainty
) -> None:
    with pytest.raises(Unusable) as refused:
        reproduction_number(FLU, **asked, uncertainty=uncertainty)  # type: ignore[arg-type]

    assert refused.value.code == "SERIAL_INTERVAL"
