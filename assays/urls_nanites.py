"""Addresses of the pages of nanite types and profiles."""

from __future__ import annotations

from django.urls import path

from assays.pages import (
    allele_frequencies,
    benefit_measures,
    benefits,
    nanite_profiles,
    nanite_types,
)
from assays.pages.analyses import drift, profile_runs, searches

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
    path("nanite-profiles/groups/", profile_runs.group, name="profile-groups-new"),
    path("nanite-profiles/reprofile/", profile_runs.reprofile, name="profile-reprofile"),
    path("profile-groups/<int:analysispart_id>/", profile_runs.show, name="profile-groups"),
    path("persons/<uuid:uid>/profiles/", drift.show, name="person-profiles"),
    path("catalogue/allele-frequencies/", allele_frequencies.index, name="allele-frequencies-list"),
    path(
        "catalogue/allele-frequencies/new/", allele_frequencies.new, name="allele-frequencies-new"
    ),
    path(
        "catalogue/allele-frequencies/<int:allelefrequencies_id>/",
        allele_frequencies.show,
        name="allele-frequencies",
    ),
    path(
        "catalogue/allele-frequencies/<int:allelefrequencies_id>/<slug:move>/",
        allele_frequencies.move,
        name="allele-frequencies-move",
    ),
    path("benefits/", benefits.summary, name="benefits"),
    path("catalogue/benefit-measures/", benefit_measures.index, name="benefit-measures-list"),
    path("catalogue/benefit-measures/new/", benefit_measures.new, name="benefit-measures-new"),
    path(
        "catalogue/benefit-measures/<int:benefitmeasures_id>/",
        benefit_measures.show,
        name="benefit-measures",
    ),
    path(
        "catalogue/benefit-measures/<int:benefitmeasures_id>/<slug:move>/",
        benefit_measures.move,
        name="benefit-measures-move",
    ),
    path("nanite-profiles/<uuid:profile_uid>/search/", searches.new, name="profile-search-new"),
    path("profile-searches/<int:analysispart_id>/", searches.show, name="profile-search"),
    path(
        "profile-searches/<int:analysispart_id>/export/",
        searches.export,
        name="profile-search-export",
    ),
]
