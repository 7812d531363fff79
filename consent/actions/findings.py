"""Critical nanite results stop a clearance until a clinician has dealt with them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.models import Result
from consent.actions import transitions
from consent.actions.checks import OwnCheck
from consent.models import FindingClear
from consent.queries.facts import held
from consent.queries.nanites import NANITE_SECTION, is_critical
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.models import PersonAccount


def clear(*, result: Result, by: Principal, at: datetime, reason: str) -> FindingClear:
    """Record that a critical nanite result is dealt with; it no longer refuses by itself."""
    policy.check(by, "consent.finding.clear", result)
    if not reason.strip():
        raise InvalidInput(_("Say what was done, in a few words."), field="reason")
    if result.section != NANITE_SECTION or not is_critical(result):
        raise InvalidInput(
            _("%(result)s is no critical nanite result; there is nothing to clear.")
            % {"result": result}
        )
    with acting(by=by, at=at, action="consent.finding.clear", reason=reason):
        entries, at = held([result.person_id], at=at)
        if PersonAccount.objects.filter(principal=by, person__in=entries).exists():
            raise OwnCheck("Nobody deals with a critical finding of their own.")
        if FindingClear.objects.filter(result=result).exists():
            raise Conflict(_("This finding was cleared meanwhile."))
        made: FindingClear = FindingClear.objects.create(
            result=result, reason=reason, recorded_by=by, recorded_at=at
        )
        transitions.after(person_ids=[result.person_id], by=by, at=at)
        return made
