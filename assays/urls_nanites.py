"""Addresses of the pages of nanite types and profiles."""

from __future__ import annotations

from django.urls import path

from assays.pages import nanite_types

urlpatterns = [
    path("nanite-types/", nanite_types.index, name="nanite-types"),
    path("nanite-types/new/", nanite_types.new, name="nanite-type-new"),
    path("nanite-types/<int:nanitetype_id>/", nanite_types.show, name="nanite-type"),
    path(
        "nanite-types/<int:nanitetype_id>/rename/", nanite_types.rename, name="nanite-type-rename"
    ),
    path(
        "nanite-types/<int:nanitetype_id>/functions/new/",
        nanite_types.state,
        name="nanite-function-new",
    ),
    path(
        "nanite-functions/<int:nanitefunction_id>/withdraw/",
        nanite_types.withdraw,
        name="nanite-function-withdraw",
    ),
]
