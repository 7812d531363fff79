"""Asking for many rows by their ids at once.

Django writes one placeholder per value of `__in`, and psycopg takes such a statement apart anew each
time: a millisecond for fifty ids, and a page fetches beside its rows six or ten times. One array costs
the same however many ids there are, and PostgreSQL hashes it and knows its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Field, Func, Q
from django.db.models.expressions import RawSQL
from django.db.models.fields.related import ForeignObject
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

FEW = 8
BIGGEST = 2**63 - 1


class _OneOf(Func):
    arg_joiner = " = ANY "
    template = "%(expressions)s"
    output_field = BooleanField()


def one_of(path: str, ids: Sequence[int]) -> Q:
    """Return the condition that the column at a lookup path has one of these values."""
    return Q(_OneOf(F(path), RawSQL("%s::bigint[]", [list(ids)])))


class _Array:
    """`__in` of more than a few whole numbers as one array; anything else as Django has it."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        given: Any = self
        if given.rhs_is_direct_value():
            values = [one for one in given.rhs if one is not None]
            if len(values) > FEW and all(map(_is_id, values)):
                column, params = given.process_lhs(compiler, connection)
                return f"{column} = ANY (%s::bigint[])", (*params, list(dict.fromkeys(values)))
        return super().as_sql(compiler, connection)  # type: ignore[misc]


def _is_id(one: object) -> bool:
    """Whether an array of ids takes it: what is too large for one is nobody's id, and no error."""
    return type(one) is int and -BIGGEST <= one <= BIGGEST


class ArrayIn(_Array, In):
    """Of a field."""


class ArrayRelatedIn(_Array, RelatedIn):
    """Of a foreign key: what prefetching asks by."""


def register() -> None:
    """Take the place of Django's own `__in`."""
    Field.register_lookup(ArrayIn)
    ForeignObject.register_lookup(ArrayRelatedIn)
