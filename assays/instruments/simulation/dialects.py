"""Messages as any family writes them: its declaration, read backwards.

What the driver looks for at a place is put there: `interpret(write(message, driver)) == message`, for
every driver there is (a test holds it). So an instrument of a family that somebody connects can be
played before it stands in the laboratory. What a family writes beside its results is not imitated,
and the two that speak a text of their own (`Driver.rewrite`) are played in the ASTM that it is
rewritten as.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from assays.instruments.composing import Marks, Raw, Segments, encoded
from assays.instruments.conditions import Like
from assays.instruments.declarations import Declaration, Meaning, Rule
from assays.instruments.dialects import Dialect
from assays.instruments.drivers.driver import Driver
from assays.instruments.segments import Place
from assays.instruments.simulation.messages import Measurement, Message, Sample

_ASTM = Marks("|", "^", "\\", "&", first=2)
_HL7 = Marks("|", "^", "~", "\\", "&")
_SIGNS = ("<=", ">=", "<", ">")
_UTF_8 = "UTF-8"
# Which records a specimen may be named in without one of its own.
_PLACES_OF_ASTM = frozenset({"H", "P", "O", "R"})
_PLACES_OF_HL7 = frozenset({"MSH", "SPM", "SAC", "ORC", "OBR", "OBX"})


class Unspoken(ValueError):
    """A dialect that a family does not speak; the message says so."""


def write(message: Message, driver: Driver, *, dialect: Dialect, zone: str = "UTC") -> bytes:
    """Return the message as an instrument of this family writes it, or raise Unspoken."""
    declared = driver.astm if dialect is Dialect.ASTM else driver.hl7
    if declared is None:
        raise Unspoken(f"{driver.label} does not speak {dialect}.")
    writer = _Writer(message, declared, dialect, zone)
    return encoded(writer.lines(), declared.charset)


class _Record(Segments):
    """A record in which a component may have parts of its own."""

    def __init__(self, name: str, marks: Marks) -> None:
        super().__init__(name)
        self._marks = marks
        self._parts: dict[int, dict[int, str]] = {}

    def fill(self, where: Place, text: str) -> None:
        if where.subcomponent < 2:
            self.put(where, text)
            return
        parts = self._parts.setdefault(where.number, {})
        parts[where.subcomponent] = self._marks.escaped(text)
        texts = (parts.get(n, "") for n in range(1, max(parts) + 1))
        self.put(where, Raw(self._marks.subcomponent.join(texts)))


class _Writer:
    """Writes one message. A sample has its records; what stands in the header is put first."""

    def __init__(
        self, message: Message, declared: Declaration, dialect: Dialect, zone: str
    ) -> None:
        self._message, self._declared = message, declared
        self._is_astm = dialect is Dialect.ASTM
        self._marks = _ASTM if self._is_astm else _HL7
        self._zone = ZoneInfo(zone)
        self._named_at = (declared.specimen or declared.specimen_fields)[0]
        has_specimens = self._named_at.segment in ("SPM", "SAC")
        # Where a family names its specimen beside its orders (PID-3), or with each (ORC-2).
        self._beside = ("SPM",) if has_specimens else ()
        self._order = ("ORC", "OBR") if self._named_at.segment == "ORC" else ("OBR",)
        if not self._is_astm and self._named_at.segment not in _PLACES_OF_HL7:
            self._beside = (self._named_at.segment,)
        if self._is_astm and self._named_at.segment not in _PLACES_OF_ASTM:
            raise Unspoken("This family names its specimen where the simulator writes nothing.")
        self._kind = "OUL^R22^OUL_R22" if has_specimens else "ORU^R01^ORU_R01"
        self._names: tuple[str, ...] = ("H", "P", "O") if self._is_astm else ("MSH", "OBR")
        self._names += ("SPM", "INV") if has_specimens else ()
        self._header = self._record(self._names[0])
        self._control = next(filter(None, map(self._followed, declared.control)), [])

    def lines(self) -> Iterator[str]:
        bodies = [
            line
            for number, sample in enumerate(self._message.samples, start=1)
            for line in self._sample(number, sample)
        ]
        self._begin()
        yield self._header.written(self._marks)
        yield from bodies
        if self._is_astm:
            yield "L|1|N"

    def _begin(self) -> None:
        declared, message = self._declared, self._message
        self._header.put(declared.sender, message.device.sender)
        self._header.put(declared.control_id, message.control_id)
        self._header.put(declared.sent_at, self._moment(message.sent_at))
        self._header.put(declared.processing_id, "P")
        if self._is_astm:
            self._header.put("H.2", Raw("\\^&")).put("H.13", "LIS2-A2")
        else:
            charset = "UNICODE UTF-8" if declared.charset == _UTF_8 else declared.charset
            self._header.put("MSH-2", Raw("^~\\&")).put("MSH-9", Raw(self._kind))
            self._header.put("MSH-12", "2.5.1").put("MSH-18", charset)
        if self._named_at.segment == self._header.name:
            if len(message.samples) > 1:
                raise Unspoken("This family names one specimen in the header of a message.")
            self._header.fill(self._named_at, self._identifier(message.samples[0]))
        controls = [sample.is_control for sample in message.samples]
        if any(controls) and any(where.segment == self._header.name for where, _ in self._control):
            if not all(controls):
                raise Unspoken("This family sends controls in messages of their own.")
            self._mark({self._header.name: self._header})

    # --- a sample

    def _sample(self, number: int, sample: Sample) -> Iterator[str]:
        """One group of records for each sample, and in HL7 one order for each of its values."""
        if self._is_astm:
            shared = self._group(("P", "O"), number, sample)
            shared["O"].put(self._declared.order_status, "F")
            self._ordered(shared, sample.measurements[0])
            yield from self._written(shared)
            for place, one in enumerate(sample.measurements, start=1):
                yield from self._written(self._result(place, one, sample))
            return
        if self._beside:
            yield from self._written(self._group(self._beside, number, sample))
        for place, one in enumerate(sample.measurements, start=1):
            order = self._group(self._order, place, sample)
            self._ordered(order, one)
            result = self._result(place, one, sample)
            timing = {name: result.pop(name) for name in list(result) if name != "OBX"}
            yield from self._written(order | timing)
            yield from self._written(result)

    def _group(self, names: tuple[str, ...], number: int, sample: Sample) -> dict[str, _Record]:
        found = {name: self._record(name) for name in names}
        for name, record in found.items():
            said = "SC" if name == "ORC" else str(number)
            record.put(Place(name, 2 if self._is_astm else 1), said)
        if (
            self._named_at.segment in (*names, "SAC")
            and names != ("OBR",)
            or self._named_at.segment in names
        ):
            self._put(found, self._named_at, self._identifier(sample))
        if sample.is_control:
            self._mark(found)
        return found

    def _ordered(self, found: dict[str, _Record], one: Measurement) -> None:
        for where in self._declared.ordered[:1]:
            if where.segment in found:
                self._put(found, where, one.code)

    def _result(self, number: int, one: Measurement, sample: Sample) -> dict[str, _Record]:
        declared, name = self._declared, "R" if self._is_astm else "OBX"
        found = {name: self._record(name)}
        found[name].put(Place(name, 2 if self._is_astm else 1), str(number))
        code, _mark, qualifier = (
            one.code.partition("^") if declared.qualifier else (one.code, "", "")
        )
        code = declared.code_starts_at + code + declared.code_ends_at
        self._put(found, declared.code[0], code)
        for where in declared.qualifier[:1]:
            self._put(found, where, qualifier)
        self._value(found, one)
        self._put(found, declared.flags, one.flag)
        self._put(found, declared.status, self._status(one.status))
        self._put(found, declared.observed_at[0], self._moment(sample.observed_at))
        if self._named_at.segment == name:
            self._put(found, self._named_at, self._identifier(sample))
        for rule in declared.supplement:
            # Its places are blank in what is no result: say something at one of them.
            blank = [each for each in rule if each.like is Like.BLANK]
            if blank and len(blank) == len(rule) and blank[0].where not in declared.value:
                self._put(found, blank[0].where, one.name or one.code)
        return found

    def _value(self, found: dict[str, _Record], one: Measurement) -> None:
        declared, spelling = self._declared, self._declared.spelling
        text = one.value.replace(".", ",") if spelling.has_decimal_comma else one.value
        unit = next((sent for sent, ucum in spelling.units.items() if ucum == one.unit), one.unit)
        where = declared.value[0]
        sign = next((sign for sign in _SIGNS if text.startswith(sign)), "")
        kind = "NM"
        if spelling.has_unit_in_value:
            text, unit, kind = f"{text} {unit}".strip(), "", "ST"
        elif sign and declared.value_type and not where.component:
            text, kind = Raw(f"{sign}^{text.removeprefix(sign)}"), "SN"
        elif not text[:1].isdigit():
            kind = "ST"
        for place in declared.value_type[:1]:
            self._put(found, place, kind)
        self._put(found, where, text)
        for place in declared.unit[:1]:
            self._put(found, place, unit)

    # --- what is put where

    def _record(self, name: str) -> _Record:
        return _Record(name, self._marks)

    def _written(self, found: dict[str, _Record]) -> Iterator[str]:
        for record in found.values():
            yield record.written(self._marks)

    def _put(self, found: dict[str, _Record], where: Place, text: str) -> None:
        if text:
            found.setdefault(where.segment, self._record(where.segment)).fill(where, text)

    def _identifier(self, sample: Sample) -> str:
        declared, name = self._declared, sample.specimen
        if sample.is_control and declared.control_names and not self._control:
            name = declared.control_names[0]
        if declared.specimen_suffixes and not self._named_at.subcomponent:
            return Raw(self._marks.escaped(name) + declared.specimen_suffixes[0])
        return declared.padding[:1] * 2 + name

    def _mark(self, found: dict[str, _Record]) -> None:
        """Put what calls these records those of a control."""
        for where, text in self._control:
            if where.segment in found or (where.segment == "INV" and "SPM" in found):
                self._put(found, where, text)

    def _followed(self, rule: Rule) -> list[tuple[Place, str]] | None:
        """Return what makes a rule hold, None where that is not plain from it."""
        if not all(each.where.segment in self._names for each in rule):
            return None
        found = []
        for condition in rule:
            if condition.like in (Like.SAYS, Like.STARTS, Like.ENDS):
                found.append((condition.where, condition.texts[0]))
            elif condition.like is Like.FILLED:
                found.append((condition.where, "1"))
            elif condition.like is not Like.BLANK:
                return None
        return found

    def _status(self, status: str) -> str:
        known = self._declared.statuses
        if known.get(status) is Meaning.FINAL:
            return status
        return next((code for code, meaning in known.items() if meaning is Meaning.FINAL), status)

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y%m%d%H%M%S}"
