"""The catalogue of clinical signs in the admin: drafted, and approved by somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move
from labsys.lib.refusals import sentence
from patients.actions import signs
from patients.admin.base import RegistryAdmin, RegistryForm
from patients.models import Sign
from patients.rules.signs import SignRefused, check_grades, written_grades

DRAFT, APPROVE = "patients.sign.draft", "patients.sign.approve"


class SignForm(RegistryForm):
    """A sign as it is drafted; grades are written one to a line."""

    grades = forms.CharField(
        label=_("Grades"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Of a graded sign: one to a line, a name, a colon and what is meant; the absence first."
        ),
    )

    def clean_grades(self) -> list[dict[str, str]]:
        text = self.cleaned_data["grades"]
        if not text.strip():
            return []
        try:
            return check_grades(text)
        except SignRefused as refused:
            raise ValidationError(sentence(refused)) from refused


def _act(action: Any) -> Any:
    def act(*, obj: Sign, by: Any, at: datetime) -> Any:
        return action(sign=obj, by=by, at=at)

    return act


def _is(*states: str) -> Any:
    return lambda obj: obj.status in states


@admin.register(Sign)
class SignAdmin(RegistryAdmin):
    """What a sign means and how it is graded; a draft is in force once somebody else approves it."""

    form = SignForm
    add_permission = DRAFT
    add_fields = ("code", "name", "kind", "unit", "meaning", "grades")
    fields = (
        *("code", "number", "name", "kind", "unit", "meaning", "grades_in_words", "status"),
        *("drafted_by", "drafted_at", "approved_by", "approved_at", "ended_at"),
    )
    readonly_fields = ("grades_in_words",)
    list_display = ("name", "code", "number", "kind", "status", "approved_at")
    list_filter = ("status", "kind")
    search_fields = ("name", "code")
    moves = (
        Move("approve", _("Approve"), APPROVE, _act(signs.approve), applies=_is("DRAFT")),
        Move("discard", _("Discard"), DRAFT, _act(signs.discard), applies=_is("DRAFT")),
        Move(
            "retire",
            _("Take out of use"),
            APPROVE,
            _act(signs.retire),
            applies=_is("ACTIVE"),
            is_serious=True,
        ),
    )

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Sign:
        return signs.draft(by=by, at=at, **data)

    @admin.display(description=_("grades"))
    def grades_in_words(self, row: Sign) -> str:
        return written_grades(row.grades) or _now("none")
