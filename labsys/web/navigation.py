"""What spans the apps, in the menu."""

from django.utils.translation import gettext_lazy as _

from labsys.lib import navigation
from labsys.lib.navigation import Group

navigation.register(_("Interface"), "api-page", "assays.instrument.view", group=Group.SYSTEM)
navigation.register(
    _("Dashboard"), "dashboard", "assays.dashboard.view", group=Group.RESULTS, order=90
)
navigation.register(
    _("Council reports"), "council-reports", "assays.dashboard.view", group=Group.RESULTS, order=92
)
