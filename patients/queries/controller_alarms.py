"""Alarms of controllers as they are listed: what is open, and what ended of late."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F

from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.records import RecordQuerySet
from patients.models import ControllerAlarm

# Beside each alarm only what a line of it says: whole rows of five tables cost more than all else.
_BESIDE = {
    "person_id": F("assignment__person_id"),
    "person_uid": F("assignment__person__uid"),
    "mrn": F("assignment__person__mrn"),
    "controller_uid": F("assignment__controller__uid"),
    "serial": F("assignment__controller__serial"),
    "name": F("quantity__name"),
    "unit": F("quantity__unit"),
    "value": F("reading__value"),
    "read_at": F("reading__read_at"),
}


def open_to(by: Principal, *, limit: int) -> tuple[list[ControllerAlarm], bool]:
    """Return the most urgent of the open alarms within reach, and whether there are more.

    What nobody looks after is never crowded out by what somebody does.
    """
    urgent = (F("acknowledged_at").asc(nulls_first=True), "recorded_at", "id")
    rows = _listed(by).filter(closed_at=None).order_by(*urgent)
    found = list(rows[: limit + 1])
    Principal.objects.fill_in(found, "acknowledged_by")
    return found[:limit], len(found) > limit


def closed_last(by: Principal, *, limit: int) -> list[ControllerAlarm]:
    """Return what was closed of late within reach, the last first."""
    rows = _listed(by).filter(closed_at__isnull=False).order_by("-closed_at")
    found = list(rows[:limit])
    Principal.objects.fill_in(found, "closed_by")
    return found


def open_of(person_ids: Collection[int]) -> list[ControllerAlarm]:
    """Return the open alarms of a person (all entries), the oldest first."""
    rows = ControllerAlarm.objects.open().filter(assignment__person__in=list(person_ids))
    found = list(rows.annotate(**_BESIDE).order_by("id"))
    Principal.objects.fill_in(found, "acknowledged_by")
    return found


def _listed(by: Principal) -> RecordQuerySet:
    rows: RecordQuerySet = policy.scope(by, ControllerAlarm.objects.all())
    return rows.annotate(**_BESIDE)
