"""Every address of labsys."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from labsys.web import health, home, interface, preferences, search

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", home.home, name="home"),
    path("search/", search.show, name="search"),
    path("theme", preferences.set_theme, name="set_theme"),
    path("language", preferences.set_language, name="set_language"),
    path("api/", interface.page, name="api-page"),
    path("api/schema/", interface.SchemaView.as_view(), name="api-schema"),
    path("api/v1/", include("patients.api.urls")),
    path("api/v1/", include("assays.api.urls")),
    path("", include("labsys.web.dashboards.urls")),
    path("", include("patients.urls")),
    path("", include("assays.urls")),
    path("", include("consent.urls")),
    path("", include("labsys.accounts.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "labsys.web.refusals.bad_request"
handler403 = "labsys.web.refusals.not_allowed"
handler404 = "labsys.web.refusals.not_found"
handler500 = "labsys.web.refusals.failed"
