"""Every refusal of a calculated test is a reason instead of a number."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from assays.rules.ages import AgeRange
from assays.rules.calculated import (
    Reason,
    UnknownCalculation,
    UnknownInput,
    about_context,
    calculate,
    compute,
    find,
)
from assays.rules.contexts import (
    NOT_PREGNANT,
    PREGNANCY_UNKNOWN,
    PREGNANT_UNDATED,
    PatientContext,
    Pregnancy,
    Sex,
)
from assays.rules.physiology import Fasting
from labsys.lib.quantities import Absent, Coded, Comparator, Quantity, Text

KIDNEY = {"scr_mg_dl": 1.0, "age": 50, "female": True}
REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    # the patient
    ("egfr", {**KIDNEY, "age": 17}, "UNDER_AGE"),
    ("egfr", {**KIDNEY, "age": Decimal("17.99")}, "UNDER_AGE"),
    ("egfr", {**KIDNEY, "age": None}, "UNKNOWN_AGE"),
    ("egfr", {**KIDNEY, "age": -1}, "UNKNOWN_AGE"),
    ("egfr", {**KIDNEY, "age": 200}, "UNKNOWN_AGE"),
    ("egfr", {**KIDNEY, "age": float("nan")}, "UNKNOWN_AGE"),
    ("egfr", {"scr_mg_dl": 1, "female": True}, "UNKNOWN_AGE"),
    ("egfr", {**KIDNEY, "female": None}, "UNKNOWN_SEX"),
    ("egfr", {"scr_mg_dl": 1, "age": 50}, "UNKNOWN_SEX"),
    ("egfr", {"scr_mg_dl": 1, "age": 50, "sex": "U"}, "UNKNOWN_SEX"),
    ("egfr", {"scr_mg_dl": 1, "age": 50, "sex": "X"}, "UNKNOWN_SEX"),
    ("egfr", {**KIDNEY, "pregnant": True}, "PREGNANT"),
    ("egfr", {**KIDNEY, "pregnant": None}, "PREGNANCY_UNKNOWN"),
    ("egfr", {**KIDNEY, "species": "dog"}, "OTHER_SPECIES"),
    ("egfr", {**KIDNEY, "species": None}, "SPECIES_UNKNOWN"),
    ("cockcroft_gault", {"age": 17, "weight": 60, "scr": 1, "sex": "M"}, "UNDER_AGE"),
    ("fib_4", {"ast": 60, "alt": 40, "plt": 150}, "UNKNOWN_AGE"),
    (
        "meld_3_0",
        {"bilirubin": 3, "na": 131, "inr": 2, "creatinine": 1, "albumin": 3, "sex": "F", "age": 11},
        "UNDER_AGE",
    ),
    ("homa_ir", {"glucose_mmol_l": 5, "insulin_mu_l": 10, "fasting": False}, "NOT_FASTING"),
    ("homa_ir", {"glucose_mmol_l": 5, "insulin_mu_l": 10, "fasting": None}, "FASTING_UNKNOWN"),
    # the inputs
    ("egfr", {"age": 50, "female": True}, "MISSING_INPUT"),
    ("egfr", {**KIDNEY, "scr_mg_dl": None}, "MISSING_INPUT"),
    ("egfr", {**KIDNEY, "scr_mg_dl": ""}, "MISSING_INPUT"),
    ("egfr", {**KIDNEY, "scr_mg_dl": Absent("clotted")}, "MISSING_INPUT"),
    ("egfr", {**KIDNEY, "scr_mg_dl": 0}, "ZERO_INPUT"),
    ("egfr", {**KIDNEY, "scr_mg_dl": -1}, "NEGATIVE_INPUT"),
    ("egfr", {**KIDNEY, "scr_mg_dl": float("nan")}, "NOT_FINITE"),
    ("egfr", {**KIDNEY, "scr_mg_dl": float("inf")}, "NOT_FINITE"),
    ("egfr", {**KIDNEY, "scr_mg_dl": Decimal("sNaN")}, "NOT_FINITE"),
    ("egfr", {**KIDNEY, "scr_mg_dl": "nan"}, "NOT_FINITE"),
    ("egfr", {**KIDNEY, "scr_mg_dl": "high"}, "NOT_A_NUMBER"),
    ("egfr", {**KIDNEY, "scr_mg_dl": "1,0"}, "NOT_A_NUMBER"),
    ("egfr", {**KIDNEY, "scr_mg_dl": True}, "NOT_A_NUMBER"),
    ("egfr", {**KIDNEY, "scr_mg_dl": [1]}, "NOT_A_NUMBER"),
    ("egfr", {**KIDNEY, "scr_mg_dl": Coded("POS", "")}, "NOT_A_NUMBER"),
    ("egfr", {**KIDNEY, "scr_mg_dl": Text("lipaemic")}, "NOT_A_NUMBER"),
    ("egfr", {**KIDNEY, "scr_mg_dl": "<0.2"}, "CENSORED_INPUT"),
    ("egfr", {**KIDNEY, "scr_mg_dl": ">= 20"}, "CENSORED_INPUT"),
    (
        "egfr",
        {**KIDNEY, "scr_mg_dl": Quantity(Decimal(20), "mg/dL", Comparator.GREATER)},
        "CENSORED_INPUT",
    ),
    ("egfr", {**KIDNEY, "scr_mg_dl": Quantity(Decimal(88), "mmol/L")}, "UNIT_NOT_CONVERTIBLE"),
    ("egfr", {**KIDNEY, "scr_mg_dl": Quantity(Decimal(88), "")}, "UNIT_NOT_CONVERTIBLE"),
    ("transferrin_saturation", {"iron_ug_dl": 90, "tibc_ug_dl": 0}, "ZERO_INPUT"),
    ("mcv", {"hct_pct": 45, "rbc": 0}, "ZERO_INPUT"),
    ("mchc", {"hgb": 15, "hct_pct": 0}, "ZERO_INPUT"),
    ("fib_4", {"age": 55, "ast": 60, "alt": 0, "plt": 150}, "ZERO_INPUT"),
    ("sigma_metric", {"tea": 10, "bias": 1, "cv": 0}, "ZERO_INPUT"),
    ("ewma_last", {"x": [], "target": 100, "lam": 0.2}, "MISSING_INPUT"),
    ("ewma_last", {"x": [1, float("nan")], "target": 100, "lam": 0.2}, "NOT_FINITE"),
    # what the formula was made for
    ("ldl_friedewald", {"tc": 200, "hdl": 50, "tg": 401}, "OUT_OF_VALIDITY"),
    ("ldl_sampson", {"tc": 200, "hdl": 50, "tg": 801}, "OUT_OF_VALIDITY"),
    ("ldl_friedewald", {"tc": 50, "hdl": 60, "tg": 100}, "INCONSISTENT_INPUTS"),
    ("ldl_friedewald", {"tc": 60, "hdl": 55, "tg": 300}, "IMPOSSIBLE_RESULT"),
    ("ga_from_crl_intergrowth_21st", {"crl_mm": 14}, "OUT_OF_VALIDITY"),
    ("ga_from_crl_intergrowth_21st", {"crl_mm": 96}, "OUT_OF_VALIDITY"),
    ("ga_from_crl_robinson_1975", {"crl_mm": 85}, "OUT_OF_VALIDITY"),
    ("hcg_doubling_time", {"h1": 1200, "h2": 1200, "hours": 48}, "NOT_RISING"),
    ("hcg_doubling_time", {"h1": 1200, "h2": 600, "hours": 48}, "NOT_RISING"),
    ("hcg_doubling_time", {"h1": 1200, "h2": 2400, "hours": 0}, "ZERO_INPUT"),
    ("ewma_last", {"x": [1], "target": 1, "lam": 2}, "OUT_OF_VALIDITY"),
]


@pytest.mark.parametrize(("name", "inputs", "reason"), REFUSALS)
def test_every_refusal_is_no_value_and_a_reason(
    name: str, inputs: dict[str, Any], reason: str
) -> None:
    found = calculate(name, **inputs)

    assert found.value is None
    assert found.reason == reason
    assert found.sentence.endswith(".")
    assert found.rounded(2) is None


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("egfr", {**KIDNEY, "age": 18}),
    ("egfr", {**KIDNEY, "pregnant": False, "species": "human"}),
    # An unknown pregnancy matters only where it may be.
    ("egfr", {**KIDNEY, "age": 60, "pregnant": None}),
    ("egfr", {**KIDNEY, "female": False, "pregnant": None}),
    ("ldl_friedewald", {"tc": 200, "hdl": 50, "tg": 400}),
    ("ldl_sampson", {"tc": 200, "hdl": 50, "tg": 800}),
    ("anion_gap", {"na": 140, "cl": 104, "hco3": 24, "species": "dog"}),
    ("sigma_metric", {"tea": 10, "bias": -2, "cv": 2}),
]


@pytest.mark.parametrize(("name", "inputs"), ACCEPTED)
def test_the_limits_themselves_are_inside(name: str, inputs: dict[str, Any]) -> None:
    assert calculate(name, **inputs).value is not None


def test_all_reasons_are_given_not_only_the_first() -> None:
    found = calculate("egfr", scr_mg_dl="<0.2", age=12, sex="U", species="cat")

    assert set(found.reasons) == {
        Reason.OTHER_SPECIES,
        Reason.UNDER_AGE,
        Reason.UNKNOWN_SEX,
        Reason.CENSORED_INPUT,
    }


def test_what_is_not_known_is_refused_loudly() -> None:
    with pytest.raises(UnknownCalculation, match="No calculation is called “egfr_mdrd”"):
        calculate("egfr_mdrd", scr=1)
    with pytest.raises(UnknownInput, match="takes no input called “creatinin”"):
        calculate("egfr", creatinin=1)
    with pytest.raises(UnknownInput):
        calculate("egfr", scr=1, scr_mg_dl=1, age=50, sex="F")


def context(
    *,
    species: str = "human",
    sex: Sex = Sex.FEMALE,
    years: tuple[int, int] = (50, 50),
    pregnancy: Pregnancy = NOT_PREGNANT,
    fasting: Fasting | None = None,
) -> PatientContext:
    days = [math.ceil(year * 365.25) for year in years]
    return PatientContext(
        species=species,
        sex=sex,
        age=AgeRange(days[0], days[1] + 100),
        pregnancy=pregnancy,
        fasting=fasting,
    )


CONTEXTS = [
    (context(), None),
    (context(sex=Sex.MALE, pregnancy=PREGNANCY_UNKNOWN), None),
    (context(years=(70, 70), pregnancy=PREGNANCY_UNKNOWN), None),
    (context(pregnancy=PREGNANCY_UNKNOWN), Reason.PREGNANCY_UNKNOWN),
    (context(pregnancy=PREGNANT_UNDATED), Reason.PREGNANT),
    (context(sex=Sex.UNKNOWN), Reason.UNKNOWN_SEX),
    (context(species="dog"), Reason.OTHER_SPECIES),
    (context(years=(17, 17)), Reason.UNDER_AGE),
    (context(years=(49, 50)), Reason.UNKNOWN_AGE),
]


@pytest.mark.parametrize(("frozen", "reason"), CONTEXTS)
def test_a_frozen_context_says_everything_about_the_patient(
    frozen: PatientContext, reason: Reason | None
) -> None:
    found = compute(find("egfr"), {"scr_mg_dl": 1}, about=about_context(frozen))

    assert found.reason is reason


def test_an_unknown_birth_date_is_an_unknown_age() -> None:
    nobody_knows = PatientContext(species="human", sex=Sex.MALE)

    found = compute(find("egfr"), {"scr_mg_dl": 1}, about=about_context(nobody_knows))

    assert found.reason is Reason.UNKNOWN_AGE
