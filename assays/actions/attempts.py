"""Choosing, of several values of one thing ordered, the one that is reported."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import calculations, result_checks, results
from assays.models import Result, Specimen
from assays.queries import attempts as queries
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy, units
from labsys.lib.errors import Conflict
from labsys.lib.reasons import check_reason

CHOOSE = "assays.attempt.choose"


def choose(*, result: Result, by: Principal, at: datetime, reason: str) -> Result:
    """Have one of several values reported; the others are rejected with the reason, and kept.

    Nobody chooses the value that they entered. What was calculated from one of these is calculated
    anew from the value that is reported.
    """
    policy.check(by, CHOOSE, result)
    result_checks.check_other_person(result, by, verb="choose")
    check_reason(reason)
    with acting(by=by, at=at, action="assays.attempt.choose", reason=reason):
        Specimen.objects.select_for_update(no_key=True).get(pk=result.specimen_id)
        ids = [one.result_id for one in queries.rivals(result)]
        rows = Result.objects.select_for_update().filter(pk__in=[result.pk, *ids])
        locked = {one.pk: one for one in rows.select_related("specimen", "analyte").order_by("pk")}
        chosen = locked.get(result.pk)
        others = [one for pk, one in locked.items() if pk != result.pk]
        if chosen is None or chosen.status not in queries.STANDING or not others:
            raise Conflict(_("There is nothing to choose any more; look at the result again."))
        if any(one.status == ResultStatus.RELEASED for one in others):
            raise Conflict(_("One of the values is released; correct that one instead."))
        for one in others:
            said = _("%(value)s is reported instead: %(reason)s") % {
                "value": units.reading(queries.value_of(chosen)),
                "reason": reason.strip(),
            }
            results.reject(result=one, by=by, at=at, reason=said)
        calculations.follow_chosen(result=chosen, by=by, at=at)
    return chosen
