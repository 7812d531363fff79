"""What filing would do with a message, asked without filing anything.

The same drivers, rules and facts decide as when a message comes over a wire; the answer holds for
the moment it was given. Specimens are locked while it is found, so it is asked inside a transaction
of its own, and nothing is written in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from assays.instruments import drivers, items, origins
from assays.instruments.readings import Interpretation, Reading
from assays.instruments.wire import Assembled
from assays.models import Instrument
from assays.queries import catalogue, messages, sources
from assays.queries import filing as facts
from assays.rules.filing import (
    Disposition,
    Duplicate,
    Entry,
    Held,
    Hold,
    item_status,
)
from assays.rules.messages import Repetition, judge
from assays.rules.sources import Source, identify
from assays.rules.states import ItemStatus
from labsys.lib.wording import gettext_noop as _

REPEATED = _("The same message came before, as message %(message)s.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would become of one value: its status as an item, and why, in words.

    `specimen` and `assay` name what a recorded value would be filed under, `result_id` is the result
    that it repeats.
    """

    status: ItemStatus
    code: str = ""
    reason: str = ""
    specimen: str = ""
    assay: str = ""
    result_id: int | None = None


@dataclass(frozen=True, slots=True)
class DryRun:
    """One message: whose it would be, what its driver read, and what would become of each reading.

    `whole` says that the message would be held, or is a repetition, as a whole.
    """

    message: Assembled
    driver: str
    instrument: Instrument | None
    interpretation: Interpretation
    whole: Outcome | None
    outcomes: tuple[tuple[Reading, Outcome], ...]


def sender_of(message: Assembled) -> Instrument | Hold:
    """Return which registered instrument a message would be taken for, by what it calls itself."""
    known = [one for one in sources.sources() if one.protocol == message.dialect.value]
    found = identify(known, origins.read(message).names)
    if not isinstance(found, Source):
        return found
    return Instrument.objects.get(pk=found.instrument_id)


def run(
    message: Assembled, *, at: datetime, instrument: Instrument | None = None, driver: str = ""
) -> DryRun:
    """Say what would be filed and held of one whole message that came now, and why.

    `instrument` is the connection it would have come over; without one it is the registered
    instrument that the message names, and where there is none every value is held for that. `driver`
    goes before that of the instrument.
    """
    held = None
    if instrument is None:
        found = sender_of(message)
        instrument = found if isinstance(found, Instrument) else None
        held = None if instrument is not None else found
    name = driver or _driver(message, instrument)
    interpretation = _read(message, instrument, name)
    whole = _whole(message, instrument, interpretation)
    if whole is None and held is not None:
        whole = _held(Held(Hold(held), {"peer": "—", "sender": interpretation.sender or "—"}))
    if whole is not None or instrument is None:
        return DryRun(message, name, instrument, interpretation, whole, ())
    decided = _outcomes(interpretation, instrument, at)
    return DryRun(message, name, instrument, interpretation, None, decided)


def _driver(message: Assembled, instrument: Instrument | None) -> str:
    if instrument is not None:
        return str(instrument.driver)
    return drivers.suggest(message.text) or drivers.by_the_book(message.dialect)


def _read(message: Assembled, instrument: Instrument | None, driver: str) -> Interpretation:
    return drivers.find(driver).interpret(
        message.text,
        dialect=message.dialect,
        settings=instrument.settings if instrument else {},
        zone=instrument.time_zone if instrument else "UTC",
    )


def _whole(
    message: Assembled, instrument: Instrument | None, interpretation: Interpretation
) -> Outcome | None:
    doubt = interpretation.doubt
    original = None
    if instrument is not None:
        digest = sha256(message.text).digest()
        settled, waiting = messages.originals(instrument.pk, [digest]).get(digest, (None, None))
        original = settled if settled is not None else waiting
    verdict = judge(
        None if doubt is None else Held(doubt.hold, dict(doubt.params)),
        original_id=original,
        can_be_told_apart=interpretation.can_be_told_apart,
        holds_values=any(items.is_measured(one) for one in interpretation.readings),
    )
    match verdict:
        case Repetition():
            said = REPEATED % {"message": verdict.original_id}
            return Outcome(ItemStatus.DUPLICATE, reason=said)
        case Held():
            return _held(verdict)
    return None


def _outcomes(
    interpretation: Interpretation, instrument: Instrument, at: datetime
) -> tuple[tuple[Reading, Outcome], ...]:
    sent_at = interpretation.sent_at
    asked = [items.asked(one, received_at=at, sent_at=sent_at) for one in interpretation.readings]
    entries = [one for one in asked if isinstance(one, Entry)]
    locked = facts.lock(entries, catalogue=catalogue.current())
    known = locked.sent_by(
        instrument.pk,
        oldest=sources.oldest(instrument),
        holds_corrections=sources.holds_corrections(instrument),
    )
    decided = iter(zip(entries, facts.decide(entries, known, at=at), strict=True))
    names = _accessions(known)
    return tuple(
        (
            reading,
            _outcome(*next(decided), known, names) if isinstance(one, Entry) else _at_once(one),
        )
        for reading, one in zip(interpretation.readings, asked, strict=True)
    )


def _outcome(
    entry: Entry, disposition: Disposition, known: facts.Known, names: dict[int, str]
) -> Outcome:
    if isinstance(disposition, Held):
        return _held(disposition)
    specimen = known.specimens.get(entry.specimen)
    _is_mapped, assay = known.assay(entry)
    return Outcome(
        item_status(disposition),
        specimen=names.get(specimen.id, "") if specimen else "",
        assay=assay.code if assay else "",
        result_id=disposition.result_id if isinstance(disposition, Duplicate) else None,
    )


def _at_once(found: Held | ItemStatus) -> Outcome:
    return _held(found) if isinstance(found, Held) else Outcome(found)


def _held(held: Held) -> Outcome:
    return Outcome(ItemStatus.HELD, code=held.code.value, reason=held.reason)


def _accessions(known: facts.Known) -> dict[int, str]:
    return {one.id: one.accession for one in known.specimens.values()}
