"""Addresses of the registry's pages."""

from __future__ import annotations

from django.urls import path

from patients.pages import needs, persons, signs

urlpatterns = [
    path("persons/", persons.search, name="persons"),
    path("persons/new", persons.register, name="person-new"),
    path("persons/<uuid:uid>/entry", persons.entry, name="person-entry"),
    path("persons/<uuid:uid>/signs/", signs.show, name="signs"),
    path("signs/", signs.line_list, name="sign-list"),
    path("persons/<uuid:uid>/needs/", needs.show, name="needs"),
]
