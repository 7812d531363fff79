"""Drafting the times of communication: approved by another, in force from a date, like all versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.actions import versions
from assays.models import CommunicationTimes
from assays.models.communication import MINUTES
from assays.queries.communication import as_policy
from assays.rules.escalation import PolicyRefused, check_policy
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import InvalidInput
from labsys.lib.reasons import check_reason

LONGEST_MINUTES = 60 * 24 * 60


def draft(
    *, by: Principal, at: datetime, note: str, minutes: Mapping[str, int]
) -> CommunicationTimes:
    """Draft a version: what ships, or is in force, with these times changed."""
    versions.check_drafter(by)
    check_reason(note)
    with acting(by=by, at=at, action="communication.times.draft", reason=note):
        versions.lock()
        held = CommunicationTimes.objects.filter(status=VersionStatus.ACTIVE).first()
        base = held or CommunicationTimes()
        values = {name: minutes.get(name, getattr(base, name)) for name in MINUTES}
        for name, count in values.items():
            if not 1 <= count <= LONGEST_MINUTES:
                raise InvalidInput(
                    _("Give minutes, from 1 to %(most)d.") % {"most": LONGEST_MINUTES}, field=name
                )
        last = CommunicationTimes.objects.aggregate(last=Max("number"))["last"] or 0
        made = CommunicationTimes(
            number=last + 1,
            status=VersionStatus.DRAFT,
            note=note,
            drafted_by=by,
            drafted_at=at,
            **values,
        )
        try:
            check_policy(as_policy(made))
        except PolicyRefused as refused:
            field = "critical_ward" if refused.code == "order" else ""
            raise InvalidInput(str(refused), field=field) from refused
        made.save()
        versions.record(made, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
        return made
