"""Taking responsibility for a reference interval."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import versions
from assays.models import RangeSignature, ReferenceInterval
from assays.queries.catalogue_rows import is_signed
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, NotAllowed, Refusal


class NothingToSign(Refusal):
    """There is no interval in this row to take responsibility for, or no more."""

    kind = "nothing-to-sign"


def sign_interval(
    *, interval: ReferenceInterval, by: Principal, at: datetime, note: str = ""
) -> RangeSignature:
    """Take responsibility for an interval in this laboratory, under one's own name.

    The signature holds for the identical row of later versions (`copied_from`), and for no other.
    """
    policy.check(by, "assays.range.sign")
    if by.kind != "PERSON":
        raise NotAllowed(_("Only a named person signs a reference interval."))
    with acting(by=by, at=at, action="catalogue.interval.sign", reason=note):
        versions.lock()
        row = ReferenceInterval.objects.select_related(
            "version__assay__analyte", "signature", "copied_from__signature"
        ).get(pk=interval.pk)
        _check(row)
        made = RangeSignature.objects.create(interval=row, signed_by=by, recorded_at=at, note=note)
        versions.record(made, old="", new="SIGNED", by=by, at=at, reason=note)
    return made


def _check(row: ReferenceInterval) -> None:
    if not row.established:
        raise NothingToSign(
            _("No interval is established for these patients; draft a version that gives one.")
        )
    if row.version.status in (VersionStatus.RETIRED, VersionStatus.DISCARDED):
        raise NothingToSign(
            _("%(version)s is no longer in force; sign the row of the version that is.")
            % {"version": row.version}
        )
    if is_signed(row):
        raise Conflict(_("This interval is signed already."))
