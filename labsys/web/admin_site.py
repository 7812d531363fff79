"""The admin site: opens for people with a working role; everything else is each permission's."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class LabAdminSite(admin.AdminSite):
    """Django's admin, asked by policy."""

    site_header = _("Laboratory")
    site_title = _("Laboratory")
    index_title = _("Records")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.is_staff)
