"""Which specimen and order an OBX belongs to: results are read within their group and never across.

In OUL^R22 and R23 a specimen (SPM) leads: {SPM [SAC [INV]] {OBR [ORC] {OBX [NTE]}}}; a container
behind an order begins its own. In ORU and OUL^R21 an order leads and its specimen stands behind the
results: {[ORC] OBR {OBX [NTE]} {SPM {OBX}}}. Senders mix the two up, so that what comes first and
last, an order or a specimen, says which of them leads, whatever the message is called. In a message
that names specimens, an order without one is of none: its number is no specimen's. An OBX that hangs
on a specimen and on no order describes the specimen (a volume, a colour); it is no result of a test.
In OUL^R24 an order leads and its specimen stands before the results: {OBR {SPM} {OBX}}. What describes
the specimen stands in the same place there and is read as a result: of that specimen, under a code
of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import ChainMap

from assays.instruments.hl7.header import RESULTS
from assays.instruments.hl7.tree import NAME, Tree
from assays.instruments.messages import UNSURE, Entry, Kind, Message, unreadable
from assays.instruments.segments import Scope, Segment

_QUERIES = {"QPD", "QRD"}
# A query taken back asks for nothing any more; how an instrument, its supplies and a specimen in it
# stand, and that something was received, are no results either.
_SILENT = frozenset({"QCN", "ESU", "INU", "SSU", "ACK"})
_SPECIMEN_LED = frozenset({"R22", "R23"})
_ORDER_LED = frozenset({"R01", "R21", "R24", "R30", "R31", "R32", "R40", ""})

_LEADERS = {"SPM": "SPM", "OBR": "OBR", "ORC": "OBR", "": ""}
_NAME_LENGTH = 3

Group = dict[str, list[Segment]]


def entries(tree: Tree) -> Message:
    """Return what a message asks to be read."""
    header = tree.header
    kind, event, structure = (header.text(9, part).strip() for part in (1, 2, 3))
    event = event or structure[-3:]
    message = Message(Scope(header), is_of_results=kind in RESULTS)
    if len(tree.segments) == 1:
        message.doubt = unreadable("it has no segment but MSH")
    elif kind in ("QBP", "QRY"):
        _queries(tree, message)
    elif kind in RESULTS and event in _SPECIMEN_LED | _ORDER_LED:
        _read_groups(message, tree, event)
    elif kind not in _SILENT:
        message.doubt = unreadable(
            f"{header.text(9) or 'a message without type'} brings no results"
        )
    return message


def _read_groups(message: Message, tree: Tree, event: str) -> None:
    names = [one.name if NAME.match(one.name) else "" for one in tree.segments]
    is_specimen_led = _is_specimen_led(names, event)
    if is_specimen_led is None:
        message.doubt = unreadable(
            "its specimens (SPM) stand neither all before nor all behind their orders"
        )
        return
    # Of an OUL of specimens, or a message that has any, an order that has none is of none.
    is_nameless = event in _SPECIMEN_LED or any(_may_be_specimen(one) for one in tree.segments)
    nameless = Segment("SPM", ["SPM"], tree.header.delimiters) if is_nameless else None
    walk: _Walk
    if is_specimen_led:
        walk = _SpecimenLed(message, nameless)
    else:
        walk = _OrderLed(message, nameless, is_container_led=event == "R21")
    walk.walk(tree)


def _may_be_specimen(segment: Segment) -> bool:
    """Whether it is an SPM, or what damage may have left of one."""
    return "SPM".startswith(segment.name[:_NAME_LENGTH].upper())


def _is_specimen_led(names: list[str], event: str) -> bool | None:
    """Choose the structure by what comes first and last; None where that cannot be said.

    Specimens lead where one comes first and an order last, and orders lead the other way round. A
    segment that is none ("") may have been either. Orders of an ORU may lack their specimen.
    """
    leaders = [_LEADERS[name] for name in names if name in _LEADERS]
    by_event = event in _SPECIMEN_LED
    if event == "R21" or not {"SPM", "OBR"} <= set(leaders):
        return by_event
    first, last = leaders[0], leaders[-1]
    if first == last == "OBR" and not by_event:
        return False
    specimens, orders = first == "SPM" or last == "OBR", first == "OBR" or last == "SPM"
    return None if specimens is orders else specimens


def _queries(tree: Tree, message: Message) -> None:
    for segment in tree.segments[1:]:
        if segment.name in _QUERIES:
            scope = Scope(segment, {"MSH": [tree.header]})
            message.entries.append(Entry(Kind.QUERY, scope))


class _Walk(ABC):
    """Goes through the segments in their order; `_order` is the group that an OBX belongs to."""

    def __init__(self, message: Message, nameless: Segment | None) -> None:
        self._message = message
        # Stands for the specimen of an order that has none, where others have one.
        self._nameless = nameless
        self._patient: Group = {}
        self._order: Group | None = None
        self._order_comments: list[str] = []
        self._comments: list[str] = []
        # A segment that is none may have been the one that names the next specimen.
        self._unsure: Segment | None = None

    def walk(self, tree: Tree) -> None:
        self._patient = {"MSH": [tree.header]}
        for segment in tree.segments[1:]:
            if not NAME.match(segment.name):
                detail = f"the segment “{segment.name[:20]}” is cut off or none"
                self._add(Kind.BROKEN, segment, {}, detail)
                if len(segment.fields) > 1 or len(segment.name) < _NAME_LENGTH:
                    self._unsure = segment
            elif segment.name == "PID":
                self._close()
                self._unsure = None
                self._begin_patient(segment)
            elif segment.name == "NTE":
                self._comment(segment)
            else:
                self._take(segment)
        self._close()

    def _begin_patient(self, segment: Segment) -> None:
        self._patient = {"MSH": self._patient["MSH"], "PID": [segment]}

    @abstractmethod
    def _take(self, segment: Segment) -> None:
        """Put a segment where it belongs in a message of this structure."""

    def _open(self, group: Group) -> None:
        self._close()
        self._order = group
        self._order_comments = self._comments = []

    def _close(self) -> None:
        """Close the order that is open; one that was cancelled, or failed, has no result to say so."""
        order = self._order
        if order is not None and self._nameless is not None:
            order.setdefault("SPM", [self._nameless])
        if order is not None and "OBR" in order and "OBX" not in order:
            kind = Kind.FAILED_ORDER if order["OBR"][0].text(25, 1) == "X" else Kind.ORDER
            scope = Scope(order["OBR"][0], order)
            comments = self._order_comments
            self._message.entries.append(Entry(kind, scope, comments, comments))
        self._order = None
        self._order_comments = []
        self._comments = []

    def _attach(self, segment: Segment, group: Group) -> None:
        group.setdefault(segment.name, []).append(segment)

    def _result(self, segment: Segment, group: Group) -> None:
        self._add(Kind.RESULT, segment, group)
        # Says that the order has one; readings are of their own OBX.
        group["OBX"] = [segment]

    def _comment(self, segment: Segment) -> None:
        texts = [segment.delimiters.resolve(raw) for raw in segment.repeats(3)]
        if text := " ".join(one.strip() for one in texts if one.strip() not in ("", '""')):
            self._comments.append(text)
            if self._comments is not self._order_comments:
                self._order_comments.append(text)

    def _add(self, kind: Kind, segment: Segment, group: Group, detail: str = "") -> None:
        # What follows in the group is still of it, for those that stand before the doubtful segment.
        seen = group if self._unsure is None else ChainMap({UNSURE: [self._unsure]}, group)
        entry = Entry(kind, Scope(segment, seen), [], self._order_comments, detail)
        self._comments = entry.comments
        self._message.entries.append(entry)


class _SpecimenLed(_Walk):
    def __init__(self, message: Message, nameless: Segment | None) -> None:
        super().__init__(message, nameless)
        self._specimen: Group = {}

    def _begin_patient(self, segment: Segment) -> None:
        super()._begin_patient(segment)
        self._specimen = {}

    def _take(self, segment: Segment) -> None:
        if segment.name == "SPM":
            self._close()
            self._unsure = None
            self._specimen = {**self._patient, "SPM": [segment]}
        elif segment.name == "OBR":
            self._open({**(self._specimen or self._patient), "OBR": [segment]})
        elif segment.name == "SAC" and self._order is not None:
            self._close()
            of_before = {k: v for k, v in self._specimen.items() if k not in ("SAC", "INV")}
            self._specimen = {**of_before, "SAC": [segment]}
        elif segment.name == "OBX":
            if self._order is not None:
                self._result(segment, self._order)
            elif self._unsure is not None:
                self._add(Kind.RESULT, segment, self._specimen or self._patient)
            else:
                self._add(Kind.SPECIMEN_NOTE, segment, self._specimen or self._patient)
        elif self._order is not None:
            # What follows a result (the lots used, for one) says nothing about the specimen.
            if "OBX" not in self._order and segment.name != "INV":
                self._attach(segment, self._order)
        elif self._specimen:
            self._attach(segment, self._specimen)


class _OrderLed(_Walk):
    def __init__(
        self, message: Message, nameless: Segment | None, *, is_container_led: bool
    ) -> None:
        super().__init__(message, nameless)
        self._leaders = {"ORC", "SAC"} if is_container_led else {"ORC"}
        self._names_specimen = "SAC" if is_container_led else "OBR"
        self._is_past_results = False

    def _take(self, segment: Segment) -> None:
        order = self._order
        if order is None or self._leads(segment.name, order):
            self._open(order := dict(self._patient))
            self._is_past_results = False
        if segment.name == self._names_specimen:
            self._unsure = None
        if segment.name == "OBX":
            if self._is_past_results and self._unsure is None:
                self._add(Kind.SPECIMEN_NOTE, segment, order)
            else:
                self._result(segment, order)
            return
        if segment.name == "INV" and "OBX" in order:
            return  # the lots that were used, not what the specimen is
        self._is_past_results |= segment.name == "SPM" and "OBX" in order
        self._attach(segment, order)

    def _leads(self, name: str, order: Group) -> bool:
        if name == "OBR":
            return "OBR" in order or "OBX" in order
        return name in self._leaders and ("OBX" in order or name in order)
