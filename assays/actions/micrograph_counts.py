"""Results from micrographs: what readers confirmed of every field, recorded as one count."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import nanites
from assays.actions.micrographs import ADD
from assays.models import CountedReading, NaniteCount, Specimen
from assays.queries.analyses import fields
from assays.rules.micrograph_readings import counts
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput

METHOD = "micrographs, read"


def record(*, specimen: Specimen, by: Principal, at: datetime, comment: str = "") -> NaniteCount:
    """Record the newest reading of every field that stands; a worker makes ratio and load of it.

    A count that is there already is corrected by it. Whoever records is the one who counted, and so
    verifies none of it.
    """
    policy.check(by, ADD, specimen)
    with acting(by=by, at=at, action="assays.micrograph.count"):
        locked = Specimen.objects.select_for_update(no_key=True).get(pk=specimen.pk)
        found = fields.shown(by, list(fields.standing(by, locked)))
        readings = [one.reading for one in found if one.reading is not None]
        _check(found, readings)
        before = NaniteCount.objects.filter(specimen=locked, corrected_by=None).last()
        if before is not None and _is_made_of(before, [one.pk for one in readings]):
            raise Conflict(_("These readings are recorded already."))
        seen = [counts(one.findings) for one in readings]
        count = nanites.record_count(
            specimen=locked,
            fields=[(one["red_cells"], one["foreign_bodies"]) for one in seen],
            method=METHOD,
            observed_at=max(one.recorded_at for one in readings),
            comment=comment,
            corrects=before,
            by=by,
            at=at,
        )
        for one in readings:
            CountedReading.objects.create(count=count, reading=one)
    return count


def _check(found: list[fields.Field], readings: list[object]) -> None:
    if not found:
        raise InvalidInput(_("There is nothing to record: give micrographs first."))
    unread = [one.micrograph.name for one in found if one.reading is None]
    if unread:
        raise Conflict(
            _("Nobody has read %(names)s yet; only what was read is recorded.")
            % {"names": ", ".join(unread[:5]) + (" …" if len(unread) > 5 else "")}
        )


def _is_made_of(count: NaniteCount, readings: list[int]) -> bool:
    rows = CountedReading.objects.filter(count=count).values_list("reading_id", flat=True)
    return set(rows) == set(readings)
