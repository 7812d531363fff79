"""Logins, roles and keys in the menu."""

from django.utils.translation import gettext_lazy as _

from labsys.lib import navigation
from labsys.lib.navigation import Group

SYSTEM = Group.SYSTEM
navigation.register(
    _("Logins"), "admin:accounts_user_changelist", "accounts.user.view", group=SYSTEM
)
navigation.register(
    _("Roles"), "admin:accounts_rolegrant_changelist", "accounts.user.view", group=SYSTEM
)
navigation.register(
    _("Instruments' keys"), "admin:accounts_accesskey_changelist", "accounts.key.view", group=SYSTEM
)
navigation.register(
    _("Who is logged in"),
    "admin:accounts_loginsession_changelist",
    "accounts.session.view",
    group=SYSTEM,
    query="end_reason__exact=",
)
