"""What clearance offers in the menu."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from consent.queries import alerts, boards, departures, recalls, second_interviews, transitions
from consent.queries.returns import waiting
from labsys.lib import navigation, policy
from labsys.lib.clock import database_now
from labsys.lib.navigation import Group, Tone
from patients import ways


def before_me(principal: Any) -> navigation.Counted:
    """Count the alerts that stand before somebody now."""
    return navigation.capped(alerts.before(principal, at=database_now()))


def recalled(principal: Any) -> navigation.Counted:
    """Count the people who are still to be brought back."""
    return navigation.capped(policy.scope(principal, recalls.to_bring_back()))


def lost(principal: Any) -> navigation.Counted:
    """Count the clearances lost in a week that nobody took note of."""
    since = database_now() - timedelta(days=7)
    return navigation.capped(policy.scope(principal, transitions.unseen(since=since)))


def departing(principal: Any) -> navigation.Counted:
    """Count the departures of the next day."""
    return navigation.capped(policy.scope(principal, departures.soon(at=database_now())))


def overdue(principal: Any) -> navigation.Counted:
    """Count the rounds that are overdue for people who are here."""
    return navigation.capped(policy.scope(principal, boards.overdue(at=database_now())))


def to_interview(principal: Any) -> navigation.Counted:
    """Count the second interviews that somebody may hold now."""
    return navigation.capped(second_interviews.to_hold(principal, at=database_now()))


navigation.register(
    _("Weekly round"), "board-first", "consent.board.view", group=Group.CLEARANCE, order=10
)
navigation.register_waiting(
    _("Overdue in the weekly round"),
    "board-first",
    "consent.board.view",
    count=overdue,
    detail=_("Lapsed, the grace is over, and here to be examined; in every programme."),
    tone=Tone.ATTENTION,
    query="show=OVERDUE",
    order=40,
)
# Participants may see a clearance as well, their own: a list is for those who look after others.
navigation.register(
    _("Clearance of a list"),
    "clearance-list",
    "consent.enrolment.view",
    group=Group.CLEARANCE,
    order=30,
)
navigation.register(
    _("Questionnaire texts"),
    "admin:consent_questionnairetext_changelist",
    "consent.questionnaire.view",
    group=Group.CLEARANCE,
    order=40,
)
APPROVE = "consent.programme.approve"
for at, (title, model) in enumerate(
    (
        (_("Programmes"), "programme"),
        (_("Programme versions"), "programmeversion"),
        (_("Waiver texts"), "waivertext"),
    ),
    start=41,
):
    listed = f"admin:consent_{model}_changelist"
    navigation.register(title, listed, APPROVE, group=Group.CLEARANCE, order=at)
navigation.register(_("Gate"), "gate", "consent.gate.scan", group=Group.CLEARANCE, order=20)
navigation.register(
    _("Departures"), "departures", "consent.departure.view", group=Group.CLEARANCE, order=21
)
navigation.register_waiting(
    _("Departures within a day"),
    "departures",
    "consent.departure.view",
    count=departing,
    detail=_("Planned and not closed; who leaves is decided at the gate."),
    order=70,
)
navigation.register(
    _("Clinical alerts"), "alerts", "consent.alert.view", group=Group.CLEARANCE, order=11
)
navigation.register(_("On call"), "on-call", "consent.alert.view", group=Group.CLEARANCE, order=35)
navigation.register_waiting(
    _("Clinical alerts"),
    "alerts",
    "consent.alert.view",
    count=before_me,
    detail=_("A check called for a clinician."),
    tone=Tone.URGENT,
    order=5,
)
navigation.register(
    _("Clearances lost"), "revocations", "consent.board.view", group=Group.CLEARANCE, order=13
)
navigation.register_waiting(
    _("Clearances lost"),
    "revocations",
    "consent.board.view",
    count=lost,
    detail=_("Nobody took note of these yet."),
    tone=Tone.ATTENTION,
)
navigation.register(
    _("Away now"), "away-first", "consent.posting.view", group=Group.CLEARANCE, order=22
)
navigation.register(
    _("Returned"), "returns", "consent.return.view", group=Group.CLEARANCE, order=23
)
navigation.register_waiting(
    _("Returned, not yet free to go"),
    "returns",
    "consent.return.view",
    count=lambda principal: navigation.capped(waiting(principal)),
    detail=_("Medical evaluation and interview come first."),
    tone=Tone.ATTENTION,
    order=60,
)
navigation.register(
    _("Second interviews"),
    "second-interviews",
    second_interviews.RECORD,
    group=Group.CLEARANCE,
    order=14,
)
navigation.register_waiting(
    _("Second interviews"),
    "second-interviews",
    second_interviews.RECORD,
    count=to_interview,
    detail=_("Another psychologist asked the first time."),
    tone=Tone.ATTENTION,
    order=50,
)
navigation.register(
    _("My clearance"), "own-clearance", "consent.clearance.own", group=Group.CLEARANCE, order=5
)

ways.offer(_("Clearance"), "person-clearance", "consent.clearance.view", order=20)
ways.offer(_("Withdraw"), "person-withdraw", "consent.waiver.withdraw", order=80)
navigation.register(_("Recalls"), "recalls", "consent.recall.view", group=Group.CLEARANCE, order=12)
navigation.register_waiting(
    _("Recalls"),
    "recalls",
    "consent.recall.view",
    count=recalled,
    detail=_("Away and no longer cleared."),
    tone=Tone.URGENT,
)
