"""Filters that never list what a table of millions holds: a typed word, or a span of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.records import Audit, Record

LONGEST = 150


class TypedFilter(admin.SimpleListFilter):
    """A filter by a word that is typed."""

    template = "audit/typed_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("", "")]  # Django leaves out a filter without choices

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        others = changelist.get_filters_params().items()
        yield {
            "value": self.value() or "",
            "others": [
                (name, one) for name, ones in others if name != self.parameter_name for one in ones
            ],
        }

    def word(self) -> str:
        return (self.value() or "").strip().replace("\x00", "")[:LONGEST]


class ActorFilter(TypedFilter):
    """By the name of who acted; a name nobody has finds nothing."""

    title = _("who")
    parameter_name = "who"

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if not self.word():
            return rows
        found = Principal.objects.filter(name=self.word().lower()).values_list("pk", flat=True)
        return rows.filter(actor__in=list(found))


class ActionFilter(TypedFilter):
    """By the beginning of an action's name: `assays.result` finds every act on results."""

    title = _("action")
    parameter_name = "deed"

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        return rows.filter(action__startswith=self.word()) if self.word() else rows


class PurposeFilter(TypedFilter):
    """By what somebody looked for."""

    title = _("purpose")
    parameter_name = "purpose"

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        return rows.filter(purpose=self.word()) if self.word() else rows


class NumberFilter(TypedFilter):
    """By a number; what is no number finds nothing."""

    column = ""

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if not self.word():
            return rows
        found = number(self.word())
        return rows.none() if found is None else rows.filter(**{self.column: found})


class RowFilter(NumberFilter):
    title = _("number of the row")
    parameter_name = "row"
    column = "pk_of"


class PersonFilter(NumberFilter):
    title = _("number of the person")
    parameter_name = "person"
    column = "person_id"


class TableFilter(admin.SimpleListFilter):
    """By table; the tables are known without asking the events."""

    title = _("table")
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        audited = [
            model
            for model in apps.get_models()
            if issubclass(model, Record) and model.AUDIT in (Audit.FACT, Audit.STATE)
        ]
        return sorted((model._meta.label_lower, model._meta.label) for model in audited)

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        return rows.filter(model=self.value()) if self.value() else rows


class PeriodFilter(admin.SimpleListFilter):
    """By time; the last 31 days unless asked, so that a list reads two months' partitions."""

    title = _("time")
    parameter_name = "period"
    SPANS = {"day": timedelta(days=1), "week": timedelta(days=7), "year": timedelta(days=366)}
    DEFAULT = timedelta(days=31)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("day", _("last 24 hours")),
            ("week", _("last 7 days")),
            ("year", _("last year")),
            ("all", _("all")),
        ]

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        first, *rest = super().choices(changelist)
        yield {**first, "display": _("last 31 days")}
        yield from rest

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if self.value() == "all":
            return rows
        span = self.SPANS.get(self.value() or "", self.DEFAULT)
        return rows.filter(at__gte=database_now() - span)
