"""Counting nanites: typed field by field; ratio and load follow from the worker, with limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assays.actions import nanites
from assays.actions.signatures import Signing
from assays.admin.signed import SignedMovesAdmin
from assays.models import NaniteCount, NaniteEstimate, NaniteField, Specimen
from assays.pages.signing import SigningForm
from assays.queries import nanites as queries
from assays.rules.nanites import Field, read_fields
from assays.rules.signatures import Meaning
from labsys.lib import policy
from labsys.lib.admin import Move, RecordForm
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from labsys.lib.wording import Refused

ENTER = "assays.result.enter"


class FieldsField(forms.CharField):
    """One field of view per line: its red cells and its nanites."""

    widget = forms.Textarea(attrs={"rows": 10, "inputmode": "numeric", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return text
        try:
            return read_fields(text)
        except Refused as refused:
            raise forms.ValidationError(_(refused.message) % refused.params) from refused

    def validate(self, value: Any) -> None:
        if value in self.empty_values:
            raise forms.ValidationError(self.error_messages["required"])

    def run_validators(self, value: Any) -> None:
        """The count was checked when it was read."""


def _fields_field() -> FieldsField:
    return FieldsField(
        label=gettext_lazy("Fields"),
        help_text=gettext_lazy(
            "One field of view per line: red cells, then nanites, as in 212 3. At least one; "
            "five or more for narrow limits."
        ),
    )


class CountForm(RecordForm):
    """A new count."""

    accession = forms.CharField(
        label=gettext_lazy("Accession number"),
        max_length=10,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    fields_counted = _fields_field()


class CorrectionForm(forms.Form):
    """What was counted when the fields were counted anew, and why the count before was wrong."""

    fields_counted = _fields_field()
    comment = forms.CharField(
        label=gettext_lazy("What was wrong"), widget=forms.Textarea(attrs={"rows": 3})
    )


class SignedCorrectionForm(CorrectionForm, SigningForm):
    """The same, signed: a value that was calculated from the count is released."""

    meanings = (Meaning.CORRECTED,)
    field_order = ("fields_counted", "comment", "password")


def _correct(
    *,
    obj: NaniteCount,
    by: Any,
    at: datetime,
    fields_counted: tuple[Field, ...],
    comment: str,
    signing: Signing | None = None,
) -> NaniteCount:
    return nanites.record_count(
        specimen=obj.specimen,
        fields=fields_counted,
        method=obj.method,
        observed_at=obj.observed_at,
        comment=comment,
        corrects=obj,
        signing=signing,
        by=by,
        at=at,
    )


class FieldInline(admin.TabularInline):  # type: ignore[type-arg]
    """The fields of a count, to look at."""

    model = NaniteField
    fields = ("position", "red_cells", "nanites")
    readonly_fields = fields
    extra = 0
    max_num = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(NaniteCount)
class NaniteCountAdmin(SignedMovesAdmin):
    """Counts of nanites, and what was calculated from them."""

    form = CountForm
    add_permission = ENTER
    add_fields = ("accession", "observed_at", "method", "fields_counted", "comment")
    list_display = ("specimen", "observed_at", "method", "counted_by", "is_corrected")
    list_select_related = ("specimen", "counted_by", "corrected_by")
    search_fields = ("specimen__accession",)
    ordering = ("-id",)
    fields = (
        *("specimen", "observed_at", "method", "counted_by", "comment", "corrects"),
        "estimates",
    )
    moves = (
        Move(
            name="correct",
            label=gettext_lazy("Correct this count"),
            permission=ENTER,
            act=_correct,
            form=CorrectionForm,
            applies=lambda count: not hasattr(count, "corrected_by"),
            done=gettext_lazy("The correction is recorded; its results follow in a moment."),
        ),
    )

    def form_of(self, obj: Any, move: Move) -> type[forms.Form]:
        is_signed = move.form is CorrectionForm and queries.has_released(obj)
        return SignedCorrectionForm if is_signed else move.form

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return () if obj is None else (FieldInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.fields

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "accession": request.GET.get("accession", ""),
            "observed_at": database_now(),
            "method": _("stained film, light microscopy"),
        }

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> NaniteCount:
        reachable = policy.scope(by, Specimen.objects.all(), ENTER)
        specimen = reachable.filter(accession=data["accession"]).first()
        if specimen is None:
            raise InvalidInput(_("There is no such specimen within your reach."), field="accession")
        return nanites.record_count(
            specimen=specimen,
            fields=data["fields_counted"],
            method=data["method"],
            observed_at=data["observed_at"],
            comment=data["comment"],
            by=by,
            at=at,
        )

    @admin.display(description=gettext_lazy("corrected"), boolean=True)
    def is_corrected(self, count: NaniteCount) -> bool:
        return hasattr(count, "corrected_by")

    @admin.display(description=gettext_lazy("Calculated"))
    def estimates(self, count: NaniteCount) -> str:
        """Show each estimate with its limits and what they rest on."""
        rows = NaniteEstimate.objects.filter(calculation__count=count).order_by("pk")
        found = [_estimate(row) for row in rows.select_related("calculation", "recording")]
        if not found:
            return _("The worker has not calculated anything yet.")
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((x,) for x in found))
        )


def _estimate(row: NaniteEstimate) -> str:
    is_load = row.calculation.red_cell_result_id is not None
    limits = row.estimate["per_ul" if is_load else "per_1000_red_cells"]
    result = row.recording.results.select_related("analyte").get()
    return format_html(
        '<a href="{}">{} {}</a> {} (95 %: {} – {}); {}',
        reverse("result", args=[result.pk]),
        result.analyte.name,
        result.value,
        result.unit,
        _short(limits["low"]),
        _short(limits["high"]),
        _("%(fields)d fields, %(cells)d red cells, %(nanites)d nanites")
        % {
            "fields": row.estimate["fields"],
            "cells": row.estimate["red_cells"],
            "nanites": row.estimate["nanites"],
        },
    )


def _short(limit: float) -> str:
    return f"{limit:.3g}" if limit < 1000 else f"{limit:.0f}"
