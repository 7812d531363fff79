"""Shipments packed: a draft, specimens put in and taken out, sent with a manifest or given up."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assays.actions import storage
from assays.actions.shipments.moves import (
    PREPARE,
    ShipmentMoved,
    checked_remark,
    locked,
    move_line,
    move_shipment,
    record,
)
from assays.models import ReferralLaboratory, Shipment, ShipmentLine, Specimen
from assays.queries import shipments
from assays.rules.shipments import LineStatus, ShipmentStatus
from assays.rules.states import SpecimenStatus
from assays.rules.storage import Temperature
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

MANAGE = "assays.referral.manage"
PACKABLE = (SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE)


def add_laboratory(
    *, code: str, name: str, by: Principal, at: datetime, address: str = ""
) -> ReferralLaboratory:
    """Add a laboratory elsewhere that specimens are sent to."""
    policy.check(by, MANAGE)
    if not code.strip() or not name.strip():
        raise InvalidInput(_("Give the laboratory a code and a name."), field="code")
    with acting(by=by, at=at, action="assays.referral.add"):
        if ReferralLaboratory.objects.filter(code=code).exists():
            raise Conflict(_("There is a laboratory with the code %(code)s.") % {"code": code})
        made: ReferralLaboratory = ReferralLaboratory.objects.create(
            code=code.strip(),
            name=name.strip(),
            address=address.strip(),
            recorded_at=at,
            recorded_by=by,
        )
    return made


def end_laboratory(
    *, laboratory: ReferralLaboratory, by: Principal, at: datetime, reason: str
) -> None:
    """Send nothing to a laboratory any more."""
    policy.check(by, MANAGE)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.referral.end", reason=reason):
        rows = ReferralLaboratory.objects.filter(pk=laboratory.pk, is_active=True)
        if not rows.update(is_active=False):
            raise Conflict(_("Nothing is sent there any more already."))
        laboratory.is_active = False


def draft(
    *,
    destination: ReferralLaboratory,
    by: Principal,
    at: datetime,
    temperature: Temperature | str = Temperature.AMBIENT,
) -> Shipment:
    """Begin a shipment to a referral laboratory."""
    policy.check(by, PREPARE)
    if not destination.is_active:
        raise InvalidInput(_("Nothing is sent there any more."), field="destination")
    if temperature not in set(Temperature):
        raise InvalidInput(_("Choose how it is kept on the way."), field="temperature")
    with acting(by=by, at=at, action="assays.shipment.draft"):
        made: Shipment = Shipment.objects.create(
            destination=destination,
            status=ShipmentStatus.DRAFT,
            temperature=temperature,
            recorded_at=at,
            recorded_by=by,
        )
        record(made, None, old="", new=ShipmentStatus.DRAFT, by=by, at=at)
    return made


def pack(*, shipment: Shipment, specimen: Specimen, by: Principal, at: datetime) -> ShipmentLine:
    """Put a specimen into a draft; one shipment at a time has it."""
    policy.check(by, PREPARE)
    with acting(by=by, at=at, action="assays.shipment.pack"):
        held = Specimen.objects.select_for_update(no_key=True).get(pk=specimen.pk)
        row = locked(shipment, ShipmentStatus.DRAFT)
        if held.status not in PACKABLE:
            raise Conflict(
                _("%(specimen)s is %(status)s; only what is in the laboratory can be sent.")
                % {"specimen": held, "status": held.get_status_display()}
            )
        try:
            with transaction.atomic():
                line: ShipmentLine = ShipmentLine.objects.create(
                    shipment=row,
                    specimen=held,
                    status=LineStatus.PACKED,
                    recorded_at=at,
                    recorded_by=by,
                )
        except IntegrityError as packed:
            raise Conflict(
                _("%(specimen)s is in a shipment already.") % {"specimen": held}
            ) from packed
        record(row, line, old="", new=LineStatus.PACKED, by=by, at=at)
    return line


def unpack(*, line: ShipmentLine, by: Principal, at: datetime, remark: str = "") -> None:
    """Take a specimen out of a draft again."""
    policy.check(by, PREPARE)
    with acting(by=by, at=at, action="assays.shipment.unpack"):
        locked(line.shipment, ShipmentStatus.DRAFT)
        move_line(line, to=LineStatus.UNPACKED, by=by, at=at, remark=remark)


def send(
    *,
    shipment: Shipment,
    by: Principal,
    at: datetime,
    courier: str,
    tracking: str = "",
    happened_at: datetime | None = None,
) -> Shipment:
    """Send a shipment: what is in it is frozen in the manifest, and its positions are free.

    Refused where a specimen in it cannot be sent any more; it is named, so that it is taken out.
    """
    policy.check(by, PREPARE)
    if not courier.strip():
        raise InvalidInput(_("Say who takes it."), field="courier")
    when = check_world_moment(happened_at or at, at=at, field="happened_at")
    with acting(by=by, at=at, action="assays.shipment.send"):
        packed = ShipmentLine.objects.filter(shipment=shipment, status=LineStatus.PACKED)
        ids = packed.values_list("specimen_id", flat=True)
        held = Specimen.objects.select_for_update(no_key=True).filter(pk__in=list(ids))
        statuses = {specimen.pk: specimen for specimen in held.order_by("pk")}
        row = locked(shipment, ShipmentStatus.DRAFT)
        lines = list(packed.select_related("specimen", "shipment").order_by("pk"))
        if not lines:
            raise InvalidInput(_("The shipment is empty."), field="courier")
        _check_sendable(lines, statuses)
        for line in lines:
            move_line(line, to=LineStatus.SENT, by=by, at=at, happened_at=when)
            storage.release(
                specimen=line.specimen, by=by, at=at, reason=_("sent with %(s)s") % {"s": row}
            )
        row.courier, row.tracking, row.sent_at = courier.strip()[:120], tracking.strip()[:80], when
        move_shipment(
            row,
            to=ShipmentStatus.SENT,
            by=by,
            at=at,
            happened_at=when,
            courier=row.courier,
            tracking=row.tracking,
            sent_at=when,
            sent_by=by,
            manifest=shipments.manifest(row, lines),
        )
    return row


def cancel(*, shipment: Shipment, by: Principal, at: datetime, remark: str) -> None:
    """Give a draft up; what was packed is taken out."""
    policy.check(by, PREPARE)
    with acting(by=by, at=at, action="assays.shipment.cancel", reason=remark):
        row = locked(shipment, ShipmentStatus.DRAFT)
        why = checked_remark(remark, is_needed=True)
        lines = row.lines.filter(status=LineStatus.PACKED).select_related("specimen", "shipment")
        for line in lines.order_by("pk"):
            move_line(line, to=LineStatus.UNPACKED, by=by, at=at, remark=why)
        move_shipment(row, to=ShipmentStatus.CANCELLED, by=by, at=at, remark=why)


def _check_sendable(lines: list[ShipmentLine], statuses: dict[int, Specimen]) -> None:
    for line in lines:
        held = statuses.get(line.specimen_id)
        if held is None:
            raise ShipmentMoved(_("Something was packed meanwhile; look at the shipment again."))
        if held.status not in PACKABLE:
            raise ShipmentMoved(
                _("%(specimen)s is %(status)s; take it out of the shipment.")
                % {"specimen": held, "status": held.get_status_display()}
            )
