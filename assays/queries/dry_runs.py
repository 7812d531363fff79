"""What filing would do with a message, asked without filing anything.

The same drivers, rules and facts decide as when a message comes over a wire; the answer holds for
the moment it was given. Specimens are locked while it is found, so it is asked inside a transaction
of its own, and nothing is written in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext

from assays.instruments import drivers, interpreted, items, origins
from assays.instruments.interpreted import Interpreted
from assays.instruments.readings import Interpretation
from assays.instruments.unwrapping import lacks_end, unwrap
from assays.instruments.wire import Assembled
from assays.models import Instrument
from assays.queries import catalogue, families, messages, sources
from assays.queries import filing as facts
from assays.rules.filing import (
    Corrected,
    Disposition,
    Duplicate,
    Entry,
    Held,
    Hold,
    Withdrawn,
    item_status,
)
from assays.rules.messages import Repetition, judge
from assays.rules.sources import Source, identify
from assays.rules.states import ItemStatus
from labsys.lib.wording import gettext_noop as _

REPEATED = _("The same message came before, as message %(message)s.")


INCOMPLETE = "INCOMPLETE"
NEVER = _("The message is not complete; it is never filed.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would become of one value, as the status of an item or INCOMPLETE, and why, in words.

    `specimen` and `assay` name what a recorded value would be filed under, `result_id` is the
    result that it repeats, corrects or takes back.
    """

    status: str
    code: str = ""
    reason: str = ""
    specimen: str = ""
    assay: str = ""
    result_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class DryRun:
    """One message: whose it would be, who read it, each value and what would become of it.

    `whole` says that the message would be held, or is a repetition, as a whole.
    """

    message: Assembled
    driver: str
    instrument: Instrument | None
    whole: Outcome | None
    values: tuple[tuple[Interpreted, Outcome], ...]


def runs(
    raw: bytes, *, at: datetime, instrument: Instrument | None = None, driver: str = ""
) -> list[DryRun]:
    """Say of every message in `raw` what would be filed and held of it, had it come now.

    What is locked is let go at the end, and nothing is written. Raises `drivers.UnknownDriver`.
    """
    with transaction.atomic():
        parts = _parts(raw, instrument, driver)
        found = [run(one, at=at, instrument=instrument, driver=driver) for one in parts]
        transaction.set_rollback(True)
    return found


def _parts(raw: bytes, instrument: Instrument | None, driver: str) -> list[Assembled]:
    """Take bytes apart as the instrument frames, or the family that is named or suggested."""
    settings = instrument.settings if instrument else {}
    name = driver or (instrument.driver if instrument else families.suggest(raw))
    return families.named(name).unwrap(raw, settings) if name else unwrap(raw)


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
    """Say the same of one message, in the caller's transaction.

    `instrument` is the connection it would have come over; without one it is the registered
    instrument that the message names, and where there is none every value is held for that. `driver`
    goes before that of the instrument.
    """
    held = None
    if instrument is None:
        found = sender_of(message)
        instrument, held = (found, None) if isinstance(found, Instrument) else (None, found)
    name = driver or _driver(message, instrument)
    if not message.is_complete:
        never = Outcome(INCOMPLETE, reason=gettext(message.remark or NEVER))
        value = interpreted.incomplete(message, name)
        return DryRun(message, name, instrument, never, ((value, never),))
    interpretation = _read(message, instrument, name)
    values = interpreted.values(message, interpretation, name)
    whole = _whole(message, instrument, interpretation)
    if lacks_end(message):
        whole = Outcome(INCOMPLETE, reason=gettext(NEVER))
    elif whole is None and held is not None:
        whole = _held(
            Held(
                Hold(held), {"peer": gettext("any address"), "sender": interpretation.sender or "—"}
            )
        )
    if whole is not None or instrument is None:
        together = whole or Outcome(ItemStatus.HELD.value)
        return DryRun(
            message, name, instrument, whole, tuple((value, together) for value in values)
        )
    outcomes = _outcomes(interpretation, instrument, at)
    return DryRun(message, name, instrument, None, tuple(zip(values, outcomes, strict=True)))


def _driver(message: Assembled, instrument: Instrument | None) -> str:
    if instrument is not None:
        return str(instrument.driver)
    return families.suggest(message.text) or drivers.by_the_book(message.dialect)


def _read(message: Assembled, instrument: Instrument | None, driver: str) -> Interpretation:
    return families.named(driver).interpret(
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
            said = gettext(REPEATED) % {"message": verdict.original_id}
            return Outcome(ItemStatus.DUPLICATE, reason=said)
        case Held():
            return _held(verdict)
    return None


def _outcomes(
    interpretation: Interpretation, instrument: Instrument, at: datetime
) -> list[Outcome]:
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
    return [
        _outcome(*next(decided), known, names) if isinstance(one, Entry) else _at_once(one)
        for one in asked
    ]


def _outcome(
    entry: Entry, disposition: Disposition, known: facts.Known, names: dict[int, str]
) -> Outcome:
    specimen = known.specimens.get(entry.specimen)
    if isinstance(disposition, Held):
        # The reason may say something of the person: that the message names another one.
        return replace(_held(disposition), person_id=specimen.person_id if specimen else None)
    _is_mapped, assay = known.assay(entry)
    return Outcome(
        item_status(disposition),
        specimen=names.get(specimen.id, "") if specimen else "",
        person_id=specimen.person_id if specimen else None,
        assay=assay.code if assay else "",
        result_id=_of(disposition),
    )


def _of(disposition: Disposition) -> int | None:
    """Return the result on record that a value is about."""
    match disposition:
        case Duplicate(result_id):
            return result_id
        case Corrected(of=of) | Withdrawn(of=of):
            return of.result_id
    return None


def _at_once(found: Held | ItemStatus) -> Outcome:
    return _held(found) if isinstance(found, Held) else Outcome(found)


def _held(held: Held) -> Outcome:
    return Outcome(ItemStatus.HELD, code=held.code.value, reason=held.reason)


def _accessions(known: facts.Known) -> dict[int, str]:
    return {one.id: one.accession for one in known.specimens.values()}
