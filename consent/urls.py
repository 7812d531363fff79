"""Addresses of waivers, checks and clearance."""

from __future__ import annotations

from django.urls import path

from consent.api.alerts import AlertAcknowledgeView, AlertCloseView, AlertsView
from consent.api.annulments import MedicalCheckAnnulView, PsychologicalCheckAnnulView
from consent.api.appointments import AppointmentEndsView, AppointmentsView, CalendarView
from consent.api.capacities import CapacitiesView
from consent.api.checks import ChecksView
from consent.api.clearances import ClearancesView, ClearanceView
from consent.api.deliveries import (
    DeliveriesView,
    NotificationTargetEndView,
    NotificationTargetsView,
)
from consent.api.departures import (
    DepartureMembersView,
    DepartureMovesView,
    DeparturesView,
    DepartureView,
)
from consent.api.enrolments import EnrolmentEndView, EnrolmentsView
from consent.api.findings import FindingsView
from consent.api.gates import (
    KeysView,
    OfflineScansView,
    PassesView,
    RevocationsView,
    ScansView,
)
from consent.api.guardians import GuardianshipEndView, GuardianshipsView
from consent.api.medical import CheckOrdersView, MedicalChecksView
from consent.api.nanites import NaniteStatusView
from consent.api.on_call import OnCallEndView, OnCallView
from consent.api.postings import PostingAnnulView, PostingReturnsView, PostingsView
from consent.api.programmes import (
    ProgrammeCloseView,
    ProgrammesView,
    ProgrammeVersionApproveView,
    ProgrammeVersionDiscardView,
    ProgrammeVersionRedraftView,
    ProgrammeVersionsView,
)
from consent.api.psychological import (
    OpenSecondInterviewsView,
    PsychologicalChecksView,
    SecondInterviewsView,
)
from consent.api.quarantine import QuarantineLiftsView, QuarantineReleaseView
from consent.api.quarantine_rules import QuarantineRuleApproveView, QuarantineRulesView
from consent.api.questionnaire_texts import (
    QuestionnaireTextApproveView,
    QuestionnaireTextDiscardView,
    QuestionnaireTextsView,
)
from consent.api.questionnaires import QuestionnairesView
from consent.api.recalls import RecallStepsView, RecallsView
from consent.api.reminders import RemindersView
from consent.api.returns import ReturnsView
from consent.api.rounds import RoundsView
from consent.api.transitions import TransitionSeenView, TransitionsView
from consent.api.waivers import (
    WaiverSignatureAnnulView,
    WaiverSignatureDrawingView,
    WaiverSignaturesView,
    WaiverTextApproveView,
    WaiverTextDiscardView,
    WaiverTextsView,
)
from consent.api.withdrawals import WithdrawalsView
from consent.pages import (
    alerts,
    appointments,
    boards,
    capacities,
    clearance_lists,
    clearances,
    departures,
    enrolments,
    findings,
    gates,
    medical,
    passes,
    postings,
    psychological,
    quarantine,
    quarantine_rules,
    recalls,
    returns,
    second_interviews,
    transitions,
    waivers,
    withdrawals,
)

DEPARTURE = "departures/<uuid:departure_uid>"
PERSON = "clearances/<uuid:uid>/<slug:code>/"
APPOINTMENT = "appointments/<int:appointment_id>/"

urlpatterns = [
    path("round/", boards.board, name="board-first"),
    path("round/<slug:code>/", boards.board, name="board"),
    path("clearances/", clearance_lists.listed, name="clearance-list"),
    path("round/<slug:code>/appointments/", appointments.day, name="appointments"),
    path("rounds/<int:slot_id>/appointment/", appointments.book, name="appointment-book"),
    path(f"{APPOINTMENT}move/", appointments.move, name="appointment-move"),
    path(f"{APPOINTMENT}cancel/", appointments.cancel, name="appointment-cancel"),
    path(f"{APPOINTMENT}missed/", appointments.miss, name="appointment-miss"),
    path("calendar.ics", appointments.calendar, name="calendar"),
    path("clearances/<uuid:uid>/", clearances.of_person, name="person-clearance"),
    path(PERSON, clearances.show, name="clearance"),
    path(f"{PERSON}enrol/", enrolments.enrol, name="enrol"),
    path(f"{PERSON}enrolment-end/", enrolments.end, name="enrolment-end"),
    path(f"{PERSON}waiver/", waivers.sign, name="waiver-sign"),
    path("waiver-signatures/<int:waiversignature_id>/", waivers.show, name="waiver-signature"),
    path(f"{PERSON}withdrawal/", withdrawals.staff, name="waiver-withdraw"),
    path(f"{PERSON}medical/", medical.check, name="check-medical"),
    path(f"{PERSON}medical/order/", medical.order, name="check-order"),
    path(f"{PERSON}medical/not-pregnant/", medical.not_pregnant, name="check-not-pregnant"),
    path(f"{PERSON}psychological/", psychological.check, name="check-psychological"),
    path(f"{PERSON}capacity/", capacities.assess, name="capacity"),
    path(f"{PERSON}findings/<int:result_id>/", findings.clear, name="finding-clear"),
    path(f"{PERSON}posting/", postings.post, name="posting"),
    path("psychological/<uuid:check_uid>/", psychological.read, name="psychological-read"),
    path("second-interviews/", second_interviews.index, name="second-interviews"),
    path("psychological/<uuid:check_uid>/second/", second_interviews.hold, name="second-interview"),
    path(f"{PERSON}pass/", passes.of_person, name="pass"),
    path("gate/", gates.show, name="gate"),
    path("gate/offline/", gates.offline, name="gate-offline"),
    path("gate/offline/gate.json", gates.offline_file, name="gate-offline-file"),
    path("gate/offline/fresh.json", gates.offline_fresh, name="gate-offline-fresh"),
    path("away/", postings.away, name="away-first"),
    path("away/<slug:code>/", postings.away, name="away"),
    path("postings/<uuid:posting_uid>/return/", postings.come_back, name="posting-return"),
    path("departures/", departures.index, name="departures"),
    path(f"{DEPARTURE}/", departures.show, name="departure"),
    path(f"{DEPARTURE}/manifest.pdf", departures.manifest, name="departure-manifest"),
    path("returns/", returns.index, name="returns"),
    path("returns/<int:return_id>/", returns.evaluate, name="return"),
    path("my-clearance/", withdrawals.own, name="own-clearance"),
    path("api/v1/clearances", ClearancesView.as_view(), name="api-clearances"),
    path("api/v1/capacities", CapacitiesView.as_view(), name="api-capacities"),
    path("api/v1/checks", ChecksView.as_view(), name="api-checks"),
    path("api/v1/checks/medical", MedicalChecksView.as_view(), name="api-checks-medical"),
    path(
        "api/v1/checks/psychological",
        PsychologicalChecksView.as_view(),
        name="api-checks-psychological",
    ),
    path(
        "api/v1/checks/<uuid:check_uid>/second-interview",
        SecondInterviewsView.as_view(),
        name="api-second-interview",
    ),
    path(
        "api/v1/second-interviews",
        OpenSecondInterviewsView.as_view(),
        name="api-second-interviews",
    ),
    path("api/v1/check-orders", CheckOrdersView.as_view(), name="api-check-orders"),
    path("alerts/", alerts.index, name="alerts"),
    path("alerts/table/", alerts.table, name="alerts-table"),
    path("alerts/<uuid:alert_uid>/acknowledge/", alerts.acknowledge, name="alert-acknowledge"),
    path("alerts/<uuid:alert_uid>/close/", alerts.close, name="alert-close"),
    path("on-call/", alerts.shifts, name="on-call"),
    path("on-call/<int:oncall_id>/end/", alerts.end_shift, name="on-call-end"),
    path("quarantine/rules", quarantine_rules.index, name="quarantine-rules"),
    path("quarantine/<int:quarantineorder_id>/", quarantine.show, name="quarantine-order"),
    path(
        "api/v1/quarantine-orders/<int:quarantineorder_id>/release",
        QuarantineReleaseView.as_view(),
        name="api-quarantine-release",
    ),
    path("api/v1/quarantine-lifts", QuarantineLiftsView.as_view(), name="api-quarantine-lifts"),
    path("api/v1/quarantine-rules", QuarantineRulesView.as_view(), name="api-quarantine-rules"),
    path(
        "api/v1/quarantine-rules/<int:quarantinerule_id>/approve",
        QuarantineRuleApproveView.as_view(),
        name="api-quarantine-rule-approve",
    ),
    path("recalls/", recalls.index, name="recalls"),
    path("recalls/<uuid:recall_uid>/", recalls.show, name="recall"),
    path("api/v1/recalls", RecallsView.as_view(), name="api-recalls"),
    path(
        "api/v1/recalls/<uuid:recall_uid>/steps",
        RecallStepsView.as_view(),
        name="api-recall-steps",
    ),
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
    path("my-clearance/pass/", passes.own, name="own-pass"),
    path("withdrawals/<uuid:uid>/", withdrawals.of_person, name="person-withdraw"),
    path("api/v1/clearances/<uuid:person>", ClearanceView.as_view(), name="api-clearance"),
    path("api/v1/questionnaires", QuestionnairesView.as_view(), name="api-questionnaires"),
    path("api/v1/calendar", CalendarView.as_view(), name="api-calendar"),
    path("api/v1/reminders", RemindersView.as_view(), name="api-reminders"),
    path(
        "api/v1/checks/medical/<uuid:check_uid>/annul",
        MedicalCheckAnnulView.as_view(),
        name="api-medical-check-annul",
    ),
    path(
        "api/v1/checks/psychological/<uuid:check_uid>/annul",
        PsychologicalCheckAnnulView.as_view(),
        name="api-psychological-check-annul",
    ),
    path(
        "api/v1/questionnaire-texts",
        QuestionnaireTextsView.as_view(),
        name="api-questionnaire-texts",
    ),
    path(
        "api/v1/questionnaire-texts/<int:questionnairetext_id>/approve",
        QuestionnaireTextApproveView.as_view(),
        name="api-questionnaire-text-approve",
    ),
    path(
        "api/v1/questionnaire-texts/<int:questionnairetext_id>/discard",
        QuestionnaireTextDiscardView.as_view(),
        name="api-questionnaire-text-discard",
    ),
    path("api/v1/appointments", AppointmentsView.as_view(), name="api-appointments"),
    path(
        "api/v1/appointments/<int:appointment_id>/<str:act>",
        AppointmentEndsView.as_view(),
        name="api-appointment-act",
    ),
    path("api/v1/rounds", RoundsView.as_view(), name="api-rounds"),
    path("api/v1/withdrawals", WithdrawalsView.as_view(), name="api-withdrawals"),
    path("api/v1/postings", PostingsView.as_view(), name="api-postings"),
    path(
        "api/v1/postings/<uuid:posting_uid>/return",
        PostingReturnsView.as_view(),
        name="api-posting-return",
    ),
    path("api/v1/departures", DeparturesView.as_view(), name="api-departures"),
    path(f"api/v1/{DEPARTURE}", DepartureView.as_view(), name="api-departure"),
    path(
        f"api/v1/{DEPARTURE}/members",
        DepartureMembersView.as_view(),
        name="api-departure-members",
    ),
    path(f"api/v1/{DEPARTURE}/moves", DepartureMovesView.as_view(), name="api-departure-moves"),
    path("api/v1/gate/passes", PassesView.as_view(), name="api-gate-passes"),
    path("api/v1/gate/scans", ScansView.as_view(), name="api-gate-scans"),
    path("api/v1/gate/scans/offline", OfflineScansView.as_view(), name="api-gate-scans-offline"),
    path("api/v1/gate/keys", KeysView.as_view(), name="api-gate-keys"),
    path("api/v1/gate/revocations", RevocationsView.as_view(), name="api-gate-revocations"),
    path("api/v1/returns", ReturnsView.as_view(), name="api-returns"),
    path("api/v1/programmes", ProgrammesView.as_view(), name="api-programmes"),
    path(
        "api/v1/programmes/<slug:code>/close",
        ProgrammeCloseView.as_view(),
        name="api-programme-close",
    ),
    path(
        "api/v1/programme-versions", ProgrammeVersionsView.as_view(), name="api-programme-versions"
    ),
    path(
        "api/v1/programme-versions/<int:programmeversion_id>/approve",
        ProgrammeVersionApproveView.as_view(),
        name="api-programme-version-approve",
    ),
    path(
        "api/v1/programme-versions/<int:programmeversion_id>/discard",
        ProgrammeVersionDiscardView.as_view(),
        name="api-programme-version-discard",
    ),
    path(
        "api/v1/programme-versions/<int:programmeversion_id>/redraft",
        ProgrammeVersionRedraftView.as_view(),
        name="api-programme-version-redraft",
    ),
    path("api/v1/enrolments", EnrolmentsView.as_view(), name="api-enrolments"),
    path(
        "api/v1/enrolments/<int:enrolment_id>/end",
        EnrolmentEndView.as_view(),
        name="api-enrolment-end",
    ),
    path("api/v1/waiver-texts", WaiverTextsView.as_view(), name="api-waiver-texts"),
    path(
        "api/v1/waiver-texts/<int:waivertext_id>/approve",
        WaiverTextApproveView.as_view(),
        name="api-waiver-text-approve",
    ),
    path(
        "api/v1/waiver-texts/<int:waivertext_id>/discard",
        WaiverTextDiscardView.as_view(),
        name="api-waiver-text-discard",
    ),
    path("api/v1/waiver-signatures", WaiverSignaturesView.as_view(), name="api-waiver-signatures"),
    path(
        "api/v1/waiver-signatures/<int:waiversignature_id>/annul",
        WaiverSignatureAnnulView.as_view(),
        name="api-waiver-signature-annul",
    ),
    path(
        "api/v1/waiver-signatures/<int:waiversignature_id>/drawing",
        WaiverSignatureDrawingView.as_view(),
        name="api-waiver-signature-drawing",
    ),
    path(
        "api/v1/notification-targets",
        NotificationTargetsView.as_view(),
        name="api-notification-targets",
    ),
    path(
        "api/v1/notification-targets/<int:notificationtarget_id>/end",
        NotificationTargetEndView.as_view(),
        name="api-notification-target-end",
    ),
    path("api/v1/guardianships", GuardianshipsView.as_view(), name="api-guardianships"),
    path(
        "api/v1/guardianships/<int:guardianship_id>/end",
        GuardianshipEndView.as_view(),
        name="api-guardianship-end",
    ),
    path("api/v1/deliveries", DeliveriesView.as_view(), name="api-deliveries"),
    path("api/v1/on-call", OnCallView.as_view(), name="api-on-call"),
    path("api/v1/on-call/<int:oncall_id>/end", OnCallEndView.as_view(), name="api-on-call-end"),
    path("api/v1/findings", FindingsView.as_view(), name="api-findings"),
    path(
        "api/v1/nanite-status/<uuid:person>", NaniteStatusView.as_view(), name="api-nanite-status"
    ),
    path(
        "api/v1/transitions/<int:clearancetransition_id>/seen",
        TransitionSeenView.as_view(),
        name="api-transition-seen",
    ),
    path(
        "api/v1/postings/<uuid:posting_uid>/annul",
        PostingAnnulView.as_view(),
        name="api-posting-annul",
    ),
]
