"""The facts that can matter to an answer at a moment with the knowledge of that moment.

Somebody takes part for years, and an answer rests on the last weeks: a pass performed later, an
allowed result collected later, overcome what was before. So the recent facts are fetched for all,
and for the few whom these do not show to be in date, all facts. Whatever is left out changes no
answer: neither this one nor the moment at which it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from assays.models import Result
from consent import models
from consent.queries import nanites
from consent.queries.facts import (
    By,
    all_entries,
    assembled,
    checks_among,
    controls_among,
    lasting,
    observed,
    texts_of,
)
from consent.rules import facts as rules
from consent.rules.facts import CheckOutcome, Facts
from consent.rules.grounds import checks as check_grounds
from consent.rules.grounds import nanites as nanite_grounds
from consent.rules.programmes import CheckRequirement, Programme, ProgrammeVersion
from consent.rules.views import Known, View

REFUSED = (CheckOutcome.FAILED.value, CheckOutcome.REFERRED.value)


def facts_at(
    entries: Mapping[int, Sequence[int]],
    *,
    programme: models.Programme,
    rules: Programme,
    at: datetime,
) -> dict[int, Facts]:
    """Return what can matter at `at`, as known then, of several people."""
    ids = all_entries(entries)
    versions = _versions_from(rules, at)
    texts = texts_of(programme)
    every = nanites.results().filter(person_id__in=ids)
    controls = _controls(ids, versions, at)
    parts = {
        **lasting(entries, programme),
        "checks": _checks(entries, versions, at),
        "controls": controls,
        "nanites": _nanites(entries, rules, versions, controls, at),
        "findings": nanites.open_findings_among(every, at=at),
    }
    return assembled(entries, parts, texts)


def _versions_from(programme: Programme, at: datetime) -> tuple[ProgrammeVersion, ...]:
    """Return the version in force, and those that are to follow it."""
    current = programme.version_at(at, known_at=at)
    return tuple(one for one in programme.versions if one is current or one.applies_from > at)


def _checks(
    entries: Mapping[int, Sequence[int]], versions: Sequence[ProgrammeVersion], at: datetime
) -> By:
    """Return the recent checks, every refusal with the passes that lift it, and all of the few."""
    needs = [need for version in versions for need in version.checks]
    since = at - max((need.validity for need in needs), default=timedelta(0))

    def is_in_date(found: Sequence[rules.Check], linked: Sequence[int]) -> bool:
        known = Known(facts=Facts(checks=tuple(found)), at=at, known_at=at)
        return all(_has_pass(known, need, since) for need in needs)

    def recent(ids: Sequence[int]) -> By:
        rows = models.Check.objects.filter(person_id__in=ids)
        refused = rows.filter(outcome__in=REFUSED)
        lifting = models.CheckLift.objects.filter(lifted__in=refused.values("pk"))
        named = [
            *refused.values_list("pk", flat=True),
            *lifting.values_list("by_check_id", flat=True),
        ]
        return checks_among(rows.filter(Q(performed_at__gte=since) | Q(pk__in=named)))

    def every(ids: Sequence[int]) -> By:
        return checks_among(models.Check.objects.filter(person_id__in=ids))

    return _completed(entries, recent, every, is_in_date)


def _has_pass(known: Known, need: CheckRequirement, since: datetime) -> bool:
    latest = check_grounds.latest_pass(known, need.kind, need.asks)
    return latest is not None and latest.performed_at >= since


def _controls(ids: Sequence[int], versions: Sequence[ProgrammeVersion], at: datetime) -> By:
    """Return what was seen of control while it holds, where it counts.

    What was seen to the contrary before keeps nobody back from what was seen since.
    """
    spans = [
        need.validity for version in versions for need in version.nanites if need.control_counts
    ]
    if not spans:
        return {}
    recent = observed(ids).filter(of_check__performed_at__gte=at - max(spans))
    return controls_among(recent)


def _nanites(
    entries: Mapping[int, Sequence[int]],
    programme: Programme,
    versions: Sequence[ProgrammeVersion],
    controls: By,
    at: datetime,
) -> By:
    """Return the recent results with their corrections, and all of the few."""
    asked = [(version, need) for version in versions for need in version.nanites]
    if not asked:
        return {}
    longest = max(need.validity + need.drift_window for _version, need in asked)
    codes = {need.analyte for _version, need in asked}

    def rows_of(ids: Sequence[int]) -> QuerySet[Result]:
        return nanites.results().filter(person_id__in=ids, analyte__code__in=codes)

    def recent(ids: Sequence[int]) -> By:
        rows = rows_of(ids)
        specimens = rows.filter(collected_at__gte=at - longest).values("specimen_id")
        return nanites.facts_among(rows.filter(specimen_id__in=specimens))

    def every(ids: Sequence[int]) -> By:
        return nanites.facts_among(rows_of(ids))

    def is_in_date(results: Sequence[rules.NaniteResult], linked: Sequence[int]) -> bool:
        seen = tuple(one for entry in linked for one in controls.get(entry, ()))
        facts = Facts(nanites=tuple(results), controls=seen)
        for version, need in asked:
            view = View(facts=facts, programme=programme, version=version, at=at, known_at=at)
            latest = nanite_grounds.Results(view, need).latest_allowed()
            if latest is None or latest.collected_at < at - need.validity:
                return False
        return True

    return _completed(entries, recent, every, is_in_date)


def _completed(
    entries: Mapping[int, Sequence[int]],
    recent: Callable[[Sequence[int]], By],
    every: Callable[[Sequence[int]], By],
    is_enough: Callable[[Sequence[Any], Sequence[int]], bool],
) -> By:
    """Return the recent facts, and every one of those people whom they do not show in date."""
    found = recent(all_entries(entries))
    lacking = {
        entry
        for linked in entries.values()
        if not is_enough([row for one in linked for row in found.get(one, ())], linked)
        for entry in linked
    }
    return {**found, **every(sorted(lacking))} if lacking else found
