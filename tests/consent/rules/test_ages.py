"""How old somebody is beyond doubt."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules.ages import BirthPrecision, latest_birth_date, reaches_age_at

DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2050, 12, 31))


@pytest.mark.parametrize(
    ("born", "precision", "uncertainty", "latest"),
    [
        (date(2000, 2, 10), BirthPrecision.DAY, None, date(2000, 2, 10)),
        (date(2000, 2, 1), BirthPrecision.MONTH, None, date(2000, 2, 29)),
        (date(2001, 2, 1), BirthPrecision.MONTH, None, date(2001, 2, 28)),
        (date(2000, 12, 1), BirthPrecision.MONTH, None, date(2000, 12, 31)),
        (date(2000, 1, 1), BirthPrecision.YEAR, None, date(2000, 12, 31)),
        (date(2000, 1, 1), BirthPrecision.ESTIMATED, 400, date(2001, 2, 4)),
        (date(2000, 1, 1), BirthPrecision.ESTIMATED, None, None),
        (date(2000, 1, 1), BirthPrecision.UNKNOWN, None, None),
        (date(2000, 1, 1), BirthPrecision.UNKNOWN, 10, None),
        (None, BirthPrecision.DAY, None, None),
        (None, BirthPrecision.ESTIMATED, 10, None),
    ],
)
def test_the_latest_day_of_birth(born, precision, uncertainty, latest):
    found = latest_birth_date(born, precision=precision, uncertainty_days=uncertainty)

    assert found == latest


@given(DATES, st.sampled_from(BirthPrecision), st.integers(min_value=0, max_value=4000))
def test_what_is_less_well_known_never_makes_anybody_older(born, precision, uncertainty):
    latest = latest_birth_date(born, precision=precision, uncertainty_days=uncertainty)

    assert latest is None or latest >= born


@pytest.mark.parametrize(
    ("born", "zone", "moment"),
    [
        (date(2008, 3, 3), UTC, datetime(2026, 3, 3, tzinfo=UTC)),
        (date(2008, 2, 29), UTC, datetime(2026, 3, 1, tzinfo=UTC)),
        (date(2008, 3, 3), ZoneInfo("Europe/Paris"), datetime(2026, 3, 2, 23, tzinfo=UTC)),
        (date(2008, 7, 3), ZoneInfo("Europe/Paris"), datetime(2026, 7, 2, 22, tzinfo=UTC)),
    ],
)
def test_the_birthday_begins_at_local_midnight(born, zone, moment):
    assert reaches_age_at(born, years=18, zone=zone) == moment
