"""Specimens that cannot be used: refused, lost, entered in error; and what is asked for instead."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from assays.actions import nonconformities, order_items, result_checks, results, storage
from assays.actions.specimens.making import Wanted, expect
from assays.actions.specimens.moves import move
from assays.models import OrderItem, Result, Specimen, SpecimenItem
from assays.queries import genealogy
from assays.rules.nonconformities import Kind
from assays.rules.rejection import LABELS, RejectReason
from assays.rules.states import OrderStatus, ResultStatus, SpecimenStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import InvalidInput
from labsys.lib.reasons import check_reason

USABLE = (
    SpecimenStatus.EXPECTED,
    SpecimenStatus.COLLECTED,
    SpecimenStatus.RECEIVED,
    SpecimenStatus.AVAILABLE,
)
# Here somebody may have got another's result: never a small matter.
MIXED_UP = (RejectReason.IDENTIFICATION,)
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
        made = _ask_anew(specimen, by=by, at=at, reason=why)
        kind = Kind.IDENTIFICATION if reason_code in MIXED_UP else Kind.SPECIMEN_REJECTED
        _report(specimen, kind, _("was refused: %(why)s.") % {"why": why}, made, by=by, at=at)
        return made


def lose(*, specimen: Specimen, by: Principal, at: datetime, reason: str) -> Specimen | None:
    """Record that a specimen cannot be found, and ask anew for what is still open."""
    policy.check(by, "assays.specimen.reject", specimen)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.specimen.lose", reason=reason):
        move(specimen, to=SpecimenStatus.LOST, by=by, at=at, reason=reason)
        storage.release(specimen=specimen, by=by, at=at, reason=_("lost"))
        made = _ask_anew(specimen, by=by, at=at, reason=reason)
        why = _("cannot be found: %(why)s") % {"why": reason}
        _report(specimen, Kind.SPECIMEN_LOST, why, made, by=by, at=at)
        return made


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
        storage.release(specimen=specimen, by=by, at=at, reason=_("entered in error"))
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
    """Hold what is not released yet, of the specimen and of everything poured off it."""
    why = _("Specimen %(accession)s: %(reason)s") % {"accession": specimen, "reason": reason}
    touched = [specimen.pk, *genealogy.descendants(specimen.pk)]
    rows = Result.objects.filter(specimen__in=touched, status__in=UNRELEASED)
    held = list(rows.order_by("order_item__order", "pk"))
    # All of them, and what is ordered on the specimen, before a report of one is written.
    result_checks.lock_for_withdrawal(held, specimens=[specimen.pk])
    for result in held:
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
    # What is drawn anew is drawn into the container that the first of the line was drawn into.
    first = Specimen.objects.get(pk=genealogy.root(specimen.pk))
    wanted = Wanted(first.specimen_type_id, items, replaces=specimen)
    (made,) = expect(order=order, wanted=[wanted], by=by, at=at)
    return made


def _report(
    specimen: Specimen,
    kind: Kind,
    what: str,
    anew: Specimen | None,
    *,
    by: Principal,
    at: datetime,
) -> None:
    """Open the nonconformity of a specimen that cannot be used, in the same transaction."""
    said = [_("Specimen %(accession)s %(what)s") % {"accession": specimen, "what": what}]
    poured = Specimen.objects.filter(parent=specimen, status__in=USABLE).count()
    if poured:
        said.append(_("%(n)d aliquots of it are to be decided about.") % {"n": poured})
    released = Result.objects.filter(specimen=specimen, status=ResultStatus.RELEASED).count()
    if released:
        said.append(_("%(n)d results of it are released already.") % {"n": released})
    nonconformities.report(
        kind=kind,
        summary=" ".join(said),
        specimen=specimen,
        order=specimen.order,
        immediate_action=(
            _("Asked for anew: %(accession)s.") % {"accession": anew} if anew is not None else ""
        ),
        by=by,
        at=at,
    )
