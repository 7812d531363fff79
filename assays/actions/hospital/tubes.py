"""Tubes that a hospital labels itself: registered for the specimen of its order, never by a guess."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import order_notices, specimens
from assays.models import OrderNumber, Specimen, SpecimenIdentifier
from assays.queries import hospital_orders as queries
from assays.rules.hospital_orders import TubeKnown
from assays.rules.order_notices import NoticeKind
from labsys.accounts.models import Principal
from labsys.lib.errors import Refusal


def register(
    *, number: OrderNumber, tubes: Sequence[TubeKnown], by: Principal, at: datetime
) -> None:
    """Register the tube of an order line for its specimen, where there is one of each.

    Everything else is left to a person with the order: several tubes or specimens, a second tube for
    a specimen, a tube that is registered for another specimen of the same patient.
    """
    if not tubes:
        return
    here = queries.specimens_of(number)
    why = _("the order has %(count)d specimens") % {"count": len(here)}
    if len(tubes) == 1 and len(here) == 1:
        why = _registered(here[0], tubes[0], by=by, at=at)
    elif len(tubes) > 1:
        why = _("the order line names several")
    if why:
        text = _("The hospital’s tube %(tubes)s is not registered for a specimen: %(why)s.") % {
            "tubes": ", ".join(one.value for one in tubes),
            "why": why.rstrip("."),
        }
        order_notices.note(order=number.order, kind=NoticeKind.TUBE, text=text, by=by, at=at)


def _registered(specimen: Specimen, tube: TubeKnown, *, by: Principal, at: datetime) -> str:
    """Register a tube; returns why it is not, or nothing."""
    others = SpecimenIdentifier.objects.filter(specimen=specimen, system=tube.system)
    if other := others.exclude(value=tube.value).first():
        return _("specimen %(specimen)s is tube %(other)s already") % {
            "specimen": specimen.accession,
            "other": other.value,
        }
    try:
        specimens.identify(specimen=specimen, by=by, at=at, system=tube.system, value=tube.value)
    except Refusal as refused:
        return str(refused)
    return ""
