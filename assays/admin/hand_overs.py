"""Hand-overs of work groups in the admin, to look at; they are given and taken on the group's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from assays.models import HandOver, HandOverItem, HandOverItemEnd, HandOverTaken
from labsys.lib.admin import RecordAdmin


class OfGroupAdmin(RecordAdmin):
    """Newest first, and leads to the hand-over."""

    readonly_fields = ("page",)
    ordering = ("-id",)

    def of(self, row: Any) -> HandOver:
        """Return the hand-over to which a row belongs."""
        found: HandOver = row.hand_over
        return found

    @admin.display(description=_("page"))
    def page(self, row: Any) -> SafeString:
        one = self.of(row)
        address = reverse("work-group-hand-over", args=[one.group.code, one.pk])
        return format_html('<a href="{}">{}</a>', address, _("The hand-over"))


@admin.register(HandOver)
class HandOverAdmin(OfGroupAdmin):
    """What one shift told the next."""

    fields = ("page", "group", "handed_at", "note", "corrects", "recorded_at", "recorded_by")
    list_display = ("group", "handed_at", "recorded_by")
    list_filter = ("group",)
    list_select_related = ("group", "recorded_by")

    def of(self, row: Any) -> HandOver:
        found: HandOver = row
        return found


@admin.register(HandOverItem)
class HandOverItemAdmin(OfGroupAdmin):
    """What stays to be done or watched."""

    fields = ("page", "hand_over", "person", "priority", "text", "recorded_at", "recorded_by")
    list_display = ("hand_over", "priority", "text", "recorded_by")
    list_filter = ("priority", "hand_over__group")
    list_select_related = ("hand_over__group", "recorded_by")


@admin.register(HandOverItemEnd)
class HandOverItemEndAdmin(OfGroupAdmin):
    """What was done about items."""

    fields = ("page", "item", "done", "recorded_at", "recorded_by")
    list_display = ("item", "done", "recorded_by", "recorded_at")
    list_select_related = ("item__hand_over__group", "recorded_by")

    def of(self, row: Any) -> HandOver:
        found: HandOver = row.item.hand_over
        return found


@admin.register(HandOverTaken)
class HandOverTakenAdmin(OfGroupAdmin):
    """Who took hand-overs, and when."""

    fields = ("page", "hand_over", "recorded_at", "recorded_by")
    list_display = ("hand_over", "recorded_by", "recorded_at")
    list_select_related = ("hand_over__group", "recorded_by")
