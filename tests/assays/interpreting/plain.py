"""An instrument that writes its messages as JSON, with a driver to read them: for the tests of filing.

Its messages say outright what a driver has to find out, so that a test can state any reading.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from assays.actions import held_items
from assays.instruments import drivers
from assays.instruments.astm.options import STANDARD
from assays.instruments.dialects import Dialect
from assays.instruments.readings import Doubt, Interpretation, Patient, Reading, Sort
from assays.models import Instrument, TransmissionItem, TransmissionMessage
from assays.queries import ledger, messages
from assays.queries.ledger import words
from assays.rules.filing import Hold
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.lib.quantities import Absent, Coded, Comparator, Quantity, ReportedValue, Text
from labsys.lib.wording import Refused
from labsys.work.models import WorkItem
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.listeners import wires

NAME = "plain"


class Plain:
    """Reads what `message` wrote.

    Settings of the tests': `charset` it is undecodable without, `is_mended` after a crash, `suffix` of what
    was sent, `controls` that all readings are of, `leaves_out` all of them, `sort` of all of them,
    `shifted` places, `crashes_on` a value.
    """

    link = STANDARD
    label = "Plain"

    def order_form(self, dialect: str) -> None:
        """It is never told what to measure."""

    def interpret(
        self, content: bytes, *, dialect: Dialect, settings: Mapping[str, Any], zone: str
    ) -> Interpretation:
        said = json.loads(content)
        if "crash" in said and not settings.get("is_mended"):
            raise RuntimeError("the driver cannot read this")
        values = [one["value"] for one in said["readings"] if "value" in one]
        if settings.get("crashes_on") in values:
            raise RuntimeError("the driver cannot read this value")
        if said.get("charset", "") != settings.get("charset", ""):
            doubt = Doubt(Hold.UNDECODABLE, {"charset": "ASCII", "detail": "byte 0xe9"})
            return Interpretation(doubt=doubt)
        sent_at = said.get("sent_at")
        return Interpretation(
            readings=tuple(
                _reading(position, one, settings)
                for position, one in enumerate(
                    said["readings"], start=2 if "shifted" in settings else 1
                )
                if "leaves_out" not in settings
            ),
            sender=NAME,
            control_id=said.get("control_id", ""),
            sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        )


def _reading(position: int, said: dict[str, Any], settings: Mapping[str, Any]) -> Reading:
    patient = dict(said.get("patient", {}))
    if "birth_date" in patient:
        patient["birth_date"] = date.fromisoformat(patient["birth_date"])
    moment = said.get("observed_at")
    return Reading(
        position=position,
        sort=Sort.CONTROL
        if "controls" in settings
        else Sort(settings.get("sort", said.get("sort", "VALUE"))),
        specimen=said.get("specimen", ""),
        code=said.get("code", ""),
        value=_value(said, settings),
        observed_at=datetime.fromisoformat(moment) if moment else None,
        run=said.get("run", ""),
        flags=said.get("flags", ""),
        comment=said.get("comment", ""),
        control=said.get("control", ""),
        patient=Patient(**patient) if patient else None,
        doubts=tuple(Doubt(Hold(name), params) for name, params in said.get("doubts", ())),
        as_sent={
            "value": str(said.get("value", "")) + settings.get("suffix", ""),
            "unit": said.get("unit", ""),
        },
    )


def _value(said: dict[str, Any], settings: Mapping[str, Any]) -> ReportedValue | None:
    if "word" in said:
        return Coded(said["word"], "")
    if "absent" in said:
        return Absent(said["absent"])
    text = said.get("value", "")
    unit = settings.get("units", {}).get(said.get("unit", ""), said.get("unit", ""))
    number = text.lstrip("<>=")
    if not number:
        return None
    try:
        return Quantity(Decimal(number), unit, Comparator(text[: len(text) - len(number)]))
    except ArithmeticError:
        return Text(text)


def install(monkeypatch: Any) -> None:
    """Let `drivers.find` know this driver beside its own."""
    known = getattr(drivers, "find", None)

    def find(name: str) -> Any:
        if name == NAME:
            return Plain()
        if known is None:
            raise Refused("driver", "No driver is called %(name)s.", name=name)
        return known(name)

    monkeypatch.setattr(drivers, "find", find, raising=False)


def instrument(mapped: dict[str, Any], *, code: str = "", **settings: Any) -> Instrument:
    """Register an analyser with this driver, in reach of the loopback address."""
    return laboratory.instrument(
        mapped,
        code=code,
        protocol="ASTM",
        driver=NAME,
        settings=settings,
        peer_networks=list(wires.LOOPBACK),
    )


def reading(specimen: Any, code: str = "HB", value: str = "13.2", **more: Any) -> dict[str, Any]:
    """One reading as this instrument writes it; a field given as None is left out."""
    said = {
        "specimen": getattr(specimen, "accession", specimen),
        "code": code,
        "value": value,
        "unit": "g/dL",
        "observed_at": laboratory.moment().isoformat(),
        **more,
    }
    return {name: value for name, value in said.items() if value is not None}


def message(*readings: dict[str, Any], **header: Any) -> bytes:
    """A message of these readings. It has a time of its own unless `sent_at` is given as None."""
    said = {"sent_at": database_now().isoformat(), **header, "readings": readings}
    return json.dumps({name: value for name, value in said.items() if value is not None}).encode()


def send(instrument: Instrument, *texts: bytes) -> list[TransmissionMessage]:
    """Store messages as the listener does, without anybody reading them yet."""
    before = TransmissionMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for text in texts:
        wires.store(wires.whole(text, wires.source_of(instrument)))
    return list(TransmissionMessage.objects.filter(pk__gt=before).order_by("pk"))


def read(instrument: Instrument, *texts: bytes) -> list[TransmissionMessage]:
    """Store messages and let a worker read them."""
    stored = send(instrument, *texts)
    work_off()
    for one in stored:
        one.refresh_from_db()
    return stored


def items(message: TransmissionMessage) -> list[TransmissionItem]:
    return list(message.items.order_by("position"))


def ends(message: TransmissionMessage) -> list[str]:
    """Each item's status, or why it is held."""
    return [item.hold_code if item.status == "HELD" else item.status for item in items(message)]


OF_WIRES = ("session", "frame", "message", "item", "work")


def check_balanced(*, by_hand: bool = False) -> None:
    """Nothing is lost, nothing is twice, and every row is in its bucket.

    Where orders or results were put into their state by hand, only what concerns messages counts.
    """
    found = ledger.take()
    counted = [str(words.LEVELS[level]) for level in OF_WIRES]
    assert [one for one in found.faults if not by_hand or one.level in counted] == []
    assert [one for one in found.levels if not one.is_balanced] == []
    assert by_hand or [one for one in found.sums if not one.is_balanced] == []


def interpret_at(moment: datetime) -> None:
    """Do what is asked of held items as if it were this moment."""
    events = WorkItem.objects.filter(kind="interpret", state="PENDING")
    ids = list(events.values_list("subject_id", flat=True))
    reads = {one.message_id: one for one in messages.read_for(ids)}
    by = Principal.objects.system("interpret")
    held_items.interpret(event_ids=ids, reads=reads, by=by, at=moment)


def days(number: float) -> str:
    """A moment so many days before now."""
    return laboratory.moment(ago=timedelta(days=number)).isoformat()


def reset(instrument: Instrument, **settings: Any) -> None:
    """Give an instrument other settings."""
    with laboratory.setting_up():
        Instrument.objects.filter(pk=instrument.pk).update(settings=settings)


def sweep() -> int:
    """Ask for what waits for something that is here by now, as the sweep does."""
    return held_items.reconsider(by=Principal.objects.system("sweep"), at=database_now())
