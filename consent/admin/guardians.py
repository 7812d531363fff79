"""Guardians' logins in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consent.actions import guardians
from consent.models import Guardianship
from labsys.accounts.queries import people_who_may
from labsys.lib.admin import Move
from patients.admin.base import PatientAdmin

OWN_PAGE = "consent.clearance.own"  # where a guardian finds the minor


def _end(*, obj: Guardianship, by: Any, at: datetime) -> Any:
    return guardians.end(guardianship=obj, by=by, at=at)


@admin.register(Guardianship)
class GuardianshipAdmin(PatientAdmin):
    """Which login is a guardian's of which minor, who recorded it, and until when it was so."""

    add_permission = guardians.MANAGE
    add_fields = ("person", "principal", "relationship", "basis")
    fields = (
        *("patient", "principal", "relationship", "basis"),
        *("recorded_at", "recorded_by", "ended_at", "ended_by"),
    )
    readonly_fields = ("patient",)
    list_display = ("patient", "principal", "relationship", "recorded_at", "ended_at")
    moves = (
        Move(
            "end",
            _("End"),
            guardians.MANAGE,
            _end,
            applies=lambda row: row.ended_at is None,
            done=_("This login is a guardian's no longer."),
            is_serious=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("principal", "recorded_by", "ended_by")

    def staff(self) -> Any:
        return super().staff().filter(pk__in=people_who_may(OWN_PAGE).values("pk"))

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> Guardianship:
        return guardians.link(by=by, at=at, **data)
