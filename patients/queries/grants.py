"""Grants of visiting clinicians, and what each visitor looked at under one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from labsys.audit.models import ReadEvent
from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import CareGrant
from patients.queries.identities import entries

PAGE = 50
LOOKS = 200
BESIDE = ("principal__user", "recorded_by__user", "species", "person")


@dataclass(frozen=True)
class Look:
    """One look of a visitor at the record of the patient granted."""

    at: datetime
    purpose: str
    what: Any


def listed(by: Principal, *, before: int | None, limit: int) -> tuple[list[CareGrant], bool]:
    """Return a page of the grants within reach, the newest first, and whether more follow."""
    rows = policy.scope(by, CareGrant.objects.all(), "patients.care.grant")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    rows = rows.select_related(*BESIDE).order_by("-pk")
    found = list(rows[: limit + 1])
    return found[:limit], len(found) > limit


def found(by: Principal, grant_id: int) -> CareGrant | None:
    """Return one grant within reach, or None."""
    rows = policy.scope(by, CareGrant.objects.filter(pk=grant_id), "patients.care.grant")
    one: CareGrant | None = rows.select_related(*BESIDE).first()
    return one


def looks(grant: CareGrant) -> list[Look]:
    """Return what the visitor was shown of this patient while the grant ran, the newest first."""
    rows = ReadEvent.objects.filter(
        actor=grant.principal_id,
        person_id__in=entries(grant.person_id),
        at__gte=grant.since,
        at__lt=grant.until,
    )
    return [Look(row.at, row.purpose, _named(row.model)) for row in rows.order_by("-at")[:LOOKS]]


def _named(label: str) -> Any:
    try:
        return apps.get_model(label)._meta.verbose_name
    except (LookupError, ValueError):
        return label
