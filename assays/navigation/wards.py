"""The wards, in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from labsys.lib import navigation
from labsys.lib.navigation import Group

CENSUS = "patients.census.view"

navigation.register(_("Wards"), "wards", CENSUS, group=Group.PATIENTS, order=30)
navigation.register(_("Census"), "census", CENSUS, group=Group.PATIENTS, order=35)
