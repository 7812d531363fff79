"""How what instruments sent reads on a page: verdicts, reasons, bytes, values; always in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from assays.instruments import visible
from assays.instruments.visible import Kind
from assays.instruments.wire import Verdict
from assays.queries.ledger import words
from assays.rules.connections import Alarm
from assays.rules.endpoints import LineState
from assays.rules.holds import PASSING, PASSING_OF_HOSPITALS, Hold
from assays.rules.hospital_messages import Act
from assays.rules.states import MessageStatus, SessionState
from assays.templatetags.readings import part_words, read_words

register = template.Library()
LONGEST_DETAIL = 60

VERDICTS = {
    Verdict.BID: _("asks to send"),
    Verdict.ACCEPTED: _("accepted"),
    Verdict.REPEATED: _("accepted before, sent again"),
    Verdict.BAD_CHECKSUM: _("checksum does not fit"),
    Verdict.BAD_NUMBER: _("frame number out of turn"),
    Verdict.CHANGED: _("number of the last frame, other text"),
    Verdict.MALFORMED: _("not a frame of this protocol"),
    Verdict.TOO_LONG: _("too long"),
    Verdict.CUT: _("cut off"),
    Verdict.NOISE: _("outside any frame"),
    Verdict.END: _("end of sending"),
    Verdict.SENT: _("sent by us"),
    Verdict.ANSWER: _("answer to a message of ours"),
    Verdict.STRAY: _("answer that came too late"),
}
_IN_ORDER = {Verdict.BID, Verdict.ACCEPTED, Verdict.REPEATED, Verdict.END}
_TROUBLED = frozenset(Verdict) - _IN_ORDER - {Verdict.SENT, Verdict.ANSWER}

SESSIONS = {
    SessionState.OPEN: _("connected"),
    SessionState.ENDED: _("ended"),
    SessionState.LOST: _("connection lost"),
    SessionState.SILENT: _("fell silent inside a message"),
    SessionState.REFUSED: _("refused: the address is no instrument's"),
}

FAULTS = {
    "LINE": _("the line"),
    "SENDING": _("sending"),
    SessionState.LOST.value: _("connection lost"),
    SessionState.SILENT.value: _("fell silent inside a message"),
    MessageStatus.REJECTED.value: _("rejected"),
    MessageStatus.INCOMPLETE.value: _("broken off"),
}
LINES = {
    LineState.LISTENING: ("info", _("waits to be called")),
    LineState.CONNECTED: ("good", _("connected")),
    LineState.CALLING: ("info", _("is being called")),
    LineState.BACKOFF: ("abnormal", _("does not answer")),
    LineState.WATCHING: ("good", _("folder is watched")),
    LineState.DOWN: ("critical", _("cannot be used")),
    LineState.OFF: ("muted", _("switched off")),
}

ALARMS = {
    Alarm.NO_LISTENER: ("critical", _("nobody listens")),
    Alarm.LINE_DOWN: ("critical", _("line down")),
    Alarm.SILENT: ("abnormal", _("silent")),
    Alarm.UNDELIVERED: ("critical", _("messages not delivered")),
    Alarm.PARKED: ("critical", _("work failed")),
    Alarm.CHANGED_FRAME: ("critical", _("frame sent again with other text")),
    Alarm.REFUSED_FILES: ("abnormal", _("files refused")),
    Alarm.HOLDING: ("held", _("values held")),
    Alarm.INCOMPLETE: ("abnormal", _("broken off")),
    Alarm.REJECTED: ("abnormal", _("rejected")),
}

HOLDS = {
    Hold.UNKNOWN_SPECIMEN: _("unknown specimen"),
    Hold.AMBIGUOUS_SPECIMEN: _("several specimens"),
    Hold.UNMAPPED_CODE: _("code not mapped"),
    Hold.NOT_IN_USE: _("assay not in use"),
    Hold.NOT_COLLECTED: _("specimen not collected"),
    Hold.SPECIMEN_UNUSABLE: _("specimen not usable"),
    Hold.NOT_ORDERED: _("not ordered"),
    Hold.ORDER_CANCELLED: _("order cancelled"),
    Hold.ORDER_ON_HOLD: _("order on hold"),
    Hold.ALREADY_VERIFIED: _("result already verified"),
    Hold.ORDER_COMPLETED: _("order completed"),
    Hold.UNIT: _("unit not convertible"),
    Hold.NOT_A_NUMBER: _("not a number"),
    Hold.NOT_A_CODE: _("not a known code"),
    Hold.BEFORE_COLLECTION: _("measured before collection"),
    Hold.TOO_OLD: _("too old"),
    Hold.IN_FUTURE: _("time in the future"),
    Hold.TIME_UNCLEAR: _("time unclear"),
    Hold.NO_SPECIMEN: _("no specimen named"),
    Hold.IDENTITY_CONFLICT: _("another person named"),
    Hold.QUESTIONABLE: _("questioned by the instrument"),
    Hold.NOT_FINAL: _("not final"),
    Hold.CORRECTION: _("correction by the instrument"),
    Hold.CORRECTION_UNKNOWN: _("correction of an unknown value"),
    Hold.WAITED_TOO_LONG: _("unknown specimen, waited too long"),
    Hold.UNKNOWN_STATUS: _("unknown status"),
    Hold.NO_RESULT: _("order without a result"),
    Hold.OUT_OF_SCOPE: _("outside this laboratory"),
    Hold.UNKNOWN_PATIENT: _("unknown patient"),
    Hold.AMBIGUOUS_PATIENT: _("several patients"),
    Hold.PATIENT_CONFLICT: _("seems to be another patient"),
    Hold.UNKNOWN_SPECIES: _("unknown species"),
    Hold.OTHER_SPECIES: _("another species"),
    Hold.UNKNOWN_WARD: _("unknown ward"),
    Hold.UNKNOWN_STAY: _("unknown stay"),
    Hold.STAY_CONFLICT: _("recorded in another ward"),
    Hold.MERGE_WAITS: _("merge with an unknown entry"),
    Hold.MERGE_CONFLICT: _("merge refused"),
    Hold.UNKNOWN_ORDER_CODE: _("order code not mapped"),
    Hold.UNKNOWN_ORDER: _("unknown order"),
    Hold.ORDER_CONFLICT: _("order number used before"),
    Hold.TUBE_CONFLICT: _("tube of another patient"),
    Hold.ORDER_CONTROL: _("order control code"),
    Hold.ANSWER_WANTED: _("question not answered"),
    Hold.ACT_REFUSED: _("refused by a rule"),
    Hold.POSSIBLE_DUPLICATE: _("possible repetition"),
    Hold.UNDECODABLE: _("not text in its character set"),
    Hold.UNREADABLE: _("cannot be read"),
    Hold.EMPTY: _("brings no result"),
    Hold.UNKNOWN_SOURCE: _("unknown sender"),
    Hold.AMBIGUOUS_SOURCE: _("several possible senders"),
    Hold.READ_ANEW: _("read anew"),
}

# What would let a held item go on; those that pass do so by themselves, within a minute.
RELEASES = {
    Hold.UNKNOWN_SPECIMEN: _("Register this identifier for its specimen."),
    Hold.UNMAPPED_CODE: _("Have this code mapped for the instrument, approved and in force."),
    Hold.NOT_IN_USE: _("Activate a version of the assay."),
    Hold.NOT_COLLECTED: _("Record the collection of the specimen."),
    Hold.NOT_ORDERED: _("Order the assay on this specimen."),
    Hold.UNIT: _("Have a conversion of this unit approved and in force."),
    Hold.ORDER_ON_HOLD: _("Take the order off hold, then read again."),
    Hold.UNKNOWN_PATIENT: _("The patient is registered under one of these identifiers."),
    Hold.AMBIGUOUS_PATIENT: _("Find out which identifier is wrong, or join the entries."),
    Hold.PATIENT_CONFLICT: _(
        "Make sure who is meant; read it again to have it done, or reject it."
    ),
    Hold.UNKNOWN_SPECIES: _("Say in the connection's settings what it means, then read again."),
    Hold.OTHER_SPECIES: _("Set the wrong species right, then read again; or reject it."),
    Hold.UNKNOWN_WARD: _("Open a place of this code, or say in the settings what it means."),
    Hold.UNKNOWN_STAY: _("The admission comes in."),
    Hold.STAY_CONFLICT: _("The stay on record ends."),
    Hold.MERGE_WAITS: _("The other entry is registered."),
    Hold.MERGE_CONFLICT: _("Set right what stands in the way, then read again; or reject it."),
    Hold.UNKNOWN_ORDER_CODE: _(
        "Have this code mapped to a panel or an assay, approved and in force."
    ),
    Hold.UNKNOWN_ORDER: _("The order itself comes in."),
    Hold.ORDER_CONFLICT: _("Have it ordered under another number; reject this one."),
    Hold.TUBE_CONFLICT: _("Have it sent with another label, or order by hand; reject this one."),
    Hold.ORDER_CONTROL: _("Speak to the ward, do it by hand, and reject this one."),
    Hold.ANSWER_WANTED: _("Have it sent again with the answer, or order by hand; reject this one."),
    Hold.ACT_REFUSED: _("Set right what stands in the way, then read again; or reject it."),
    Hold.UNKNOWN_SOURCE: _("Say in the message which instrument sent it."),
    Hold.AMBIGUOUS_SOURCE: _("Say in the message which instrument sent it."),
    Hold.UNKNOWN_STATUS: _("Find out what the status means; accept it as measured, or reject it."),
    Hold.NO_RESULT: _("Look at the instrument; repeat the test, or reject it once that is done."),
    Hold.AMBIGUOUS_SPECIMEN: _("Find out which of them it is, and record the value by hand."),
    Hold.POSSIBLE_DUPLICATE: _("Read it again to take it for another measurement, or reject it."),
    Hold.UNDECODABLE: _("Set the instrument's character set right, then read again."),
    Hold.UNREADABLE: _("Set the instrument's driver right, then read again."),
    Hold.EMPTY: _("Set the instrument's driver right, then read again; or reject it."),
    Hold.NO_SPECIMEN: _("Have it sent again with its specimen number; reject this one."),
    Hold.IDENTITY_CONFLICT: _("Find out whose specimen it is; reject the value if in doubt."),
    Hold.SPECIMEN_UNUSABLE: _("Repeat it on a usable specimen; reject this one."),
    Hold.ORDER_CANCELLED: _("A cancelled order is not reopened: order anew, or reject."),
    Hold.QUESTIONABLE: _("Repeat the measurement and reject this value; or accept it as measured."),
    Hold.TIME_UNCLEAR: _("Accept it as measured, dated by its receipt; or reject it."),
    Hold.NOT_FINAL: _("Its final value is recorded: then it ends by itself."),
    Hold.ALREADY_VERIFIED: _("Take it as a correction, add it to the report, or reject it."),
    Hold.ORDER_COMPLETED: _("Take it as a correction, add it to the report, or reject it."),
    Hold.CORRECTION: _("Take it as the correction of what stands, or reject it."),
    Hold.CORRECTION_UNKNOWN: _("The value that it corrects comes in."),
    Hold.WAITED_TOO_LONG: _("Read it again once its specimen is certain, or reject it."),
}
# What a hospital's system tells or asks for, by its act.
TOLD = {
    Act.REGISTER: _("who somebody is"),
    Act.ADMIT: _("admission"),
    Act.TRANSFER: _("transfer"),
    Act.DISCHARGE: _("discharge"),
    Act.CANCEL_ADMIT: _("admission that never was"),
    Act.CANCEL_TRANSFER: _("transfer that never was"),
    Act.CANCEL_DISCHARGE: _("discharge that never was"),
    Act.LINK: _("two entries are one person"),
    Act.UNLINK: _("two entries are two persons"),
    Act.IDENTIFY: _("another number"),
    Act.PLACE: _("order"),
    Act.CANCEL: _("cancellation"),
    Act.CHANGE: _("change of an order"),
    Act.NOTE: _("note"),
}
_BY_A_PERSON = _("Look at it, then record the value by hand or reject it.")

_CLASSES = {Kind.CONTROL: "wire-control", Kind.BYTE: "wire-byte", Kind.HIDDEN: "wire-hidden"}
_VALUE = ("value", "value_code", "value_text", "absent_reason")
# What stands in columns of its own, and the names under which a held item is found again.
_SAID_ELSEWHERE = frozenset(
    {*_VALUE, "unit", "specimen", "code", "control", "sort", "act", "keys", "as_sent"}
)


@register.filter
def verdict_words(verdict: str) -> object:
    """Return what the link layer thought of a frame, in words."""
    return VERDICTS.get(verdict, verdict)  # type: ignore[call-overload]


@register.filter
def is_trouble(verdict: str) -> bool:
    """Return whether a frame was not taken as it should be."""
    return verdict in _TROUBLED


@register.filter
def session_words(state: str) -> object:
    """Return how a conversation stands, in words."""
    return SESSIONS.get(state, state)  # type: ignore[call-overload]


@register.filter
def fault_words(kind: str) -> object:
    """Return what went wrong on a connection, in words."""
    return FAULTS.get(kind, kind)


@register.filter
def line_tone(state: str) -> str:
    """Return the tone of a line's state."""
    return LINES.get(state, ("muted", ""))[0]  # type: ignore[call-overload, no-any-return]


@register.filter
def line_words(state: str) -> object:
    """Return how a line stands, in words."""
    return LINES.get(state, ("", state))[1]  # type: ignore[call-overload]


@register.filter
def alarm_tone(alarm: Alarm) -> str:
    return ALARMS[alarm][0]


@register.filter
def alarm_words(alarm: Alarm) -> object:
    return ALARMS[alarm][1]


@register.filter
def hold_words(code: str) -> object:
    """Return a hold's name; one that this version does not know is shown as it is stored."""
    return HOLDS.get(code, code.replace("_", " ").lower())  # type: ignore[call-overload]


@register.filter
def told_words(act: str) -> object:
    """Return what a hospital's system told or asked for."""
    return TOLD.get(act, act)  # type: ignore[call-overload]


@register.filter
def release_words(code: str) -> object:
    """Return what would let an item held for this reason go on."""
    return RELEASES.get(code, _BY_A_PERSON)  # type: ignore[call-overload]


@register.filter
def passes_by_itself(code: str) -> bool:
    """Return whether such a hold ends without a person once its reason is gone."""
    return code in PASSING or code in PASSING_OF_HOSPITALS


@register.filter
def age_since(at: datetime, moment: datetime) -> str:
    """Return how long ago something was, in its two largest units."""
    return words.age(max(at - moment, timedelta()))


@register.filter
def bytes_shown(content: bytes | memoryview, charset: str = "utf-8") -> SafeString:
    """Write bytes with everything in them visible and nothing of them active."""
    return _written(visible.pieces(bytes(content), charset=charset or "utf-8"))


@register.filter
def text_shown(text: object) -> SafeString:
    """Write a text that an instrument sent, with what could not be seen in it made visible."""
    return _written(visible.of_text(str(text)))


@register.filter
def text_said(text: object) -> str:
    """The same as plain text, for names that are read aloud."""
    return "".join(piece.text for piece in visible.of_text(str(text)))


@register.filter
def lines_shown(text: object) -> SafeString:
    """The same of a text whose lines are not the instrument's but made for reading."""
    return format_html_join("\n", "{}", ((text_shown(line),) for line in str(text).split("\n")))


def _written(pieces: list[visible.Piece]) -> SafeString:
    return format_html_join("", "{}", ((_piece(piece),) for piece in pieces))


def _piece(piece: visible.Piece) -> str:
    if piece.kind in _CLASSES:
        return format_html('<span class="{}">{}</span>', _CLASSES[piece.kind], piece.text)
    return piece.text


@register.filter
def value_sent(content: Any) -> str:
    """Return the value of an item as it was sent, with its unit; what a hospital told, in words."""
    if isinstance(content, dict) and content.get("act"):
        return str(told_words(content["act"]))
    return _value(_sent(content))


@register.filter
def value_read(content: Any) -> str:
    """Return the value as the driver understood it, where it differs from what was sent."""
    if not isinstance(content, dict) or content.get("act"):
        return ""
    understood = _value(content)
    return understood if understood != value_sent(content) else ""


@register.filter
def control_of(content: Any) -> str:
    """Return the name of the control material, where an item is one."""
    return str(content.get("control") or "") if isinstance(content, dict) else ""


@register.filter
def details_sent(content: Any) -> list[tuple[str, str]]:
    """Return everything else that was sent with an item, by its name."""
    if not isinstance(content, dict):
        return []
    said = {**content, **_sent(content)}
    # An order that names every test of its specimen says nothing of one value.
    if len(str(said.get("ordered") or "")) > LONGEST_DETAIL:
        del said["ordered"]
    return [
        (
            str(part_words(name)),
            Truncator(str(read_words(_flat(value), name))).chars(LONGEST_DETAIL),
        )
        for name, value in said.items()
        if name not in _SAID_ELSEWHERE and value not in (None, "", [], {})
    ]


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {one}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _value(texts: dict[str, Any]) -> str:
    value = next((str(texts[name]) for name in _VALUE if texts.get(name) not in (None, "")), "")
    # HL7 names the unit's code system behind it; what stood there whole is shown above.
    unit = next((part for part in str(texts.get("unit") or "").split("^") if part), "")
    return f"{value} {unit}".strip()


def _sent(content: Any) -> dict[str, Any]:
    """Return the texts of an item: as they stood in the message, or as a person's program sent them."""
    if not isinstance(content, dict):
        return {}
    inner = content.get("as_sent")
    return inner if isinstance(inner, dict) else content
