"""What the registry offers in the menu and on the home page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib import navigation, policy
from labsys.lib.clock import database_now
from labsys.lib.navigation import Group, Tone
from patients import ways
from patients.models import ControllerAlarm, HeldReading, SetPoint
from patients.queries import duplicate_lists, kin, quarantine_lists, waiting

PATIENTS, EXPOSURES = Group.PATIENTS, Group.EXPOSURES
ENCOUNTERS = "patients.encounter.view"
QUARANTINE = "patients.quarantine.view"


def to_review(principal: Any) -> int:
    """Count the quarantines in reach whose review is due."""
    found = quarantine_lists.due(principal, at=database_now())
    return min(found, navigation.COUNT_LIMIT + 1)


navigation.register(_("Find a patient"), "persons", "patients.person.find", group=PATIENTS, order=1)
navigation.register(
    _("Register a patient"), "person-new", "patients.person.register", group=PATIENTS, order=2
)
navigation.register(
    _("Possible duplicates"), "duplicates", duplicate_lists.VIEW, group=PATIENTS, order=3
)
navigation.register_waiting(
    _("Entries that are probably one person"),
    "duplicates",
    duplicate_lists.VIEW,
    count=duplicate_lists.waiting,
    detail=_("Somebody may be registered twice; look at both entries and decide."),
    tone=Tone.ATTENTION,
    order=80,
)
navigation.register(
    _("Admit a patient"), "stay-admit", "patients.encounter.record", group=PATIENTS, order=25
)
navigation.register(
    _("Ward stays"),
    "admin:patients_encounter_changelist",
    ENCOUNTERS,
    group=PATIENTS,
    query="stay=open",
    order=40,
)
navigation.register(
    _("Without guardian or next of kin"), "without-kin", kin.VIEW, group=PATIENTS, order=45
)
navigation.register(
    _("Visiting clinicians"), "grants", "patients.care.grant", group=PATIENTS, order=80
)
navigation.register(
    _("Exposures"),
    "admin:patients_exposure_changelist",
    "patients.exposure.view",
    group=EXPOSURES,
    order=50,
)
navigation.register(_("Clusters"), "clusters", "patients.cluster.view", group=EXPOSURES, order=52)
navigation.register(
    _("Exposure events"), "exposure-events", "patients.cluster.view", group=EXPOSURES, order=54
)
navigation.register(
    _("Missing people"), "missing-people", "patients.sighting.view", group=EXPOSURES, order=52
)
navigation.register(
    _("Follow-up visits"), "follow-ups", "patients.followup.view", group=EXPOSURES, order=54
)
navigation.register(
    _("Agents"),
    "admin:patients_agent_changelist",
    "patients.agent.view",
    group=EXPOSURES,
    order=56,
)
navigation.register(
    _("Follow-up rules"),
    "admin:patients_followuprule_changelist",
    "patients.agent.view",
    group=EXPOSURES,
    order=58,
)
navigation.register(_("Quarantine"), "quarantine", QUARANTINE, group=EXPOSURES, order=60)
navigation.register(
    _("Places of quarantine"), "quarantine-places", QUARANTINE, group=EXPOSURES, order=61
)
navigation.register_waiting(
    _("Quarantines to review"),
    "quarantine",
    "patients.quarantine.review",
    count=to_review,
    detail=_("Their review is due; none ends by itself because of it."),
    tone=Tone.ATTENTION,
    query="show=due",
    order=65,
)
navigation.register(
    _("Interventions"),
    "admin:patients_intervention_changelist",
    "patients.intervention.view",
    group=PATIENTS,
    order=70,
)
navigation.register(
    _("Persons with a sign"), "sign-list", "patients.sign.view", group=PATIENTS, order=80
)
navigation.register(
    _("Catalogue of signs"),
    "admin:patients_sign_changelist",
    "patients.sign.catalogue",
    group=PATIENTS,
    query="status__exact=ACTIVE",
    order=85,
)

ways.offer(_("Signs"), "signs", "patients.sign.view", order=40)
ways.offer(_("Needs and kin"), "needs", "patients.need.view", order=60)
ways.offer(_("Stays"), "person-stays", ENCOUNTERS, order=60)
navigation.register_waiting(
    _("Exposed people not located"),
    "missing-people",
    "patients.sighting.view",
    count=waiting.not_located,
    detail=_("Exposed so lately that they may be followed up, and nobody knows where they are."),
    tone=Tone.URGENT,
)
navigation.register_waiting(
    _("Follow-up visits due"),
    "follow-ups",
    "patients.followup.visit",
    count=waiting.visits_due,
    tone=Tone.ATTENTION,
)

ways.offer(_("Follow-up"), "person-follow-ups", "patients.followup.view", order=60)
ways.offer(_("Quarantine"), "person-quarantine", QUARANTINE, order=60)
navigation.register(
    _("Controllers"), "controllers", "patients.device.view", group=PATIENTS, order=80
)
navigation.register(
    _("Controllers' alarms"),
    "controller-alarms",
    "patients.controller.view",
    group=PATIENTS,
    order=81,
)
navigation.register(
    _("Schematics and kill codes"),
    "control-documents",
    "patients.document.view",
    group=PATIENTS,
    order=82,
)


def _open_alarms(principal: Principal) -> navigation.Counted:
    return navigation.capped(policy.scope(principal, ControllerAlarm.objects.open()))


def _oldest_alarm(principal: Principal) -> datetime | None:
    rows = policy.scope(principal, ControllerAlarm.objects.open())
    found: datetime | None = (
        rows.order_by("recorded_at").values_list("recorded_at", flat=True).first()
    )
    return found


def _unsigned(principal: Principal) -> navigation.Counted:
    """Count the drafts that this person may still sign."""
    rows = policy.scope(principal, SetPoint.objects.to_sign(), "patients.setpoint.sign")
    return navigation.capped(rows.exclude(signatures__signed_by=principal))


def _held_readings(principal: Principal) -> navigation.Counted:
    return navigation.capped(policy.scope(principal, HeldReading.objects.undecided()))


navigation.register_waiting(
    _("Controllers' alarms"),
    "controller-alarms",
    "patients.alarm.answer",
    count=_open_alarms,
    detail=_("A reading left its band and nobody said what was done."),
    tone=Tone.URGENT,
    order=20,
    oldest=_oldest_alarm,
)
navigation.register_waiting(
    _("Set-points to sign"),
    "set-points-unsigned",
    "patients.setpoint.sign",
    count=_unsigned,
    detail=_("Drafted by somebody else; two people sign."),
    tone=Tone.ATTENTION,
    order=60,
)
navigation.register_waiting(
    _("Held readings of controllers"),
    "admin:patients_heldreading_changelist",
    "patients.reading.decide",
    count=_held_readings,
    detail=_("Sent by an instrument and nobody's yet."),
    tone=Tone.ATTENTION,
    query="decided=no",
    order=61,
)

ways.offer(_("Controllers"), "person-controllers", "patients.controller.view", order=70)
ways.offer(_("Personal details"), "person-entry", "patients.person.find", order=90)
ways.offer(_("Contacts"), "person-contacts", "patients.exposure.view", order=60)
