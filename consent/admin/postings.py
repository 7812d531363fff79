"""Postings out and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consent.actions import postings
from consent.actions.postings import LATE, RECORD, RETURN
from consent.admin.named import ByProgramme
from consent.models import Posting
from labsys.lib.admin import Move, ReasonForm
from patients.admin.base import PatientAdmin
from patients.forms import MomentField, now


class ReturnForm(forms.Form):
    """When somebody came back."""

    returned_at = MomentField(label=_("Returned at"), initial=now)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class AwayFilter(admin.SimpleListFilter):
    """Who is away now, or the postings that ended."""

    title = _("away")
    parameter_name = "away"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Away now")), ("no", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "yes":
            return queryset.away()
        return queryset.exclude(ended_at=None) if self.value() == "no" else queryset


def _come_back(*, obj: Posting, by: Any, at: datetime, **given: Any) -> Any:
    return postings.come_back(posting=obj, by=by, at=at, **given)


def _annul(*, obj: Posting, by: Any, at: datetime, reason: str) -> Any:
    return postings.annul(posting=obj, by=by, at=at, reason=reason)


def _is_away(row: Posting) -> bool:
    return row.ended_at is None


@admin.register(Posting)
class PostingAdmin(ByProgramme, PatientAdmin):
    """Who left on which programme, and who came back; recorded here late, with its moment."""

    add_permission = LATE
    add_fields = ("person", "programme", "destination", "left_at")
    fields = (
        *("patient", "programme", "destination", "left_at", "answered_at", "valid_until"),
        *("programme_version", "relied_on", "ended_at", "ending", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient", "ending")
    list_display = ("patient", "programme", "destination", "left_at", "ended_at", "ending")
    list_filter = (AwayFilter, "programme")
    begins_now = ("left_at",)
    moves = (
        Move(
            "return",
            _("Came back"),
            RETURN,
            _come_back,
            ReturnForm,
            applies=_is_away,
            done=_("The return is recorded."),
        ),
        Move(
            "annul",
            _("Recorded in error"),
            RECORD,
            _annul,
            ReasonForm,
            applies=_is_away,
            done=_("The posting is annulled."),
            is_serious=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("programme", "returned", "annulment", "recorded_by")

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Posting:
        return postings.post(by=by, at=at, **data)

    @admin.display(description=_("how it ended"))
    def ending(self, row: Posting) -> Any:
        if void := getattr(row, "annulment", None):
            return _("recorded in error: %(why)s") % {"why": void.reason}
        back = getattr(row, "returned", None)
        return (back.note or _("came back")) if back else ""
