"""Addresses of waivers, checks and clearance."""

from __future__ import annotations

from django.urls import path

from consent.api.alerts import AlertAcknowledgeView, AlertCloseView, AlertsView
from consent.api.capacities import CapacitiesView
from consent.api.checks import ChecksView
from consent.api.clearances import ClearancesView, ClearanceView
from consent.api.questionnaires import QuestionnairesView
from consent.api.transitions import TransitionsView
from consent.api.withdrawals import WithdrawalsView
from consent.pages import (
    alerts,
    boards,
    capacities,
    clearance_lists,
    clearances,
    enrolments,
    findings,
    gates,
    medical,
    psychological,
    second_interviews,
    transitions,
    waivers,
    withdrawals,
)

PERSON = "clearances/<uuid:uid>/<slug:code>/"

urlpatterns = [
    path("round/", boards.board, name="board-first"),
    path("round/<slug:code>/", boards.board, name="board"),
    path("clearances/", clearance_lists.listed, name="clearance-list"),
    path(PERSON, clearances.show, name="clearance"),
    path(f"{PERSON}enrol/", enrolments.enrol, name="enrol"),
    path(f"{PERSON}enrolment-end/", enrolments.end, name="enrolment-end"),
    path(f"{PERSON}waiver/", waivers.sign, name="waiver-sign"),
    path(f"{PERSON}withdrawal/", withdrawals.staff, name="waiver-withdraw"),
    path(f"{PERSON}medical/", medical.check, name="check-medical"),
    path(f"{PERSON}psychological/", psychological.check, name="check-psychological"),
    path(f"{PERSON}capacity/", capacities.assess, name="capacity"),
    path(f"{PERSON}findings/<int:result_id>/", findings.clear, name="finding-clear"),
    path("psychological/<uuid:check_uid>/", psychological.read, name="psychological-read"),
    path("psychological/<uuid:check_uid>/second/", second_interviews.hold, name="second-interview"),
    path("gate/", gates.show, name="gate"),
    path("my-clearance/", withdrawals.own, name="own-clearance"),
    path("api/v1/clearances", ClearancesView.as_view(), name="api-clearances"),
    path("api/v1/capacities", CapacitiesView.as_view(), name="api-capacities"),
    path("api/v1/checks", ChecksView.as_view(), name="api-checks"),
    path("alerts/", alerts.index, name="alerts"),
    path("alerts/table/", alerts.table, name="alerts-table"),
    path("alerts/<uuid:alert_uid>/acknowledge/", alerts.acknowledge, name="alert-acknowledge"),
    path("alerts/<uuid:alert_uid>/close/", alerts.close, name="alert-close"),
    path("on-call/", alerts.shifts, name="on-call"),
    path("on-call/<int:oncall_id>/end/", alerts.end_shift, name="on-call-end"),
    path("revocations/", transitions.index, name="revocations"),
    path(
        "revocations/<int:clearancetransition_id>/seen/",
        transitions.take_note,
        name="revocation-seen",
    ),
    path("api/v1/transitions", TransitionsView.as_view(), name="api-transitions"),
    path("api/v1/alerts", AlertsView.as_view(), name="api-alerts"),
    path(
        "api/v1/alerts/<uuid:alert_uid>/acknowledge",
        AlertAcknowledgeView.as_view(),
        name="api-alert-acknowledge",
    ),
    path("api/v1/alerts/<uuid:alert_uid>/close", AlertCloseView.as_view(), name="api-alert-close"),
    path("api/v1/clearances/<uuid:person>", ClearanceView.as_view(), name="api-clearance"),
    path("api/v1/questionnaires", QuestionnairesView.as_view(), name="api-questionnaires"),
    path("api/v1/withdrawals", WithdrawalsView.as_view(), name="api-withdrawals"),
]
