"""Fetching the facts that clearance is decided from; SQL fetches, `consent.rules` decides.

Facts of many people are fetched in a constant number of queries. Inside a posting transaction the
caller locks the person's row first (`lock`), so that no fact changes between answer and posting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Prefetch, Q

from assays.models import Result, ResultEvent, ResultHold
from assays.rules.flags import CRITICAL, flag
from assays.rules.reference_intervals import Resolution
from assays.rules.states import ResultStatus
from consent import models
from consent.rules import facts as rules
from consent.rules import programmes
from consent.rules.ages import BirthPrecision, latest_birth_date
from labsys.lib.quantities import Comparator, Quantity
from patients.models import BirthRecord, IdentityEvent, QuarantineOrder

WITHDRAWN_STATES = (ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR)
NANITE_SECTION = "NANITE"

By = dict[int, list[Any]]


def programme_of(programme: models.Programme) -> programmes.Programme:
    """Return a programme with its approved versions, as the rules read it."""
    versions = programme.versions.filter(approved_at__isnull=False).order_by("number")
    return programmes.Programme(
        id=programme.code,
        versions=tuple(_version(version) for version in versions),
        zone=ZoneInfo(settings.TIME_ZONE),
    )


def _version(version: models.ProgrammeVersion) -> programmes.ProgrammeVersion:
    spans = {
        "validity": timedelta(hours=version.check_validity_hours),
        "opens_before": timedelta(hours=version.check_opens_hours),
        "grace": timedelta(hours=version.check_grace_hours),
    }
    nanites: tuple[programmes.NaniteRequirement, ...] = ()
    if version.nanite_analyte:
        validity = timedelta(hours=version.nanite_validity_hours)
        nanites = (
            programmes.NaniteRequirement(
                analyte=version.nanite_analyte,
                maximum=version.nanite_maximum,
                **{**spans, "validity": validity},
            ),
        )
    assert version.approved_at is not None  # only approved versions are asked for
    return programmes.ProgrammeVersion(
        number=version.number,
        effective_from=version.effective_from,
        recorded_at=version.approved_at,
        minimum_age_years=version.minimum_age_years,
        nanites=nanites,
        checks=tuple(programmes.CheckRequirement(kind=kind, **spans) for kind in rules.CheckKind),
    )


ENTRIES = """
    SELECT e.person_id FROM patients_canonicalperson e WHERE e.canonical_id IN (
        SELECT c.canonical_id FROM patients_canonicalperson c WHERE c.person_id = ANY(%s))
"""


def lock(person_ids: Iterable[int], *, however_long: bool = False) -> frozenset[int]:
    """Lock every entry of these people to the end of the transaction, and return the entries.

    All callers take the rows in one order; entries that were linked while it waited are locked by
    beginning again, so that nobody holds a later row and waits for an earlier one. `however_long`
    waits beyond the limits of other statements, for what nothing may block; whoever holds the lock
    and does nothing is ended by the database after half a minute.
    """
    wanted = set(person_ids)
    with connection.cursor() as cursor:
        if however_long:
            cursor.execute("SET LOCAL lock_timeout = 0")
            cursor.execute("SET LOCAL statement_timeout = 0")
        while True:
            before = transaction.savepoint()
            cursor.execute(
                f"SELECT id FROM patients_person WHERE id = ANY(%s) OR id IN ({ENTRIES})"  # noqa: S608
                " ORDER BY id FOR UPDATE",
                [list(wanted), list(wanted)],
            )
            held = frozenset(row[0] for row in cursor.fetchall())
            cursor.execute(ENTRIES, [list(wanted)])
            linked = {row[0] for row in cursor.fetchall()}
            if linked <= held:
                transaction.savepoint_commit(before)
                return held
            transaction.savepoint_rollback(before)
            wanted |= linked


def facts_of(
    entries: Mapping[int, Sequence[int]], *, programme: models.Programme
) -> dict[int, rules.Facts]:
    """Return the facts of several people; `entries` maps each to all their linked entries."""
    ids = sorted({entry for linked in entries.values() for entry in linked})
    parts: dict[str, By] = {
        "births": _births(ids),
        "identity": _identity(ids),
        "enrolments": _enrolments(ids, programme),
        "signatures": _signatures(ids, programme),
        "withdrawals": _withdrawals(ids, programme),
        "checks": _checks(ids),
        "quarantines": _quarantines(ids),
        **_nanites(ids),
    }
    texts = _texts(programme)
    return {
        person: rules.Facts(
            waiver_texts=texts,
            **{
                name: tuple(row for entry in linked for row in found.get(entry, ()))
                for name, found in parts.items()
            },
        )
        for person, linked in entries.items()
    }


def _grouped(pairs: Iterable[tuple[int, Any]]) -> By:
    found: By = defaultdict(list)
    for entry, fact in pairs:
        found[entry].append(fact)
    return found


def _births(ids: Sequence[int]) -> By:
    rows = BirthRecord.objects.filter(person_id__in=ids)
    return _grouped(
        (
            row.person_id,
            rules.BirthRecord(
                id=str(row.pk),
                latest_birth_date=latest_birth_date(
                    row.birth_date,
                    precision=BirthPrecision(row.birth_precision),
                    uncertainty_days=row.birth_uncertainty_days,
                ),
                recorded_at=row.recorded_at,
            ),
        )
        for row in rows
    )


def _identity(ids: Sequence[int]) -> By:
    return _grouped(
        (
            row.person_id,
            rules.IdentityCheck(
                id=str(row.pk),
                is_confirmed=row.status == IdentityEvent.Status.CONFIRMED,
                happened_at=row.happened_at,
                recorded_at=row.recorded_at,
            ),
        )
        for row in IdentityEvent.objects.filter(person_id__in=ids)
    )


def _enrolments(ids: Sequence[int], programme: models.Programme) -> By:
    rows = models.Enrolment.objects.filter(person_id__in=ids, programme=programme)
    return _grouped(
        (
            row.person_id,
            rules.Enrolment(
                id=str(row.pk),
                programme=programme.code,
                start=row.started_at,
                recorded_at=row.recorded_at,
                end=end.ended_at if (end := _one(row, "end")) else None,
                end_recorded_at=end.recorded_at if end else None,
            ),
        )
        for row in rows.select_related("end")
    )


def _texts(programme: models.Programme) -> tuple[rules.WaiverText, ...]:
    rows = models.WaiverText.objects.filter(programme=programme, approved_at__isnull=False)
    return tuple(
        rules.WaiverText(
            id=str(row.pk),
            version=row.number,
            effective_from=row.effective_from,
            recorded_at=row.approved_at,
            predecessor_until=row.predecessor_until,
            programme=programme.code,
        )
        for row in rows
    )


def _signatures(ids: Sequence[int], programme: models.Programme) -> By:
    rows = models.WaiverSignature.objects.filter(person_id__in=ids, text__programme=programme)
    return _grouped(
        (
            row.person_id,
            rules.Signature(
                id=str(row.pk),
                text=str(row.text_id),
                signed_at=row.signed_at,
                recorded_at=row.recorded_at,
                annulled_at=void.recorded_at if (void := _one(row, "annulment")) else None,
            ),
        )
        for row in rows.select_related("annulment")
    )


def _withdrawals(ids: Sequence[int], programme: models.Programme) -> By:
    rows = models.WaiverWithdrawal.objects.filter(
        Q(programme=programme) | Q(programme=None), person_id__in=ids
    )
    return _grouped(
        (
            row.person_id,
            rules.Withdrawal(
                id=str(row.pk),
                effective_at=row.effective_at,
                recorded_at=row.recorded_at,
                programme=programme.code if row.programme_id else None,
            ),
        )
        for row in rows
    )


def _checks(ids: Sequence[int]) -> By:
    rows = models.Check.objects.filter(person_id__in=ids).select_related("annulment")
    return _grouped(
        (
            row.person_id,
            rules.Check(
                id=str(row.pk),
                kind=rules.CheckKind(row.kind),
                outcome=rules.CheckOutcome(row.outcome),
                performed_at=row.performed_at,
                recorded_at=row.recorded_at,
                lifts=frozenset(str(lift.lifted_id) for lift in row.lifts.all()),
                annulled_at=void.recorded_at if (void := _one(row, "annulment")) else None,
            ),
        )
        for row in rows.prefetch_related("lifts")
    )


def checks_of(entries: Sequence[int]) -> tuple[rules.Check, ...]:
    """Return every check recorded for these entries."""
    return tuple(row for rows in _checks(entries).values() for row in rows)


def _quarantines(ids: Sequence[int]) -> By:
    rows = QuarantineOrder.objects.filter(person_id__in=ids).select_related("lift")
    return _grouped(
        (
            row.person_id,
            rules.QuarantineOrder(
                id=str(row.pk),
                start=row.starts_at,
                recorded_at=row.recorded_at,
                end=row.ends_at,
                lifted_at=lift.lifted_at if (lift := _one(row, "lift")) else None,
                lift_recorded_at=lift.recorded_at if lift else None,
            ),
        )
        for row in rows
    )


def _nanites(ids: Sequence[int]) -> dict[str, By]:
    results = (
        Result.objects.filter(person_id__in=ids, section=NANITE_SECTION)
        .select_related("analyte", "finding_clear")
        .prefetch_related(
            Prefetch("events", ResultEvent.objects.filter(new__in=WITHDRAWN_STATES)),
            Prefetch("holds", ResultHold.objects.select_related("clear")),
        )
    )
    facts: By = defaultdict(list)
    findings: By = defaultdict(list)
    for result in results:
        facts[result.person_id].append(_nanite(result))
        findings[result.person_id] += _findings(result)
    return {"nanites": facts, "findings": findings}


def _nanite(result: Result) -> rules.NaniteResult:
    withdrawn = min((event.recorded_at for event in result.events.all()), default=None)
    return rules.NaniteResult(
        id=str(result.pk),
        analyte=result.analyte.code,
        is_allowed=True,  # what is not a number below the maximum has no `at_most`
        at_most=at_most(result),
        collected_at=result.collected_at,
        recorded_at=result.recorded_at,
        released_at=result.released_at,
        corrects=str(result.corrects_id) if result.corrects_id else None,
        annulled_at=withdrawn,
    )


def at_most(result: Result) -> Decimal | None:
    """Return what a load surely does not exceed; None for "more than" and for what is no number."""
    if result.kind != Result.Kind.NUMERIC or result.comparator not in ("", "<", "<="):
        return None
    return result.value


def _findings(result: Result) -> list[rules.Finding]:
    """Return what refuses clearance from the instant of recording, before anybody looked."""
    found = []
    number = str(result.pk)
    if is_critical(result):
        cleared = _one(result, "finding_clear")
        found.append(
            rules.Finding(
                id=f"{number}:critical",
                result=number,
                found_at=result.recorded_at,
                recorded_at=result.recorded_at,
                cleared_at=cleared.recorded_at if cleared else None,
            )
        )
    for hold in result.holds.all():
        cleared = _one(hold, "clear")
        found.append(
            rules.Finding(
                id=f"{number}:hold:{hold.pk}",
                result=number,
                found_at=hold.recorded_at,
                recorded_at=hold.recorded_at,
                cleared_at=cleared.recorded_at if cleared else None,
            )
        )
    return found


def is_critical(result: Result) -> bool:
    """Return whether a value is critical against its frozen limits, evaluated or not yet."""
    if result.kind != Result.Kind.NUMERIC or result.value is None:
        return False
    value = Quantity(result.value, result.unit, Comparator(result.comparator))
    flagged = flag(value, Resolution.from_json(result.reference))
    return not CRITICAL.isdisjoint(flagged.flags)


def _one(row: Any, name: str) -> Any:
    """Return the row at the other end of a one-to-one relation, or None."""
    try:
        return getattr(row, name)
    except ObjectDoesNotExist:
        return None
