"""Database fields that labsys needs beyond Django's."""

from __future__ import annotations

from typing import Any

from django.db import models


class ExactDecimalField(models.DecimalField):  # type: ignore[type-arg]
    """PostgreSQL `numeric` without a scale: 13.20 comes back as 13.20; no digit is lost.

    NaN and infinities are refused by a CHECK of the column.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 38)
        kwargs.setdefault("decimal_places", 18)
        super().__init__(*args, **kwargs)

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
