"""Where people were seen or looked for, in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from patients.actions import sightings
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField
from patients.models import Sighting

STATED = ("person", "outcome", "location", "place", "reported_by", "note", "seen_at")


class SightingCorrection(CorrectionForm):
    person = PersonField()

    class Meta:
        model = Sighting
        fields = STATED
        field_classes = {"seen_at": MomentField}


@admin.register(Sighting)
class SightingAdmin(CorrectableAdmin):
    """Who was seen where, and who was looked for in vain."""

    add_permission = sightings.PERMISSION
    begins_now = ("seen_at",)
    add_fields = STATED
    fields = ("patient", *STATED[1:], "holds", "corrects", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "holds")
    list_display = ("patient", "outcome", "location", "place", "seen_at", "reported_by", "holds")
    list_filter = (StandingFilter, "outcome")
    list_relations = ("person", "location", "corrected_by")
    moves = corrections(
        "sighting",
        correct=sightings.correct,
        retract=sightings.retract,
        permission=sightings.PERMISSION,
        form=SightingCorrection,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("location", "recorded_by")

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Sighting:
        return sightings.record(by=by, at=at, **data)
