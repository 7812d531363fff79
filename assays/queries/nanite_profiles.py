"""Profiles of nanites that stand, and of whom."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from assays.models import NaniteProfile
from labsys.accounts.models import Principal
from labsys.lib import policy

SHOWN = 50
OF_ONE_HOST = 500


def standing() -> QuerySet[NaniteProfile]:
    """Return the profiles that nothing corrects or withdraws."""
    rows: QuerySet[NaniteProfile] = NaniteProfile.objects.filter(
        corrected_by=None, is_withdrawal=False
    )
    return rows


def listed(
    principal: Principal, *, below: int | None = None
) -> tuple[list[NaniteProfile], int | None]:
    """Return a page of the standing profiles in reach, the newest first, and where the next begins."""
    rows = policy.scope(principal, standing().defer("content"))
    if below is not None:
        rows = rows.filter(position__lt=below)
    rows = rows.select_related("specimen__person", "recorded_by__user").order_by("-position")
    found = list(rows[: SHOWN + 1])
    return found[:SHOWN], found[SHOWN - 1].position if len(found) > SHOWN else None


def of_host(principal: Principal, entries: Collection[int]) -> list[NaniteProfile]:
    """Return the standing profiles of a person (all linked entries) by when they were collected."""
    rows = policy.scope(principal, standing().filter(specimen__person__in=list(entries)))
    rows = rows.select_related("specimen", "recorded_by__user")
    return list(rows.order_by("specimen__collected_at", "position")[:OF_ONE_HOST])


def history(profile: NaniteProfile) -> list[NaniteProfile]:
    """Return the rows before and after a profile in its line of corrections, the newest first."""
    last = profile
    while (after := getattr(last, "corrected_by", None)) is not None:
        last = after
    found, before = [last], last.corrects
    while before is not None:
        found.append(before)
        before = before.corrects
    return found
