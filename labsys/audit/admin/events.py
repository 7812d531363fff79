"""What was changed and who looked, for auditors and the privacy officer. Looking is recorded too."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.audit.admin.filters import (
    ActionFilter,
    ActorFilter,
    PeriodFilter,
    PersonFilter,
    PurposeFilter,
    RowFilter,
    TableFilter,
)
from labsys.audit.models import AuditEvent, ReadEvent
from labsys.lib.admin import RecordAdmin, principal


def name_of(column: str) -> Subquery:
    """Return the name of the principal whose number stands in a column."""
    return Subquery(Principal.objects.filter(pk=OuterRef(column)).values("name")[:1])


class EventAdmin(RecordAdmin):
    """A list of events, the newest first; nothing is added here."""

    ordering = ("-id",)
    list_per_page = 100
    list_display_links = ("at",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(actor_name=name_of("actor"))

    @admin.display(description=_("who"))
    def who(self, event: Any) -> str:
        return event.actor_name or f"#{event.actor}"


@admin.register(AuditEvent)
class AuditEventAdmin(EventAdmin):
    """Every change of a fact or a state."""

    fields = ("at", "who", "on_behalf_of", "action", "reason", "op", "model", "pk_of", "changes")
    readonly_fields = ("who", "changes")
    list_display = ("at", "who", "action", "op", "model", "pk_of", "reason")
    list_filter = (PeriodFilter, ActorFilter, ActionFilter, RowFilter, TableFilter)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("body")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        answer = super().change_view(request, object_id, form_url, extra_context)
        event = answer.context_data["original"]  # type: ignore[attr-defined]
        person = event.body.get("row", {}).get("person_id")
        reads.record(by=principal(request), purpose="audit", objects=[event], person_id=person)
        return answer

    @admin.display(description=_("row"))
    def changes(self, event: AuditEvent) -> str:
        """Show each column as it became, and what it was where it changed."""
        was = event.body.get("was") or {}
        rows = (
            (name, _shown(value), _shown(was[name]) if name in was else "")
            for name, value in sorted(event.body.get("row", {}).items())
        )
        lines = format_html_join("", "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>", rows)
        return format_html(
            "<table><thead><tr><th scope='col'>{}</th><th scope='col'>{}</th>"
            "<th scope='col'>{}</th></tr></thead><tbody>{}</tbody></table>",
            _("column"),
            _("became"),
            _("was"),
            lines,
        )


@admin.register(ReadEvent)
class ReadEventAdmin(EventAdmin):
    """Every look at somebody's record."""

    fields = ("at", "who", "purpose", "model", "pk_of", "person_id")
    readonly_fields = ("who",)
    list_display = ("at", "who", "purpose", "model", "pk_of", "person_id")
    list_filter = (PeriodFilter, ActorFilter, PurposeFilter, PersonFilter)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
