"""What a dry run says of HL7 messages, and of what hospitals tell, is what the wire does with them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.apps import apps

from assays.actions import orders
from assays.actions.hospital import filing
from assays.actions.raw_messages import message_of
from assays.instruments.unwrapping import unwrap
from assays.instruments.wire import Assembled
from assays.models import HospitalAct, Instrument, Order, TransmissionMessage
from assays.queries import dry_runs, sources
from assays.queries.dry_runs import DryRun
from assays.rules.order_questions import AnswerKind
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent, ReadEvent
from labsys.lib.clock import database_now
from patients.models import Person
from tests import factories
from tests.assays import laboratory
from tests.assays.hospital import told
from tests.assays.hospital.messages import adt, obr, oml, orc, pid, written
from tests.assays.listeners import wires
from tests.clients import client_of

pytestmark = pytest.mark.django_db
HEAD = "MSH|^~\\&|IMMUNO|LAB|||20260301120000||{kind}|{control}|{mode}|{version}||||||UNICODE UTF-8"


def oru(
    kind: str = "ORU^R01^ORU_R01", control: str = "7", mode: str = "P", version: str = "2.5.1"
) -> bytes:
    head = HEAD.format(kind=kind, control=control, mode=mode, version=version)
    return written(head, "PID|1", "OBR|1|2600000018||TSH", "OBX|1|NM|TSH||1.2|mU/L|||||F")


@pytest.fixture
def analyser() -> Instrument:
    assays = laboratory.assays(TSH={"unit": "mU/L"})
    return laboratory.instrument(
        {"TSH": assays["TSH"]},
        protocol="HL7",
        driver="hl7-oru-oul",
        settings={"specimen": "OBR-2"},
        peer_networks=list(wires.LOOPBACK),
    )


def tried(text: bytes, instrument: Instrument | None) -> DryRun:
    trial = partial(filing.tried, by=Principal.objects.system("interpret"))
    (found,) = dry_runs.runs(text, at=database_now(), instrument=instrument, trial=trial)
    return found


def on_the_wire(text: bytes, instrument: Instrument) -> Any:
    (assembled,) = unwrap(text)
    assert isinstance(assembled, Assembled)
    return message_of(assembled, sources.of(instrument))


REFUSED = {
    "another version": {"version": "2.9"},
    "no version": {"version": ""},
    "no control id": {"control": ""},
    "a training message": {"mode": "T"},
    "a debugging message": {"mode": "D"},
    "another event": {"kind": "ORU^R99"},
    "another type": {"kind": "ADT^A08^ADT_A01"},
    "a query": {"kind": "QRY^R02"},
}


@pytest.mark.parametrize("case", [*REFUSED, "taken"])
@pytest.mark.parametrize("is_named", [True, False])
def test_what_the_wire_refuses_the_dry_run_refuses(analyser, case, is_named) -> None:
    text = oru(**REFUSED.get(case, {}))

    found = tried(text, analyser if is_named else None)

    kept = on_the_wire(text, analyser)
    assert (found.whole is not None and found.whole.status == "REJECTED") == (
        kept.status == "REJECTED"
    )
    assert (kept.status == "REJECTED") == (case != "taken")
    if found.whole is not None:
        assert kept.reason in found.whole.reason
        assert {one.status for one in found.outcomes} <= {"REJECTED"}


def test_an_instrument_may_be_set_to_take_other_processing_ids(analyser) -> None:
    laboratory_settings = {**analyser.settings, "processing_ids": ["P", "T"]}
    with laboratory.setting_up():
        Instrument.objects.filter(pk=analyser.pk).update(settings=laboratory_settings)
    analyser.refresh_from_db()

    assert tried(oru(mode="T"), analyser).whole is None


@pytest.fixture
def hospital() -> Instrument:
    made = told.hospital()
    assays = laboratory.assays(HGB={"low": "12.0", "high": "15.5"}, K={}, NA={})
    for code, assay in assays.items():
        laboratory.map_code(made, f"W-{code}", assay)
    orders.ask(
        assay=assays["K"],
        code="DIALYSIS",
        text="On dialysis?",
        kind=AnswerKind.TEXT,
        is_required=True,
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
    )
    return made


def test_what_a_hospital_tells_is_decided_and_not_done(hospital) -> None:
    found = tried(adt("A04", pid()), hospital)

    (one,) = found.told
    assert (found.whole, one.act, one.outcome.status) == (None, "REGISTER", "NOT_A_RESULT")
    assert one.outcome.reason == "It would be done."
    assert not Person.objects.filter(identifiers__value="1001").exists()
    assert not HospitalAct.objects.exists()


STEPS = {
    "somebody unknown is moved": adt("A02", pid("2002")),
    "somebody new": adt("A04", pid("2002")),
    "somebody who is so already": adt("A08", pid()),
    "somebody else under their number": adt(
        "A08", pid(name="Feather^Bo", born="19600101", sex="M")
    ),
    "an order": oml(pid(), orc(placer="P1^W"), obr("W-HGB^HGB^L")),
    "an order of what means nothing": oml(pid(), orc(placer="P2^W"), obr("W-XYZ^X^L")),
    "an order for nobody": oml(pid("9999"), orc(placer="P3^W"), obr("W-HGB^HGB^L")),
    "a cancellation of nothing": oml(pid(), orc("CA", placer="P4^W"), obr("W-HGB^HGB^L")),
    "an order without an answer that it needs": oml(pid(), orc(placer="P5^W"), obr("W-K^K^L")),
    "one number twice in a message": oml(
        *(pid(), orc(placer="P6^W"), obr("W-HGB^HGB^L"), orc(placer="P6^W"), obr("W-NA^NA^L"))
    ),
    "an order and its cancellation": oml(
        *(pid(), orc(placer="P7^W"), obr("W-HGB^HGB^L")),
        *(orc("CA", placer="P7^W"), obr("W-HGB^HGB^L")),
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_it_says_of_each_event_what_then_becomes_of_it(hospital, step) -> None:
    told.tell(hospital, adt("A04", pid()))
    before = Order.objects.count(), TransmissionMessage.objects.count()

    found = tried(STEPS[step], hospital)

    assert (Order.objects.count(), TransmissionMessage.objects.count()) == before
    (sent,) = told.tell(hospital, STEPS[step])
    said = [one.outcome.code or one.outcome.status for one in found.told]
    became = [item.hold_code or item.status for item in sent.items.order_by("position")]
    assert said == became


@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_left_of_what_was_tried(
    hospital, step, django_capture_on_commit_callbacks
) -> None:
    told.tell(hospital, adt("A04", pid()))
    tables = [one for one in apps.get_models() if one._meta.managed or one is AuditEvent]

    def rows() -> dict[str, int]:
        return {one._meta.label: one._default_manager.count() for one in tables}

    before = rows()
    with django_capture_on_commit_callbacks() as rung:
        tried(STEPS[step], hospital)

    assert rows() == before
    assert rung == []


def test_the_page_says_what_only_doing_it_would_show(hospital) -> None:
    told.tell(hospital, adt("A04", pid()))
    text = STEPS["an order without an answer that it needs"].decode()

    shown = client_of(Role.TECHNOLOGIST).post(
        "/instruments/try/", {"text": text, "instrument": hospital.pk}
    )

    assert "DIALYSIS" in shown.content.decode()
    assert not Order.objects.exists()


def test_the_same_message_again_is_a_repetition(hospital) -> None:
    (sent,) = unwrap(adt("A04", pid()))
    told.tell(hospital, sent.text)

    found = tried(sent.text, hospital)

    assert found.whole is not None
    assert (found.whole.status, found.told) == ("DUPLICATE", ())


def test_the_page_shows_it_and_records_the_look_at_whom_it_names(hospital) -> None:
    told.tell(hospital, adt("A04", pid()))
    text = adt("A08", pid(name="Feather^Bo", born="19600101", sex="M")).decode()
    client = client_of(Role.TECHNOLOGIST)

    shown = client.post("/instruments/try/", {"text": text, "instrument": hospital.pk})

    page = shown.content.decode()
    assert "who somebody is" in page
    assert "differs in" in page
    person = told.person("1001")
    assert ReadEvent.objects.filter(purpose="message-tried", person_id=person.pk).exists()
