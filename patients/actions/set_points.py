"""Set-points: drafted by one, signed by two others, and what was set on the device in fact.

They are written down here and nowhere else: labsys sends nothing to a device.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal, StepUp
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.quantities import check_bounds
from patients.actions import control_signatures
from patients.actions.gateway import held, insert, required
from patients.models import ControlQuantity, Person, SetPoint
from patients.queries.controllers import in_force_for
from patients.rules.control_signatures import DRAFTED
from patients.rules.controllers import SIGNATURES_NEEDED, decimals_of

DRAFT, SIGN = "patients.setpoint.draft", "patients.setpoint.sign"


def draft(
    *,
    person: Person,
    quantity: ControlQuantity,
    value: Decimal | None,
    low: Decimal | None = None,
    high: Decimal | None = None,
    reason: str,
    by: Principal,
    at: datetime,
) -> SetPoint:
    """Draft what is to be kept for a patient; without a value, that nothing is any more.

    It changes nothing until two other people have signed it.
    """
    policy.check(by, DRAFT, person)
    reason = required(reason, field="reason", what=_("Say why the set-point is changed."))
    if not quantity.is_active:
        raise InvalidInput(_("This quantity is not used any more."), field="quantity")
    _check(quantity, value, low, high)
    with acting(by=by, at=at, action="patients.set_point.draft", reason=reason):
        entries, at = held(person, at=at)
        mine = SetPoint.objects.filter(person__in=entries, quantity=quantity)
        last = mine.aggregate(last=Max("number"))["last"] or 0
        made = insert(
            SetPoint(
                person=person,
                quantity=quantity,
                number=last + 1,
                value=value,
                low=low,
                high=high,
                reason=reason,
                recorded_at=at,
                recorded_by=by,
            )
        )
        control_signatures.draft(row=made, by=by, at=at)
    return made


def sign(
    *, set_point: SetPoint, seen: str, step_up: StepUp | None, by: Principal, at: datetime
) -> SetPoint:
    """Sign a set-point under a digest of it; the second signature puts it in force."""
    policy.check(by, SIGN, set_point.person)
    with acting(by=by, at=at, action="patients.set_point.sign"):
        entries, at = held(set_point.person, at=at)
        found: SetPoint = SetPoint.objects.select_related("quantity").get(pk=set_point.pk)
        if found.discarded_at is not None:
            raise Conflict(_("This draft was discarded."))
        standing = in_force_for(entries, found.quantity, at=at)
        if standing is not None and standing.number > found.number:
            raise Conflict(
                _("Version %(number)d is in force meanwhile; draft a new one instead.")
                % {"number": standing.number}
            )
        control_signatures.sign(row=found, seen=seen, step_up=step_up, by=by, at=at)
    return found


def discard(*, set_point: SetPoint, reason: str, by: Principal, at: datetime) -> SetPoint:
    """Take a draft back that two people have not signed."""
    policy.check(by, DRAFT, set_point.person)
    reason = required(reason, field="reason", what=_("Say why the draft is discarded."))
    with acting(by=by, at=at, action="patients.set_point.discard", reason=reason):
        _entries, at = held(set_point.person, at=at)
        signed = set_point.signatures.filter(position__gt=DRAFTED).count()
        if signed >= SIGNATURES_NEEDED:
            raise Conflict(
                _(
                    "Two people signed this set-point; draft the next one to change what is in force."
                )
            )
        rows = SetPoint.objects.filter(pk=set_point.pk, discarded_at=None)
        given = {"discarded_at": at, "discarded_by": by, "discarded_because": reason}
        if not rows.update(**given):
            raise Conflict(_("This draft was discarded already."))
    set_point.refresh_from_db()
    return set_point


def check_value(quantity: ControlQuantity, value: Decimal, *, field: str) -> Decimal:
    """Return a value that the quantity can have: finite, of no more decimals than it has."""
    if not value.is_finite():
        raise InvalidInput(_("A value is a finite number."), field=field)
    check_bounds(value)
    if decimals_of(value) > quantity.decimals:
        raise InvalidInput(
            _("%(quantity)s has %(decimals)d decimals at most.")
            % {"quantity": quantity.name, "decimals": quantity.decimals},
            field=field,
        )
    return value


def _check(
    quantity: ControlQuantity, value: Decimal | None, low: Decimal | None, high: Decimal | None
) -> None:
    for field, given in (("value", value), ("low", low), ("high", high)):
        if given is not None:
            check_value(quantity, given, field=field)
    if value is None:
        if low is not None or high is not None:
            raise InvalidInput(_("A band needs the value that it surrounds."), field="value")
        return
    if low is not None and low > value:
        raise InvalidInput(_("The band begins above the value itself."), field="low")
    if high is not None and high < value:
        raise InvalidInput(_("The band ends below the value itself."), field="high")
