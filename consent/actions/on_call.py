"""Which clinician is on call, from one moment to another."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from consent.models import OnCall
from consent.models.alerts import LONGEST_SHIFT
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import locks, policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.moments import stamp

MANAGE = "consent.oncall.manage"
ANSWER = "consent.alert.answer"


def put(
    *, principal: Principal, since: datetime, until: datetime, by: Principal, at: datetime
) -> OnCall:
    """Put a clinician on call for a span of a week at most."""
    policy.check(by, MANAGE)
    if not (principal.is_active and policy.can(principal, ANSWER)):
        raise InvalidInput(
            _("%(who)s may not answer clinical alerts.") % {"who": principal.display_name},
            field="principal",
        )
    for moment, field in ((since, "since"), (until, "until")):
        if moment.tzinfo is None:
            raise InvalidInput(_("The moment has no time zone."), field=field)
    if until <= since:
        raise InvalidInput(_("The end must lie after the beginning."), field="until")
    if until <= at:
        raise InvalidInput(_("This would be over already."), field="until")
    if until - since > LONGEST_SHIFT:
        raise InvalidInput(
            _("At most %(days)d days at a time.") % {"days": LONGEST_SHIFT.days}, field="until"
        )
    with acting(by=by, at=at, action="consent.oncall.put"):
        # Who is put on call twice would be called still after one of the two is ended.
        locks.hold(f"consent.oncall {principal.pk}")
        other = OnCall.objects.filter(
            principal=principal, ended_at=None, since__lt=until, until__gt=since
        ).first()
        if other is not None:
            raise Conflict(
                _("%(who)s is on call then already, from %(since)s to %(until)s.")
                % {
                    "who": principal.display_name,
                    "since": stamp(other.since),
                    "until": stamp(other.until),
                }
            )
        made: OnCall = OnCall.objects.create(
            principal=principal, since=since, until=until, recorded_by=by, recorded_at=at
        )
        return made


def end(*, shift: OnCall, by: Principal, at: datetime) -> OnCall:
    """End a clinician's time on call before it is over, or before it begins."""
    policy.check(by, MANAGE)
    with acting(by=by, at=at, action="consent.oncall.end"):
        rows = OnCall.objects.filter(pk=shift.pk, ended_at=None, until__gt=at)
        if not rows.update(ended_at=at, ended_by=by):
            raise Conflict(_("This time on call is over already."))
        ended: OnCall = OnCall.objects.get(pk=shift.pk)
        return ended
