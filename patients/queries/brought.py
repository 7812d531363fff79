"""What was recorded under each of some entries, whichever app it belongs to, as far as it may be seen."""

# ruff: noqa: S608 - names of tables
from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, F, Max, Model, Value

from labsys.lib import policy
from labsys.lib.policy import Principal
from labsys.lib.records import Audit
from patients.models import (
    BirthRecord,
    DeathRecord,
    PersonAccount,
    PersonDistinction,
    PersonDistinctionEnd,
    PersonIdentifier,
    PersonLink,
    PersonName,
    PersonUnlink,
)

# What an entry says of itself stands beside; links and distinctions are what is decided here.
APART = {BirthRecord, DeathRecord, PersonAccount, PersonIdentifier, PersonName} | {
    *(PersonLink, PersonUnlink, PersonDistinction, PersonDistinctionEnd)
}

Tables = list[tuple[type[Model], str]]


@dataclass(frozen=True)
class Held:
    """How many rows of a table an entry has, and when the newest was recorded."""

    many: int = 0
    newest: datetime | None = None


@dataclass(frozen=True)
class Brought:
    """The rows of one table, by entry."""

    model: type[Model]
    by_entry: Mapping[int, Held]


def brought(
    by: Principal, entries: Collection[int], *, since: datetime | None = None
) -> list[Brought]:
    """Count what each entry has in every table the reader may see, in two statements.

    With `since`, only what was recorded from that moment on.
    """
    tables = _with_rows(_tables(by), entries)
    asked = [
        _counted(by, model, path, entries, since=since) for model, path in sorted(tables, key=_key)
    ]
    if not asked:
        return []
    rows = asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]
    known = {model._meta.label_lower: model for model, _path in tables}
    found: dict[str, dict[int, Held]] = {}
    for label, entry, many, newest in rows:
        found.setdefault(label, {})[entry] = Held(many, newest)
    return sorted(
        (Brought(known[label], held) for label, held in found.items()),
        key=lambda one: str(one.model._meta.verbose_name_plural),
    )


def _tables(by: Principal) -> Tables:
    registered = policy.registered_models()
    views = {view for view, path in registered.values() if path}
    may_see = {view for view in views if policy.can(by, view)}
    return [
        (model, path)
        for model, (view, path) in registered.items()
        if path and view in may_see and _is_counted(model, path)
    ]


@cache
def _is_counted(model: type[Model], path: str) -> bool:
    """Return whether rows of a table are somebody's, and are said by nothing else on the page."""
    if path.count("__") > 1 or model in APART or not model._meta.managed:
        return False
    return getattr(model, "AUDIT", None) is not Audit.OPERATIONAL and _has_moment(model)


def _with_rows(tables: Tables, entries: Collection[int]) -> Tables:
    """Return those tables that have any row of these entries; most have none.

    To count in all of them would take most of a page's time, in writing the statement.
    """
    if not tables:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_any_row(tuple(tables)), {"entries": list(entries)})
        found = {label for (label,) in cursor.fetchall()}
    return [one for one in tables if one[0]._meta.label_lower in found]


@cache
def _any_row(tables: tuple[tuple[type[Model], str], ...]) -> str:
    """Return the statement that names the tables with a row of some entries; written once."""
    asked = []
    for model, path in tables:
        first, _step, second = path.partition("__")
        field: Any = model._meta.get_field(first)
        source, column = f"{model._meta.db_table} r", f"r.{field.column}"
        if second:
            beyond = field.related_model._meta
            source += f" JOIN {beyond.db_table} s ON s.{beyond.pk.column} = {column}"
            column = f"s.{beyond.get_field(second).column}"
        asked.append(
            f"SELECT '{model._meta.label_lower}' WHERE EXISTS "
            f"(SELECT FROM {source} WHERE {column} = ANY (%(entries)s))"
        )
    return " UNION ALL ".join(asked)


def _has_moment(model: type[Model]) -> bool:
    """Return whether the table says when its rows were recorded; the others hang on one that does."""
    step = str(getattr(model, "RECORDED_AT", "")).partition("__")[0]
    return step in {field.name for field in model._meta.get_fields()}


def _key(table: tuple[type[Model], str]) -> str:
    return table[0]._meta.label_lower


def _counted(
    by: Principal, model: Any, path: str, entries: Collection[int], *, since: datetime | None
) -> Any:
    rows = model._default_manager.filter(**{f"{path}__in": list(entries)})
    if since is not None:
        rows = rows.filter(**{f"{model.RECORDED_AT}__gte": since})
    label = Value(model._meta.label_lower, output_field=CharField())
    return (
        policy.scope(by, rows)
        .order_by()
        .annotate(brought_table=label, brought_entry=F(path))
        .values("brought_table", "brought_entry")
        .annotate(brought_many=Count("pk", distinct=True), brought_newest=Max(model.RECORDED_AT))
        .values_list("brought_table", "brought_entry", "brought_many", "brought_newest")
    )
