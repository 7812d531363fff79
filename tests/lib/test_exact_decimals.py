"""A decimal is kept and shown with the digits it came with."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.admin.utils import display_for_field
from django.core.exceptions import ValidationError
from django.core.management import call_command

from labsys.lib.fields import ExactDecimalField


@pytest.mark.parametrize("digits", ["12.90", "0", "0.000000000000000001", "150000", "-0.5"])
def test_the_admin_shows_the_digits_that_were_recorded(digits: str) -> None:
    assert display_for_field(Decimal(digits), ExactDecimalField(), "-") == digits


def test_more_digits_than_the_column_promises_are_refused() -> None:
    with pytest.raises(ValidationError):
        ExactDecimalField().clean(Decimal("1" * 39), None)


@pytest.mark.django_db
def test_the_field_asks_for_no_new_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
