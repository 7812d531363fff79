"""Checks as they were concluded; what was said at a psychological one has its own page alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consent.actions import checks, findings
from consent.models import Check, FindingClear, MedicalFindings
from consent.models.checks import ANNULLED_AS
from consent.queries.psychological import READ
from consent.rules.facts import CheckKind
from consent.rules.psychological import AnnulCode
from consent.templatetags.screening import screening_words
from labsys.lib import policy
from labsys.lib.admin import Move, ReasonForm, RecordAdmin, principal
from patients.admin.base import PatientAdmin


class CodeForm(ReasonForm):
    """Why a psychological check was recorded in error: a code for others, the words sealed."""

    code = forms.ChoiceField(label=_("What others are told"), choices=[("", "—"), *ANNULLED_AS])
    field_order = ("code", "reason")


FORMS = {CheckKind.MEDICAL: ReasonForm, CheckKind.PSYCHOLOGICAL: CodeForm}


def _annul(*, obj: Check, by: Any, at: datetime, reason: str, code: str = "") -> Any:
    given = AnnulCode(code) if code else None
    return checks.annul(check=obj, by=by, at=at, reason=reason, code=given)


def _is_of(kind: str) -> Any:
    def applies(row: Check) -> bool:
        is_favourable = row.outcome not in checks.REFUSALS
        return row.kind == kind and is_favourable and getattr(row, "annulment", None) is None

    return applies


@admin.register(Check)
class CheckAdmin(PatientAdmin):
    """Medical and psychological checks; they are recorded on their own pages."""

    fields = (
        *("patient", "kind", "outcome", "for_screening", "proposed", "examiner", "second_examiner"),
        *("performed_at", "annulled", "annulled_as", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient", "for_screening", "annulled", "annulled_as")
    list_display = ("patient", "kind", "outcome", "performed_at", "examiner", "annulled")
    list_filter = ("kind", "outcome")
    moves = tuple(
        Move(
            f"annul-{kind.lower()}",
            _("Recorded in error"),
            permission,
            _annul,
            FORMS[kind],
            applies=_is_of(kind.value),
            done=_("The check is annulled; what it lifted stands again."),
            is_serious=True,
        )
        for kind, permission in checks.PERMISSION.items()
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = set()
        if obj is not None and obj.is_private:
            hidden = {"proposed"}
            if not policy.can(principal(request), READ):
                hidden.add("second_examiner")
        return [name for name in super().get_fields(request, obj) if name not in hidden]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("examiner", "second_examiner", "annulment", "recorded_by")

    @admin.display(description=_("for the screening staff"))
    def for_screening(self, row: Check) -> str:
        return ", ".join(str(screening_words(code)) for code in row.told)

    @admin.display(description=_("recorded in error"), boolean=True)
    def annulled(self, row: Check) -> bool:
        return getattr(row, "annulment", None) is not None

    @admin.display(description=_("why it was annulled"))
    def annulled_as(self, row: Check) -> str:
        annulment = getattr(row, "annulment", None)
        if annulment is None:
            return ""
        return str(annulment.get_code_display()) if row.is_private else str(annulment.reason)


@admin.register(MedicalFindings)
class MedicalFindingsAdmin(RecordAdmin):
    """What was measured and seen at medical checks, for those who examine."""

    fields = (
        *("of_check", "vitals", "score", "signs", "examined", "nanite_control", "results"),
        *("comment", "grounds"),
        *("recorded_at", "recorded_by"),
    )
    list_display = ("of_check", "recorded_at", "recorded_by")
    list_select_related = ("of_check__person", "recorded_by")
    ordering = ("-id",)


@admin.register(FindingClear)
class FindingClearAdmin(RecordAdmin):
    """Critical nanite results that a clinician dealt with."""

    add_permission = "consent.finding.clear"
    add_fields = ("result", "reason")
    fields = ("result", "reason", "recorded_at", "recorded_by")
    list_display = ("result", "recorded_at", "recorded_by")
    list_select_related = ("result__analyte", "result__specimen", "recorded_by")
    raw_id_fields = ("result",)
    ordering = ("-id",)

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> FindingClear:
        return findings.clear(by=by, at=at, **data)
