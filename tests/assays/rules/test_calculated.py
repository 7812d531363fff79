"""Calculated tests: conversions, remarks, and what holds whatever is given."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.rules.calculated import Definition, calculate
from assays.rules.calculated.formulas import FORMULAS
from labsys.lib.quantities import Comparator, Quantity
from labsys.lib.units import Conversion


def test_a_quantity_in_a_declared_unit_is_converted() -> None:
    in_moles = calculate("egfr", scr_mg_dl=Quantity(Decimal("88.4"), "umol/L"), age=50, sex="F")

    in_mass = calculate("egfr", scr_mg_dl=Quantity(Decimal(1), "mg/dL"), age=50, sex="F")
    assert float(in_moles.value) == pytest.approx(float(in_mass.value), rel=1e-15)


def test_an_approved_conversion_goes_before_a_declared_one() -> None:
    approved = Conversion("creatinine", 3, "umol/L", "mg/dL", Decimal("0.0113"))
    given_value = Quantity(Decimal(100), "umol/L")

    found = calculate("egfr", scr_mg_dl=given_value, age=50, sex="F", conversions=[approved])

    assert found.inputs["scr_mg_dl"] == "1.1300"


def test_an_approved_conversion_makes_another_unit_known() -> None:
    approved = Conversion("insulin", 1, "pmol/L", "m[IU]/L", Decimal("0.16667"))

    found = calculate(
        "homa_ir",
        glucose_mmol_l=5,
        insulin_mu_l=Quantity(Decimal(60), "pmol/L"),
        conversions=[approved],
    )

    assert found.value is not None


def test_not_fasting_is_said_beside_a_calculated_ldl() -> None:
    values = {"tc": 200, "hdl": 50, "tg": 150}

    assert calculate("ldl_friedewald", **values, fasting=True).remarks == ()
    assert "not fasting" in calculate("ldl_friedewald", **values, fasting=False).remarks[0]
    assert "not recorded" in calculate("ldl_friedewald", **values, fasting=None).remarks[0]


def test_a_slow_rise_of_choriogonadotropin_is_said() -> None:
    slow = calculate("hcg_doubling_time", h1=1200, h2=1400, hours=48)

    assert slow.value is not None
    assert "49 %" in slow.remarks[0]
    assert calculate("hcg_doubling_time", h1=1200, h2=2150, hours=48).remarks == ()


def test_adolescents_get_the_points_of_women_in_meld() -> None:
    values = {"bilirubin": 3, "na": 131, "inr": 2, "creatinine": 1, "albumin": 3}

    assert (
        calculate("meld_3_0", **values, sex="M", age=15).value
        == calculate("meld_3_0", **values, sex="F", age=15).value
        == calculate("meld_3_0", **values, sex="F", age=40).value
    )


@given(
    total=st.decimals(Decimal("0.1"), Decimal(60), places=2),
    shbg=st.decimals(Decimal(0), Decimal(200), places=1),
    albumin=st.decimals(Decimal(10), Decimal(60), places=1),
)
def test_free_and_bound_testosterone_add_up_to_the_total(
    total: Decimal, shbg: Decimal, albumin: Decimal
) -> None:
    inputs = {"total_t_nmol_l": total, "shbg_nmol_l": shbg, "albumin_g_l": albumin}

    free = calculate("free_testosterone_vermeulen", **inputs).value
    available = calculate("bioavailable_testosterone_vermeulen", **inputs).value

    assert free is not None
    assert available is not None
    bound_to_shbg = shbg * free / (1 + free)  # K is 1 per nmol/L
    assert math.isclose(available + bound_to_shbg, total, rel_tol=1e-12)


@given(
    creatinine=st.decimals(Decimal("0.2"), Decimal(15), places=2),
    age=st.integers(18, 100),
    is_female=st.booleans(),
)
def test_the_kidney_formula_agrees_with_floats(
    creatinine: Decimal, age: int, is_female: bool
) -> None:
    found = calculate("egfr", scr_mg_dl=creatinine, age=age, female=is_female)

    scr, k, a = float(creatinine), *((0.7, -0.241) if is_female else (0.9, -0.302))
    expected = 142 * min(scr / k, 1) ** a * max(scr / k, 1) ** -1.2 * 0.9938**age
    assert float(found.value) == pytest.approx(expected * (1.012 if is_female else 1), rel=1e-12)


_ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.fractions(),
    st.text(max_size=12),
    st.lists(st.floats(), max_size=3),
    st.builds(
        Quantity,
        st.decimals(Decimal(-5), Decimal(500), places=2),
        st.sampled_from(["mg/dL", "mmol/L", "umol/L", "g/L", "%"]),
        st.sampled_from(list(Comparator)),
    ),
)


@given(st.data(), st.sampled_from(FORMULAS))
def test_whatever_is_given_there_is_a_finite_value_or_a_reason(
    data: st.DataObject, definition: Definition
) -> None:
    inputs = {one.name: data.draw(_ANYTHING) for one in definition.inputs}

    found = calculate(
        definition.name,
        **inputs,
        age=data.draw(st.one_of(st.none(), st.integers(-5, 200), st.floats())),
        female=data.draw(st.sampled_from([True, False, None])),
    )

    assert (found.value is None) == bool(found.refusals)
    assert found.value is None or found.value.is_finite()


def test_fractions_are_numbers_too() -> None:
    assert calculate("anion_gap", na=Fraction(281, 2), cl=100, hco3=20).value == Decimal("20.5")
