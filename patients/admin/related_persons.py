"""Next of kin, contacts and guardians in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move, ReasonForm
from patients.actions import related_persons
from patients.admin.base import CorrectableAdmin, CorrectionForm, StandingFilter, is_standing
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


def _correct(*, obj: RelatedPerson, by: Any, at: datetime, **given: Any) -> Any:
    return related_persons.correct(related=obj, by=by, at=at, **given)


def _retract(*, obj: RelatedPerson, by: Any, at: datetime, reason: str) -> Any:
    return related_persons.retract(related=obj, by=by, at=at, reason=reason)


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
    moves = (
        Move(
            "correct", _("Correct"), RECORD, _correct, RelatedPersonCorrection, applies=is_standing
        ),
        Move(
            "retract",
            _("Take back"),
            RECORD,
            _retract,
            ReasonForm,
            applies=is_standing,
            is_serious=True,
        ),
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> RelatedPerson:
        return related_persons.record(by=by, at=at, **data)
