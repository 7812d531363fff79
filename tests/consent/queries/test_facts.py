"""What is fetched for clearance says no more than the rows do."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from assays.models import Result
from consent.actions import programmes
from consent.queries.nanites import at_most
from consent.queries.programmes import programme_of
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.factories import principal


@pytest.mark.parametrize(
    ("kind", "comparator", "value", "expected"),
    [
        (Result.Kind.NUMERIC, "", Decimal("0"), Decimal("0")),
        (Result.Kind.NUMERIC, "", Decimal("12.5"), Decimal("12.5")),
        (Result.Kind.NUMERIC, "<", Decimal("5"), Decimal("5")),
        (Result.Kind.NUMERIC, "<=", Decimal("5"), Decimal("5")),
        (Result.Kind.NUMERIC, ">", Decimal("5"), None),
        (Result.Kind.NUMERIC, ">=", Decimal("5"), None),
        (Result.Kind.TEXT, "", None, None),
        (Result.Kind.ABSENT, "", None, None),
    ],
)
def test_a_load_is_bounded_only_by_what_was_measured(kind, comparator, value, expected):
    assert at_most(kind, comparator, value) == expected


@pytest.mark.django_db
def test_each_version_brings_its_own_maximum():
    author, approver = (principal(Role.QUALITY_MANAGER) for _ in range(2))
    at = database_now()
    programme = programmes.create(code="posting", name="Posting", by=author, at=at)
    for days, maximum in enumerate((Decimal("100"), Decimal("50"))):
        version = programmes.draft_version(
            programme=programme,
            by=author,
            at=at,
            effective_from=at + timedelta(days=days),
            nanite_analyte="NANITE-LOAD",
            nanite_maximum=maximum,
        )
        programmes.approve_version(version=version, by=approver, at=at)

    read = programme_of(programme)

    assert [version.nanites[0].maximum for version in read.versions] == [
        Decimal("100"),
        Decimal("50"),
    ]
