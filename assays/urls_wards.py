"""Addresses of the wards' pages."""

from __future__ import annotations

from django.urls import path

from assays.pages import census, wards

urlpatterns = [
    path("wards/", wards.index, name="wards"),
    path("wards-board/", wards.whole_board, name="wards-board"),
    path("wards-board/part/", wards.whole_board_part, name="wards-board-part"),
    path("wards/<slug:ward_code>/", wards.show, name="ward"),
    path("wards/<slug:ward_code>/board/", wards.board, name="ward-board"),
    path("wards/<slug:ward_code>/board/part/", wards.board_part, name="ward-board-part"),
    path("census/", census.show, name="census"),
    path("census/export/", census.export, name="census-export"),
]
