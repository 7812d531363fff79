"""Readings of micrographs: what a reader confirmed or corrected, kept as ground truth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.utils.translation import gettext as _

from assays.actions.micrographs import ADD, Named
from assays.models import AnalysisPart, Micrograph, MicrographReading
from assays.rules import micrograph_readings
from assays.rules.analyses.runs import digest_of
from assays.rules.micrograph_readings import Seen
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput

READ = ADD


def record(
    *,
    micrograph: Micrograph,
    seen: Sequence[Seen],
    by: Principal,
    at: datetime,
    part: AnalysisPart | None = None,
    remark: str = "",
    named: Named | None = None,
) -> MicrographReading:
    """Keep what somebody saw in a field; `part` is the count that lay before them."""
    policy.check(by, READ, micrograph)
    if part is not None and part.given.get("micrograph") != micrograph.pk:
        raise InvalidInput(_("The count is of another micrograph."), field="part")
    named = named or Named(uuid4())
    findings = micrograph_readings.to_json(seen)
    with acting(by=by, at=at, action="assays.micrograph.read"):
        locked = Micrograph.objects.select_for_update(no_key=True).get(pk=micrograph.pk)
        if locked.withdrawn_at is not None:
            raise Conflict(_("This micrograph is withdrawn; it is not read any more."))
        made: MicrographReading = MicrographReading.objects.create(
            uid=named.uid,
            sent_digest=named.sent_digest,
            micrograph=locked,
            part=part,
            findings=findings,
            findings_digest=digest_of(findings),
            remark=remark.strip()[:500],
            recorded_by=by,
            recorded_at=at,
        )
    return made
