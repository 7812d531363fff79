"""Links between double entries in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labsys.lib.admin import Move, ReasonForm
from patients import queries
from patients.actions import links
from patients.admin.base import PatientAdmin, RegistryAdmin
from patients.models import PersonLink

SHOWN = 10  # row numbers named of one table after a link is undone


def _unlink(*, obj: PersonLink, by: Any, at: datetime, reason: str) -> links.Parted:
    return links.unlink(link=obj, by=by, at=at, reason=reason)


def _is_active(link: PersonLink) -> bool:
    return getattr(link, "unlink", None) is None


@admin.register(PersonLink)
class PersonLinkAdmin(PatientAdmin):
    """Which entries are read as which."""

    add_permission = "patients.person.link"
    add_fields = ("duplicate", "survivor", "reason")
    fields = ("duplicate", "survivor", "reason", "active", "recorded_at", "recorded_by")
    readonly_fields = ("active",)
    list_display = ("duplicate", "survivor", "active", "recorded_at", "recorded_by")
    search_fields = ("survivor__mrn",)
    moves = (
        Move(
            "unlink",
            gettext_lazy("Undo this link"),
            "patients.person.link",
            _unlink,
            ReasonForm,
            applies=_is_active,
            done=gettext_lazy("The entries stand apart again."),
            is_serious=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = RegistryAdmin.get_queryset(self, request)
        return rows.select_related("duplicate", "survivor", "unlink", "recorded_by")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> PersonLink:
        return links.link(by=by, at=at, **data)

    def moved(self, request: HttpRequest, obj: PersonLink, move: Move, result: Any) -> HttpResponse:
        for one in result.meanwhile:
            messages.warning(request, in_words(one))
        return super().moved(request, obj, move, result)

    @admin.display(description=gettext_lazy("holds"), boolean=True)
    def active(self, link: PersonLink) -> bool:
        return _is_active(link)


def in_words(meanwhile: queries.Meanwhile) -> str:
    """Say what was recorded of one kind while two entries were read as one."""
    numbers = ", ".join(str(number) for number in meanwhile.ids[:SHOWN])
    more = len(meanwhile.ids) - SHOWN
    return _("Recorded meanwhile, look whose it is: %(what)s %(numbers)s%(more)s") % {
        "what": meanwhile.model._meta.verbose_name_plural,
        "numbers": numbers,
        "more": _(" and %(count)d more") % {"count": more} if more > 0 else "",
    }
