"""Database fields that labsys needs beyond Django's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

_DECIMALS_IN_MIGRATIONS = 18


class ExactDecimalField(models.DecimalField):  # type: ignore[type-arg]
    """PostgreSQL `numeric` without a scale: 13.20 comes back as 13.20; no digit is lost.

    NaN and infinities are refused by a CHECK of the column.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 38)
        # None: a value has the decimals it came with; Django would show each with all 18.
        super().__init__(*args, **{**kwargs, "decimal_places": None})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "decimal_places": _DECIMALS_IN_MIGRATIONS}

    def _check_decimal_places(self) -> list[Any]:
        return []

    def _check_decimal_places_and_max_digits(self, **kwargs: Any) -> list[Any]:
        return []

    def db_type(self, connection: Any) -> str:
        return "numeric"

    def db_check(self, connection: Any) -> str:
        # PostgreSQL sorts NaN above Infinity, so this keeps out NaN and both infinities.
        column = connection.ops.quote_name(self.column)
        return f"{column} > '-Infinity' AND {column} < 'Infinity'"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return self.to_python(value)


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """Ciphertext made by `labsys.lib.sealing`; opened by one function, never by a query."""
