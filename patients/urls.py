"""Addresses of the registry's pages."""

from __future__ import annotations

from django.urls import path

from patients.pages import (
    clusters,
    contacts,
    events,
    follow_ups,
    missing,
    needs,
    openings,
    persons,
    quarantine,
    signs,
    stays,
)
from patients.pages import grants, openings, persons, stays

urlpatterns = [
    path("persons/", persons.search, name="persons"),
    path("persons/new", persons.register, name="person-new"),
    path("persons/<uuid:uid>/entry", persons.entry, name="person-entry"),
    path("persons/<uuid:uid>/signs/", signs.show, name="signs"),
    path("signs/", signs.line_list, name="sign-list"),
    path("persons/<uuid:uid>/needs/", needs.show, name="needs"),
    path("persons/<uuid:uid>/stays/", stays.person_stays, name="person-stays"),
    path("grants/", grants.index, name="grants"),
    path("grants/<int:caregrant_id>/", grants.show, name="grant"),
    path("stays/admit/", stays.admit, name="stay-admit"),
    path("stays/<int:encounter_id>/transfer/", stays.transfer, name="stay-transfer"),
    path("stays/<int:encounter_id>/discharge/", stays.discharge, name="stay-discharge"),
    path("places/<slug:code>/close/", openings.close, name="place-close"),
    path("places/<slug:code>/open/", openings.open_, name="place-open"),
    path("persons/<uuid:uid>/contacts", contacts.of_person, name="person-contacts"),
    path("exposure-events/", events.listing, name="exposure-events"),
    path("exposure-events/one", events.one, name="exposure-event"),
    path("clusters/", clusters.listing, name="clusters"),
    path("clusters/<uuid:uid>", clusters.one, name="cluster"),
    path("persons/<uuid:uid>/follow-ups", follow_ups.person, name="person-follow-ups"),
    path("persons/<uuid:uid>/sightings/new", missing.sighting, name="sighting-new"),
    path("persons/<uuid:uid>/follow-ups/<int:agent_id>/visit", follow_ups.visit, name="visit-new"),
    path(
        "persons/<uuid:uid>/follow-ups/<int:agent_id>/decision",
        follow_ups.decision,
        name="follow-up-decision",
    ),
    path("follow-ups/", follow_ups.index, name="follow-ups"),
    path("missing-people/", missing.index, name="missing-people"),
    path("persons/<uuid:uid>/quarantine", quarantine.of_person, name="person-quarantine"),
    path("quarantine/", quarantine.index, name="quarantine"),
    path("quarantine/new", quarantine.new, name="quarantine-new"),
    path("quarantine/places", quarantine.places, name="quarantine-places"),
]
