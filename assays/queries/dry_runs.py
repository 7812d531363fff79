"""What filing would do with a message, asked without filing anything.

The same drivers, rules and facts decide as when a message comes over a wire; the answer holds for
the moment it was given. Specimens are locked while it is found, so it is asked inside a transaction
of its own, and nothing is written in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext

from assays.instruments import drivers, interpreted, items, origins
from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import hospital, judging
from assays.instruments.interpreted import Interpreted
from assays.instruments.readings import Interpretation
from assays.instruments.unwrapping import lacks_end, unwrap
from assays.instruments.wire import Assembled
from assays.models import Instrument
from assays.queries import catalogue, dry_runs_told, families, messages, sources
from assays.queries import filing as facts
from assays.queries.dry_runs_told import Trial
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
from assays.rules.hospital_known import Outcome as Became
from assays.rules.hospital_messages import Act
from assays.rules.messages import Repetition, judge
from assays.rules.sources import Source, identify
from assays.rules.states import ItemStatus, MessageStatus
from labsys.lib.wording import gettext_noop as _

REFUSED = _("Its sender would be answered %(answer)s: %(why)s")
REPEATED = _("The same message came before, as message %(message)s.")


INCOMPLETE = "INCOMPLETE"
NEVER = _("The message is not complete; it is never filed.")
TOLD = {
    Became.DONE: _("It would be done."),
    Became.NOTHING: _("Nothing would be done: it is so already, or asks for nothing here."),
    Became.OUTDATED: _("Nothing would be done: something that was written down later holds."),
}


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
class Told:
    """One thing that a hospital's system tells or asks for, and what would become of it."""

    position: int
    act: Act
    code: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class DryRun:
    """One message: whose it would be, who read it, each value and what would become of it.

    `whole` says that the message would be refused or held, or is a repetition, as a whole. `told` is
    what a hospital's system tells in it, instead of values.
    """

    message: Assembled
    driver: str
    instrument: Instrument | None
    whole: Outcome | None
    values: tuple[tuple[Interpreted, Outcome], ...]
    told: tuple[Told, ...] = ()

    @property
    def outcomes(self) -> Iterator[Outcome]:
        yield from (outcome for _value, outcome in self.values)
        yield from (one.outcome for one in self.told)


def runs(
    raw: bytes,
    *,
    at: datetime,
    instrument: Instrument | None = None,
    driver: str = "",
    trial: Trial | None = None,
) -> list[DryRun]:
    """Say of every message in `raw` what would be filed and held of it, had it come now.

    What is locked is let go at the end, and nothing is written. `trial` does what a hospital tells and
    takes it back. Raises `drivers.UnknownDriver`.
    """
    with transaction.atomic():
        parts = _parts(raw, instrument, driver)
        found = [
            run(one, at=at, instrument=instrument, driver=driver, trial=trial) for one in parts
        ]
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
    message: Assembled,
    *,
    at: datetime,
    instrument: Instrument | None = None,
    driver: str = "",
    trial: Trial | None = None,
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
    refused = _refused(message, instrument)
    if instrument is not None and _is_told(message, instrument):
        return _told(message, instrument, name, refused, at, trial)
    interpretation = _read(message, instrument, name)
    values = interpreted.values(message, interpretation, name)
    whole = _whole(message, instrument, interpretation)
    if lacks_end(message):
        whole = Outcome(INCOMPLETE, reason=gettext(NEVER))
    elif refused is not None:
        whole = refused
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


def _refused(message: Assembled, instrument: Instrument | None) -> Outcome | None:
    """Say what the sender of an HL7 message would be answered that is not taken at all."""
    if message.dialect is not Dialect.HL7:
        return None
    if instrument is not None and instrument.protocol != Instrument.Protocol.HL7:
        return None  # in the frames of ASTM, where nobody is answered
    known = [one for one in sources.sources() if one.protocol == message.dialect.value]
    asked = [sources.of(instrument)] if instrument is not None else known
    judgement = judging.judge(
        message.text,
        processing_ids={id_ for one in asked for id_ in one.processing_ids} or ("P",),
        is_hospital=any(one.is_hospital for one in asked),
        answers=instrument is not None and asked[0].answers,
    )
    if judgement.is_accepted:
        return None
    said = {"answer": judgement.code.value, "why": judgement.refusal}
    return Outcome(MessageStatus.REJECTED, reason=gettext(REFUSED) % said)


def _is_told(message: Assembled, instrument: Instrument) -> bool:
    is_hospital = instrument.kind == Instrument.Kind.HOSPITAL and message.dialect is Dialect.HL7
    return is_hospital and hospital.is_of_a_hospital(message.text)


def _told(
    message: Assembled,
    instrument: Instrument,
    name: str,
    refused: Outcome | None,
    at: datetime,
    trial: Trial | None,
) -> DryRun:
    """Say what would become of each thing that a hospital's system tells in a message."""
    charset = instrument.settings.get("charset", "")
    said = hospital.read(message.text, charset=charset, zone=ZoneInfo(instrument.time_zone))
    verdict = judge(
        said.doubt,
        original_id=_original(message, instrument),
        can_be_told_apart=said.can_be_told_apart,
        holds_values=False,
    )
    whole = refused or _of_whole(verdict)
    decided = (
        () if whole is not None else dry_runs_told.decide(said, instrument, at=at, trial=trial)
    )
    told = tuple(
        Told(
            one.event.position,
            one.event.act,
            one.event.line.code if one.event.line is not None else one.event.trigger,
            replace(_of_end(one.end), person_id=one.person_id),
        )
        for one in decided
    )
    return DryRun(message, name, instrument, whole, (), told)


def _of_end(end: Became | Held) -> Outcome:
    if isinstance(end, Held):
        return _held(end)
    return Outcome(ItemStatus.NOT_A_RESULT, reason=gettext(TOLD[end]))


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
    verdict = judge(
        None if doubt is None else Held(doubt.hold, dict(doubt.params)),
        original_id=None if instrument is None else _original(message, instrument),
        can_be_told_apart=interpretation.can_be_told_apart,
        holds_values=any(items.is_measured(one) for one in interpretation.readings),
    )
    return _of_whole(verdict)


def _original(message: Assembled, instrument: Instrument) -> int | None:
    """Return the message on record with the same bytes."""
    digest = sha256(message.text).digest()
    settled, waiting = messages.originals(instrument.pk, [digest]).get(digest, (None, None))
    return settled if settled is not None else waiting


def _of_whole(verdict: Held | Repetition | None) -> Outcome | None:
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
