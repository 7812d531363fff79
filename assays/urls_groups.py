"""Addresses of the work groups' pages."""

from __future__ import annotations

from django.urls import path

from assays.pages import group_worklists, hand_overs, rotas, work_groups

urlpatterns = [
    path("work-groups/", work_groups.index, name="work-groups"),
    path("work-groups/<slug:group_code>/", work_groups.show, name="work-group"),
    path("work-groups/<slug:group_code>/rota/", rotas.show, name="work-group-rota"),
    path(
        "work-groups/<slug:group_code>/worklist/",
        group_worklists.show,
        name="work-group-worklist",
    ),
    path(
        "work-groups/<slug:group_code>/hand-overs/",
        hand_overs.index,
        name="work-group-hand-overs",
    ),
    path(
        "work-groups/<slug:group_code>/hand-overs/<int:handover_id>/",
        hand_overs.show,
        name="work-group-hand-over",
    ),
]
