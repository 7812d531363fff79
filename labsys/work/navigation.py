"""The queue in the menu, and parked work on the home page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from labsys.lib import navigation
from labsys.lib.navigation import Group, Tone
from labsys.work.models import WorkItem, WorkState

QUEUE = "admin:work_workitem_changelist"


def parked(principal: Any) -> navigation.Counted:
    return navigation.capped(WorkItem.objects.filter(state=WorkState.PARKED))


navigation.register(_("Work queue"), QUEUE, "work.item.view", group=Group.SYSTEM)
navigation.register_waiting(
    _("Parked work"),
    QUEUE,
    "work.item.decide",
    count=parked,
    detail=_("failed five times and waits for a decision"),
    query="state__exact=PARKED",
    tone=Tone.URGENT,
)
