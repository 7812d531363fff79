"""What clearance offers in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from labsys.lib import navigation
from labsys.lib.navigation import Group

navigation.register(
    _("Weekly round"), "board-first", "consent.board.view", group=Group.CLEARANCE, order=10
)
navigation.register(
    _("Clearance of a list"),
    "clearance-list",
    "consent.clearance.view",
    group=Group.CLEARANCE,
    order=15,
)
navigation.register(
    _("Questionnaire texts"),
    "admin:consent_questionnairetext_changelist",
    "consent.questionnaire.view",
    group=Group.CLEARANCE,
    order=40,
)
navigation.register(_("Gate"), "gate", "consent.clearance.gate", group=Group.CLEARANCE, order=20)
navigation.register(
    _("My clearance"), "own-clearance", "consent.waiver.withdraw", group=Group.CLEARANCE, order=30
)
