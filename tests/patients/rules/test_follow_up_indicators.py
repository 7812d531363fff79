"""Indicators of follow-up against published evaluations of contact tracing, and by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules.follow_up_indicators import (
    DEFINITIONS,
    Case,
    Indicator,
    Share,
    known_cases,
    of_follow_ups,
)
from patients.rules.follow_ups import Deciding, Visited, standing
from tests.patients.rules.test_follow_ups import decided, exposed, of, visited

# R. R. Lash and others, "COVID-19 Contact Tracing in Two Counties - North Carolina, June-July 2020",
# MMWR 69(38):1360-1363, 2020: counts and the percentages printed beside them, by county. The totals
# are those of the summary by the Novel Coronavirus Research Compendium, Johns Hopkins University.
PUBLISHED = [
    # numerator, denominator, per cent printed, decimals printed
    (5514, 7116, 77, 0),  # cases investigated, Mecklenburg
    (584, 589, 99, 0),  # cases investigated, Randolph
    (137, 13401, 1.0, 1),  # contacts with a confirmed infection, Mecklenburg
    (69, 1146, 6, 0),  # contacts with a confirmed infection, Randolph
    (293, 1146, 26, 0),  # contacts tested, Randolph
]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(("numerator", "denominator", "printed", "decimals"), PUBLISHED)
def test_published_shares_are_computed_again(
    numerator: int, denominator: int, printed: float, decimals: int
) -> None:
    fraction = Share(numerator, denominator).fraction

    assert fraction is not None
    assert round(100 * fraction, decimals) == printed


def test_known_contacts_among_new_cases_are_those_published() -> None:
    """Western Area of Sierra Leone, 2014-2015: 852 of 3,838 confirmed cases, printed as 22.1 %.

    O. Olu and others, "Contact Tracing during an Outbreak of Ebola Virus Disease in the Western Area
    Districts of Sierra Leone", Front. Public Health 4:130, 2016. The quotient is 22.199 %: the paper
    cut it off where rounding gives 22.2.
    """
    known = [Case(START, START - DAY)] * 852
    unknown = [Case(START, None)] * 1000 + [Case(START, START + DAY)] * 1986

    fraction = known_cases([*known, *unknown]).fraction

    assert fraction is not None
    assert int(1000 * fraction) / 10 == 22.1


def test_the_interval_is_wilsons() -> None:
    """R. G. Newcombe, Statist. Med. 17:857-872, 1998, table I, method 3 (score, uncorrected)."""
    for numerator, denominator, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        interval = Share(numerator, denominator).interval
        assert interval is not None
        assert [round(limit, 4) for limit in interval] == [low, high]


def counted(people: Sequence[Any], *, dead: Collection[int]) -> Mapping[Indicator, Share]:
    """Count the fifth day, asked about on the seventh."""
    before, now = ([of(*rows, day=day) for rows in people] for day in (4, 5))
    visits = [[row for row in rows if isinstance(row, Visited)] for rows in people]
    return of_follow_ups(
        before,
        now,
        visits=[standing(rows, at=START + 7 * DAY) for rows in visits],
        dead=[number in dead for number in range(len(people))],
        since=START + 4 * DAY,
        until=START + 5 * DAY,
    )


def test_who_is_counted_on_a_day() -> None:
    people = [
        (exposed(),),  # not seen
        (exposed(), visited(4.5)),  # seen today
        (exposed(), visited(3.5)),  # seen yesterday
        (exposed(), decided(4.2, Deciding.LOST)),
        (exposed(), decided(2, Deciding.CANCELLED)),
        (exposed(-20),),
        (exposed(4.8),),  # not yet under follow-up when the day began
        (exposed(9),),
        (exposed(), visited(3.5, recorded_at=START + 4.5 * DAY)),  # seen yesterday, typed today
        (exposed(), visited(4.5, recorded_at=START + 6 * DAY)),  # seen today, typed tomorrow
        (  # seen yesterday, corrected today
            exposed(),
            visited(3.5),
            visited(3.6, id=2, corrects=1, recorded_at=START + 4.5 * DAY),
        ),
        (exposed(), visited(4.5)),  # and died
    ]

    found = counted(people, dead={len(people) - 1})

    assert {name: (one.numerator, one.denominator) for name, one in found.items()} == {
        Indicator.UNDER_FOLLOW_UP: (7, 11),
        Indicator.TRACED: (2, 6),
        Indicator.COMPLETED: (1, 11),
        Indicator.LOST: (1, 11),
        Indicator.CANCELLED: (1, 11),
    }


def test_of_nothing_there_is_no_share() -> None:
    assert (Share(0, 0).fraction, Share(0, 0).interval) == (None, None)
    assert set(DEFINITIONS) == set(Indicator)
    with pytest.raises(ValueError, match="no share"):
        Share(2, 1)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_within_its_interval(pair: tuple[int, int]) -> None:
    share = Share(*pair)

    assert share.interval is not None
    assert share.fraction is not None
    assert 0 <= share.interval[0] <= share.fraction + 1e-12
    assert share.fraction <= share.interval[1] + 1e-12 <= 1 + 1e-12
