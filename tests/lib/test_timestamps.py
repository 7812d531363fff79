"""Moments come from the database as Django would have read them, only sooner."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg.pq import Format

from labsys.lib.timestamps import MomentLoader

pytestmark = pytest.mark.django_db


def read(expression: str, *parameters: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}", parameters)
        return cursor.fetchone()[0]


def test_every_connection_reads_moments_so() -> None:
    connection.ensure_connection()
    adapters = connection.connection.adapters

    assert issubclass(adapters.get_loader(connection_oid(), Format.TEXT), MomentLoader)


def connection_oid() -> int:
    return int(connection.connection.adapters.types["timestamptz"].oid)


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_is_read_again(moment: datetime) -> None:
    found = read("%s::timestamptz", moment)

    assert found == moment
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2026-03-29 01:30:00+01", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        ("2026-11-01 15:10:48.1+00", datetime(2026, 11, 1, 15, 10, 48, 100_000, tzinfo=UTC)),
        (
            "2026-11-01 23:59:59.999999-11:30",
            datetime(2026, 11, 2, 11, 29, 59, 999_999, tzinfo=UTC),
        ),
    ],
)
def test_a_moment_is_one_whatever_zone_it_was_written_in(written: str, found: datetime) -> None:
    assert read("%s::timestamptz", written) == found


@pytest.mark.parametrize("written", ["infinity", "-infinity", "0044-03-15 12:00:00+00 BC"])
def test_what_python_has_no_moment_for_is_refused(written: str) -> None:
    with pytest.raises(DataError):
        read("%s::timestamptz", written)


def test_a_connection_of_another_zone_tells_the_same_moments() -> None:
    moment = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Kolkata'")
        cursor.execute("SELECT %s::timestamptz, %s::timestamptz::text", [moment, moment])
        found, text = cursor.fetchone()

    assert text == "2026-07-01 17:30:00+05:30"
    assert found == moment
