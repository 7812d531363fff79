"""The registry's part of /api/v1/."""

from django.urls import path

from patients.api.agents import AgentsView, FollowUpRuleApproveView, FollowUpRulesView
from patients.api.care_grants import CareGrantEndView, CareGrantsView
from patients.api.census import CensusView
from patients.api.clusters import ClustersView, ClusterView
from patients.api.controllers import (
    ControllerAlarmsView,
    ControllerReadingsView,
    ControllersView,
    SetPointsView,
)
from patients.api.duplicates import (
    DuplicateCandidatesView,
    PersonDistinctionEndView,
    PersonDistinctionsView,
    PersonLinksView,
    PersonUnlinkView,
)
from patients.api.exposures import ExposuresView
from patients.api.follow_ups import DecisionsView, FollowUpsView, SightingsView, VisitsView
from patients.api.interventions import CorrectionsView, InterventionsView, RetractionsView
from patients.api.locations import LocationsView, OpeningsView
from patients.api.needs import CareNeedsView, RelatedPersonsView
from patients.api.pregnancies import (
    PregnancyDatesView,
    PregnancyEstimatesView,
    UltrasoundMeasurementsView,
)
from patients.api.quarantine import (
    QuarantineBreachesView,
    QuarantineOrdersView,
    QuarantineReviewsView,
)
from patients.api.quarantine_capacities import QuarantineCapacitiesView
from patients.api.signs import SignDefinitionsView, SignsView
from patients.api.stays import DischargeView, StaysView, TransferView
from patients.api.triage import InjuriesView, TriageAssessmentsView

urlpatterns = [
    path("exposures", ExposuresView.as_view(), name="api-exposures"),
    path("signs", SignsView.as_view(), name="api-signs"),
    path("sign-definitions", SignDefinitionsView.as_view(), name="api-sign-definitions"),
    path("pregnancy-estimates", PregnancyEstimatesView.as_view(), name="api-pregnancy-estimates"),
    path("pregnancy-dates", PregnancyDatesView.as_view(), name="api-pregnancy-dates"),
    path(
        "ultrasound-measurements",
        UltrasoundMeasurementsView.as_view(),
        name="api-ultrasound-measurements",
    ),
    path("care-grants", CareGrantsView.as_view(), name="api-care-grants"),
    path(
        "care-grants/<int:caregrant_id>/end", CareGrantEndView.as_view(), name="api-care-grant-end"
    ),
    path("care-needs", CareNeedsView.as_view(), name="api-care-needs"),
    path("related-persons", RelatedPersonsView.as_view(), name="api-related-persons"),
    path("interventions", InterventionsView.as_view(), name="api-interventions"),
    path(
        "interventions/<int:intervention_id>/corrections",
        CorrectionsView.as_view(),
        name="api-intervention-corrections",
    ),
    path(
        "interventions/<int:intervention_id>/retraction",
        RetractionsView.as_view(),
        name="api-intervention-retraction",
    ),
    path("census", CensusView.as_view(), name="api-census"),
    path("injuries", InjuriesView.as_view(), name="api-injuries"),
    path("locations", LocationsView.as_view(), name="api-locations"),
    path("locations/<slug:place_code>/openings", OpeningsView.as_view(), name="api-openings"),
    path("stays", StaysView.as_view(), name="api-stays"),
    path("stays/<int:encounter_id>/transfer", TransferView.as_view(), name="api-stay-transfer"),
    path("stays/<int:encounter_id>/discharge", DischargeView.as_view(), name="api-stay-discharge"),
    path("triage-assessments", TriageAssessmentsView.as_view(), name="api-triage-assessments"),
    path("clusters", ClustersView.as_view(), name="api-clusters"),
    path("clusters/<uuid:person>", ClusterView.as_view(), name="api-cluster"),
    path("agents", AgentsView.as_view(), name="api-agents"),
    path("follow-up-rules", FollowUpRulesView.as_view(), name="api-follow-up-rules"),
    path(
        "follow-up-rules/<int:followuprule_id>/approve",
        FollowUpRuleApproveView.as_view(),
        name="api-follow-up-rule-approve",
    ),
    path("follow-ups", FollowUpsView.as_view(), name="api-follow-ups"),
    path("follow-up-visits", VisitsView.as_view(), name="api-follow-up-visits"),
    path("follow-up-decisions", DecisionsView.as_view(), name="api-follow-up-decisions"),
    path("sightings", SightingsView.as_view(), name="api-sightings"),
    path(
        "quarantine-capacities",
        QuarantineCapacitiesView.as_view(),
        name="api-quarantine-capacities",
    ),
    path("quarantine-orders", QuarantineOrdersView.as_view(), name="api-quarantine-orders"),
    path(
        "quarantine-orders/<int:quarantineorder_id>/reviews",
        QuarantineReviewsView.as_view(),
        name="api-quarantine-reviews",
    ),
    path(
        "quarantine-orders/<int:quarantineorder_id>/breaches",
        QuarantineBreachesView.as_view(),
        name="api-quarantine-breaches",
    ),
    path(
        "duplicate-candidates", DuplicateCandidatesView.as_view(), name="api-duplicate-candidates"
    ),
    path("person-distinctions", PersonDistinctionsView.as_view(), name="api-person-distinctions"),
    path(
        "person-distinctions/<int:persondistinction_id>/end",
        PersonDistinctionEndView.as_view(),
        name="api-person-distinction-end",
    ),
    path("person-links", PersonLinksView.as_view(), name="api-person-links"),
    path(
        "person-links/<int:personlink_id>/end",
        PersonUnlinkView.as_view(),
        name="api-person-link-end",
    ),
    path("controllers", ControllersView.as_view(), name="api-controllers"),
    path("controller-readings", ControllerReadingsView.as_view(), name="api-controller-readings"),
    path("controller-alarms", ControllerAlarmsView.as_view(), name="api-controller-alarms"),
    path("set-points", SetPointsView.as_view(), name="api-set-points"),
]
