"""Interval rows of six assays, as the selection cases name them."""

from __future__ import annotations

from decimal import Decimal

from assays.rules.ages import days_of_years
from assays.rules.coverage import fill_holes
from assays.rules.intervals import IntervalRow

# id, sex, age from and to in years, state, low, high
TABLE = {
    "HGB": """
        newborn * 0 0.08 NONPREGNANT 13.5 19.5
        small * 2 6 NONPREGNANT 11.5 13.5
        school * 6 12 NONPREGNANT 11.5 15.5
        man M 18 120 NONPREGNANT 13.5 17.5
        woman F 18 120 NONPREGNANT 12.0 15.5
        t1 F 18 55 PREG_T1 11.6 13.9
        t2 F 18 55 PREG_T2 9.7 14.8
        t3 F 18 55 PREG_T3 9.5 15.0
    """,
    "LH": """
        man M 18 120 ANY 1.2 8.6
        follicular F 18 55 FOLLICULAR 2.1 10.9
        midcycle F 18 55 MIDCYCLE 19.2 103
        luteal F 18 55 LUTEAL 1.2 12.9
        after F 45 120 POSTMENOPAUSE 16 64
    """,
    "GLU": """
        fasting * 18 120 FASTING 70 99
        random * 18 120 RANDOM 70 140
    """,
    "CORT": "morning * 18 120 AM 5 25",
    "HCG": """
        man M 18 120 NONPREGNANT 0 2
        not F 18 55 NONPREGNANT 0 5
        w4 F 18 55 PREG_W4 10 750
        w6 F 18 55 PREG_W6 1080 56500
        w8 F 18 55 PREG_W8 7650 229000
        w12 F 18 55 PREG_W12 25700 288000
    """,
    "ESR": """
        young-man M 18 50 ANY 0 15
        young-woman F 18 50 ANY 0 20
        old-man M 50 120 ANY 0 20
        old-woman F 50 120 ANY 0 30
    """,
}


def interval(
    id: str,
    sex: str = "*",
    from_years: str = "18",
    to_years: str | None = "120",
    state: str = "ANY",
    low: str | None = "1",
    high: str | None = "2",
    *,
    species: str = "human",
    signed: bool = False,
) -> IntervalRow:
    return IntervalRow(
        id=id,
        version=1,
        species=species,
        sex=sex,
        age_low_days=days_of_years(Decimal(from_years)),
        age_high_days=None if to_years is None else days_of_years(Decimal(to_years)),
        state=state,
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        signed=signed,
    )


def unfilled(assay: str) -> list[IntervalRow]:
    return [interval(*line.split()) for line in TABLE[assay].strip().splitlines()]


def filled(assay: str) -> list[IntervalRow]:
    rows = unfilled(assay)
    return rows + fill_holes(rows, version=1)
