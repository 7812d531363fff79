"""People's own logins in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from labsys.accounts.roles import Role
from patients.actions import logins
from patients.admin.base import RegistryAdmin
from patients.models import PersonAccount


@admin.register(PersonAccount)
class PersonAccountAdmin(RegistryAdmin):
    """Which login is whose own; shows the number of a patient and nothing else of them."""

    add_permission = "patients.person.account"
    add_fields = ("person", "principal")
    fields = ("person", "principal", "recorded_at", "recorded_by")
    list_display = ("principal", "person", "recorded_at")
    list_select_related = ("principal", "person")

    def staff(self) -> Any:
        people = super().staff()
        return people.filter(
            role_grants__role=Role.PARTICIPANT, role_grants__revocation=None
        ).distinct()

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> PersonAccount:
        return logins.link(by=by, at=at, **data)
