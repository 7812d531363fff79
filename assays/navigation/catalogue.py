"""What the laboratory measures and by which rules, in the menu."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assays.models import ReferenceInterval
from assays.rules.states import VersionStatus
from labsys.lib import navigation, policy
from labsys.lib.navigation import Group, Tone


def intervals_to_sign(principal: Any) -> navigation.Counted:
    """Reference intervals in force that nobody here answers for: their results print as unverified."""
    rows = ReferenceInterval.objects.filter(
        established=True,
        version__status=VersionStatus.ACTIVE,
        signature=None,
        copied_from__signature=None,
    )
    return navigation.capped(policy.scope(principal, rows))


navigation.register(
    _("Catalogue"), "catalogue", "assays.catalogue.view", group=Group.CATALOGUE, order=10
)
navigation.register(
    _("Rows to sign"), "unsigned", "assays.range.sign", group=Group.CATALOGUE, order=11
)
navigation.register_waiting(
    _("Reference intervals to sign"),
    "unsigned",
    "assays.range.sign",
    count=intervals_to_sign,
    tone=Tone.CALM,
    order=90,
)
navigation.register(
    _("Calculated tests"),
    "calculations",
    "assays.catalogue.view",
    group=Group.CATALOGUE,
    order=12,
)
navigation.register(
    _("Reflex rules"), "reflexes", "assays.catalogue.view", group=Group.CATALOGUE, order=13
)
navigation.register(
    _("Allele frequencies"),
    "allele-frequencies-list",
    "assays.catalogue.view",
    group=Group.CATALOGUE,
    order=18,
)
navigation.register(
    _("Measures of benefits"),
    "benefit-measures-list",
    "assays.catalogue.view",
    group=Group.CATALOGUE,
    order=19,
)
navigation.register(
    _("Questions at order"),
    "admin:assays_orderquestion_changelist",
    "assays.catalogue.draft",
    group=Group.CATALOGUE,
    order=14,
)
navigation.register(
    _("Dynamic tests"),
    "admin:assays_seriesprotocol_changelist",
    "assays.catalogue.draft",
    group=Group.CATALOGUE,
    order=15,
)
navigation.register(
    _("Stability limits"),
    "admin:assays_stabilitylimit_changelist",
    "assays.catalogue.draft",
    group=Group.CATALOGUE,
    order=16,
)
navigation.register(
    _("Retention"),
    "admin:assays_retentionrule_changelist",
    "assays.catalogue.draft",
    group=Group.CATALOGUE,
    order=17,
)
