"""Addresses of the laboratory's pages."""

from __future__ import annotations

from django.urls import path

from assays.pages import persons, results, worklist

urlpatterns = [
    path("worklist/", worklist.show, name="worklist"),
    path("results/<int:result_id>/", results.show, name="result"),
    path("results/<int:result_id>/<slug:move>/", results.move, name="result-move"),
    path("holds/<int:hold_id>/clear/", results.clear_hold, name="result-clear-hold"),
    path("persons/<uuid:uid>/results/", persons.results, name="person"),
    path("requests/", persons.requested, name="requested"),
]
