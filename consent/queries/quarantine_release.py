"""What stands of the release criteria of quarantines, read from the laboratory's results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef

from assays.models import Result, ResultHold
from assays.rules.states import ResultStatus
from consent.models import QuarantineRelease
from consent.rules.quarantine_release import (
    Found,
    Release,
    Reviewed,
    Signs,
    Standing,
    Verdict,
    decide,
)
from patients import queries as registry
from patients.models import QuarantineOrder
from patients.queries import quarantine
from patients.rules import quarantine_criteria
from patients.rules.quarantine import last_exposure

DEAD = (ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR)


def standing_of(order: QuarantineOrder, *, at: datetime) -> Release:
    """Return what stands of an order's criteria now, with each reason."""
    rule = order.rule
    if rule is None or not (rule.criteria or rule.signs_gone):
        return Release(verdict=Verdict.NONE, since=order.starts_at)
    entries = registry.entries(order.person_id)
    last = last_exposure(quarantine.exposures_to(order.agent, entries))
    since = order.starts_at if last is None else last.last_at
    criteria = quarantine_criteria.read(rule.criteria)
    return decide(
        criteria=criteria,
        signs_gone=rule.signs_gone,
        results=results_of(entries, {one.analyte for one in criteria}, since=since),
        reviews=[
            Reviewed(id=id_, reviewed_at=reviewed_at, signs=Signs(signs))
            for id_, reviewed_at, signs in order.reviews.values_list("id", "reviewed_at", "signs")
        ],
        since=since,
        at=at,
    )


def results_of(entries: Iterable[int], analytes: Iterable[str], *, since: datetime) -> list[Found]:
    """Return the results of these analytes collected after a moment, with what became of each."""
    held = ResultHold.objects.filter(result=OuterRef("pk"), clear=None)
    replacing = Result.objects.filter(corrects=OuterRef("pk")).exclude(status__in=DEAD)
    rows = Result.objects.filter(
        person__in=list(entries), analyte__code__in=sorted(analytes), collected_at__gt=since
    ).annotate(is_held=Exists(held), is_replaced=Exists(replacing))
    columns = ("id", "specimen_id", "analyte__code", "collected_at", "status")
    values = ("kind", "value", "comparator", "unit", "value_code", "is_held", "is_replaced")
    return [
        Found(
            id=row.id,
            specimen=row.specimen_id,
            analyte=row.analyte__code,
            collected_at=row.collected_at,
            standing=_standing(row.status, is_held=row.is_held, is_replaced=row.is_replaced),
            number=row.value if row.kind == Result.Kind.NUMERIC else None,
            comparator=row.comparator,
            unit=row.unit,
            code=row.value_code if row.kind == Result.Kind.CODED else "",
        )
        for row in rows.values_list(*columns, *values, named=True)
    ]


def _standing(status: str, *, is_held: bool, is_replaced: bool) -> Standing:
    if status == ResultStatus.SUPERSEDED or is_replaced:
        return Standing.CORRECTED
    if status in DEAD:
        return Standing.WITHDRAWN
    if is_held:
        return Standing.HELD
    return Standing.RELEASED if status == ResultStatus.RELEASED else Standing.WAITING


def no_longer_met(releases: Iterable[QuarantineRelease]) -> Mapping[int, list[int]]:
    """Return the lifts whose criteria rested on results that were corrected or withdrawn since.

    By the id of the release; each with the results that are gone.
    """
    relied = {one.pk: _counted(one) for one in releases}
    ids = {id_ for found in relied.values() for id_ in found}
    standing = set(
        Result.objects.filter(pk__in=ids, status=ResultStatus.RELEASED).values_list("pk", flat=True)
    )
    gone = {pk: sorted(found - standing) for pk, found in relied.items()}
    return {pk: found for pk, found in gone.items() if found}


def _counted(release: QuarantineRelease) -> set[int]:
    if release.verdict != Verdict.MET:
        return set()
    return {id_ for line in release.grounds for why, id_ in line["results"] if why == "COUNTED"}
