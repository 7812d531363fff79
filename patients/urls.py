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
from patients.pages import control_documents, controller_alarms, controllers, persons, set_points

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
    path("controllers/", controllers.index, name="controllers"),
    path("controllers/<uuid:uid>/", controllers.show, name="controller"),
    path("persons/<uuid:uid>/controllers/", set_points.of_person, name="person-controllers"),
    path("persons/<uuid:uid>/set-points/new", set_points.draft, name="set-point-new"),
    path("set-points/", set_points.unsigned, name="set-points-unsigned"),
    path("set-points/<uuid:uid>/", set_points.show, name="set-point"),
    path("controller-alarms/", controller_alarms.index, name="controller-alarms"),
    path(
        "controller-alarms/<int:controlleralarm_id>/",
        controller_alarms.show,
        name="controller-alarm",
    ),
    path("control-documents/", control_documents.index, name="control-documents"),
    path("control-documents/new", control_documents.new, name="control-document-new"),
    path("control-documents/<uuid:uid>/", control_documents.show, name="control-document"),
    path(
        "control-documents/versions/<uuid:uid>/",
        control_documents.version,
        name="control-document-version",
    ),
    path(
        "control-documents/versions/<uuid:uid>/file",
        control_documents.content,
        name="control-document-content",
    ),
    path(
        "control-documents/versions/<uuid:uid>/kill-code",
        control_documents.secret,
        name="kill-code",
    ),
]
