"""The record in the menu."""

from django.utils.translation import gettext_lazy as _

from labsys.lib import navigation
from labsys.lib.navigation import Group

navigation.register(
    _("Changes"), "admin:audit_auditevent_changelist", "audit.event.view", group=Group.RECORD
)
navigation.register(
    _("Who looked"), "admin:audit_readevent_changelist", "audit.read.view", group=Group.RECORD
)
