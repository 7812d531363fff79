"""Addresses of the registry's pages."""

from __future__ import annotations

from django.urls import path

from patients.pages import persons

urlpatterns = [
    path("persons/", persons.search, name="persons"),
    path("persons/new", persons.register, name="person-new"),
    path("persons/<uuid:uid>/entry", persons.entry, name="person-entry"),
]
