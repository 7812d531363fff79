"""Which permission shows which row, and whose it is."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from consent import models
from consent.queries import alerts, guardians
from consent.rules.alerts import AlertStep
from consent.rules.deliveries import Told
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.policy import Principal
from patients.policy import found_once, own


def _alerts_that_came(principal: Principal, path: str) -> Q | None:
    """Whoever may not answer an alert reads it while it is open and nobody else came to it."""
    if policy.can(principal, alerts.ANSWER):
        hidden = alerts.not_answered_by(principal)
        return ~Q(**{f"{path}kind__in": hidden}) if hidden else None
    return Q(**{f"{path}pk__in": alerts.for_screening(database_now()).values("pk")})


def _notices_that_came(principal: Principal, path: str) -> Q | None:
    """Whoever may not answer an alert does not read when clinicians were told of one."""
    if policy.can(principal, alerts.ANSWER):
        hidden = alerts.not_answered_by(principal)
        return ~Q(escalation__alert__kind__in=hidden) if hidden else None
    return ~Q(what=Told.ALERT) | Q(escalation__step=AlertStep.SCREENING)


def _oneself_or_wards(principal: Principal, person: str) -> Q:
    """Whoever logs in reaches themselves, and the minors whose guardian they are recorded to be."""
    return found_once("guarded", principal, person, own, _wards)


def _wards(principal: Principal) -> QuerySet[Any]:
    return guardians.wards(principal, at=database_now()).values("person_id")


def register() -> None:
    """Register consent's tables; called when the app is ready."""
    for model in (
        models.Programme,
        models.ProgrammeVersion,
        models.ProgrammeClosing,
        models.WaiverText,
    ):
        policy.register_model(model, view="consent.programme.view", person=None)
    enrolment = "consent.enrolment.view"
    policy.register_model(models.Enrolment, view=enrolment, person="person")
    policy.register_model(models.EnrolmentEnd, view=enrolment, person="enrolment__person")
    waiver = "consent.waiver.view"
    policy.register_model(models.WaiverSignature, view=waiver, person="person")
    policy.register_model(models.WaiverSignatureAnnulment, view=waiver, person="signature__person")
    policy.register_model(models.WaiverWithdrawal, view=waiver, person="person")
    policy.register_reach("guarded", _oneself_or_wards)
    policy.register_model(models.Guardianship, view="consent.guardian.manage", person="person")
    _register_checks()
    alert = "consent.alert.view"
    policy.register_model(models.ClinicalAlert, view=alert, person="person")
    policy.narrow(models.ClinicalAlert, _alerts_that_came)
    policy.register_model(models.AlertEscalation, view=alerts.ANSWER, person="alert__person")
    policy.narrow(models.AlertEscalation, _alerts_that_came, "alert__")
    policy.register_model(models.OnCall, view=alert, person=None)
    clearance = "consent.clearance.view"
    policy.register_model(models.ClearanceTransition, view=clearance, person="person")
    policy.register_model(models.RevocationSeen, view=clearance, person="transition__person")
    policy.register_model(models.ClearanceWatch, view=clearance, person="person")
    policy.register_model(models.ClearanceTouch, view=clearance, person="person")
    for model in (models.NotificationTarget, models.Delivery):
        policy.register_model(model, view="consent.notice.manage", person=None)
    policy.narrow(models.Delivery, _notices_that_came)
    posting = "consent.posting.view"
    policy.register_model(models.Posting, view=posting, person="person")
    policy.register_model(models.PostingReturn, view=posting, person="posting__person")
    policy.register_model(models.PostingAnnulment, view=posting, person="posting__person")
    departure = "consent.departure.view"
    policy.register_model(models.Departure, view=departure, person=None)
    policy.register_model(models.DepartureMember, view=departure, person="person")
    for model in (models.GatePass, models.GateScan):
        policy.register_model(model, view="consent.gate.log", person="person")
    policy.register_model(
        models.ReturnEvaluation,
        view="consent.return.view",
        person="posting_return__posting__person",
    )
    apart = "patients.quarantine.view"
    policy.register_model(models.QuarantineRelease, view=apart, person="lift__order__person")
    policy.register_model(models.ReleaseRequest, view=apart, person="order__person")
    policy.register_model(models.ReleaseAnswer, view=apart, person="request__order__person")
    policy.register_model(models.RoundSlot, view="consent.board.view", person="person")
    recall = "consent.recall.view"
    policy.register_model(models.Recall, view=recall, person="person")
    policy.register_model(models.RecallStep, view=recall, person="recall__person")
    policy.register_model(models.Reminder, view="consent.board.view", person="slot__person")
    policy.register_model(models.Appointment, view="consent.appointment.view", person="person")
    policy.register_model(models.CheckOrder, view="consent.board.view", person="slot__person")


def _register_checks() -> None:
    """Register the weekly checks, and what belongs to them."""
    check = "consent.check.view"
    policy.register_model(models.Check, view=check, person="person")
    policy.register_model(models.CheckLift, view=check, person="by_check__person")
    policy.register_model(models.CheckAnnulment, view=check, person="of_check__person")
    policy.register_model(
        models.MedicalFindings, view="consent.medical.read", person="of_check__person"
    )
    policy.register_model(
        models.PsychologicalRecord, view="consent.psychological.read", person="of_check__person"
    )
    policy.register_model(models.SecondInterview, view=check, person="first__person")
    policy.register_model(models.CapacityAssessment, view="consent.capacity.view", person="person")
    policy.register_model(models.QuestionnaireText, view="consent.questionnaire.view", person=None)
    policy.register_model(models.FindingClear, view=check, person="result__person")
    policy.register_model(
        models.IndividualDecision, view="consent.medical.read", person="of_check__person"
    )
