"""Calculated tests worked term by term from the papers' equations, and numbers off every scale."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import exp, log, sqrt
from typing import Any

import pytest

from assays.rules.calculated import Reason, calculate
from labsys.lib.quantities import Quantity

# Where min or max of an equation is 1 only its other factors are left: worked so from the papers.
WORKED: list[tuple[str, dict[str, Any], float]] = [
    # Inker 2021: at kappa both powers are 1.
    ("egfr", {"scr_mg_dl": 0.7, "age": 18, "sex": "F"}, 142 * 0.9938**18 * 1.012),
    ("egfr", {"scr_mg_dl": 0.9, "age": 18, "sex": "M"}, 142 * 0.9938**18),
    ("egfr", {"scr_mg_dl": 1.4, "age": 25, "sex": "F"}, 142 * 2**-1.2 * 0.9938**25 * 1.012),
    ("egfr", {"scr_mg_dl": 1.8, "age": 60, "sex": "M"}, 142 * 2**-1.2 * 0.9938**60),
    ("egfr", {"scr_mg_dl": 3.6, "age": 60, "sex": "M"}, 142 * 4**-1.2 * 0.9938**60),
    ("egfr", {"scr_mg_dl": 0.45, "age": 40, "sex": "M"}, 142 * 0.5**-0.302 * 0.9938**40),
    ("egfr", {"scr_mg_dl": 0.35, "age": 40, "sex": "F"}, 142 * 0.5**-0.241 * 0.9938**40 * 1.012),
    (
        "egfr_creatinine_cystatin_c",
        {"scr_mg_dl": 0.7, "cys_mg_l": 0.8, "age": 50, "sex": "F"},
        135 * 0.9961**50 * 0.963,
    ),
    (
        "egfr_creatinine_cystatin_c",
        {"scr_mg_dl": 1.8, "cys_mg_l": 1.6, "age": 50, "sex": "M"},
        135 * 2**-0.544 * 2**-0.778 * 0.9961**50,
    ),
    (
        "egfr_creatinine_cystatin_c",
        {"scr_mg_dl": 0.35, "cys_mg_l": 0.4, "age": 50, "sex": "F"},
        135 * 0.5**-0.219 * 0.5**-0.323 * 0.9961**50 * 0.963,
    ),
    ("egfr_cystatin_c", {"cys_mg_l": 0.4, "age": 50, "sex": "M"}, 133 * 0.5**-0.499 * 0.996**50),
    # Cockcroft and Gault 1976: a man of 68 and 72 kg at 1 mg/dL clears 72 mL/min.
    ("cockcroft_gault", {"age": 68, "weight": 72, "scr": 1, "sex": "M"}, 72),
    ("cockcroft_gault", {"age": 68, "weight": 72, "scr": 1, "sex": "F"}, 61.2),
    # Sampson 2020, fig. 1. By hand: 210.9705 - 51.4933 - (46.7290 + 28.0374 - 9.9379) - 9.44.
    (
        "ldl_sampson",
        {"tc": 200, "hdl": 50, "tg": 400},
        200 / 0.948 - 50 / 0.971 - (400 / 8.56 + 400 * 150 / 2140 - 400**2 / 16100) - 9.44,
    ),
    ("ldl_friedewald", {"tc": 200, "hdl": 50, "tg": 400}, 70),
    ("ldl_friedewald_mmol_l", {"tc": 5, "hdl": 1, "tg": "1.1"}, 3.5),
    # Vermeulen 1999 without SHBG: all that is not on albumin is free, N = 1 + 36000 x 43 / 69000.
    (
        "free_testosterone",
        {"total_t_nmol_l": 10, "shbg_nmol_l": 0, "albumin_g_l": 43},
        10 / (1 + 36000 * 43 / 69000),
    ),
    # And without albumin: x^2 + (1 + SHBG - T) x - T = 0 with K = 1 per nmol/L.
    (
        "free_testosterone",
        {"total_t_nmol_l": 2, "shbg_nmol_l": 2, "albumin_g_l": 0},
        (sqrt(1 + 4 * 2) - 1) / 2,
    ),
    ("free_testosterone", {"total_t_nmol_l": 0, "shbg_nmol_l": 40, "albumin_g_l": 43}, 0),
    # Sterling 2006: 65 x 80 / (100 x 5).
    ("fib_4", {"age": 65, "ast": 80, "plt": 100, "alt": 25}, 10.4),
    # OPTN 9.1.D by hand: at these lower limits every logarithm is 0; 1.85 x 2 + 0.82 x 12 + 6 = 19.54.
    (
        "meld_3_0",
        {"bilirubin": 1, "na": 125, "inr": 1, "creatinine": 1, "albumin": "1.5", "sex": "M"},
        20,
    ),
    ("anion_gap_with_potassium", {"na": 140, "k": 4, "cl": 104, "hco3": 24}, 16),
    # Figge 1998: a gap of 12 at 2.0 g/dL of albumin stands for 17.
    ("anion_gap_albumin_corrected", {"na": 140, "cl": 104, "hco3": 24, "albumin_g_dl": 2}, 17),
    ("osmolality", {"na": 140, "glucose_mg_dl": 90, "bun_mg_dl": 14}, 290),
    ("osmolality_calculated_mmol_l", {"na": 140, "glucose_mmol_l": 5, "urea_mmol_l": 5}, 290),
    ("homa_ir", {"glucose_mmol_l": 9, "insulin_mu_l": 10, "fasting": True}, 4),
    ("inr", {"pt": 24, "mean_normal_pt": 12, "isi": 1}, 2),
    ("inr", {"pt": 24, "mean_normal_pt": 12, "isi": "1.2"}, 2**1.2),
    ("mch", {"hgb": 15, "rbc": 5}, 30),
    # hCG: a doubling in 48 h is a doubling time of 48 h, a fourfold rise half of it.
    ("hcg_doubling_time", {"h1": 1000, "h2": 2000, "hours": 48}, 48),
    ("hcg_doubling_time", {"h1": 1000, "h2": 4000, "hours": 48}, 24),
    # Harris and Yasaka 1983: 2^0.5 x 1.96 x 5 (3, 4, 5), and with no imprecision of the method.
    ("rcv_normal", {"cva": 3, "cvi": 4}, 1.96 * sqrt(2) * 5),
    ("rcv_normal", {"cva": 0, "cvi": 10}, 19.6 * sqrt(2)),
    # Fokkema 2006: where 1 + CVa^2 + CVi^2 is e, sigma is 1.
    (
        "rcv_log_normal_up",
        {"cva": 0, "cvi": 100 * sqrt(exp(1) - 1), "z": 1},
        100 * (exp(sqrt(2)) - 1),
    ),
    ("rcv_log_normal_down", {"cva": 5, "cvi": 12}, 100 * (exp(-1.96 * sqrt(2 * log(1.0169))) - 1)),
    ("sigma_metric", {"tea": 10, "bias": -2, "cv": 2}, 4),
    ("sigma_metric", {"tea": 5, "bias": 6, "cv": 2}, -0.5),
    # Roberts 1959: 50, then 0.3 x 52 + 0.7 x 50, then 0.3 x 47 + 0.7 x 50.6 (NIST handbook 6.3.2.4).
    ("ewma_last", {"x": [52, 47], "target": 50, "lam": 0.3}, 49.52),
    ("ewma_last", {"x": [52, 47], "target": 50, "lam": 1}, 47),
]


@pytest.mark.parametrize(("name", "inputs", "expected"), WORKED)
def test_a_value_worked_by_hand(name: str, inputs: dict[str, Any], expected: float) -> None:
    found = calculate(name, **inputs)

    assert found.value is not None, found.sentence
    assert float(found.value) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    "given",
    [Fraction(10**400), Decimal("1e400"), 10**5000, Decimal("1e-400"), Fraction(1, 10**400)],
    ids=["fraction", "decimal", "integer", "small decimal", "small fraction"],
)
def test_a_number_off_every_scale_is_a_reason_and_no_error(given: Any) -> None:
    found = calculate("anion_gap", na=given, cl=100, hco3=20)

    assert (found.value, found.reasons) == (None, (Reason.NOT_FINITE,))


@pytest.mark.parametrize("zero", [0, 0.0, -0.0, "0", "0.00", Decimal("0E-60"), Fraction(0)])
def test_zero_is_a_measurement_however_it_is_written(zero: Any) -> None:
    assert calculate("anion_gap", na=140, cl=100, hco3=zero).value == 40


def test_a_unit_of_another_kind_is_never_converted() -> None:
    sodium = Quantity(Decimal(140), "mg/dL")

    found = calculate("anion_gap", na=sodium, cl=100, hco3=24)

    assert found.reasons == (Reason.UNIT_NOT_CONVERTIBLE,)


def test_charges_of_ions_that_carry_one_are_their_moles() -> None:
    sodium = Quantity(Decimal(140), "meq/L")

    assert calculate("anion_gap", na=sodium, cl=104, hco3=24).value == 12
