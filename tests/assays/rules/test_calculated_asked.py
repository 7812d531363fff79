"""Calculated tests as a stranger asks for them: other spellings, and answers that are in doubt."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import pytest

from assays.rules.calculated import Reason, UnknownCalculation, calculate
from labsys.lib.quantities import Quantity

EGFR = "egfr_ckd_epi_2021_creatinine"
WOMAN = {"scr_mg_dl": 1, "age": 30, "sex": "F"}


def test_cystatin_c_alone_follows_the_equation_of_2012_term_by_term() -> None:
    found = calculate("egfr_ckd_epi_2012_cystatin_c", cys_mg_l=1.6, age=60, sex="F")

    # N Engl J Med 2012;367:20, table 2.
    assert float(found.value or 0) == pytest.approx(133 * 2**-1.328 * 0.996**60 * 0.932, rel=1e-12)


def test_friedewald_in_mmol_divides_by_2_2_and_ends_at_4_5() -> None:
    def ldl(tg: str) -> Any:
        return calculate("ldl_c_friedewald_mmol_l", tc="5.2", hdl="1.3", tg=tg)

    assert ldl("2.2").value == Decimal("2.9")
    assert ldl("4.5").value is not None
    assert ldl("4.51").reasons == (Reason.OUT_OF_VALIDITY,)


def test_cholesterol_in_the_other_unit_gives_the_same_ldl_but_for_the_two_divisors() -> None:
    in_mg = calculate("ldl_c_friedewald", tc=200, hdl=50, tg=150)
    taken = calculate(
        "ldl_c_friedewald",
        tc=Quantity(Decimal("5.172"), "mmol/L"),
        hdl=Quantity(Decimal("1.293"), "mmol/L"),
        tg=Quantity(Decimal("1.6936"), "mmol/L"),
    )

    assert in_mg.unit == taken.unit == "mg/dL"
    assert float(taken.value or 0) == pytest.approx(120, abs=0.02)


@pytest.mark.parametrize("sex", ["F", "f", " female ", "Female"])
def test_the_sex_is_read_in_its_usual_spellings(sex: str) -> None:
    assert calculate(EGFR, **{**WOMAN, "sex": sex}).value == calculate(EGFR, **WOMAN).value


@pytest.mark.parametrize(
    "said",
    [
        {"sex": "M", "female": True},
        {"sex": "U", "female": True},
        {"sex": "other"},
        {"sex": ""},
        {"female": "F"},
        {"female": 2},
        {"female": []},
    ],
)
def test_a_sex_that_is_said_twice_or_not_certain_is_unknown(said: dict[str, Any]) -> None:
    found = calculate(EGFR, scr_mg_dl=1, age=30, **said)

    assert (found.value, found.reasons) == (None, (Reason.UNKNOWN_SEX,))


@pytest.mark.parametrize("pregnant", ["unknown", "maybe", "", 2, 0.5, [], object()])
def test_a_pregnancy_that_cannot_be_read_is_unknown_and_never_none(pregnant: Any) -> None:
    assert calculate(EGFR, **WOMAN, pregnant=pregnant).reasons == (Reason.PREGNANCY_UNKNOWN,)


@pytest.mark.parametrize(("said", "reason"), [("yes", Reason.PREGNANT), ("no", None)])
def test_a_pregnancy_may_be_said_in_a_word(said: str, reason: Reason | None) -> None:
    assert calculate(EGFR, **WOMAN, pregnant=said).reason is reason


@pytest.mark.parametrize(
    ("fasting", "reason"),
    [
        ("no", Reason.NOT_FASTING),
        ("unknown", Reason.FASTING_UNKNOWN),
        ("RANDOM", Reason.FASTING_UNKNOWN),
        (8, Reason.FASTING_UNKNOWN),
        ("yes", None),
        (1, None),
    ],
)
def test_only_a_certain_fast_lets_homa_be_computed(fasting: Any, reason: Reason | None) -> None:
    found = calculate("homa_ir", glucose_mmol_l=5, insulin_mu_l=10, fasting=fasting)

    assert found.reason is reason


@pytest.mark.parametrize(
    ("species", "reason"),
    [
        ("Human", None),
        ("dog", Reason.OTHER_SPECIES),
        ("", Reason.SPECIES_UNKNOWN),
        (5, Reason.SPECIES_UNKNOWN),
    ],
)
def test_the_species_is_read_however_it_is_capitalized(species: Any, reason: Reason | None) -> None:
    assert calculate(EGFR, **WOMAN, species=species).reason is reason


@pytest.mark.parametrize("name", [None, 5, "", "nothing of the kind", ["egfr"]])
def test_whatever_is_no_name_of_a_calculation_is_refused_in_words(name: Any) -> None:
    with pytest.raises(UnknownCalculation, match="No calculation is called"):
        calculate(name)


def test_albumin_is_never_assumed() -> None:
    found = calculate("free_testosterone_vermeulen", total_t_nmol_l=20, shbg_nmol_l=40)

    assert (found.value, found.reasons) == (None, (Reason.MISSING_INPUT,))


def test_the_caller_s_own_decimal_precision_changes_nothing() -> None:
    creatinine = Quantity(Decimal("88.4"), "umol/L")
    expected = calculate(EGFR, scr_mg_dl=creatinine, age=50, sex="F")

    with localcontext(prec=3):
        found = calculate(EGFR, scr_mg_dl=creatinine, age=50, sex="F")

    assert found.value == expected.value
