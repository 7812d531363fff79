"""GET /api/v1/reminders: who was reminded of which step of their round, and when."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.api import references
from consent.api.checks import entries_named
from consent.models import Reminder
from patients.api.paging import documented, given, page, shown


class RemindersView(APIView):
    """What people were reminded of; they see it on their own page."""

    permissions: ClassVar[dict[str, str]] = {"GET": "consent.board.view"}

    @documented("List reminders", "person", "programme", is_needed=False)
    def get(self, request: Request) -> Response:
        """List reminders, so that whoever has no login can be called."""
        asked = given(request, "person", "programme", is_needed=False)
        rows = Reminder.objects.select_related("slot__person", "slot__programme")
        if "person" in asked:
            rows = rows.filter(slot__person__in=entries_named(asked["person"]))
        if "programme" in asked:
            rows = rows.filter(slot__programme=references.programme(asked["programme"]))
        return page(request, rows, _shape, person=lambda row: row.slot.person_id)


def _shape(row: Reminder) -> dict[str, Any]:
    return {
        **shown(row, "id", "step", "lapses_at", "recorded_at"),
        "round": row.slot_id,
        "person": str(row.slot.person.uid),
        "programme": row.slot.programme.code,
        "appointment": row.appointment_id,
    }
