"""The admin site: opens for people with a working role; everything else is each permission's."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from labsys.accounts.pages import log_out
from labsys.lib.errors import NotAllowed


class LabAdminSite(admin.AdminSite):
    """Django's admin, asked by policy."""

    site_header = _("Laboratory")
    site_title = _("Laboratory")
    index_title = _("Records")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.is_staff and not user.must_change_password)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register forms of labsys; Django's own (groups) edit in place and mean nothing here."""
        if admin_class is None or not admin_class.__module__.startswith("django."):
            super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the list of all tables, made by whoever reads it.

        Django makes it for the side bar of every page, asking four permissions for each table; there
        is no side bar here, and the two pages that show the list make it once.
        """
        made = partial(super().get_app_list, request, app_label)
        return SimpleLazyObject(made)

    def get_urls(self) -> list[Any]:
        # `r/` leads from any content type and id to a page: nothing here needs it.
        return [each for each in super().get_urls() if getattr(each, "name", "") != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send people to the one login page; refuse those whose role has no forms."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated and request.user.must_change_password:
            return redirect("password_change")
        if request.user.is_authenticated:
            raise NotAllowed(_("Your role does not allow this page."))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Leave logging out to the one page that does it."""
        return log_out(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("password_change")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("password_change")
