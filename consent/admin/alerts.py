"""Clinical alerts to look at and answer, and who is on call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consent.actions import alerts, on_call
from consent.models import AlertEscalation, ClinicalAlert, OnCall
from consent.models.alerts import ANSWERS
from consent.queries.alerts import clinicians
from labsys.lib import policy
from labsys.lib.admin import Move, RecordAdmin, principal
from patients.admin.base import PatientAdmin, RegistryAdmin

OUTLINE = ("patient", "programme", "state")


class AnswerForm(forms.Form):
    """What was done about the alert."""

    answer = forms.ChoiceField(label=_("What was done"), choices=[("", "—"), *ANSWERS])


def _acknowledge(*, obj: ClinicalAlert, by: Any, at: datetime) -> Any:
    return alerts.acknowledge(alert=obj, by=by, at=at)


def _close(*, obj: ClinicalAlert, by: Any, at: datetime, answer: str) -> Any:
    return alerts.close(alert=obj, answer=alerts.parsed_answer(answer), by=by, at=at)


def _end(*, obj: OnCall, by: Any, at: datetime) -> Any:
    return on_call.end(shift=obj, by=by, at=at)


@admin.register(ClinicalAlert)
class ClinicalAlertAdmin(PatientAdmin):
    """Alerts that called a clinician; others are shown to whom somebody still has to come."""

    fields = (
        *OUTLINE,
        *("recorded_at", "recorded_by", "acknowledged_at"),
        *("acknowledged_by", "closed_at", "closed_by", "kind", "answer"),
    )
    readonly_fields = ("patient",)
    list_display = ("patient", "programme", "recorded_at", "state", "acknowledged_by")
    list_filter = ("state", "programme")
    moves = (
        Move(
            "acknowledge",
            _("I see to it"),
            alerts.ANSWER,
            _acknowledge,
            applies=lambda row: row.state == "OPEN",
            done=_("You see to it."),
        ),
        Move(
            "close",
            _("Close"),
            alerts.ANSWER,
            _close,
            AnswerForm,
            applies=lambda row: row.state == "ACKNOWLEDGED",
            done=_("The alert is closed."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related(
            "programme", "recorded_by__user", "acknowledged_by__user", "closed_by__user"
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if _answers(request) else OUTLINE

    def get_list_display(self, request: HttpRequest) -> Any:
        return super().get_list_display(request) if _answers(request) else OUTLINE


def _answers(request: HttpRequest) -> bool:
    return policy.can(principal(request), alerts.ANSWER)


@admin.register(AlertEscalation)
class AlertEscalationAdmin(RecordAdmin):
    """When an unanswered alert was put before the next."""

    fields = ("alert", "step", "due_at", "recorded_at")
    list_display = ("alert", "step", "due_at", "recorded_at")
    list_filter = ("step",)
    list_select_related = ("alert__person",)
    ordering = ("-id",)


@admin.register(OnCall)
class OnCallAdmin(RegistryAdmin):
    """Who is on call, from when to when."""

    add_permission = on_call.MANAGE
    add_fields = ("principal", "since", "until")
    fields = ("principal", "since", "until", "ended_at", "ended_by", "recorded_at", "recorded_by")
    list_display = ("principal", "since", "until", "ended_at")
    list_select_related = ("principal__user",)
    begins_now = ("since",)
    moves = (
        Move(
            "end",
            _("End"),
            on_call.MANAGE,
            _end,
            applies=lambda row: row.ended_at is None,
            done=_("The time on call has ended."),
        ),
    )

    def staff(self) -> Any:
        return clinicians()

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> OnCall:
        return on_call.put(by=by, at=at, **data)
