"""What is known about the specimens of a batch: locked in sorted order, in a constant number of
queries, so that of two recordings on one specimen the second sees what the first wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from assays.queries import correctable
from assays.queries.correctable import Of
from assays.queries.identities import people_named
from assays.rules.attempts import AppliedBy, Asked, AttemptKind
from assays.rules.catalogue_in_force import ActiveAssay, Catalogue
from assays.rules.contexts import Collection
from assays.rules.filing import (
    OLDEST,
    AssayFacts,
    Attempt,
    Corrected,
    Disposition,
    Entry,
    Foreign,
    Held,
    ItemFacts,
    Outdated,
    Recorded,
    Situation,
    SpecimenFacts,
    SpecimenKey,
    Withdrawn,
    Written,
    file_entry,
)
from assays.rules.holds import BESIDE
from assays.rules.identity import PersonFacts
from assays.rules.physiology import CycleState, Fasting
from assays.rules.states import OrderItemStatus, OrderStatus, ResultStatus, SpecimenStatus
from labsys.lib.quantities import Absent, Coded, Comparator, Quantity, ReportedValue, Text

_FOREIGN = """
SELECT i.system, i.value, i.specimen_id FROM assays_specimenidentifier i
JOIN unnest(%s::text[], %s::text[]) AS wanted(system, value)
  ON i.system = wanted.system AND i.value = wanted.value
"""

# The same value under any system. The unique index begins with the system, so the systems are walked
# along it, one step each, and every value is looked up in each of them.
_WRITTEN = """
WITH RECURSIVE systems(system) AS (
    SELECT min(system) FROM assays_specimenidentifier
    UNION ALL
    SELECT (SELECT min(i.system) FROM assays_specimenidentifier i WHERE i.system > s.system)
    FROM systems s WHERE s.system IS NOT NULL
)
SELECT w.value, i.specimen_id FROM systems s
CROSS JOIN unnest(%s::text[]) AS w(value)
JOIN assays_specimenidentifier i ON i.system = s.system AND i.value = w.value
"""

# NO KEY UPDATE: keeps out every other recording and every move of the specimen, and lets rows that
# merely refer to it be written.
_SPECIMENS = """
SELECT s.id, s.accession, s.status, s.collected_at, s.person_id, s.fasting, s.cycle FROM assays_specimen s
WHERE {condition} ORDER BY s.id FOR NO KEY UPDATE
"""

_ITEMS = """
SELECT si.specimen_id, i.id, i.order_id, i.assay_id, i.status, o.status, o.priority,
       q.id, q.kind, q.factor, q.applied_by
FROM assays_orderitem i
JOIN assays_specimenitem si ON si.item_id = i.id
JOIN assays_order o ON o.id = i.order_id
LEFT JOIN assays_attemptrequest q
  ON q.order_item_id = i.id AND q.specimen_id = si.specimen_id AND q.status = 'OPEN'
WHERE si.specimen_id = ANY(%s) ORDER BY i.id FOR NO KEY UPDATE OF i
"""

_ATTEMPTS = """
SELECT r.specimen_id, v.assay_id, r.id, r.order_item_id, r.instrument_id, r.kind, r.comparator,
       r.value, r.unit, r.value_code, r.value_text, r.absent_reason, r.observed_at, r.run, r.status,
       r.as_sent ->> 'observed_at_is', r.corrects_id IS NOT NULL, r.as_sent ->> 'sent_at',
       CASE WHEN r.as_sent -> 'dilution' ->> 'applied_by' = 'LABORATORY'
            THEN (r.as_sent -> 'dilution' ->> 'factor')::numeric END
FROM assays_result r JOIN assays_assayversion v ON v.id = r.assay_version_id
WHERE r.specimen_id = ANY(%s) ORDER BY r.id
"""


# A correction that came too late to count is kept, never used.
_OUTDATED = ResultStatus.CANCELLED


@dataclass
class Known:
    """What a batch has to be filed against; `add` lets later entries of it see earlier ones."""

    catalogue: Catalogue
    instrument_id: int | None
    specimens: Mapping[SpecimenKey, SpecimenFacts]
    items: Mapping[int, list[ItemFacts]]
    attempts: dict[tuple[int, int], list[Attempt]] = field(default_factory=dict)
    people: Mapping[int, PersonFacts] = field(default_factory=dict)
    ambiguous: frozenset[SpecimenKey] = frozenset()
    oldest: timedelta = OLDEST
    holds_corrections: bool = False
    held: dict[Of, set[datetime | None]] = field(default_factory=dict)

    def sent_by(
        self, instrument_id: int, *, oldest: timedelta, holds_corrections: bool = False
    ) -> Known:
        """Return the same facts as another connection of the batch meets them."""
        return replace(
            self,
            instrument_id=instrument_id,
            oldest=oldest,
            holds_corrections=holds_corrections,
        )

    def assay(self, entry: Entry) -> tuple[bool, ActiveAssay | None]:
        """Return whether the entry's code means an assay here, and the version in force."""
        assay_id = entry.assay_id
        if assay_id is None and self.instrument_id is not None:
            mapped = self.catalogue.mapping(self.instrument_id, entry.code)
            assay_id = mapped.assay_id if mapped is not None else None
        if assay_id is None:
            return False, None
        return True, self.catalogue.assays.get(assay_id)

    def situation(self, entry: Entry) -> Situation:
        specimen = self.specimens.get(entry.specimen)
        is_mapped, assay = self.assay(entry)
        is_placed = specimen is not None and assay is not None
        return Situation(
            specimen=specimen,
            is_mapped=is_mapped,
            assay=assay and assay_facts(assay),
            items=self.items.get(specimen.id, ()) if specimen is not None else (),
            attempts=self.attempts.get((specimen.id, assay.assay_id), ()) if is_placed else (),
            instrument_id=self.instrument_id,
            person=self.people.get(specimen.person_id) if specimen is not None else None,
            oldest=self.oldest,
            is_ambiguous=entry.specimen in self.ambiguous,
            holds_corrections=self.holds_corrections,
            held=self.held.get(self._of(entry), ()) if is_placed else (),
        )

    def _of(self, entry: Entry) -> Of:
        _is_mapped, assay = self.assay(entry)
        assert assay is not None
        return Of(self.instrument_id, self.specimens[entry.specimen].id, assay.assay_id, entry.run)

    def hold(self, entry: Entry) -> None:
        """Let later entries see that this one waits beside what stands."""
        self.held.setdefault(self._of(entry), set()).add(entry.said_at)

    def add(self, specimen_id: int, assay_id: int, attempt: Attempt) -> None:
        self.attempts.setdefault((specimen_id, assay_id), []).append(attempt)

    def end(self, attempt: Attempt, status: ResultStatus) -> None:
        """Let later entries see that a value no longer stands, and that its order is open again."""
        for ones in self.attempts.values():
            ones[:] = [replace(one, status=status) if one is attempt else one for one in ones]
        for items in self.items.values():
            items[:] = [_reopened(one) if one.id == attempt.item_id else one for one in items]

    def answer(self, asked: Asked) -> None:
        """Let later entries see that what was asked for anew has come."""
        for items in self.items.values():
            items[:] = [replace(one, asked=None) if one.asked == asked else one for one in items]


def lock(
    entries: Sequence[Entry], *, catalogue: Catalogue, instrument_id: int | None = None
) -> Known:
    """Lock the specimens of the entries, and their order items, to the end of the transaction."""
    specimens, ambiguous = _lock_specimens({entry.specimen for entry in entries})
    corrected = _corrected(entries, specimens)
    correctable.lock(corrected)
    ids = sorted({specimen.id for specimen in specimens.values()})
    naming = [
        (specimens[entry.specimen].person_id, entry.patient.numbers)
        for entry in entries
        if entry.patient is not None and entry.specimen in specimens
    ]
    return Known(
        catalogue=catalogue,
        instrument_id=instrument_id,
        specimens=specimens,
        items=_lock_items(ids) if ids else {},
        attempts=_attempts(ids) if ids else {},
        people=people_named(naming),
        ambiguous=ambiguous,
        held=correctable.held(corrected, catalogue),
    )


def decide(entries: Sequence[Entry], known: Known, *, at: datetime) -> list[Disposition]:
    """Decide entry by entry; one that repeats an earlier one of the batch is its duplicate."""
    decided = []
    recorded = 0
    for entry in entries:
        disposition = file_entry(entry, known.situation(entry), at=at)
        decided.append(disposition)
        if isinstance(disposition, Held) and disposition.code in BESIDE:
            known.hold(entry)
        if isinstance(disposition, Withdrawn):
            known.end(disposition.of, ResultStatus.ENTERED_IN_ERROR)
        if isinstance(disposition, Recorded):
            _remember(entry, disposition, known, within=recorded)
            recorded += 1
    return decided


def _reopened(item: ItemFacts) -> ItemFacts:
    """Return the facts of an item whose released value was taken back."""
    if item.status is not OrderItemStatus.COMPLETED:
        return item
    is_done = item.order_status is OrderStatus.COMPLETED
    order = OrderStatus.ACTIVE if is_done else item.order_status
    return replace(item, status=OrderItemStatus.IN_PROCESS, order_status=order)


def _corrected(
    entries: Iterable[Entry], specimens: Mapping[SpecimenKey, SpecimenFacts]
) -> dict[str, int]:
    """Return the specimens that corrections among the entries are about, by the name they use."""
    keys = {entry.specimen for entry in entries if entry.change is not None}
    return {str(key): specimens[key].id for key in keys if key in specimens}


def _remember(entry: Entry, recorded: Recorded, known: Known, *, within: int) -> None:
    if isinstance(recorded, Corrected):
        known.end(recorded.of, ResultStatus.SUPERSEDED)
    asked = recorded.item.asked
    attempt = Attempt(
        within=within,
        result_id=None,
        item_id=recorded.item.id,
        instrument_id=known.instrument_id,
        value=recorded.value,
        observed_at=entry.observed_at,
        run=entry.run,
        status=_OUTDATED if isinstance(recorded, Outdated) else ResultStatus.RESULTED,
        is_timed=entry.is_timed,
        is_correction=isinstance(recorded, Corrected),
        sent_at=entry.sent_at,
        factor=None if asked is None else asked.factor_here,
    )
    known.add(known.specimens[entry.specimen].id, recorded.item.assay_id, attempt)
    if asked is not None:
        known.answer(asked)


def assay_facts(assay: ActiveAssay) -> AssayFacts:
    return AssayFacts(
        id=assay.assay_id,
        label=assay.code,
        kind=assay.kind,
        unit=assay.unit,
        decimals=assay.decimals,
        conversions=assay.conversions,
        answers=assay.answers,
    )


def reported_value(
    kind: str, comparator: str, value: object, unit: str, code: str, text: str, absent: str
) -> ReportedValue:
    """Return the value of a result row."""
    if kind == "NUMERIC":
        return Quantity(value, unit, Comparator(comparator))  # type: ignore[arg-type]
    if kind == "CODED":
        return Coded(code, "")
    return Text(text) if kind == "TEXT" else Absent(absent)


def _lock_specimens(
    keys: Iterable[SpecimenKey],
) -> tuple[dict[SpecimenKey, SpecimenFacts], frozenset[SpecimenKey]]:
    """Return what each key names, and the keys that name several specimens (and so none)."""
    keys = set(keys)
    named = _foreign([key for key in keys if isinstance(key, Foreign)])
    named |= _written([key for key in keys if isinstance(key, Written)])
    accessions: dict[str, list[SpecimenKey]] = defaultdict(list)
    for key in keys:
        if not isinstance(key, Foreign):
            accessions[str(key)].append(key)
    condition, params = "s.accession = ANY(%s)", [sorted(accessions)]
    if named:
        condition = f"({condition} OR s.id = ANY(%s))"
        params.append(sorted(set.union(*named.values())))
    by_id: dict[int, SpecimenFacts] = {}
    found: dict[SpecimenKey, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_SPECIMENS.format(condition=condition), params)
        for id_, accession, status, collected_at, person, fasting, cycle in cursor.fetchall():
            by_id[id_] = SpecimenFacts(
                id=id_,
                accession=accession,
                status=SpecimenStatus(status),
                collected_at=collected_at,
                person_id=person,
                fasting=Fasting(fasting) if fasting else None,
                cycle=CycleState(cycle) if cycle else None,
            )
            for key in accessions.get(accession, ()):
                found[key].add(id_)
    for key, ids in named.items():
        found[key] |= ids
    return (
        {key: by_id[next(iter(ids))] for key, ids in found.items() if len(ids) == 1},
        frozenset(key for key, ids in found.items() if len(ids) > 1),
    )


def _written(keys: Sequence[Written]) -> dict[SpecimenKey, set[int]]:
    found: dict[SpecimenKey, set[int]] = defaultdict(set)
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(_WRITTEN, [[key.text for key in keys]])
            for value, id_ in cursor.fetchall():
                found[Written(value)].add(id_)
    return dict(found)


def _foreign(keys: Sequence[Foreign]) -> dict[SpecimenKey, set[int]]:
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN, [[key.system for key in keys], [key.value for key in keys]])
        return {Foreign(system, value): {id_} for system, value, id_ in cursor.fetchall()}


def _lock_items(specimen_ids: Sequence[int]) -> dict[int, list[ItemFacts]]:
    found: dict[int, list[ItemFacts]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, [list(specimen_ids)])
        for specimen, id_, order, assay, status, order_status, priority, *asked in cursor:
            found[specimen].append(
                ItemFacts(
                    id=id_,
                    order_id=order,
                    assay_id=assay,
                    status=OrderItemStatus(status),
                    order_status=OrderStatus(order_status),
                    priority=priority,
                    asked=_asked(*asked),
                )
            )
    return found


def _asked(
    id_: int | None, kind: str | None, factor: Decimal | None, applied_by: str | None
) -> Asked | None:
    if id_ is None:
        return None
    by = AppliedBy(applied_by) if applied_by else None
    return Asked(id_, AttemptKind(kind), factor, by)


def _attempts(specimen_ids: Sequence[int]) -> dict[tuple[int, int], list[Attempt]]:
    found: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_ATTEMPTS, [list(specimen_ids)])
        for row in cursor:
            specimen, assay, id_, item, instrument, *value = row[:12]
            observed, run, status, moment, is_correction, sent_at, factor = row[12:]
            found[specimen, assay].append(
                Attempt(
                    result_id=id_,
                    item_id=item,
                    instrument_id=instrument,
                    value=reported_value(*value),
                    observed_at=observed,
                    run=run,
                    status=ResultStatus(status),
                    is_timed=moment != "received_at",
                    is_correction=is_correction,
                    sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
                    factor=factor,
                )
            )
    return dict(found)


def collections(known: Known, specimen_ids: Iterable[int]) -> list[Collection]:
    """Return how specimens were collected that something is recorded on, each way once."""
    wanted = set(specimen_ids)
    found = (facts for facts in known.specimens.values() if facts.id in wanted)
    return list(dict.fromkeys(facts.collection for facts in found if facts.collected_at))
