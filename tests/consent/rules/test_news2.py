"""NEWS2 against the chart: every edge of every row, and who may not be scored."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules.news2 import (
    CannotScore,
    Consciousness,
    InvalidVital,
    MissingVitals,
    Obstacle,
    Risk,
    SpO2Scale,
    Subject,
    Vitals,
    score,
)

ADULT = Subject(species="human", age_years=30, is_pregnant=False)
WELL = Vitals(
    respiration_per_min=16,
    spo2_percent=97,
    on_oxygen=False,
    systolic_mmhg=124,
    pulse_per_min=72,
    consciousness=Consciousness.ALERT,
    temperature_celsius=Decimal("36.8"),
)


def points(field: str, value: object, **more: object) -> int:
    return score(replace(WELL, **{field: value}, **more), ADULT).parts[field]


# Both sides of every edge of the chart, written out from it and not read from the data file.
@pytest.mark.parametrize(
    ("field", "values", "expected"),
    [
        ("respiration_per_min", (0, 8), 3),
        ("respiration_per_min", (9, 11), 1),
        ("respiration_per_min", (12, 20), 0),
        ("respiration_per_min", (21, 24), 2),
        ("respiration_per_min", (25, 80), 3),
        ("spo2_percent", (30, 91), 3),
        ("spo2_percent", (92, 93), 2),
        ("spo2_percent", (94, 95), 1),
        ("spo2_percent", (96, 100), 0),
        ("systolic_mmhg", (30, 90), 3),
        ("systolic_mmhg", (91, 100), 2),
        ("systolic_mmhg", (101, 110), 1),
        ("systolic_mmhg", (111, 219), 0),
        ("systolic_mmhg", (220, 350), 3),
        ("pulse_per_min", (0, 40), 3),
        ("pulse_per_min", (41, 50), 1),
        ("pulse_per_min", (51, 90), 0),
        ("pulse_per_min", (91, 110), 1),
        ("pulse_per_min", (111, 130), 2),
        ("pulse_per_min", (131, 350), 3),
        ("temperature_celsius", (Decimal("15.0"), Decimal("35.0")), 3),
        ("temperature_celsius", (Decimal("35.1"), Decimal("36.0")), 1),
        ("temperature_celsius", (Decimal("36.1"), Decimal("38.0")), 0),
        ("temperature_celsius", (Decimal("38.1"), Decimal("39.0")), 1),
        ("temperature_celsius", (Decimal("39.1"), Decimal("47.0")), 2),
    ],
)
def test_each_edge_of_the_chart(field, values, expected):
    assert [points(field, value) for value in values] == [expected, expected]


@pytest.mark.parametrize(
    ("on_oxygen", "values", "expected"),
    [
        *(
            (gas, *row)
            for gas in (False, True)
            for row in (((30, 83), 3), ((84, 85), 2), ((86, 87), 1), ((88, 92), 0))
        ),
        (False, (93, 100), 0),
        (True, (93, 94), 1),
        (True, (95, 96), 2),
        (True, (97, 100), 3),
    ],
)
def test_each_edge_of_saturation_scale_2(on_oxygen, values, expected):
    found = [
        points("spo2_percent", value, on_oxygen=on_oxygen, spo2_scale=SpO2Scale.TWO)
        for value in values
    ]

    assert found == [expected, expected]


@pytest.mark.parametrize(
    ("level", "expected"),
    [("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)],
)
def test_consciousness(level, expected):
    assert points("consciousness", Consciousness(level)) == expected


@pytest.mark.parametrize(("on_oxygen", "expected"), [(False, 0), (True, 2)])
def test_oxygen(on_oxygen, expected):
    assert points("on_oxygen", on_oxygen) == expected


def vitals(resp, spo2, scale, oxygen, systolic, pulse, level, temperature) -> Vitals:
    return Vitals(
        respiration_per_min=resp,
        spo2_percent=spo2,
        spo2_scale=SpO2Scale(scale),
        on_oxygen=oxygen,
        systolic_mmhg=systolic,
        pulse_per_min=pulse,
        consciousness=Consciousness(level),
        temperature_celsius=Decimal(temperature),
    )


@pytest.mark.parametrize(
    ("measured", "total", "parts", "single_three", "risk"),
    [
        ((16, 97, 1, False, 124, 72, "A", "36.8"), 0, [0, 0, 0, 0, 0, 0, 0], False, Risk.LOW),
        ((22, 90, 2, True, 98, 118, "A", "37.9"), 8, [2, 0, 2, 2, 2, 0, 0], False, Risk.HIGH),
        ((18, 97, 2, True, 130, 80, "A", "36.5"), 5, [0, 3, 2, 0, 0, 0, 0], True, Risk.MEDIUM),
        ((20, 96, 1, False, 220, 90, "A", "36.1"), 3, [0, 0, 0, 3, 0, 0, 0], True, Risk.LOW_MEDIUM),
        ((21, 92, 1, True, 110, 91, "A", "39.1"), 10, [2, 2, 2, 1, 1, 0, 2], False, Risk.HIGH),
    ],
)
def test_worked_cases(measured, total, parts, single_three, risk):
    found = score(vitals(*measured), ADULT)

    assert (found.total, list(found.parts.values())) == (total, parts)
    assert (found.has_single_three, found.risk) == (single_three, risk)


@pytest.mark.parametrize(
    ("change", "obstacles"),
    [
        ({"age_years": 15}, (Obstacle.UNDER_16,)),
        ({"age_years": 16}, ()),
        ({"age_years": None}, (Obstacle.AGE_UNKNOWN,)),
        ({"is_pregnant": True}, (Obstacle.PREGNANT,)),
        ({"is_pregnant": None}, (Obstacle.PREGNANCY_UNKNOWN,)),
        ({"species": "cat"}, (Obstacle.OTHER_SPECIES,)),
        ({"species": ""}, (Obstacle.OTHER_SPECIES,)),
        ({"has_spinal_cord_injury": True}, (Obstacle.SPINAL_CORD_INJURY,)),
        ({"age_years": 3, "species": "cat"}, (Obstacle.UNDER_16, Obstacle.OTHER_SPECIES)),
    ],
)
def test_who_cannot_be_scored_is_refused_with_every_reason(change, obstacles):
    subject = replace(ADULT, **change)
    if not obstacles:
        assert score(WELL, subject).total == 0
        return

    with pytest.raises(CannotScore) as refused:
        score(WELL, subject)

    assert refused.value.obstacles == obstacles


@pytest.mark.parametrize(
    ("field", "value", "obstacle"),
    [
        *(("age_years", value, Obstacle.AGE_UNKNOWN) for value in ("30", 30.0, float("nan"), True)),
        *(("is_pregnant", value, Obstacle.PREGNANCY_UNKNOWN) for value in ("yes", "no", 1, 0, "")),
        *(
            ("has_spinal_cord_injury", value, Obstacle.SPINAL_CORD_INJURY_UNKNOWN)
            for value in (None, "no", 0, 1)
        ),
    ],
)
def test_what_is_no_answer_about_the_person_is_unknown_and_not_scored(field, value, obstacle):
    with pytest.raises(CannotScore) as refused:
        score(WELL, replace(ADULT, **{field: value}))

    assert refused.value.obstacles == (obstacle,)


def test_a_missing_measurement_is_never_scored_as_normal():
    with pytest.raises(MissingVitals, match="on_oxygen") as refused:
        score(replace(WELL, on_oxygen=None, pulse_per_min=None), ADULT)

    assert refused.value.names == ("on_oxygen", "pulse_per_min")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("respiration_per_min", -1),
        ("respiration_per_min", 81),
        ("respiration_per_min", 16.0),
        ("respiration_per_min", True),
        ("spo2_percent", 101),
        ("spo2_percent", 29),
        ("pulse_per_min", "72"),
        ("systolic_mmhg", 1240),
        ("temperature_celsius", Decimal("368")),
        ("temperature_celsius", Decimal("98.2")),
        ("temperature_celsius", Decimal("35.05")),
        ("temperature_celsius", Decimal("NaN")),
        ("temperature_celsius", Decimal("Infinity")),
        ("temperature_celsius", 36.8),
        ("spo2_scale", "1"),
        ("spo2_scale", 0),
        ("spo2_scale", 3),
        ("spo2_scale", True),
        ("on_oxygen", ""),
        ("on_oxygen", "no"),
        ("on_oxygen", 0),
        ("consciousness", ""),
        ("consciousness", "a"),
        ("consciousness", "AC"),
        ("consciousness", ["A"]),
        ("consciousness", 1),
    ],
)
def test_what_cannot_be_meant_is_refused(field, value):
    with pytest.raises(InvalidVital, match=field):
        score(replace(WELL, **{field: value}), ADULT)


@given(
    st.builds(
        Vitals,
        respiration_per_min=st.integers(0, 80),
        spo2_percent=st.integers(30, 100),
        on_oxygen=st.booleans(),
        systolic_mmhg=st.integers(30, 350),
        pulse_per_min=st.integers(0, 350),
        consciousness=st.sampled_from(Consciousness),
        temperature_celsius=st.integers(150, 470).map(lambda tenths: Decimal(tenths) / 10),
        spo2_scale=st.sampled_from(SpO2Scale),
    )
)
def test_every_plausible_measurement_has_a_score(measured):
    found = score(measured, ADULT)

    assert 0 <= found.total <= 20
    assert found.total == sum(found.parts.values())
    assert (found.risk is Risk.HIGH) == (found.total >= 7)
