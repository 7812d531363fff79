"""Placing typed values: judged against limits and orders under the specimen's lock, then written.

The part that all doors of people share; called inside the transaction of their action.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import filing
from assays.actions.filing import Source
from assays.models import PlausibilityOverride, Recording, Result, Specimen
from assays.queries import catalogue, history
from assays.queries import filing as queries
from assays.queries.filing import Known
from assays.rules.catalogue_in_force import Catalogue
from assays.rules.entry_limits import Implausible, implausible_refusal, measuring_range_refusal
from assays.rules.filing import Disposition, Duplicate, Entry, Filed, Held, Recorded, reportable
from assays.rules.holds import Hold
from labsys.accounts.models import Principal
from labsys.lib import bulk, policy, units
from labsys.lib.errors import Conflict, InvalidInput, InvalidInputs, NotAllowed, Refusal
from labsys.lib.quantities import Absent, Coded, ReportedValue
from labsys.lib.refusals import sentence

OVERRIDE = "assays.result.override"


@dataclass(frozen=True, slots=True)
class Typed:
    """One value that somebody typed; `field` is where, `text` exactly what.

    `override` is why it is entered although it lies outside the plausibility limits. `seen` is how
    many values of the assay the page showed; where that is another number by now, the value waits
    for somebody who has looked again. None: the page showed none.
    """

    assay_id: int
    value: ReportedValue
    field: str
    text: str = ""
    comment: str = ""
    override: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one typed value: a result, or the refusal that its field shows."""

    typed: Typed
    result: Result | None = None
    refusal: Refusal | None = None

    @property
    def said(self) -> str:
        """The refusal in the reader's language; nothing for what is recorded."""
        return "" if self.refusal is None else sentence(self.refusal)

    @property
    def is_implausible(self) -> bool:
        """Whether somebody who may can enter the value with a reason."""
        return isinstance(self.refusal, Implausible)


@dataclass(frozen=True, slots=True)
class _Judged:
    """The values of one specimen under its lock: what may be written, and why the rest may not."""

    values: Sequence[Typed]
    entries: Sequence[Entry]
    decided: Sequence[Disposition]
    refusals: Mapping[str, Refusal]


def place(
    *,
    specimen: Specimen,
    values: Sequence[Typed],
    observed_at: datetime,
    by: Principal,
    at: datetime,
    entered_by: Principal | None = None,
    is_whole: bool = False,
    instrument_id: int | None = None,
) -> list[Outcome]:
    """Judge and write the values of one specimen, inside the transaction of another action.

    `entered_by` is who supplied them, where that is not `by`; `instrument_id` what they were measured
    on, where that is known: its controls keep them back. Raises InvalidInputs where they are
    to be recorded as a whole and one of them cannot be.
    """
    held = catalogue.current()
    entries = [entry_of(specimen, one, observed_at) for one in values]
    known = queries.lock(entries, catalogue=held, instrument_id=instrument_id)
    judged = _judge(values, entries, known, by=by, at=at)
    if is_whole and judged.refusals:
        raise InvalidInputs(
            [
                (one.field, sentence(judged.refusals[one.field]))
                for one in values
                if one.field in judged.refusals
            ]
        )
    written = _write(judged, known, by=by, entered_by=entered_by or by, at=at)
    results = Result.objects.in_bulk(list(written.values()))
    return [
        Outcome(one, refusal=judged.refusals[one.field])
        if one.field in judged.refusals
        else Outcome(one, result=results[written[one.field]])
        for one in values
    ]


def _judge(
    values: Sequence[Typed], entries: Sequence[Entry], known: Known, *, by: Principal, at: datetime
) -> _Judged:
    refusals: dict[str, Refusal] = {}
    for typed, entry in zip(values, entries, strict=True):
        refusal = (
            _calculated_refusal(typed, known.catalogue)
            or value_refusal(typed, known.catalogue, by)
            or _stale_refusal(typed, entry, known, by)
        )
        if refusal is not None:
            refusals[typed.field] = refusal
    sound = [pair for pair in zip(values, entries, strict=True) if pair[0].field not in refusals]
    decided = queries.decide([entry for _typed, entry in sound], known, at=at)
    for (typed, _of), disposition in zip(sound, decided, strict=True):
        if isinstance(disposition, Held):
            refusals[typed.field] = InvalidInput(_(disposition.message) % disposition.params)
        elif isinstance(disposition, Duplicate):
            refusals[typed.field] = Conflict(_("This value is already recorded for this moment."))
    return _Judged(
        values=[typed for typed, _of in sound],
        entries=[entry for _typed, entry in sound],
        decided=decided,
        refusals=refusals,
    )


def value_refusal(typed: Typed, held: Catalogue, by: Principal) -> Refusal | None:
    """Why no value like this is entered, whatever the specimen; an override is asked of the role."""
    assay = held.assays.get(typed.assay_id)
    converted = reportable(typed.value, queries.assay_facts(assay)) if assay else None
    if assay is None or converted is None or isinstance(converted, Hold):
        return None  # filing says what is wrong
    value = converted[0]
    implausible = implausible_refusal(value, assay=assay.code, limits=assay.plausibility)
    if implausible is not None and not typed.override.strip():
        return implausible
    if implausible is not None and not policy.can(by, OVERRIDE):
        return NotAllowed(
            _("Your role cannot enter an implausible value; ask the laboratory to enter it.")
        )
    return measuring_range_refusal(value, assay=assay.code, low=assay.amr_low, high=assay.amr_high)


def _calculated_refusal(typed: Typed, held: Catalogue) -> Refusal | None:
    """What follows from other values is never typed: whatever was typed would keep it from following."""
    if typed.assay_id not in held.calculations:
        return None
    return InvalidInput(
        _("%(assay)s is calculated; enter what it is calculated from.")
        % {"assay": held.assays[typed.assay_id].code}
    )


def _stale_refusal(typed: Typed, entry: Entry, known: Known, by: Principal) -> Refusal | None:
    if typed.seen is None or entry.specimen not in known.specimens:
        return None
    specimen = known.specimens[entry.specimen]
    attempts = known.attempts.get((specimen.id, typed.assay_id), ())
    if len(attempts) == typed.seen:
        return None
    newest = attempts[-1].result_id if attempts else None
    if newest is None or not history.readable_ids(by, [newest]):
        return Conflict(_("The values recorded have changed since this page was opened."))
    return Conflict(
        _("%(value)s was recorded since this page was opened; look at it before you enter another.")
        % {"value": units.reading(attempts[-1].value)}
    )


def _write(
    judged: _Judged, known: Known, *, by: Principal, entered_by: Principal, at: datetime
) -> dict[str, int]:
    """Write what is to be recorded; returns the results by field."""
    drawn = filing.draw(judged.decided, judged.entries, known)
    pairs = zip(judged.entries, judged.decided, strict=True)
    source = Source(
        door=Recording.Door.ADMIN,
        by=by,
        entered_by_id=entered_by.pk,
        instrument_id=known.instrument_id,
    )
    filing.record([Filed(*pair) for pair in pairs], known, drawn, source=source, at=at)
    recorded = [
        (typed, disposition)
        for typed, disposition in zip(judged.values, judged.decided, strict=True)
        if isinstance(disposition, Recorded)
    ]
    overridden = {
        id_: (typed, disposition.value)
        for (typed, disposition), id_ in zip(recorded, drawn.results, strict=True)
    }
    keep_overrides(overridden, known.catalogue, by=by, at=at)
    return {typed.field: id_ for (typed, _d), id_ in zip(recorded, drawn.results, strict=True)}


def entry_of(specimen: Specimen, typed: Typed, observed_at: datetime) -> Entry:
    return Entry(
        specimen=specimen.accession,
        assay_id=typed.assay_id,
        value=typed.value,
        observed_at=observed_at,
        comment=typed.comment,
        as_sent={"value": as_typed(typed)},
    )


def keep_overrides(
    recorded: Mapping[int, tuple[Typed, ReportedValue]],
    held: Catalogue,
    *,
    by: Principal,
    at: datetime,
) -> None:
    """Record, per result outside the plausibility limits, why its value was entered all the same."""
    rows = []
    for result_id, (typed, value) in recorded.items():
        limits = held.assays[typed.assay_id].plausibility
        if limits is not None and implausible_refusal(value, assay="", limits=limits):
            reason = typed.override.strip()
            stamp = {"recorded_by_id": by.pk, "recorded_at": at}
            rows.append(
                {"result_id": result_id, "reason": reason, "limits": limits.to_json()} | stamp
            )
    bulk.insert(PlausibilityOverride, rows)


def as_typed(typed: Typed) -> str:
    """Return what was typed, or the value in words where it was chosen."""
    match typed.value:
        case Coded(code=code):
            return typed.text or code
        case Absent(reason=reason):
            return reason
    return typed.text or str(typed.value)
