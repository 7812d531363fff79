"""Fetching the facts that clearance is decided from; SQL fetches, `consent.rules` decides.

Facts of many people are fetched in a constant number of queries. Inside a posting transaction the
caller locks the person's row first (`lock`), so that no fact changes between answer and posting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from consent import models
from consent.queries import deaths, nanites, return_findings
from consent.rules import facts as rules
from consent.rules.ages import BirthPrecision, latest_birth_date
from consent.rules.capacities import Capacity, may_sign
from labsys.lib.clock import database_now
from patients.models import BirthRecord, IdentityEvent, QuarantineExtension, QuarantineOrder

CONTROLLED = models.MedicalFindings.Control.CONTROLLED
DOUBTED = Capacity.DOUBTED.value
GUARDIAN = models.WaiverSignature.Signer.GUARDIAN

By = dict[int, list[Any]]


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


def held(
    person_ids: Iterable[int], *, at: datetime, however_long: bool = False
) -> tuple[frozenset[int], datetime]:
    """Lock these people's entries, and return them with the moment from which an act is known.

    A door reads its `at` before the act waits for the lock, and before a second clinician's password
    is tried. Whoever was let go meanwhile was let go without this fact: it is recorded as of the
    moment at which the lock was held, after everything that was decided under it before.
    """
    entries = lock(person_ids, however_long=however_long)
    return entries, max(at, database_now())


def facts_of(
    entries: Mapping[int, Sequence[int]], *, programme: models.Programme
) -> dict[int, rules.Facts]:
    """Return all facts of several people; `entries` maps each to all their linked entries."""
    ids = all_entries(entries)
    every = nanites.results().filter(person_id__in=ids)
    parts = {
        "checks": checks_among(models.Check.objects.filter(person_id__in=ids)),
        "nanites": nanites.facts_among(every),
        "findings": nanites.findings_among(every),
        "controls": controls_among(observed(ids)),
        **lasting(entries, programme),
    }
    return assembled(entries, parts, texts_of(programme))


def all_entries(entries: Mapping[int, Sequence[int]]) -> list[int]:
    return sorted({entry for linked in entries.values() for entry in linked})


def assembled(
    entries: Mapping[int, Sequence[int]],
    parts: Mapping[str, By],
    texts: tuple[rules.WaiverText, ...],
) -> dict[int, rules.Facts]:
    """Put together what was found of each entry, for each person."""
    groups = {name: [found] for name, found in parts.items()}
    groups["findings"] += groups.pop("returns")  # a return not yet evaluated is a finding too
    return {
        person: rules.Facts(
            waiver_texts=texts,
            **{
                name: tuple(
                    row for found in each for entry in linked for row in found.get(entry, ())
                )
                for name, each in groups.items()
            },
        )
        for person, linked in entries.items()
    }


def lasting(entries: Mapping[int, Sequence[int]], programme: models.Programme) -> dict[str, By]:
    """Return the facts of which a person has few, however long they take part."""
    ids = all_entries(entries)
    return {
        "births": _births(ids),
        "deaths": deaths.facts_among(ids),
        "identity": _identity(ids),
        "enrolments": _enrolments(ids, programme),
        "signatures": _signatures(ids, programme),
        "withdrawals": _withdrawals(ids, programme),
        "capacities": _capacities(ids),
        "quarantines": _quarantines(entries),
        "returns": return_findings.findings_among(ids),
    }


def _grouped(rows: Iterable[tuple[Any, ...]], make: Callable[..., object]) -> By:
    """Make a fact of each row but its first column, which says whose it is."""
    found: By = defaultdict(list)
    for entry, *values in rows:
        found[entry].append(make(*values))
    return found


def _births(ids: Sequence[int]) -> By:
    def fact(
        id: int, born: date | None, precision: str, uncertainty: int | None, recorded_at: datetime
    ) -> rules.BirthRecord:
        latest = latest_birth_date(
            born, precision=BirthPrecision(precision), uncertainty_days=uncertainty
        )
        return rules.BirthRecord(id=str(id), latest_birth_date=latest, recorded_at=recorded_at)

    columns = ("birth_date", "birth_precision", "birth_uncertainty_days", "recorded_at")
    rows = BirthRecord.objects.filter(person_id__in=ids)
    return _grouped(rows.values_list("person_id", "id", *columns), fact)


def births_of(entries: Sequence[int]) -> tuple[rules.BirthRecord, ...]:
    """Return what was recorded about the birth of these entries."""
    return tuple(row for rows in _births(entries).values() for row in rows)


def _identity(ids: Sequence[int]) -> By:
    def fact(
        id: int, status: str, happened_at: datetime, recorded_at: datetime
    ) -> rules.IdentityCheck:
        return rules.IdentityCheck(
            id=str(id),
            is_confirmed=status == IdentityEvent.Status.CONFIRMED,
            happened_at=happened_at,
            recorded_at=recorded_at,
        )

    rows = IdentityEvent.objects.filter(person_id__in=ids)
    return _grouped(
        rows.values_list("person_id", "id", "status", "happened_at", "recorded_at"), fact
    )


def _enrolments(ids: Sequence[int], programme: models.Programme) -> By:
    def fact(
        id: int,
        start: datetime,
        recorded_at: datetime,
        end: datetime | None,
        end_recorded_at: datetime | None,
    ) -> rules.Enrolment:
        return rules.Enrolment(
            id=str(id),
            programme=programme.code,
            start=start,
            recorded_at=recorded_at,
            end=end,
            end_recorded_at=end_recorded_at,
        )

    columns = ("started_at", "recorded_at", "end__ended_at", "end__recorded_at")
    rows = models.Enrolment.objects.filter(person_id__in=ids, programme=programme)
    return _grouped(rows.values_list("person_id", "id", *columns), fact)


def texts_of(programme: models.Programme) -> tuple[rules.WaiverText, ...]:
    """Return the approved texts of a programme's waiver."""
    rows = models.WaiverText.objects.filter(programme=programme, approved_at__isnull=False)
    columns = ("id", "number", "effective_from", "approved_at", "predecessor_until")
    return tuple(
        rules.WaiverText(
            id=str(id),
            version=number,
            effective_from=effective_from,
            recorded_at=approved_at,
            predecessor_until=predecessor_until,
            programme=programme.code,
        )
        for id, number, effective_from, approved_at, predecessor_until in rows.values_list(*columns)
    )


def _signatures(ids: Sequence[int], programme: models.Programme) -> By:
    def fact(
        id: int,
        text: int,
        signer: str,
        signed_at: datetime,
        recorded_at: datetime,
        annulled_at: datetime | None,
    ) -> rules.Signature:
        return rules.Signature(
            id=str(id),
            text=str(text),
            by_guardian=signer == GUARDIAN,
            signed_at=signed_at,
            recorded_at=recorded_at,
            annulled_at=annulled_at,
        )

    columns = ("text_id", "signer", "signed_at", "recorded_at", "annulment__recorded_at")
    rows = models.WaiverSignature.objects.filter(person_id__in=ids, text__programme=programme)
    return _grouped(rows.values_list("person_id", "id", *columns), fact)


def _withdrawals(ids: Sequence[int], programme: models.Programme) -> By:
    def fact(
        id: int, of: int | None, effective_at: datetime, recorded_at: datetime
    ) -> rules.Withdrawal:
        return rules.Withdrawal(
            id=str(id),
            effective_at=effective_at,
            recorded_at=recorded_at,
            programme=programme.code if of else None,
        )

    rows = models.WaiverWithdrawal.objects.filter(
        Q(programme=programme) | Q(programme=None), person_id__in=ids
    )
    columns = ("programme_id", "effective_at", "recorded_at")
    return _grouped(rows.values_list("person_id", "id", *columns), fact)


def _capacities(ids: Sequence[int]) -> By:
    """Return what clinicians found; a doubt finds nothing, neither for nor against."""

    def fact(
        id: int, outcome: str, assessed_at: datetime, recorded_at: datetime
    ) -> rules.CapacityFinding:
        return rules.CapacityFinding(
            id=str(id),
            lacks=not may_sign(Capacity(outcome)),
            assessed_at=assessed_at,
            recorded_at=recorded_at,
        )

    rows = models.CapacityAssessment.objects.filter(person_id__in=ids).exclude(outcome=DOUBTED)
    columns = ("person_id", "id", "outcome", "assessed_at", "recorded_at")
    return _grouped(rows.values_list(*columns), fact)


def capacities_of(entries: Sequence[int]) -> tuple[rules.CapacityFinding, ...]:
    """Return what was found of the capacity of these entries."""
    return tuple(row for rows in _capacities(entries).values() for row in rows)


def checks_among(rows: QuerySet[models.Check]) -> By:
    """Return the checks among these rows, each with what it lifts."""
    lifts: dict[int, set[str]] = defaultdict(set)
    named = models.CheckLift.objects.filter(by_check__in=rows.values("pk"))
    for check, lifted in named.values_list("by_check_id", "lifted_id"):
        lifts[check].add(str(lifted))

    def fact(
        id: int,
        kind: str,
        outcome: str,
        performed_at: datetime,
        recorded_at: datetime,
        annulled_at: datetime | None,
        covers: list[str] | None,
    ) -> rules.Check:
        return rules.Check(
            id=str(id),
            kind=rules.CheckKind(kind),
            outcome=rules.CheckOutcome(outcome),
            performed_at=performed_at,
            recorded_at=recorded_at,
            lifts=frozenset(lifts.get(id, ())),
            annulled_at=annulled_at,
            covers=None if covers is None else frozenset(covers),
        )

    columns = ("kind", "outcome", "performed_at", "recorded_at", "annulment__recorded_at", "covers")
    return _grouped(rows.values_list("person_id", "id", *columns), fact)


def checks_by(ids: Sequence[int]) -> By:
    """Return every check recorded for these entries, by entry."""
    return checks_among(models.Check.objects.filter(person_id__in=ids))


def checks_of(entries: Sequence[int]) -> tuple[rules.Check, ...]:
    """Return every check recorded for these entries."""
    return tuple(row for rows in checks_by(entries).values() for row in rows)


def observed(ids: Sequence[int]) -> QuerySet[models.MedicalFindings]:
    """Return the examinations of these entries that tell of control."""
    found: QuerySet[models.MedicalFindings] = models.MedicalFindings.objects.filter(
        of_check__person_id__in=ids
    ).exclude(nanite_control="")
    return found


def controls_among(rows: QuerySet[models.MedicalFindings]) -> By:
    """Return what examiners saw of control; a check left incomplete says nothing in favour."""

    def fact(
        id: int,
        control: str,
        observed_at: datetime,
        recorded_at: datetime,
        annulled_at: datetime | None,
    ) -> rules.NaniteControl:
        return rules.NaniteControl(
            id=str(id),
            is_controlled=control == CONTROLLED,
            observed_at=observed_at,
            recorded_at=recorded_at,
            annulled_at=annulled_at,
        )

    incomplete = rules.CheckOutcome.INCOMPLETE.value
    stated = rows.exclude(nanite_control=CONTROLLED, of_check__outcome=incomplete)
    columns = ("nanite_control", "of_check__performed_at", "recorded_at")
    return _grouped(
        stated.values_list(
            "of_check__person_id", "of_check_id", *columns, "of_check__annulment__recorded_at"
        ),
        fact,
    )


def _quarantines(entries: Mapping[int, Sequence[int]]) -> By:
    """Return the orders; an extension counts where these entries make the exposure one of that person.

    So it stands in every answer of the time in which they were read as one, and in no later one.
    """
    heads = {entry: min(linked) for linked in entries.values() for entry in linked}
    moved: dict[int, list[rules.QuarantineExtension]] = defaultdict(list)
    later = QuarantineExtension.objects.filter(order__person_id__in=heads)
    whose = ("order__person_id", "exposure__person_id")
    for person, exposed, order, *known in later.values_list(
        *whose, "order_id", "ends_at", "recorded_at"
    ):
        if heads.get(exposed) == heads[person]:
            moved[order].append(rules.QuarantineExtension(end=known[0], recorded_at=known[1]))

    def fact(
        id: int,
        start: datetime,
        recorded_at: datetime,
        end: datetime | None,
        lifted_at: datetime | None,
        lift_recorded_at: datetime | None,
    ) -> rules.QuarantineOrder:
        return rules.QuarantineOrder(
            id=str(id),
            start=start,
            recorded_at=recorded_at,
            end=end,
            lifted_at=lifted_at,
            lift_recorded_at=lift_recorded_at,
            extensions=tuple(moved.get(id, ())),
        )

    columns = ("starts_at", "recorded_at", "ends_at", "lift__lifted_at", "lift__recorded_at")
    rows = QuarantineOrder.objects.filter(person_id__in=heads)
    return _grouped(rows.values_list("person_id", "id", *columns), fact)
