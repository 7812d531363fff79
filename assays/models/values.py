"""The constraint of every table that holds a value: one form of it, the others empty."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


def one_form_of_value(table: str) -> models.CheckConstraint:
    """Return the constraint that a value is a number with its unit, a code, a text or absent."""
    return models.CheckConstraint(
        condition=Q(
            kind="NUMERIC", value__isnull=False, value_code="", value_text="", absent_reason=""
        )
        & ~Q(unit="")
        | Q(kind="CODED", value=None, comparator="", value_text="", absent_reason="")
        & ~Q(value_code="")
        | Q(kind="TEXT", value=None, comparator="", value_code="", absent_reason="")
        & ~Q(value_text="")
        | Q(kind="ABSENT", value=None, comparator="", value_code="", value_text="")
        & ~Q(absent_reason=""),
        name=f"{table}_one_form_of_value",
    )
