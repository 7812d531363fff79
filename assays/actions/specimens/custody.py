"""A specimen in the laboratory: received, made available, disposed of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import order_items
from assays.actions.specimens.moves import SpecimenMoved, move
from assays.models import OrderItem, Specimen
from assays.queries.specimens import scanned
from assays.rules.states import SpecimenStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Refusal


@dataclass(frozen=True)
class Receipt:
    """What became of one scan of a batch: the specimen, or why it was refused."""

    scan: str
    specimen: Specimen | None
    refusal: Refusal | None


def receive(*, specimen: Specimen, by: Principal, at: datetime) -> Specimen:
    """Take a collected specimen into the laboratory; what it was ordered for is now in process."""
    policy.check(by, "assays.specimen.receive", specimen)
    if specimen.status == SpecimenStatus.EXPECTED:
        raise SpecimenMoved(
            _(
                "Specimen %(accession)s is not recorded as collected. Have the collection recorded "
                "by whoever drew it, or refuse the specimen."
            )
            % {"accession": specimen}
        )
    with acting(by=by, at=at, action="assays.specimen.receive"):
        move(specimen, to=SpecimenStatus.RECEIVED, by=by, at=at, received_at=at)
        served = OrderItem.objects.filter(specimen_items__specimen=specimen)
        order_items.begin(item_ids=served.values_list("pk", flat=True), by=by, at=at)
    return specimen


def receive_batch(*, scans: Iterable[str], by: Principal, at: datetime) -> list[Receipt]:
    """Receive many specimens by their scanned numbers; one that is refused stops no other."""
    receipts = []
    for scan in dict.fromkeys(text.strip() for text in scans if text.strip()):
        try:
            specimen = receive(specimen=scanned(scan, principal=by), by=by, at=at)
        except Refusal as refusal:
            receipts.append(Receipt(scan, None, refusal))
        else:
            receipts.append(Receipt(scan, specimen, None))
    return receipts


def make_available(*, specimen: Specimen, by: Principal, at: datetime) -> Specimen:
    """Say that a received specimen is prepared (spun, mixed, checked) and can be measured."""
    policy.check(by, "assays.specimen.receive", specimen)
    with acting(by=by, at=at, action="assays.specimen.make_available"):
        move(specimen, to=SpecimenStatus.AVAILABLE, by=by, at=at)
    return specimen


def dispose(*, specimen: Specimen, by: Principal, at: datetime, reason: str = "") -> Specimen:
    """Record that a specimen was destroyed after use."""
    policy.check(by, "assays.specimen.receive", specimen)
    with acting(by=by, at=at, action="assays.specimen.dispose", reason=reason):
        move(specimen, to=SpecimenStatus.DISPOSED, by=by, at=at, reason=reason)
    return specimen
