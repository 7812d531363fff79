"""What every rule that somebody else approves has in common: who may, and from when it holds."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.lib.clock import WORLD_TOLERANCE
from labsys.lib.errors import InvalidInput, NotAllowed
from patients.models import FollowUpRule, QuarantineRule


def begins_at(
    rule: FollowUpRule | QuarantineRule, *, by: Principal, at: datetime, asked: datetime | None
) -> datetime:
    """Return from when a draft holds that is approved now: from `asked`, or at once.

    Raises NotAllowed where `by` drafted it, and InvalidInput for a moment in the past.
    """
    if rule.recorded_by_id == by.pk:
        raise NotAllowed(_("You drafted this rule yourself; somebody else has to approve it."))
    begins = asked or at
    if begins.tzinfo is None:
        raise InvalidInput(_("The moment has no time zone."), field="in_force_from")
    if begins < at - WORLD_TOLERANCE:
        raise InvalidInput(_("A rule cannot come into force in the past."), field="in_force_from")
    return max(begins, at)
