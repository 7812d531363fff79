"""The base of admins of rows that are worked on at a page of their own: to look at, and led there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import RecordAdmin


class LinkedAdmin(RecordAdmin):
    """Newest first; `address` names the page that a row leads to, `leads_to` what it is called.

    `apart` is fetched beside the list: many tables in one join take longer to plan than to read.
    """

    address: ClassVar[str] = ""
    leads_to: Any = _("Open")
    apart: ClassVar[tuple[str, ...]] = ()
    readonly_fields = ("page",)
    ordering = ("-id",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        found = [name for name in super().get_fields(request, obj) if name != "page"]
        return ["page", *found] if self.address else found

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(*self.apart)

    def led_by(self, row: Any) -> Any:
        """Return what the page's address names: the row's key, where nothing else is said."""
        return row.pk

    @admin.display(description=_("page"))
    def page(self, row: Any) -> SafeString:
        address = reverse(self.address, args=[self.led_by(row)])
        return format_html('<a href="{}">{}</a>', address, self.leads_to)
