"""What a run of the population's cases says of a series, and what it cannot say of it; pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from assays.rules.analyses import epidemic
from labsys.lib.wording import Refused
from tests.assays.analyses.population import GROWING

TODAY = date(2026, 3, 29)  # summer time begins in much of Europe
STAYS = {"of": 10, "admitted": 5, "delays": [0.0, 1.2, 2.0], "lengths": [4.0, 6.0, 11.0]}


def given(cases: tuple[int, ...] = GROWING, *, today: int = 0, **more: Any) -> dict[str, Any]:
    """The input of cases that end yesterday."""
    days = [
        {"day": (TODAY - timedelta(days=len(cases) - place)).isoformat(), "cases": count}
        for place, count in enumerate([*cases, today])
        if count
    ]
    return {
        "today": TODAY.isoformat(),
        "days": [{"imported": 0, **one} for one in days],
        "tells_imported": False,
        "stays": STAYS,
        "wards": [],
        **more,
    }


def worked(asked: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return epidemic.work(epidemic.parameters(asked or {}), given(**more))


def test_growth_reproduction_and_beds_are_said_with_their_intervals() -> None:
    found = worked()

    doubling = found["growth"]["doubling"]
    assert doubling["direction"] == "growth"
    assert doubling["days"]["low"] < 6 < doubling["days"]["high"]
    last = found["reproduction"]["windows"][-1]
    assert last["quantiles"]["0.025"] < last["mean"] < last["quantiles"]["0.975"]
    assert last["last_day"] == len(GROWING)
    beds = found["wards"]["days"]
    assert all(one["beds"]["low"] <= one["beds"]["value"] <= one["beds"]["high"] for one in beds)
    assert found["wards"]["assumed"]["seen"] == [
        *("admitted_share", "stay_mean", "stay_sd", "delay_days")
    ]
    assert found["wards"]["assumed"]["stay_mean"] == 7.0


def test_an_uncertain_serial_interval_widens_the_limits_of_r_alone() -> None:
    sure, unsure = worked(), worked({"serial_mean_error": 1.5, "serial_sd_error": 0.5})

    def width(found: dict[str, Any]) -> float:
        limits = found["reproduction"]["windows"][-1]["quantiles"]
        return float(limits["0.975"] - limits["0.025"])

    assert width(unsure) > width(sure)
    assert unsure["reproduction"]["uncertainty"] == {"mean": 1.5, "sd": 0.5}
    assert unsure["growth"] == sure["growth"]


def test_a_run_from_before_uncertainty_could_be_asked_for_is_repeated() -> None:
    asked = epidemic.parameters({})
    del asked["serial_mean_error"], asked["serial_sd_error"]

    assert epidemic.work(asked, given()) == worked()


def test_today_is_in_no_fit() -> None:
    assert worked(today=500) == worked()


def test_newest_days_that_are_not_complete_are_left_out_and_projected() -> None:
    found = worked({"left_out_days": 3, "ahead": 5})

    assert len(found["cases"]) == len(GROWING) - 3
    assert found["last_day"] == "2026-03-25"
    # three days left out, today, and five ahead
    assert [one["day"] for one in found["wards"]["days"]] == list(range(18, 27))


def test_imported_cases_are_infectious_and_not_caused_here() -> None:
    cases = given()
    for one in cases["days"][-4:]:
        one["imported"] = one["cases"]

    def ratio(tells: bool) -> dict[str, Any]:
        told = {**cases, "tells_imported": tells}
        return dict(epidemic.work(epidemic.parameters({}), told)["reproduction"]["windows"][-1])

    assert ratio(True)["mean"] < ratio(False)["mean"]
    assert ratio(True)["infectivity"] == ratio(False)["infectivity"]


@pytest.mark.parametrize(
    ("cases", "parameters", "refused", "said"),
    [
        ((0, 1), {}, {"growth", "reproduction", "wards"}, {"TOO_FEW", "NOTHING_CARRIES"}),
        ((9, 0, 0, 0), {}, {"growth", "reproduction", "wards"}, {"NO_GROWTH", "WINDOW"}),
        (GROWING, {"window_days": 40}, {"reproduction"}, {"WINDOW"}),
        (GROWING, {"growth_days": 700}, set(), set()),
        (
            GROWING,
            {"window_days": 40, "carried_by": "reproduction"},
            {"reproduction", "wards"},
            {"NOTHING_CARRIES"},
        ),
    ],
)
def test_what_cannot_be_said_is_told_in_its_place(cases, parameters, refused, said) -> None:
    found = worked(parameters, cases=cases)

    why = {name: found[name].get("refusal") for name in ("growth", "reproduction", "wards")}
    assert {name for name, one in why.items() if one} == refused
    codes = {one["code"] for one in why.values() if one}
    assert codes >= said
    assert all(one["sentence"].endswith(".") for one in why.values() if one)


@pytest.mark.parametrize(
    ("cases", "today", "code"),
    [((), 0, "NO_CASES"), ((0, 0, 0), 0, "NO_CASES"), ((), 12, "NO_COMPLETE_DAY")],
)
def test_no_complete_day_with_a_case_is_refused_whole(cases, today, code) -> None:
    with pytest.raises(Refused) as refused:
        worked(cases=cases, today=today)

    assert refused.value.code == code


def test_beds_of_too_few_stays_ask_for_the_length_of_one() -> None:
    few = {**STAYS, "lengths": [4.0, 6.0]}

    refused = worked(stays=few)["wards"]["refusal"]
    stated = worked({"stay_mean": 6.0, "stay_sd": 3.0}, stays=few)["wards"]

    assert refused["code"] == "STAYS"
    assert "give the mean" in refused["sentence"]
    assert stated["assumed"]["seen"] == ["admitted_share", "delay_days"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"window_days": -1}, "window_days"),
        ({"window_days": 2.5}, "window_days"),
        ({"window_days": "7"}, "window_days"),
        ({"days": 1}, "days"),
        ({"days": True}, "days"),
        ({"serial_mean": 1.0}, "serial_mean"),
        ({"serial_sd": float("nan")}, "serial_sd"),
        ({"serial_mean_error": -1}, "serial_mean_error"),
        ({"admitted_share": 1.5}, "admitted_share"),
        ({"stay_mean": -3}, "stay_mean"),
        ({"ahead": 91}, "ahead"),
        ({"source": "rumours"}, "source"),
        ({"carried_by": "hope"}, "carried_by"),
        ({"agent": 7}, "agent"),
        ({"imported_events": "all"}, "imported_events"),
        ({"imported_events": [7]}, "imported_events"),
        ({"onset_signs": "skin"}, "onset_signs"),
        ({"onset_signs": [7]}, "onset_signs"),
        ({"onset_signs": ["x"] * 51}, "onset_signs"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_by_its_name(given, field) -> None:
    with pytest.raises(Refused) as refused:
        epidemic.parameters(given)

    assert refused.value.field == field


def test_the_whole_is_summed_up_for_the_list_of_runs() -> None:
    one = worked()

    found = epidemic.combine(epidemic.parameters({}), [one])

    assert found["cases"] == sum(GROWING)
    assert found["reproduction"] == one["reproduction"]["windows"][-1]["mean"]
    assert found["peak"]["day"] == one["wards"]["peak"]["day"]
