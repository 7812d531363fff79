"""Addresses of the pages of nanite types and profiles."""

from __future__ import annotations

from django.urls import path

from assays.pages import nanite_profiles, nanite_types
from assays.pages.analyses import drift

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
    path("nanite-profiles/", nanite_profiles.index, name="nanite-profiles"),
    path("nanite-profiles/new/", nanite_profiles.new, name="nanite-profile-new"),
    path("nanite-profiles/drifts/", drift.everybody, name="profile-drifts"),
    path("nanite-profiles/<uuid:profile_uid>/", nanite_profiles.show, name="nanite-profile"),
    path(
        "nanite-profiles/<uuid:profile_uid>/correct/",
        nanite_profiles.correct,
        name="nanite-profile-correct",
    ),
    path(
        "nanite-profiles/<uuid:profile_uid>/withdraw/",
        nanite_profiles.withdraw,
        name="nanite-profile-withdraw",
    ),
    path("persons/<uuid:uid>/profiles/", drift.show, name="person-profiles"),
]
