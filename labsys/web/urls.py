"""Every address of labsys."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from labsys.web import health

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
]
