"""Whether somebody takes part of their own will: what one interview and a second come to."""

from __future__ import annotations

import pytest

from consent.rules.voluntariness import (
    Concern,
    Interview,
    InvalidRating,
    assess,
    domains,
)


def interview(by: str = "first", without: str = "", **rated: int) -> Interview:
    ratings = {code: 0 for code in domains() if code != without} | rated
    return Interview(interviewer=by, ratings=ratings)


def test_there_are_ten_domains_and_the_time_to_reflect_has_no_2():
    assert len(domains()) == 10
    assert {code: len(one.ratings) for code, one in domains().items() if len(one.ratings) != 3} == {
        "reflection": 2
    }


@pytest.mark.parametrize(
    ("first", "second", "concerns"),
    [
        (interview(), None, ()),
        (interview(offers=1), None, ()),
        (interview(offers=1, threats=1), None, (Concern.SECOND_INTERVIEWER_NEEDED,)),
        (interview(reflection=1), None, (Concern.SHORT_REFLECTION,)),
        (
            interview(reflection=1, offers=1),
            None,
            (Concern.SECOND_INTERVIEWER_NEEDED, Concern.SHORT_REFLECTION),
        ),
        (interview(threats=2), None, (Concern.DEFINITE_SIGN,)),
        (interview(without="privacy"), None, (Concern.NOT_COMPLETE,)),
        (None, None, (Concern.NOT_HELD,)),
        (None, interview("second"), (Concern.NOT_HELD,)),
        (interview(offers=1, threats=1), interview("second"), ()),
        (interview(offers=1, threats=1), interview("second", offers=1), ()),
        (
            interview(offers=1, threats=1),
            interview("second", offers=1, threats=1),
            (Concern.DOUBT_CONFIRMED,),
        ),
        (interview(reflection=1), interview("second", reflection=1), ()),
        (interview(reflection=1), interview("second", reflection=1, offers=1), ()),
        (
            interview(reflection=1),
            interview("second", reflection=1, offers=1, origin=1),
            (Concern.DOUBT_CONFIRMED,),
        ),
        (interview(offers=1, threats=1), interview("second", origin=2), (Concern.DEFINITE_SIGN,)),
        (interview(threats=2), interview("second"), (Concern.DEFINITE_SIGN,)),
        (
            interview(offers=1, threats=1),
            interview("first"),
            (Concern.SECOND_INTERVIEWER_NEEDED,),
        ),
        (
            interview(offers=1, threats=1),
            interview("second", without="privacy"),
            (Concern.NOT_COMPLETE,),
        ),
    ],
)
def test_what_the_interviews_come_to(first, second, concerns):
    assert assess(first, second).concerns == concerns


@pytest.mark.parametrize(
    "ratings", [{"offers": 3}, {"offers": -1}, {"offers": True}, {"reflection": 2}, {"mood": 0}]
)
def test_ratings_that_the_interview_does_not_have_are_refused(ratings):
    with pytest.raises(InvalidRating):
        assess(Interview(interviewer="first", ratings=ratings))
