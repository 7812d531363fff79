"""What must reach somebody: critical values, released ones and corrections."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assays.models import CorrectionNotice, CriticalCall, InboxEntry
from assays.queries import corrections_chased, inbox
from assays.rules.communication import CallState, InboxState, NoticeState
from labsys.lib import navigation, policy
from labsys.lib.clock import database_now
from labsys.lib.navigation import Group, Tone


def critical_calls(principal: Any) -> navigation.Counted:
    """Critical values that nobody has read back or acknowledged."""
    rows = CriticalCall.objects.filter(state=CallState.OPEN)
    return navigation.capped(policy.scope(principal, rows))


def inbox_waiting(principal: Any) -> navigation.Counted:
    return navigation.capped(inbox.waiting(principal, at=database_now()))


def corrections_of_mine(principal: Any) -> navigation.Counted:
    return navigation.capped(corrections_chased.count_of_reader(principal))


def overdue_entries(principal: Any) -> navigation.Counted:
    """Released values that nobody acknowledged in time."""
    late = InboxEntry.objects.filter(state=InboxState.OPEN, due_at__lte=database_now())
    return navigation.capped(policy.scope(principal, late, "assays.inbox.oversee"))


def overdue_notices(principal: Any) -> navigation.Counted:
    """Readers who have not acknowledged in time that a value they saw was corrected."""
    late = CorrectionNotice.objects.filter(state=NoticeState.OPEN, due_at__lte=database_now())
    return navigation.capped(policy.scope(principal, late))


navigation.register(
    _("Critical values"), "criticals", "assays.critical.view", group=Group.RESULTS, order=40
)
navigation.register(
    _("Corrections to be told"),
    "corrections-chased",
    "assays.correction.chase",
    group=Group.RESULTS,
    order=41,
)
navigation.register(
    _("Unacknowledged results"),
    "inbox-overdue",
    "assays.inbox.oversee",
    group=Group.RESULTS,
    order=42,
)
navigation.register(
    _("Inbox"), "inbox", "assays.correction.acknowledge", group=Group.PATIENTS, order=25
)
navigation.register_waiting(
    _("Critical values to be told"),
    "criticals",
    "assays.critical.view",
    count=critical_calls,
    tone=Tone.URGENT,
    order=0,
)
navigation.register_waiting(
    _("Results to acknowledge"),
    "inbox",
    "assays.inbox.view",
    count=inbox_waiting,
    tone=Tone.ATTENTION,
    order=5,
)
navigation.register_waiting(
    _("Values you saw were corrected"),
    "inbox",
    "assays.correction.acknowledge",
    count=corrections_of_mine,
    tone=Tone.URGENT,
    order=2,
)
navigation.register_waiting(
    _("Results nobody acknowledged in time"),
    "inbox-overdue",
    "assays.inbox.oversee",
    count=overdue_entries,
    tone=Tone.ATTENTION,
    order=25,
)
navigation.register_waiting(
    _("Corrections not acknowledged in time"),
    "corrections-chased",
    "assays.correction.chase",
    count=overdue_notices,
    query="overdue=1",
    tone=Tone.ATTENTION,
    order=26,
)
