"""Profiles of nanites: recorded of a specimen, corrected by a newer row, withdrawn.

Whoever records a profile waits for whoever records another: rows are numbered and linked one after
the other, so that the newest row says of what the whole catalogue consists.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.actions.analyses.runs import Named
from assays.models import NaniteProfile, Specimen
from assays.rules.filing import CLOCK_TOLERANCE
from assays.rules.nanite_profiles import checked, digest_of, linked
from assays.rules.states import SpecimenStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import locks, policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

ENTER = "assays.result.enter"
_UNUSABLE = (SpecimenStatus.EXPECTED, SpecimenStatus.ENTERED_IN_ERROR)
LOCK = "nanite profiles"


def record(
    *,
    specimen: Specimen,
    content: Mapping[str, Any],
    method: str,
    observed_at: datetime,
    by: Principal,
    at: datetime,
    comment: str = "",
    corrects: NaniteProfile | None = None,
    reason: str = "",
    named: Named | None = None,
) -> NaniteProfile:
    """Record what was found at the markers of a specimen; with `corrects` in place of an earlier row."""
    policy.check(by, ENTER, specimen)
    found = checked(content)
    if not method.strip():
        raise InvalidInput(_("Say by which method it was read."), field="method")
    _check_moment(specimen, observed_at, at)
    if corrects is not None:
        check_reason(reason)
    with acting(by=by, at=at, action="assays.nanite_profile.record", reason=reason):
        return _append(
            specimen,
            found,
            corrects,
            named,
            method=method.strip(),
            observed_at=observed_at,
            comment=comment.strip(),
            reason=reason.strip() if corrects is not None else "",
            recorded_by=by,
            recorded_at=at,
        )


def withdraw(
    *,
    profile: NaniteProfile,
    reason: str,
    by: Principal,
    at: datetime,
    named: Named | None = None,
) -> NaniteProfile:
    """Take a profile back without another in its place: it was of another specimen, say."""
    policy.check(by, ENTER, profile)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.nanite_profile.withdraw", reason=reason):
        return _append(
            profile.specimen,
            {},
            profile,
            named,
            is_withdrawal=True,
            method=profile.method,
            observed_at=profile.observed_at,
            reason=reason.strip(),
            recorded_by=by,
            recorded_at=at,
        )


def _append(
    specimen: Specimen,
    content: Mapping[str, Any],
    corrects: NaniteProfile | None,
    named: Named | None,
    **fields: Any,
) -> NaniteProfile:
    locks.hold(LOCK)
    if corrects is not None:
        _check_standing(corrects, specimen)
    newest = NaniteProfile.objects.order_by("-position").values("position", "chain").first()
    before = newest or {"position": 0, "chain": ""}
    own, key = digest_of(content), _key(named)
    made: NaniteProfile = NaniteProfile.objects.create(
        specimen=specimen,
        content=content,
        content_digest=own,
        markers=len(content.get("markers", ())),
        corrects=corrects,
        position=before["position"] + 1,
        chain=linked(before["chain"], str(key["uid"]), own, corrects and corrects.position),
        **key,
        **fields,
    )
    return made


def _check_moment(specimen: Specimen, observed_at: datetime, at: datetime) -> None:
    check_world_moment(observed_at, at=at, field="observed_at")
    if specimen.status in _UNUSABLE or specimen.collected_at is None:
        raise Conflict(
            _("Specimen %(specimen)s is %(status)s; nothing can be read of it.")
            % {"specimen": specimen, "status": specimen.get_status_display()}
        )
    if observed_at < specimen.collected_at - CLOCK_TOLERANCE:
        raise InvalidInput(
            _("The reading lies before the collection of the specimen."), field="observed_at"
        )


def _check_standing(corrects: NaniteProfile, specimen: Specimen) -> None:
    if corrects.specimen_id != specimen.pk:
        raise Conflict(_("The corrected profile is of another specimen."))
    if corrects.is_withdrawal:
        raise Conflict(_("A withdrawal holds nothing that could be corrected."))
    if NaniteProfile.objects.filter(corrects=corrects).exists():
        raise Conflict(_("That profile was corrected or withdrawn meanwhile; look at it again."))


def _key(named: Named | None) -> dict[str, Any]:
    named = named or Named(uuid.uuid4())
    return {"uid": named.uid, "sent_digest": named.sent_digest}
