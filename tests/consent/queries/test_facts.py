"""What is fetched for clearance says no more than the rows do."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from assays.models import Result
from consent.actions import programmes
from consent.queries.nanites import at_most
from consent.queries.programmes import programme_of
from consent.rules.programmes import NaniteRequirement
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.consent.rules.people import LOAD, START, nanite
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


@pytest.mark.parametrize(
    ("comparator", "value", "is_within"),
    [
        ("<", "100", True),
        ("<", "100.1", False),
        ("<=", "100.1", False),
        ("<", "1000000", False),
        (">", "1", False),
        ("", "100.1", False),
    ],
)
def test_a_load_below_a_limit_above_the_maximum_may_exceed_it_and_is_refused(
    comparator, value, is_within
):
    bound = at_most(Result.Kind.NUMERIC, comparator, Decimal(value))

    need = NaniteRequirement(analyte=LOAD, maximum=Decimal(100))

    assert need.is_within(nanite("n", START, at_most=bound)) is is_within


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
