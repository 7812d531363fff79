"""Addresses of the pages of analyses."""

from __future__ import annotations

from django.urls import path

from assays.pages.analyses import (
    agreement,
    epidemic,
    kinetics,
    micrograph,
    micrographs,
    plates,
    runs,
    trials,
)

urlpatterns = [
    path("analyses/", runs.index, name="analyses"),
    path("analyses/population/", epidemic.show, name="population"),
    path("analyses/trials/", trials.show, name="trials"),
    path("analyses/<int:analysisrun_id>/", runs.show, name="analysis-run"),
    path(
        "analyses/<int:analysisrun_id>/progress/",
        runs.progress,
        name="analysis-run-progress",
    ),
    path("analyses/<int:analysisrun_id>/cancel/", runs.cancel, name="analysis-run-cancel"),
    path("analyses/<int:analysisrun_id>/repeat/", runs.repeat, name="analysis-run-repeat"),
    path("plates/", plates.index, name="plates"),
    path("plates/new/", plates.new, name="plate-new"),
    path("plates/<int:analysispart_id>/", plates.show, name="plate"),
    path("plates/<int:analysispart_id>/record/", plates.record, name="plate-record"),
    path(
        "plates/<int:analysispart_id>/record-left-out/",
        plates.record_left_out,
        name="plate-record-left-out",
    ),
    path("specimens/<str:accession>/micrographs/", micrographs.show, name="micrographs"),
    path(
        "specimens/<str:accession>/micrographs/count/",
        micrographs.count,
        name="micrographs-count",
    ),
    path(
        "specimens/<str:accession>/micrographs/record/",
        micrographs.record,
        name="micrographs-record",
    ),
    path("micrographs/agreement/", agreement.show, name="micrograph-agreement"),
    path("micrographs/<int:micrograph_id>/", micrograph.show, name="micrograph"),
    path("micrographs/<int:drawn_id>/picture/", micrograph.picture, name="micrograph-picture"),
    path(
        "micrographs/<int:drawn_id>/thumbnail/",
        micrograph.thumbnail,
        name="micrograph-thumbnail",
    ),
    path(
        "micrographs/<int:micrograph_id>/original/",
        micrograph.original,
        name="micrograph-original",
    ),
    path(
        "micrographs/<int:micrograph_id>/withdraw/",
        micrograph.withdraw,
        name="micrograph-withdraw",
    ),
    path("persons/<uuid:uid>/kinetics/", kinetics.show, name="kinetics"),
]
