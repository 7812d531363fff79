"""Registering how other systems call a specimen."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assays import signals
from assays.models import Specimen, SpecimenIdentifier
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput


def identify(
    *, specimen: Specimen, by: Principal, at: datetime, system: str, value: str
) -> SpecimenIdentifier:
    """Register another system's identifier, which must be no other specimen's.

    From then on results under that identifier reach this specimen; those held for want of it are
    read again (`assays.signals.specimen_identified`). Registering it twice changes nothing.
    """
    policy.check(by, "assays.specimen.identify", specimen)
    system, value = system.strip(), value.strip()
    if not system:
        raise InvalidInput(_("Say which system the identifier is from."), field="system")
    if not value:
        raise InvalidInput(_("Give the identifier itself."), field="value")
    key = {"system": system, "value": value}
    with acting(by=by, at=at, action="assays.specimen.identify"):
        try:
            with transaction.atomic():
                made = SpecimenIdentifier.objects.create(
                    specimen=specimen, recorded_at=at, recorded_by=by, **key
                )
        except IntegrityError as taken:  # of two racers, the constraint lets one row in
            held = SpecimenIdentifier.objects.get(**key)
            if held.specimen_id != specimen.pk:
                raise Conflict(
                    _("%(value)s of %(system)s is registered for another specimen.") % key
                ) from taken
            return held
        signals.specimen_identified.send(sender=SpecimenIdentifier, identifier=made, by=by, at=at)
    return made
