"""A moment asked for by the wall clock is read once, or refused; it is never guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import RequestFactory
from django.utils import timezone

from consent.pages.reach import moment_asked
from labsys.lib.errors import InvalidInput


def asked(text: str) -> datetime | None:
    with timezone.override("Europe/Paris"):
        return moment_asked(RequestFactory().get("/", {"at": text}), "at")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-25T01:59", datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        ("2026-10-25T03:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        ("2026-10-25T02:30+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-03-29T03:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_reading_of_the_clock_that_came_once_is_that_moment(text, expected):
    assert asked(text) == expected


@pytest.mark.parametrize("text", ["2026-10-25T02:00", "2026-10-25T02:59:59", "2026-03-29T02:30"])
def test_a_reading_that_came_twice_or_never_is_refused(text):
    with pytest.raises(InvalidInput, match="twice") as refused:
        asked(text)

    assert refused.value.field == "at"
    assert text in str(refused.value)
