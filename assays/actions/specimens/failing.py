"""Specimens that cannot be used: refused, lost, entered in error; and what is asked for instead."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from assays.actions import order_items, results
from assays.actions.specimens.making import Wanted, expect
from assays.actions.specimens.moves import check_reason, move
from assays.models import OrderItem, Result, Specimen, SpecimenItem
from assays.rules.rejection import LABELS, RejectReason
from assays.rules.states import OrderStatus, ResultStatus, SpecimenStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import InvalidInput

USABLE = (
    SpecimenStatus.EXPECTED,
    SpecimenStatus.COLLECTED,
    SpecimenStatus.RECEIVED,
    SpecimenStatus.AVAILABLE,
)
UNRELEASED = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED)


def reject(
    *, specimen: Specimen, by: Principal, at: datetime, reason_code: str, reason: str = ""
) -> Specimen | None:
    """Refuse an unsatisfactory specimen, with a reason of HL7 table 0490.

    What is still open is asked for anew: the new specimen is returned, or None where nothing is
    open. Values already measured on it and not released yet are held.
    """
    policy.check(by, "assays.specimen.reject", specimen)
    if reason_code not in set(RejectReason):
        raise InvalidInput(_("Choose why the specimen is refused."), field="reason_code")
    words = _(LABELS[RejectReason(reason_code)])
    why = f"{words}: {reason.strip()}" if reason.strip() else words
    with acting(by=by, at=at, action="assays.specimen.reject", reason=why):
        move(
            specimen,
            to=SpecimenStatus.UNSATISFACTORY,
            by=by,
            at=at,
            reason_code=reason_code,
            reason=reason,
        )
        _hold_results(specimen, by=by, at=at, reason=why)
        return _ask_anew(specimen, by=by, at=at, reason=why)


def lose(*, specimen: Specimen, by: Principal, at: datetime, reason: str) -> Specimen | None:
    """Record that a specimen cannot be found, and ask anew for what is still open."""
    policy.check(by, "assays.specimen.reject", specimen)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.specimen.lose", reason=reason):
        move(specimen, to=SpecimenStatus.LOST, by=by, at=at, reason=reason)
        return _ask_anew(specimen, by=by, at=at, reason=reason)


def mark_entered_in_error(
    *, specimen: Specimen, by: Principal, at: datetime, reason: str
) -> Specimen | None:
    """Set right a specimen that should not be on record as it is, and ask anew for what is open.

    For one that was drawn from somebody else, or was never drawn.
    """
    policy.check(by, "assays.specimen.reject", specimen)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.specimen.mark_entered_in_error", reason=reason):
        move(specimen, to=SpecimenStatus.ENTERED_IN_ERROR, by=by, at=at, reason=reason)
        _hold_results(specimen, by=by, at=at, reason=reason)
        return _ask_anew(specimen, by=by, at=at, reason=reason)


def drop_expected(*, order_id: int, by: Principal, at: datetime, reason: str) -> None:
    """Take containers off the collection list that no open item needs any more.

    Part of cancelling, which asks for the permission and has locked the specimens.
    """
    needed = SpecimenItem.objects.filter(specimen=OuterRef("pk"), item__status__in=order_items.OPEN)
    with acting(by=by, at=at, action="assays.specimen.drop_expected", reason=reason):
        unneeded = Specimen.objects.filter(order_id=order_id, status=SpecimenStatus.EXPECTED)
        for specimen in unneeded.exclude(Exists(needed)).order_by("pk"):
            move(specimen, to=SpecimenStatus.ENTERED_IN_ERROR, by=by, at=at, reason=reason)


def _hold_results(specimen: Specimen, *, by: Principal, at: datetime, reason: str) -> None:
    why = _("Specimen %(accession)s: %(reason)s") % {"accession": specimen, "reason": reason}
    for result in Result.objects.filter(specimen=specimen, status__in=UNRELEASED).order_by("pk"):
        results.hold(result=result, by=by, at=at, reason=why)


def _ask_anew(specimen: Specimen, *, by: Principal, at: datetime, reason: str) -> Specimen | None:
    """Return a new expected specimen for the open items that no other specimen serves."""
    order = specimen.order
    if order is None or order.status not in (OrderStatus.ACTIVE, OrderStatus.ON_HOLD):
        return None
    elsewhere = SpecimenItem.objects.filter(
        item=OuterRef("pk"), specimen__status__in=USABLE
    ).exclude(specimen=specimen)
    items = list(
        OrderItem.objects.filter(specimen_items__specimen=specimen, status__in=order_items.OPEN)
        .exclude(Exists(elsewhere))
        .order_by("pk")
    )
    if not items:
        return None
    order_items.give_back(item_ids=[item.pk for item in items], by=by, at=at, reason=reason)
    wanted = Wanted(specimen.specimen_type_id, items, replaces=specimen)
    (made,) = expect(order=order, wanted=[wanted], by=by, at=at)
    return made
