"""The medical check's rule: what of an examination refers, what calls, by which version."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from consent.rules.facts import CheckOutcome
from consent.rules.medical import (
    ExaminationItem,
    Examined,
    MedicalPolicy,
    MedicalReason,
    Sign,
    propose,
)
from consent.rules.news2 import InvalidVital, SpO2Scale
from tests.consent.rules.test_news2 import ADULT, WELL
from tests.consent.rules.test_proposals import HEALTHY, examined


@pytest.mark.parametrize("item", ExaminationItem)
def test_each_item_found_abnormal_refers_and_a_normal_one_does_not(item) -> None:
    normal = propose(replace(HEALTHY, items={item: False}))
    abnormal = propose(replace(HEALTHY, items={item: True}))

    assert normal.reasons == ()
    assert abnormal.reasons == (MedicalReason.EXAMINATION_ABNORMAL,)


def test_what_was_not_examined_beside_the_signs_refers_nobody() -> None:
    assert propose(replace(HEALTHY, items={})).outcome is CheckOutcome.PASSED


@pytest.mark.parametrize("sign", Sign)
def test_each_sign_refers_and_so_does_one_that_was_not_examined(sign) -> None:
    seen = propose(replace(HEALTHY, signs={**HEALTHY.signs, sign: True}))
    rest = {one: False for one in Sign if one is not sign}

    assert seen.reasons == (MedicalReason.CLINICAL_SIGN,)
    assert propose(replace(HEALTHY, signs=rest)).reasons == (MedicalReason.SIGN_NOT_EXAMINED,)


@pytest.mark.parametrize(
    ("temperature", "is_fever"), [("37.9", False), ("38.0", True), ("39.5", True)]
)
def test_a_measured_fever_is_a_sign_whatever_was_said(temperature, is_fever) -> None:
    found = examined(temperature_celsius=Decimal(temperature))

    assert (Sign.FEVER in found.signs_seen) is is_fever
    assert (MedicalReason.CLINICAL_SIGN in propose(found).reasons) is is_fever


def test_a_measured_fever_was_examined_though_nobody_said_so() -> None:
    found = replace(
        examined(temperature_celsius=Decimal("38.5")),
        signs={Sign.SKIN_TONE_CHANGE: False, Sign.AGGRESSION: False},
    )

    assert MedicalReason.SIGN_NOT_EXAMINED not in propose(found).reasons


@pytest.mark.parametrize(
    ("are_controlled", "reasons"),
    [(None, ()), (True, ()), (False, (MedicalReason.NANITES_NOT_CONTROLLED,))],
)
def test_nanites_out_of_control_refer(are_controlled, reasons) -> None:
    assert propose(replace(HEALTHY, are_nanites_controlled=are_controlled)).reasons == reasons


@pytest.mark.parametrize(
    ("policy", "reasons", "is_urgent"),
    [
        (MedicalPolicy(), (MedicalReason.NEWS2_RAISED,), False),
        (MedicalPolicy(refer_from=4), (), False),
        (MedicalPolicy(urgent_from=3), (MedicalReason.NEWS2_URGENT,), True),
    ],
)
def test_the_programmes_version_states_the_thresholds(policy, reasons, is_urgent) -> None:
    found = examined(respiration_per_min=24, pulse_per_min=91)  # a total of 3, no single 3

    proposal = propose(found, policy=policy)

    assert (proposal.score.total, proposal.reasons, proposal.is_urgent) == (3, reasons, is_urgent)


def test_no_threshold_makes_a_single_three_less_than_urgent() -> None:
    proposal = propose(examined(systolic_mmhg=90), policy=MedicalPolicy(refer_from=5))

    assert proposal.is_urgent
    assert proposal.reasons == (MedicalReason.NEWS2_SINGLE_THREE,)


@pytest.mark.parametrize(
    "subject", [replace(ADULT, age_years=15), replace(ADULT, is_pregnant=True)]
)
def test_what_cannot_be_meant_is_refused_of_whom_news2_leaves_out_too(subject) -> None:
    found = replace(examined(pulse_per_min=900), subject=subject)

    with pytest.raises(InvalidVital, match="pulse"):
        propose(found)


def test_the_measurements_of_another_species_are_not_held_against_the_human_chart() -> None:
    found = replace(examined(pulse_per_min=400), subject=replace(ADULT, species="bird"))

    assert MedicalReason.NEWS2_CANNOT_BE_SCORED in propose(found).reasons


def test_what_was_examined_holds_nothing_that_was_not() -> None:
    nothing = replace(
        WELL,
        **{name: None for name in WELL.__dataclass_fields__ if name != "spo2_scale"},
        spo2_scale=SpO2Scale.ONE,
    )

    found = Examined(vitals=nothing)

    assert (found.signs_seen, found.are_nanites_controlled) == (frozenset(), None)
