"""Who looks after whom, in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from labsys.accounts.roles import Role
from labsys.lib.admin import Move, ReasonForm
from patients.actions import care
from patients.admin.base import PatientAdmin, PlaceFilter, RegistryAdmin
from patients.models import CareAssignment, CareGrant


def _end_assignment(*, obj: CareAssignment, by: Any, at: datetime, reason: str) -> Any:
    return care.end_assignment(assignment=obj, by=by, at=at, reason=reason)


def _end_grant(*, obj: CareGrant, by: Any, at: datetime, reason: str) -> Any:
    return care.end_grant(grant=obj, by=by, at=at, reason=reason)


def _goes_on(period: CareAssignment | CareGrant) -> bool:
    # Which button to show; the action asks the database's clock.
    return period.until is None or period.until > timezone.now()


@admin.register(CareAssignment)
class CareAssignmentAdmin(RegistryAdmin):
    """Who works in which place, and so has its patients in their care."""

    add_permission = "patients.care.assign"
    begins_now = ("since",)
    add_fields = ("principal", "location", "since", "until")
    fields = ("principal", "location", "since", "until", "recorded_at", "recorded_by")
    list_display = ("principal", "location", "since", "until")
    list_filter = (("location", PlaceFilter),)
    list_select_related = ("principal", "location")
    search_fields = ("principal__name",)
    moves = (
        Move(
            "end",
            _("End this assignment"),
            "patients.care.assign",
            _end_assignment,
            ReasonForm,
            applies=_goes_on,
        ),
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> CareAssignment:
        return care.assign(by=by, at=at, **data)


@admin.register(CareGrant)
class CareGrantAdmin(PatientAdmin):
    """Which visiting clinician may see which patient, and until when."""

    add_permission = "patients.care.grant"
    begins_now = ("since",)
    add_fields = ("principal", "person", "reason", "service", "species", "since", "until")
    fields = (*add_fields, "recorded_at", "recorded_by")
    list_display = ("principal", "person", "service", "species", "since", "until", "reason")
    moves = (
        Move(
            "end",
            _("End this grant"),
            "patients.care.grant",
            _end_grant,
            ReasonForm,
            applies=_goes_on,
            is_serious=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return RegistryAdmin.get_queryset(self, request).select_related(
            "principal", "person", "species"
        )

    def staff(self) -> Any:
        visitors = super().staff().filter(role_grants__role=Role.VISITING_CLINICIAN)
        return visitors.filter(role_grants__revocation=None).distinct()

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> CareGrant:
        return care.grant(by=by, at=at, **data)
