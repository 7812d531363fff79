"""What is asked at an order, and dynamic tests that are ordered by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.actions import orders
from assays.models import Assay, OrderQuestion, SeriesProtocol
from assays.rules.series import SeriesRefused, read_offsets
from labsys.lib.admin import Move, ReasonForm, RecordAdmin, RecordForm
from labsys.lib.refusals import sentence

DRAFT = "assays.catalogue.draft"


def _stop_asking(*, obj: OrderQuestion, by: Any, at: datetime, reason: str) -> None:
    orders.stop_asking(question=obj, by=by, at=at, reason=reason)


def _withdraw(*, obj: SeriesProtocol, by: Any, at: datetime, reason: str) -> None:
    orders.withdraw_protocol(protocol=obj, by=by, at=at, reason=reason)


class QuestionForm(RecordForm):
    """The choices are typed one per line."""

    options = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line, of a question that is chosen from."),
    )

    def clean_options(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]


@admin.register(OrderQuestion)
class OrderQuestionAdmin(RecordAdmin):
    """Questions of assays; other words are a new question."""

    form = QuestionForm
    add_permission = DRAFT
    add_fields = ("assay", "code", "text", "kind", "unit", "options", "is_required", "position")
    list_display = ("assay", "code", "text", "kind", "is_required", "is_active")
    list_filter = ("is_active", "kind")
    list_select_related = ("assay__analyte",)
    search_fields = ("code", "text", "assay__analyte__code")
    ordering = ("assay__analyte__code", "position", "id")
    moves = (
        Move(
            name="stop",
            label=_("Stop asking"),
            permission=DRAFT,
            act=_stop_asking,
            form=ReasonForm,
            applies=lambda question: question.is_active,
            done=_("It is asked no more."),
            is_serious=True,
        ),
    )

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Any:
        return orders.ask(by=by, at=at, **{name: data[name] for name in self.add_fields})


class ProtocolForm(RecordForm):
    """Time-points as text, assays by ticking."""

    offsets = forms.CharField(
        label=_("Time-points in minutes"), help_text=_("Such as 0 30 60 120; 0 is time zero.")
    )
    assays = forms.ModelMultipleChoiceField(
        label=_("Assays"), queryset=Assay.objects.none(), help_text=_("At every time-point.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "assays" in self.fields:
            rows = Assay.objects.select_related("analyte").order_by("analyte__code", "id")
            self.fields["assays"].queryset = rows  # type: ignore[attr-defined]

    def clean_offsets(self) -> tuple[int, ...]:
        try:
            return read_offsets(self.cleaned_data["offsets"])
        except SeriesRefused as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal


@admin.register(SeriesProtocol)
class SeriesProtocolAdmin(RecordAdmin):
    """Dynamic tests that doctors order by name."""

    form = ProtocolForm
    add_permission = DRAFT
    add_fields = ("code", "name", "offsets", "assays", "instruction")
    fields = ("code", "name", "offsets_minutes", "instruction", "is_active", "recorded_at")
    list_display = ("code", "name", "offsets_minutes", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name")
    ordering = ("name",)
    moves = (
        Move(
            name="withdraw",
            label=_("Offer no more"),
            permission=DRAFT,
            act=_withdraw,
            form=ReasonForm,
            applies=lambda protocol: protocol.is_active,
            done=_("It is offered no more."),
            is_serious=True,
        ),
    )

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Any:
        return orders.write_protocol(by=by, at=at, **{name: data[name] for name in self.add_fields})
