"""What a version of a report says, line by line as a hospital ordered it, ready to be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from assays.instruments.hl7 import hospital
from assays.instruments.hl7.hospital_results import (
    CORRECTED,
    FINAL,
    NONE,
    WRONG,
    Ordered,
    Told,
    Whose,
    birth_written,
)
from assays.models import (
    CodeMapping,
    Dispatch,
    Instrument,
    Order,
    OrderItem,
    OrderNumber,
    OrderSource,
    ReportVersion,
    Result,
)
from assays.queries.hospital import OWN, Naming, naming
from assays.rules.dispatching import DispatchKind
from assays.rules.hospital_messages import Identifier
from assays.rules.states import OrderItemStatus, OrderStatus, VersionStatus
from patients.models import Person, PersonIdentifier
from patients.queries import canonical, entries

OPEN = (OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS, OrderItemStatus.HELD)
# HL7 table 0078; what is not in it is said in words.
_FLAGS = frozenset({"L", "H", "LL", "HH", "N", "A"})
_NO_RANGE = "no_range"
Content = Mapping[str, Any]


def receivers(order: Order) -> list[Instrument]:
    """Return the hospitals that are told of an order: who placed it, and who asks for all."""
    rows = Instrument.objects.filter(kind=Instrument.Kind.HOSPITAL, is_active=True).order_by("pk")
    hospitals = [(one, naming(one).settings.results) for one in rows]
    if not any(wanted != "none" for _one, wanted in hospitals):
        return []
    source = OrderSource.objects.filter(order=order).first()
    placed_by = source.instrument_id if source is not None else None
    return [
        one
        for one, wanted in hospitals
        if wanted == "all" or (wanted == "ordered" and one.pk == placed_by)
    ]


def is_of_hospitals(order: Order) -> bool:
    """Whether a hospital placed an order, or any asks for the results of all."""
    if OrderSource.objects.filter(order=order).exists():
        return True
    rows = Instrument.objects.filter(kind=Instrument.Kind.HOSPITAL, is_active=True)
    return rows.filter(settings__results="all").exists()


def versions(ids: Collection[int]) -> list[ReportVersion]:
    """Return versions of reports with their orders, the oldest first."""
    rows = ReportVersion.objects.filter(pk__in=ids).select_related("report__order")
    return list(rows.order_by("pk"))


def is_overtaken(version: ReportVersion, instrument: Instrument) -> bool:
    """Whether a newer version of the same report was told to this hospital."""
    newer = ReportVersion.objects.filter(report=version.report_id, number__gt=version.number)
    told = Dispatch.objects.filter(
        instrument=instrument,
        kind=DispatchKind.RESULT_REPORT,
        subject_table=ReportVersion._meta.db_table,
        subject_id__in=newer.values("pk"),
    )
    return told.exists()


def whose(order: Order, instrument: Instrument) -> Whose:
    """Return whom an order is for, under the numbers by which this hospital knows them."""
    person = canonical(order.person)
    name = person.names.current_first().first()
    own = Identifier(person.mrn, _authority_of_own(naming(instrument)), "PI")
    return Whose(
        identifiers=(*_numbers(order, instrument), own),
        family=name.family if name else "",
        given=name.given if name else "",
        birth=birth_written(person.birth_date, person.birth_precision),
        sex=person.sex,
    )


def _numbers(order: Order, instrument: Instrument) -> tuple[Identifier, ...]:
    """Return the numbers that the order came with; else those of the hospital's own authorities.

    Where the hospital joined the entry of such a number to another one, that one's goes before it.
    """
    first = OrderNumber.objects.filter(order=order, instrument=instrument).order_by("pk").first()
    if first is not None:
        content = bytes(first.item.message.content)
        charset = instrument.settings.get("charset", "")
        told = hospital.read(content, charset=charset, zone=ZoneInfo(instrument.time_zone))
        event = next((one for one in told.events if one.position == first.item.position), None)
        said = () if event is None else event.patient.identifiers
        return (*_surviving(said, order.person, naming(instrument)), *said)
    return tuple(_known_numbers(order.person, naming(instrument)))


def _surviving(said: Collection[Identifier], person: Person, named: Naming) -> Iterable[Identifier]:
    """Return the numbers of the surviving entry, for those that are of entries joined to it."""
    head = canonical(person)
    rows = PersonIdentifier.objects.filter(person__in=entries(person.pk)).order_by("pk")
    found = [(row.person_id == head.pk, row.system, row.value) for row in rows]
    newest = {system: value for is_head, system, value in found if is_head}
    joined = {(system, value) for is_head, system, value in found if not is_head}
    for one in said:
        system = named.system(one)
        if (system, one.value) in joined and system in newest:
            yield replace(one, value=newest[system])


def _known_numbers(person: Person, named: Naming) -> Iterable[Identifier]:
    sent_as = {here: sent for sent, here in named.settings.authorities.items()}
    for authority in named.settings.patient_authorities:
        sent_as.setdefault(named.settings.authorities.get(authority, authority), authority)
    rows = PersonIdentifier.objects.filter(person__in=entries(person.pk)).order_by("pk")
    for row in rows:
        if row.system in sent_as:
            yield Identifier(row.value, sent_as[row.system], "MR")
        elif row.system == named.code:
            yield Identifier(row.value, "", "MR")


def _authority_of_own(named: Naming) -> str:
    found = [sent for sent, here in named.settings.authorities.items() if here == OWN]
    return found[0] if found else "labsys"


def lines(version: ReportVersion, instrument: Instrument) -> list[Ordered]:
    """Return what a version says of each order line; what it says nothing of is left out.

    Nothing but released values, and what became of values told before: what may be told early to the
    ward is told by people.
    """
    with translation.override(version.content["language"]):
        return _Lines(version, instrument).all()


@dataclass(slots=True)
class _Group:
    """The items that are told under one OBR."""

    number: OrderNumber | None
    items: list[OrderItem]


class _Lines:
    def __init__(self, version: ReportVersion, instrument: Instrument) -> None:
        self._content: Content = version.content
        self._order: Order = version.report.order
        self._instrument = instrument
        self._is_in_error = self._order.status == OrderStatus.ENTERED_IN_ERROR
        self._source = OrderSource.objects.filter(order=self._order).first()
        rows = self._order.items.select_related("assay__analyte", "panel_version__panel")
        self._items = list(rows.order_by("pk"))
        self._codes = self._mapped()
        self._said = self._by_item()

    def all(self) -> list[Ordered]:
        found = [self._ordered(group) for group in self._groups()]
        return [one for one in found if one.observations]

    def _mapped(self) -> dict[int, str]:
        rows = CodeMapping.objects.filter(
            instrument=self._instrument, status=VersionStatus.ACTIVE
        ).order_by("-pk")
        return dict(rows.values_list("assay", "code"))

    def _by_item(self) -> dict[int, list[tuple[Mapping[str, Any], bool]]]:
        """Return, by item, the lines of the content that are its values, and which hold no more."""
        given = [(line, False) for line in self._content["results"]]
        replaced = {line["replaces"] for line, _gone in given}
        gone = [(one, True) for one in self._content["withdrawn"] if one["id"] not in replaced]
        # A value that an even later one replaced was taken back with the one in between.
        ids = [line["id"] for line, _gone in (*given, *gone)]
        rows = Result.objects.filter(pk__in=ids).values_list("pk", "order_item", "corrects")
        items = {pk: item for pk, item, _corrects in rows}
        standing = {items[line["id"]] for line, _gone in given}
        found: dict[int, list[tuple[Mapping[str, Any], bool]]] = defaultdict(list)
        for line, is_gone in (*given, *gone):
            item = items[line["id"]]
            if not (is_gone and item in standing):
                found[item].append((line, is_gone))
        return found

    def _groups(self) -> list[_Group]:
        numbered: dict[int, _Group] = {}
        others: dict[tuple[int, int], _Group] = {}
        numbers = self._numbers()
        for item in self._items:
            number = numbers.get(item.pk)
            if number is not None:
                numbered.setdefault(number.pk, _Group(number, [])).items.append(item)
            else:
                key = (item.panel_version_id or 0, 0 if item.panel_version_id else item.pk)
                others.setdefault(key, _Group(None, [])).items.append(item)
        return [*numbered.values(), *others.values()]

    def _numbers(self) -> dict[int, OrderNumber]:
        rows = OrderNumber.objects.filter(order=self._order, instrument=self._instrument)
        return {
            one.order_item_id: number
            for number in rows.prefetch_related("items").order_by("pk")
            for one in number.items.all()
        }

    def _ordered(self, group: _Group) -> Ordered:
        number, first = group.number, group.items[0]
        told = tuple(one for item in group.items for one in self._told(item))
        specimen = self._specimen(group)
        panel = first.panel_version.panel if first.panel_version else None
        analyte = first.assay.analyte
        return Ordered(
            filler=number.filler if number else f"{self._order.pk}-i{first.pk}",
            placer=number.placer if number else "",
            group=number.group if number else "",
            code=number.code if number else panel.code if panel else analyte.code,
            text=number.text if number else panel.name if panel else analyte.name,
            code_system=number.code_system if number else "99LAB",
            is_open=not self._is_in_error and any(item.status in OPEN for item in group.items),
            requester_id=self._source.requester_id_text if self._source else "",
            requester=self._source.requester_text if self._source else "",
            observations=told,
            collected_at=_moment(specimen.get("collected_at", "")),
            received_at=_moment(specimen.get("received_at", "")),
            specimen=specimen.get("accession", ""),
            specimen_type=specimen.get("type", ""),
        )

    def _specimen(self, group: _Group) -> Mapping[str, str]:
        """Return the specimen of a line's values, where they are of one."""
        said = [line for item in group.items for line, _gone in self._said.get(item.pk, ())]
        named = {line["specimen"] for line in said}
        found = [one for one in self._content["specimens"] if one["accession"] in named]
        return found[0] if len(found) == 1 else {}

    def _told(self, item: OrderItem) -> Iterable[Told]:
        said = self._said.get(item.pk, ())
        for line, is_gone in said:
            if is_gone or self._is_in_error:
                yield self._gone(item, line)
            else:
                yield self._value(item, line)
        if not said and item.status == OrderItemStatus.CANCELLED:
            analyte = item.assay.analyte
            yield Told(
                status=NONE,
                own_code=analyte.code,
                name=analyte.name,
                code=self._codes.get(item.assay_id, ""),
                loinc=analyte.loinc,
                notes=(_("Cancelled, not measured."),),
            )

    def _gone(self, item: OrderItem, line: Mapping[str, Any]) -> Told:
        analyte = item.assay.analyte
        reason = line.get("reason") or self._content["version"]["reason"]
        said = _("The value given before (%(value)s) holds no more.") % {"value": line["shown"]}
        return Told(
            status=WRONG,
            own_code=analyte.code,
            name=analyte.name,
            code=self._codes.get(item.assay_id, ""),
            loinc=analyte.loinc,
            notes=tuple(filter(None, (said, reason))),
        )

    def _value(self, item: OrderItem, line: Mapping[str, Any]) -> Told:
        analyte = item.assay.analyte
        kind, value = _kind(line)
        is_absent = line["kind"] == Result.Kind.ABSENT
        is_corrected = line["replaces"] is not None
        return Told(
            status=NONE if is_absent else CORRECTED if is_corrected else FINAL,
            own_code=analyte.code,
            name=analyte.name,
            code=self._codes.get(item.assay_id, ""),
            loinc=analyte.loinc,
            kind=kind,
            comparator=line["comparator"],
            value=value,
            shown=line["shown"],
            unit=line["unit"],
            range=line["range"]["text"] if line["range"]["is_established"] else "",
            flags=tuple(one["code"] for one in line["flags"] if one["code"] in _FLAGS),
            observed_at=_moment(line["observed_at"]),
            notes=tuple(self._notes(line, is_absent=is_absent)),
        )

    def _notes(self, line: Mapping[str, Any], *, is_absent: bool) -> Iterable[str]:
        if is_absent:
            yield line["shown"]
        if line["comment"]:
            yield line["comment"]
        for one in line.get("addenda", ()):
            yield _("Addendum, %(by)s: %(text)s") % {"by": one["by"], "text": one["text"]}
        for one in line["flags"]:
            if one["code"] not in _FLAGS and one["code"] != _NO_RANGE:
                yield one["words"]
        said = line["range"]
        if not said["is_established"]:
            yield _("No reference range is established.")
        elif not said["is_verified"]:
            yield _("The reference range is unverified.")
        if said["unknown"]:
            yield _("Not known: %(what)s.") % {"what": said["unknown"]}
        before = [one for one in self._content["withdrawn"] if one["id"] == line["replaces"]]
        for one in before:
            yield _("Corrected; the value given before was %(value)s. %(reason)s") % {
                "value": f"{one['shown']} {one['unit']}".strip(),
                "reason": one["reason"],
            }


def _kind(line: Mapping[str, Any]) -> tuple[str, str]:
    """Return OBX-2 and the value as it is written there."""
    match line["kind"]:
        case Result.Kind.NUMERIC:
            return ("SN" if line["comparator"] else "NM"), line["value"]
        case Result.Kind.CODED:
            return "CWE", line["value_code"]
        case Result.Kind.TEXT:
            return "TX", line["value_text"]
    return "TX", ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
