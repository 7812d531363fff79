"""Exposures in the admin."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import principal
from patients.actions import exposures
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField, SuggestingInput
from patients.models import Exposure
from patients.queries import agents, events

RECORD = "patients.exposure.record"
STATED = (
    *("person", "source_person", "event", "agent", "kind", "certainty"),
    *("first_at", "last_at"),
)


class ExposureCorrection(CorrectionForm):
    person = PersonField()
    source_person = PersonField(label=_("Source person (MRN)"), required=False)

    class Meta:
        model = Exposure
        fields = STATED
        field_classes = {"first_at": MomentField, "last_at": MomentField}
        widgets = {
            "agent": SuggestingInput(agents.suggested),
        }


@admin.register(Exposure)
class ExposureAdmin(CorrectableAdmin):
    """Who was exposed to what, by whom and when."""

    add_permission = RECORD
    add_fields = STATED
    fields = ("patient", *STATED[1:], "holds", "corrects", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "holds")
    list_display = ("patient", "agent", "kind", "certainty", "first_at", "source_person", "holds")
    list_filter = (StandingFilter, "kind", "certainty")
    moves = corrections(
        "exposure",
        correct=exposures.correct,
        retract=exposures.retract,
        permission=RECORD,
        form=ExposureCorrection,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("source_person", "recorded_by")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        known = {
            "agent": agents.suggested,
            "event": partial(events.suggested, principal(request)),
        }.get(db_field.name)
        if known is not None:
            kwargs["widget"] = SuggestingInput(known)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Exposure:
        return exposures.record(by=by, at=at, **data)
