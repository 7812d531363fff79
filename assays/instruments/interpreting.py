"""From a message taken apart to readings, by a declaration and the settings of one instrument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from itertools import islice

from assays.instruments import extracting, moments, patients, telling_apart
from assays.instruments.declarations import Declaration, Meaning, Rule, any_of
from assays.instruments.messages import Entry, Kind, Message, unreadable
from assays.instruments.readings import Doubt, Interpretation, Patient, Reading, Sort
from assays.instruments.segments import Place, Scope, Segment, each, first, is_filled
from assays.instruments.settings import Settings
from assays.instruments.values import Understood, understand
from assays.rules.absence import AbsentReason
from assays.rules.filing import Hold
from labsys.lib.quantities import Absent, Coded, Comparator, Quantity, ReportedValue, Text

# More at once is no message of an instrument, and would keep the others of its connection waiting.
MOST_READINGS = 5000
_MOST_COMMENTS = 100
_BY_MEANING = {
    Meaning.NOT_FINAL: Hold.NOT_FINAL,
    Meaning.CORRECTION: Hold.CORRECTION,
    Meaning.QUESTIONABLE: Hold.QUESTIONABLE,
}
# Of several statuses of one result (R.9 may repeat) the gravest counts.
_GRAVEST = (
    *(Meaning.CORRECTION, Meaning.FAILED, Meaning.QUESTIONABLE, Meaning.NOT_FINAL),
    Meaning.FINAL,
)
_FAILED = Absent(AbsentReason.ERROR.value)
# Of an order (LIS2-A2 O.26, HL7 table 0123) that nobody waits for a result of yet: it was ordered or
# asked for, is scheduled or in the instrument, or not finished.
_UNDER_WAY = frozenset("OIPQS")


def interpret(
    message: Message, declared: Declaration, settings: Settings, zone: tzinfo
) -> Interpretation:
    """Read every entry of a message; one that is doubtful never costs its siblings."""
    header = message.header
    sent = extracting.leading(declared.sent_at).text(header)
    sent_at = moments.read(sent, zone)
    found = Interpretation(
        sender=declared.sender.text(header),
        control_id=declared.control_id.text(header),
        sent_at=sent_at if isinstance(sent_at, datetime) else None,
        doubt=message.doubt
        or _of_processing(declared.processing_id.text(header), declared, settings),
    )
    if found.doubt is not None:
        return found
    reader = _Reader(declared, settings, moments.message_zone(sent, zone))
    readings: list[Reading] = []
    # Orders without a result stand behind all others: the places of values do not depend on them.
    for entry in sorted(message.entries, key=reader.is_unanswered):
        left = MOST_READINGS - len(readings)
        readings.extend(islice(reader.read(entry, len(readings) + 1), left + 1))
        if len(readings) > MOST_READINGS:
            return replace(found, doubt=unreadable(f"it holds more than {MOST_READINGS} results"))
    readings = _unanswered_left(readings)
    if message.is_of_results and all(map(_is_unanswered, readings)):
        return replace(found, doubt=Doubt(Hold.EMPTY))
    if message.end is not None:
        readings = [_ended(one, message.end) for one in readings]
    if declared.must_tell_apart:
        readings = telling_apart.doubted(readings, has_runs=bool(declared.run))
    return replace(found, readings=tuple(patients.compared(readings)))


class _Reader:
    def __init__(self, declared: Declaration, settings: Settings, zone: tzinfo) -> None:
        self._declared = declared
        self._settings = settings
        self._zone = zone
        self._spelling = declared.spelling
        self._named: tuple[list[Segment], Patient | None] = ([], None)
        of_order = declared.of_order
        self._in_order = None if of_order is None else _Reader(of_order, settings, zone)

    def is_unanswered(self, entry: Entry) -> bool:
        """Whether it is an order that brings no value in any way."""
        if entry.kind is not Kind.ORDER:
            return False
        return self._in_order is None or not any_of(self._declared.of_order_when, entry.scope)

    def read(self, entry: Entry, position: int) -> Iterator[Reading]:
        match entry.kind:
            case Kind.RESULT:
                yield self._result(entry, position)
            case Kind.SPECIMEN_NOTE:
                yield self._supplement(self._base(entry, position), entry.scope)
            case Kind.ORDER if self.is_unanswered(entry):
                yield from self._unanswered(entry, position)
            case Kind.ORDER if self._in_order is not None:
                yield self._in_order._result(entry, position)
            case Kind.FAILED_ORDER:
                yield from self._of_each_test(entry, position, _FAILED)
            case Kind.QUERY:
                yield from self._query(entry, position)
            case Kind.BROKEN:
                yield _broken(entry, position)

    def _result(self, entry: Entry, position: int) -> Reading:
        scope, declared = entry.scope, self._declared
        base = self._base(entry, position)
        if any_of(declared.supplement, scope):
            return self._supplement(base, scope)
        if declared.out_of_scope:
            return self._out_of_scope(base, scope)
        status = extracting.status(scope, declared) or first(declared.status_of_order, scope)
        status, meaning = _meaning(status, scope, declared)
        understood = Understood(_FAILED) if meaning is Meaning.FAILED else self._value(scope, base)
        comment = base.comment
        if isinstance(understood.value, Absent) and not comment:
            # The reason is often told beside a neighbour of the same order.
            comment = _joined(entry.order_comments)
        of_status = (
            *_of_status(status, meaning),
            *_of_scale(status, base.flags, understood.value),
            *_of_rules(status, declared.questionable, scope),
            *self._of_order(scope, is_alone=not status.strip()),
        )
        doubts = (*base.doubts, *of_status, *understood.doubts)
        reading = replace(base, value=understood.value, comment=comment, doubts=doubts)
        return self._sorted(reading, scope)

    def _base(self, entry: Entry, position: int) -> Reading:
        """Read all but the value; the doubts are those of the specimen and of the moment."""
        scope, declared = entry.scope, self._declared
        specimen, doubts = extracting.specimen(scope, declared)
        observed = moments.read(extracting.moment(scope, declared), self._zone)
        if isinstance(observed, Doubt):
            doubts = (*doubts, observed)
        flags, flag_texts = extracting.flags(scope, declared)
        return Reading(
            position=position,
            sort=Sort.VALUE,
            specimen=specimen,
            code=extracting.code(scope, declared),
            value=None,
            observed_at=observed if isinstance(observed, datetime) else None,
            run=first(declared.run, scope),
            flags=flags,
            comment=_joined([*flag_texts, *entry.comments]),
            patient=self._patient(scope),
            doubts=doubts,
            as_sent=extracting.as_sent(scope, declared),
        )

    def _patient(self, scope: Scope) -> Patient | None:
        """Read a patient once for all results that follow: the record may be long."""
        places = self._declared.patient
        if places is None:
            return None
        segments = scope.named(places.name.segment)
        if segments is not self._named[0] or not segments:
            self._named = (segments, patients.read(places, scope))
        return self._named[1]

    def _sorted(self, reading: Reading, scope: Scope) -> Reading:
        """Tell control material from a patient's: it has no specimen here to be missed."""
        declared = self._declared
        if not (
            reading.specimen in declared.control_names
            or self._settings.is_control(reading.specimen)
            or any_of(declared.control, scope)
        ):
            return reading
        return replace(
            reading,
            sort=Sort.CONTROL,
            control=first(declared.control_name, scope) or reading.specimen,
            patient=None,
            doubts=tuple(one for one in reading.doubts if one.hold is not Hold.NO_SPECIMEN),
        )

    def _supplement(self, base: Reading, scope: Scope) -> Reading:
        text = extracting.value(scope, self._declared)
        value = Text(text) if text else None
        return replace(base, sort=Sort.SUPPLEMENT, value=value, patient=None, doubts=())

    def _out_of_scope(self, base: Reading, scope: Scope) -> Reading:
        """Keep a value as text: what it means is nothing that this laboratory could say."""
        text = extracting.value(scope, self._declared)
        doubt = Doubt(Hold.OUT_OF_SCOPE, {"what": self._declared.out_of_scope})
        return replace(base, value=Text(text) if text else None, doubts=(doubt,))

    def _unanswered(self, entry: Entry, position: int) -> Iterator[Reading]:
        """Doubt each test of an order that brings no result and is not said to be under way."""
        said = extracting.leading(self._declared.order_status).every(entry.scope)
        statuses = [text.strip().upper() for text in said]
        if _UNDER_WAY.isdisjoint(statuses):
            doubt = Doubt(Hold.NO_RESULT, {"status": " ".join(statuses)[:40]})
            yield from self._of_each_test(entry, position, None, doubt)

    def _of_each_test(
        self, entry: Entry, position: int, value: ReportedValue | None, *doubts: Doubt
    ) -> Iterator[Reading]:
        """Read the same of each test of an order that ended without a result."""
        base = self._base(entry, position)
        if self._declared.out_of_scope:
            base = self._out_of_scope(base, entry.scope)
        comment = _joined(entry.comments)
        base = replace(base, value=value, comment=comment, doubts=(*base.doubts, *doubts))
        for number, code in enumerate(each(self._declared.ordered, entry.scope) or [""]):
            yield self._sorted(replace(base, position=position + number, code=code), entry.scope)

    def _query(self, entry: Entry, position: int) -> Iterator[Reading]:
        declared, scope = self._declared, entry.scope
        code, tag = first(declared.query_code, scope), first(declared.query_tag, scope)
        place = {
            "rack": first(declared.query_rack, scope),
            "rack_position": first(declared.query_position, scope),
        }
        for number, asked in enumerate(each(declared.query, scope) or [""]):
            specimen = asked.strip(declared.padding) if declared.padding else asked
            # As it stood there: which part of it was read is the driver's.
            kept = (
                extracting.raw(places, scope) for places in (declared.query, declared.query_code)
            )
            sent = dict(zip(("specimen", "code"), kept, strict=True), tag=tag, **place)
            yield Reading(
                position=position + number,
                sort=Sort.QUERY,
                specimen=specimen,
                code=code,
                value=None,
                observed_at=None,
                as_sent={name: text for name, text in sent.items() if text},
            )

    def _value(self, scope: Scope, base: Reading) -> Understood:
        declared = self._declared
        kind = first(declared.value_type, scope)
        text = extracting.value(scope, declared)
        if kind == "SN":
            text = extracting.structured_number(scope, declared)
        elif kind in declared.text_types and is_filled(text):
            return Understood(Text(text))
        elif kind in declared.coded_types:
            where = declared.value[0]
            code, words, other, other_words = (
                Place(where.segment, where.number, component).text(scope)
                for component in (1, 2, 4, 5)
            )
            code, text = (code, words) if is_filled(code) else (other, words or other_words)
            if is_filled(code) and code not in self._spelling.words:
                # A number alone that has a unit is one, whatever its type says.
                is_number = text in ("", code) and self._is_measured(code, scope)
                if not is_number:
                    return Understood(Coded(code, ""))
            text = code or text
        unit = extracting.unit(scope, declared)
        understood = understand(text, unit, self._spelling, code=base.code, flags=base.flags)
        if declared.must_tell_apart and isinstance(understood.value, Quantity):
            doubts = extracting.not_first(scope, declared)
            return replace(understood, doubts=(*understood.doubts, *doubts))
        return understood

    def _is_measured(self, text: str, scope: Scope) -> bool:
        unit = extracting.unit(scope, self._declared)
        return is_filled(unit) and isinstance(
            understand(text, unit, self._spelling).value, Quantity
        )

    def _of_order(self, scope: Scope, *, is_alone: bool) -> tuple[Doubt, ...]:
        """Doubt results of an order that is said to be corrected, or not to have been done.

        Where the result itself has no status (`is_alone`), one that is not final is said here.
        """
        holds = {"C": Hold.CORRECTION, "X": Hold.QUESTIONABLE}
        if is_alone:
            holds |= {"P": Hold.NOT_FINAL, "I": Hold.NOT_FINAL}
        said = extracting.leading(self._declared.order_status).every(scope)
        found = [status for text in said if (status := text.strip().upper()) in holds]
        return tuple(Doubt(holds[status], {"status": status}) for status in found[:1])


def _is_unanswered(reading: Reading) -> bool:
    return any(doubt.hold is Hold.NO_RESULT for doubt in reading.doubts)


def _unanswered_left(readings: list[Reading]) -> list[Reading]:
    """Leave out orders of a test whose result the message brings elsewhere for the same specimen.

    Some list the orders of a specimen before its results, and all of these stand behind the last.
    """
    if not any(map(_is_unanswered, readings)):
        return readings
    is_question = any(one.sort is Sort.QUERY for one in readings)
    told = {(one.specimen, one.code) for one in readings if one.code and not _is_unanswered(one)}
    left = [
        one
        for one in readings
        if not (_is_unanswered(one) and (is_question or (one.specimen, one.code) in told))
    ]
    return [replace(one, position=place) for place, one in enumerate(left, start=1)]


def _ended(reading: Reading, end: Doubt) -> Reading:
    """Doubt a value of a message that is said not to be whole."""
    if reading.sort not in (Sort.VALUE, Sort.CONTROL):
        return reading
    return replace(reading, doubts=(*reading.doubts, end))


def _broken(entry: Entry, position: int) -> Reading:
    own = entry.scope.own
    text = own.delimiters.field.join(own.fields).strip(own.delimiters.field) if own else ""
    return Reading(
        position=position,
        sort=Sort.VALUE,
        specimen="",
        code="",
        value=None,
        observed_at=None,
        doubts=(Doubt(Hold.UNREADABLE, {"detail": entry.detail}),),
        as_sent={"record": text[: extracting.LONGEST]},
    )


def _of_processing(said: str, declared: Declaration, settings: Settings) -> Doubt | None:
    """Doubt a message for training or tests (LIS2-A2 H.12, HL7 MSH-11)."""
    if not is_filled(said) or said in (*settings.processing_ids, *declared.processing_ids):
        return None
    if declared.processing_id.segment == "H" and any(one.isdigit() for one in said):
        return None  # the version (E1394-97), a field too early: no processing id has a digit
    return Doubt(Hold.OUT_OF_SCOPE, {"what": f"A message whose processing id is {said[:20]}"})


def _of_scale(status: str, flags: str, value: ReportedValue | None) -> tuple[Doubt, ...]:
    """A number that a flag calls off the scale, without saying so itself, is no number to file."""
    if not isinstance(value, Quantity) or value.comparator is not Comparator.EQUAL:
        return ()
    off = [flag for flag in flags.split() if flag in ("<", ">")]
    return (Doubt(Hold.QUESTIONABLE, {"status": f"{status}, flag {off[0]}"}),) if off else ()


def _of_rules(status: str, rules: tuple[Rule, ...], scope: Scope) -> tuple[Doubt, ...]:
    return (Doubt(Hold.QUESTIONABLE, {"status": status}),) if any_of(rules, scope) else ()


def _meaning(status: str, scope: Scope, declared: Declaration) -> tuple[str, Meaning | None]:
    """Return a status and what it says; of several the gravest, or one that is not known."""
    mark = scope.own.delimiters.repeat if scope.own is not None else ""
    gravest, said = status, Meaning.FINAL
    for number, text in enumerate(status.split(mark) if mark else [status]):
        # Some write f for F; no two statuses differ in their case alone.
        meaning = declared.statuses.get(text) or declared.statuses.get(text.strip().upper())
        if meaning is None:
            return text, None
        if not number or _GRAVEST.index(meaning) < _GRAVEST.index(said):
            gravest, said = text, meaning
    return gravest, said


def _of_status(status: str, meaning: Meaning | None) -> tuple[Doubt, ...]:
    if meaning is None:
        return (Doubt(Hold.UNKNOWN_STATUS, {"status": status[:40]}),)
    hold = _BY_MEANING.get(meaning)
    return () if hold is None else (Doubt(hold, {"status": status}),)


def _joined(texts: list[str]) -> str:
    """Return each text once, as many as are kept."""
    return "\n".join(dict.fromkeys(texts[:_MOST_COMMENTS]))[: extracting.LONGEST]
