"""Addresses of waivers, checks and clearance."""

from __future__ import annotations

from django.urls import path

from consent.api.clearances import ClearanceView
from consent.pages import clearances

urlpatterns = [
    path("round/", clearances.board, name="board-first"),
    path("round/<slug:code>/", clearances.board, name="board"),
    path("clearances/<uuid:uid>/<slug:code>/", clearances.person, name="clearance"),
    path("gate/", clearances.gate, name="gate"),
    path("my-clearance/", clearances.own, name="own-clearance"),
    path("api/v1/clearances/<uuid:person>", ClearanceView.as_view(), name="api-clearance"),
]
