"""Next of kin, contacts and guardians in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from patients.actions import related_persons
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField
from patients.models import RelatedPerson

RECORD = "patients.related.record"
STATED = (
    *("person", "relation", "name", "other", "contact"),
    *("is_next_of_kin", "is_contact", "is_guardian"),
    *("may_consent", "basis", "since", "until"),
)


class RelatedPersonCorrection(CorrectionForm):
    person = PersonField()
    other = PersonField(required=False, label=_("Known here as (MRN)"))

    class Meta:
        model = RelatedPerson
        fields = STATED
        field_classes = {"since": MomentField, "until": MomentField}


@admin.register(RelatedPerson)
class RelatedPersonAdmin(CorrectableAdmin):
    """Who belongs to a patient, what they are to them, and from when to when."""

    add_permission = RECORD
    begins_now = ("since",)
    add_fields = STATED
    fields = ("patient", *STATED[1:], "holds", "corrects", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "holds")
    list_display = (
        "patient",
        "relation",
        "name",
        "is_next_of_kin",
        "is_guardian",
        "may_consent",
        "holds",
    )
    list_filter = (StandingFilter, "relation", "may_consent")
    moves = corrections(
        "related",
        correct=related_persons.correct,
        retract=related_persons.retract,
        permission=RECORD,
        form=RelatedPersonCorrection,
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> RelatedPerson:
        return related_persons.record(by=by, at=at, **data)
