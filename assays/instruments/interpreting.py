"""From a message taken apart to readings, by a declaration and the settings of one instrument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo

from assays.instruments import moments, patients
from assays.instruments.declarations import Declaration, Meaning, any_of
from assays.instruments.messages import Entry, Kind, Message
from assays.instruments.readings import Doubt, Interpretation, Reading, Sort
from assays.instruments.segments import Place, Scope, first
from assays.instruments.settings import Settings
from assays.instruments.values import Understood, understand
from assays.rules.absence import AbsentReason
from assays.rules.filing import Hold
from labsys.lib.quantities import Absent, Coded, Text

# What is kept of one field; a picture in an OBX may have megabytes, and the message has it whole.
LONGEST = 4000
_BY_MEANING = {
    Meaning.NOT_FINAL: Hold.NOT_FINAL,
    Meaning.CORRECTION: Hold.CORRECTION,
    Meaning.QUESTIONABLE: Hold.QUESTIONABLE,
}


def interpret(
    message: Message, declaration: Declaration, settings: Settings, zone: tzinfo
) -> Interpretation:
    """Read every entry of a message; one that is doubtful never costs its siblings."""
    header = message.header
    sent = declaration.sent_at.text(header)
    sent_at = moments.read(sent, zone)
    found = Interpretation(
        sender=declaration.sender.text(header),
        control_id=declaration.control_id.text(header),
        sent_at=sent_at if isinstance(sent_at, datetime) else None,
    )
    if message.doubt is not None:
        return replace(found, doubt=message.doubt)
    processing = declaration.processing_id.text(header)
    if processing not in ("", '""', "Q", *settings.processing_ids):
        what = f"A message whose processing id is {processing[:20]}"
        return replace(found, doubt=Doubt(Hold.OUT_OF_SCOPE, {"what": what}))
    reader = _Reader(declaration, settings, moments.message_zone(sent, zone))
    readings: list[Reading] = []
    for entry in message.entries:
        readings.extend(reader.read(entry, len(readings) + 1))
    return replace(found, readings=tuple(patients.compared(readings)))


class _Reader:
    def __init__(self, declared: Declaration, settings: Settings, zone: tzinfo) -> None:
        self.declared = declared
        self.settings = settings
        self.zone = zone
        self.spelling = declared.spelling.with_settings(settings)

    def read(self, entry: Entry, position: int) -> Iterator[Reading]:
        match entry.kind:
            case Kind.RESULT:
                yield self._result(entry, position)
            case Kind.SPECIMEN_NOTE:
                yield self._supplement(self._base(entry, position), entry.scope)
            case Kind.FAILED_ORDER:
                yield from self._failed_order(entry, position)
            case Kind.QUERY:
                yield from self._query(entry, position)
            case Kind.BROKEN:
                yield self._broken(entry, position)

    def _result(self, entry: Entry, position: int) -> Reading:
        scope, declared = entry.scope, self.declared
        base = self._base(entry, position)
        if any_of(declared.supplement, scope):
            return self._supplement(base, scope)
        if declared.out_of_scope:
            doubt = Doubt(Hold.OUT_OF_SCOPE, {"what": declared.out_of_scope})
            text = self._shown(scope)
            return replace(base, value=Text(text) if text else None, doubts=(doubt,))
        status = declared.status.text(scope)
        meaning = declared.statuses.get(status)
        if meaning is Meaning.FAILED:
            understood = Understood(Absent(AbsentReason.ERROR.value))
        else:
            understood = self._value(scope, base)
        doubts = (*base.doubts, *_of_status(status, meaning), *self._of_order(scope))
        comment = base.comment
        if isinstance(understood.value, Absent) and not comment:
            # The reason is often told beside a neighbour of the same order.
            comment = _joined(entry.order_comments)
        return self._sorted(
            replace(
                base,
                value=understood.value,
                comment=comment,
                doubts=(*doubts, *understood.doubts),
            ),
            scope,
        )

    def _base(self, entry: Entry, position: int) -> Reading:
        """Read all but the value; the doubts are those of the specimen and of the moment."""
        scope, declared = entry.scope, self.declared
        specimen, doubts = self._specimen(scope)
        observed = moments.read(first(declared.observed_at, scope), self.zone)
        if isinstance(observed, Doubt):
            doubts = (*doubts, observed)
        flags, flag_texts = self._flags(scope)
        return Reading(
            position=position,
            sort=Sort.VALUE,
            specimen=specimen,
            code=self._code(scope),
            value=None,
            observed_at=observed if isinstance(observed, datetime) else None,
            run=first(declared.run, scope),
            flags=flags,
            comment=_joined([*flag_texts, *entry.comments]),
            patient=patients.read(declared.patient, scope),
            doubts=doubts,
            as_sent=self._as_sent(scope),
        )

    def _sorted(self, reading: Reading, scope: Scope) -> Reading:
        """Tell control material from a patient's: it has no specimen here to be missed."""
        declared = self.declared
        is_named = reading.specimen in declared.control_names
        if not (
            is_named
            or self.settings.is_control(reading.specimen)
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
        text = self._shown(scope)
        value = Text(text) if text else None
        return replace(base, sort=Sort.SUPPLEMENT, value=value, patient=None, doubts=())

    def _failed_order(self, entry: Entry, position: int) -> Iterator[Reading]:
        """Read one failure for each test of an order that ended without a result."""
        base = replace(
            self._base(entry, position),
            value=Absent(AbsentReason.ERROR.value),
            comment=_joined(entry.comments),
        )
        if self.declared.out_of_scope:
            doubt = Doubt(Hold.OUT_OF_SCOPE, {"what": self.declared.out_of_scope})
            base = replace(base, doubts=(doubt,))
        for number, code in enumerate(self._ordered(entry.scope) or [""]):
            yield self._sorted(replace(base, position=position + number, code=code), entry.scope)

    def _query(self, entry: Entry, position: int) -> Iterator[Reading]:
        declared, scope = self.declared, entry.scope
        sent = {"tag": first(declared.query_tag, scope), "code": first(declared.query_code, scope)}
        for number, specimen in enumerate(self._asked(scope) or [""]):
            yield Reading(
                position=position + number,
                sort=Sort.QUERY,
                specimen=specimen,
                code=sent["code"],
                value=None,
                observed_at=None,
                as_sent={k: v for k, v in {**sent, "specimen": specimen}.items() if v},
            )

    def _broken(self, entry: Entry, position: int) -> Reading:
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
            as_sent={"record": text[:LONGEST]},
        )

    def _specimen(self, scope: Scope) -> tuple[str, tuple[Doubt, ...]]:
        """Return the identifier exactly as written, but for a suffix that is declared."""
        places = self.settings.specimen or self.declared.specimen
        found = [(where, self._bare(text)) for where in places if (text := _there(where, scope))]
        if not found:
            return "", (Doubt(Hold.NO_SPECIMEN),)
        where, specimen = found[0]
        if len(scope.named(where.segment)) > 1:
            detail = f"several specimens ({where.segment}) stand in one group"
            return specimen, (Doubt(Hold.UNREADABLE, {"detail": detail}),)
        other = [f"{at} names {text[:40]}" for at, text in found[1:] if text != specimen]
        if self.declared.must_agree and other:
            detail = f"{where} names {specimen[:40]}, {', '.join(other)}"
            return specimen, (Doubt(Hold.UNREADABLE, {"detail": detail}),)
        return specimen, ()

    def _bare(self, text: str) -> str:
        for suffix in self.declared.specimen_suffixes:
            if text.endswith(suffix) and len(text) > len(suffix):
                return text[: -len(suffix)]
        return text

    def _code(self, scope: Scope) -> str:
        code = first(self.declared.code, scope)
        qualifier = first(self.declared.qualifier, scope)
        return f"{code}^{qualifier}" if code and qualifier else code

    def _ordered(self, scope: Scope) -> list[str]:
        return [code for where in self.declared.ordered for code in _each(where, scope)]

    def _asked(self, scope: Scope) -> list[str]:
        return [text for where in self.declared.query for text in _each(where, scope)]

    def _value(self, scope: Scope, base: Reading) -> Understood:
        declared = self.declared
        kind = first(declared.value_type, scope)
        unit = first(declared.unit, scope)
        text = self._shown(scope)
        if kind == "SN":
            text = _structured_number(declared.value[0], scope)
        elif kind in declared.coded_types:
            text = Place(declared.value[0].segment, declared.value[0].number, 1).text(scope)
            if text.strip() not in ("", '""') and text not in self.spelling.words:
                return Understood(Coded(text, ""))
        return understand(text, unit, self.spelling, code=base.code, flags=base.flags)

    def _shown(self, scope: Scope) -> str:
        """Return the value's text; where more than one place has one, the whole field."""
        found = [text for where in self.declared.value if (text := _there(where, scope))]
        if len(set(found)) > 1:
            where = self.declared.value[0]
            return Place(where.segment, where.number).text(scope)[:LONGEST]
        return found[0][:LONGEST] if found else ""

    def _flags(self, scope: Scope) -> tuple[str, list[str]]:
        """Return the flags, each once, and what they say in words."""
        where = self.declared.flags
        found = scope.named(where.segment)
        codes: dict[str, str] = {}
        for raw in found[0].repeats(where.number) if found else []:
            marks = found[0].delimiters
            code, *words = (
                marks.resolve(one)
                for one in (raw.split(marks.component) if marks.component else [raw])
            )
            if code.strip() and code != '""':
                codes.setdefault(code, words[0] if words else "")
        texts = [text for text in codes.values() if text] if self.declared.flag_texts else []
        return " ".join(codes), texts

    def _of_order(self, scope: Scope) -> tuple[Doubt, ...]:
        """Doubt results of an order that is said to be corrected, or not to have been done."""
        status = Place(
            self.declared.order_status.segment, self.declared.order_status.number, 1
        ).text(scope)
        if status == "C":
            return (Doubt(Hold.CORRECTION, {"status": status}),)
        return (Doubt(Hold.QUESTIONABLE, {"status": status}),) if status == "X" else ()

    def _as_sent(self, scope: Scope) -> Mapping[str, str]:
        declared = self.declared
        specimen = self.settings.specimen or declared.specimen
        texts = {
            "specimen": _first_raw(specimen, scope),
            "code": _first_raw(declared.code, scope),
            "ordered": " ".join(self._ordered(scope)),
            "value": self._shown(scope),
            "type": first(declared.value_type, scope),
            "unit": first(declared.unit, scope),
            "flags": declared.flags.raw(scope),
            "status": declared.status.text(scope),
            "order_status": declared.order_status.text(scope),
            "observed_at": first(declared.observed_at, scope),
            "run": first(declared.run, scope),
        }
        return {name: text[:LONGEST] for name, text in texts.items() if text}


def _of_status(status: str, meaning: Meaning | None) -> tuple[Doubt, ...]:
    if meaning is None:
        return (Doubt(Hold.UNKNOWN_STATUS, {"status": status[:40]}),)
    hold = _BY_MEANING.get(meaning)
    return () if hold is None else (Doubt(hold, {"status": status}),)


def _there(where: Place, scope: Scope) -> str:
    text = where.text(scope)
    return "" if not text.strip() or text == '""' else text


def _first_raw(places: tuple[Place, ...], scope: Scope) -> str:
    return next((raw for where in places if (raw := where.raw(scope)).strip()), "")


def _each(where: Place, scope: Scope) -> list[str]:
    """Return the text of every repetition of a field that is not blank."""
    texts = []
    for segment in scope.named(where.segment):
        for raw in segment.repeats(where.number):
            text = segment.one(raw, where.component, where.subcomponent)
            if text.strip() and text != '""':
                texts.append(text)
    return texts


def _joined(texts: list[str]) -> str:
    return "\n".join(dict.fromkeys(texts))[:LONGEST]


def _structured_number(where: Place, scope: Scope) -> str:
    """Write an SN value (comparator^number^separator^number) as text, where it is one number."""
    sign, number, separator, other = (
        Place(where.segment, where.number, component).text(scope) for component in range(1, 5)
    )
    if separator or other:
        return Place(where.segment, where.number).text(scope)
    return ("" if sign == "=" else sign) + number
