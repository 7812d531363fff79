"""Work groups, in the menu and on the home page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assays.queries import hand_overs
from labsys.lib import navigation
from labsys.lib.clock import database_now
from labsys.lib.navigation import Group, Tone


def _not_taken(principal: Any) -> int:
    return navigation.capped(hand_overs.not_taken(principal, at=database_now()))


navigation.register(
    _("Work groups"), "work-groups", "assays.group.view", group=Group.PATIENTS, order=40
)
navigation.register_waiting(
    _("Hand-overs nobody took"),
    "work-groups",
    "assays.group.work",
    count=_not_taken,
    detail=_("Given over an hour ago in a group you work in."),
    tone=Tone.ATTENTION,
    order=45,
)
