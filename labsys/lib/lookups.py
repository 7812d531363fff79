"""Asking for many rows by their ids at once.

Django writes one placeholder per value of `__in`, and psycopg takes such a statement apart anew each
time: a millisecond for fifty ids, and a page fetches beside its rows six or ten times. One array costs
the same however many ids there are, and PostgreSQL hashes it and knows its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, F, Field, Func, IntegerField, Q
from django.db.models.expressions import RawSQL
from django.db.models.fields.related import ForeignObject
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

FEW = 8
BIGGEST = 2**63 - 1


def array(values: Iterable[object]) -> str:
    """Write ids, or names of models, as one array; psycopg would look at each of a list anew."""
    return "{" + ",".join("NULL" if one is None else str(one) for one in values) + "}"


class _OneOf(Func):
    arg_joiner = " = ANY "
    template = "%(expressions)s"
    output_field = BooleanField()


def one_of(path: str, ids: Sequence[int]) -> Q:
    """Return the condition that the column at a lookup path has one of these values."""
    return Q(_OneOf(F(path), RawSQL("%s::bigint[]", [array(ids)])))


class _Array:
    """`__in` of more than a few whole numbers as one array; anything else as Django has it."""

    def get_prep_lookup(self) -> Any:
        """Leave ids for a column of ids as they are: Django would turn each into what it is."""
        given: Any = self
        field = given.lhs.output_field
        if isinstance(getattr(field, "target_field", field), IntegerField) and _are_ids(given.rhs):
            return list(given.rhs)
        return super().get_prep_lookup()  # type: ignore[misc]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        given: Any = self
        if given.rhs_is_direct_value():
            values = [one for one in given.rhs if one is not None]
            if len(values) > FEW and _are_ids(values):
                column, params = given.process_lhs(compiler, connection)
                return f"{column} = ANY (%s::bigint[])", (*params, array(dict.fromkeys(values)))
        return super().as_sql(compiler, connection)  # type: ignore[misc]


def _are_ids(values: object) -> bool:
    """Whether an array of ids takes them: what is too large for one is nobody's id, and no error."""
    return isinstance(values, list | tuple | set | frozenset) and all(
        type(one) is int and -BIGGEST <= one <= BIGGEST for one in values
    )


class ArrayIn(_Array, In):
    """Of a field."""


class ArrayRelatedIn(_Array, RelatedIn):
    """Of a foreign key: what prefetching asks by."""


def register() -> None:
    """Take the place of Django's own `__in`."""
    Field.register_lookup(ArrayIn)
    ForeignObject.register_lookup(ArrayRelatedIn)
