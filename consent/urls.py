"""Addresses of waivers, checks and clearance."""

from __future__ import annotations

from django.urls import path

from consent.api.clearances import ClearanceView

urlpatterns = [
    path("api/v1/clearances/<uuid:person>", ClearanceView.as_view(), name="api-clearance"),
]
