"""Visits and decisions of follow-up in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from patients.actions import follow_ups, visits
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField
from patients.models import FollowUpDecision, FollowUpVisit

VISIT = (
    *("person", "agent", "outcome", "visited_at", "symptoms", "temperature"),
    *("location", "place", "visitor"),
)


class VisitCorrection(CorrectionForm):
    person = PersonField()

    class Meta:
        model = FollowUpVisit
        fields = VISIT
        field_classes = {"visited_at": MomentField}


def _correct_decision(*, decision: FollowUpDecision, **given: Any) -> Any:
    kept = {"person": decision.person, "agent": decision.agent, "kind": decision.kind}
    return follow_ups.correct(decision=decision, **{**kept, **given})


class DecisionCorrection(CorrectionForm):
    """The reason of the decision itself is stated again, and beside it why that is set right."""

    reason = forms.CharField(
        label=_("Reason of the decision"), widget=forms.Textarea(attrs={"rows": 2})
    )
    why = forms.CharField(
        label=_("Why this is set right"), widget=forms.Textarea(attrs={"rows": 2})
    )

    class Meta:
        model = FollowUpDecision
        fields = ("decided_at", "until", "reason")
        field_classes = {"decided_at": MomentField, "until": MomentField}

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        forms.ModelForm.__init__(
            self,
            *args,
            initial={name: getattr(obj, name) for name in self.Meta.fields},
            label_suffix="",
            **kwargs,
        )


@admin.register(FollowUpVisit)
class FollowUpVisitAdmin(CorrectableAdmin):
    """Who was visited, and what was found."""

    add_permission = visits.PERMISSION
    begins_now = ("visited_at",)
    add_fields = VISIT
    fields = ("patient", *VISIT[1:], "holds", "corrects", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "holds")
    list_display = ("patient", "agent", "outcome", "visited_at", "temperature", "holds")
    list_filter = (StandingFilter, "outcome")
    list_relations = ("person", "agent", "corrected_by")
    moves = corrections(
        "visit",
        correct=visits.correct,
        retract=visits.retract,
        permission=visits.PERMISSION,
        form=VisitCorrection,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("agent", "location", "recorded_by")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> FollowUpVisit:
        return visits.record(by=by, at=at, **data)


@admin.register(FollowUpDecision)
class FollowUpDecisionAdmin(CorrectableAdmin):
    """Who was lost or is no longer followed up, and why; decided on the page of the person."""

    fields = (
        *("patient", "agent", "kind", "until", "reason", "decided_at"),
        *("holds", "corrects", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient", "holds")
    list_display = ("patient", "agent", "kind", "until", "decided_at", "holds")
    list_filter = (StandingFilter, "kind")
    moves = corrections(
        "decision",
        correct=_correct_decision,
        retract=follow_ups.retract,
        permission=follow_ups.PERMISSION,
        form=DecisionCorrection,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("agent", "recorded_by")
