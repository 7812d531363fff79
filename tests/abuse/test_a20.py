"""A20 (CARE 94ed2669d, GNU Health SA-2016-1): no limit on guessing; the list of failures as a way
to fill the disk. The lockout itself is told in tests/accounts/test_login.py."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from labsys.accounts.tasks import forget_old_logins
from labsys.work import periodic

pytestmark = pytest.mark.django_db


def guess(number: int) -> int:
    return (
        Client()
        .post(
            reverse("login"),
            {"username": "a.target", "password": f"guess {number}", "junk": "x" * 100_000},
            HTTP_USER_AGENT=f"agent {number % 3}" + "y" * 5000,
            HTTP_ACCEPT="z" * 5000,
            REMOTE_ADDR="192.0.2.66",
        )
        .status_code
    )


def test_ten_guesses_in_a_quarter_of_an_hour_and_then_no_more() -> None:
    answers = [guess(number) for number in range(30)]

    assert settings.AXES_FAILURE_LIMIT == 10
    assert answers == [200] * 9 + [429] * 21


def test_a_flood_of_guesses_leaves_little_behind() -> None:
    for number in range(30):
        guess(number)

    assert AccessAttempt.objects.count() <= 3
    assert not AccessLog.objects.exists()
    assert not AccessFailureLog.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(pg_column_size(a)), 0) FROM axes_accessattempt a")
        assert cursor.fetchone()[0] < 40_000


def test_the_clean_up_runs_every_quarter_of_an_hour_by_itself() -> None:
    periodic.load()

    job = periodic._jobs["old logins"]
    assert job.run is forget_old_logins
    assert job.every_seconds <= 900
    forget_old_logins()
