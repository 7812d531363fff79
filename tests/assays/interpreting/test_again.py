"""Held values of wires are read again from their message, once what they waited for is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assays.actions import held_items, specimens
from assays.actions.held_items import ItemMoved, SourceUnknown
from assays.instruments.dialects import Dialect
from assays.models import ItemEvent, Result, TransmissionItem, TransmissionMessage
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from labsys.work.models import WorkItem
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading
from tests.assays.listeners import wires

pytestmark = pytest.mark.django_db


def sweep() -> int:
    return held_items.reconsider(by=Principal.objects.system("sweep"), at=database_now())


def ask(item: TransmissionItem, reason: str = "set right") -> None:
    held_items.ask_again(
        item=item, by=factories.principal(Role.TECHNOLOGIST), at=database_now(), reason=reason
    )
    work_off()


def one_held(sent: TransmissionMessage, code: str) -> TransmissionItem:
    (item,) = plain.items(sent)
    assert (item.status, item.hold_code) == ("HELD", code)
    return item


def check_filed(sent: TransmissionMessage, lab) -> Result:
    sent.refresh_from_db()
    result = Result.objects.get()
    assert (sent.status, ends(sent)) == ("FILED", ["RECORDED"])
    assert result.recording.door == "INSTRUMENT"
    assert result.transmission_item.message == sent
    assert result.recorded_by.name == "system:interpret"
    assert result.entered_by == lab.instrument.principal
    return result


def test_a_value_is_filed_when_its_specimens_identifier_is_registered(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading("NORTH 7")))
    one_held(sent, "UNKNOWN_SPECIMEN")

    specimens.identify(
        specimen=specimen,
        system="urn:north",
        value="NORTH 7",
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
    )
    work_off()

    assert check_filed(sent, lab).specimen == specimen


def test_the_sweep_finds_an_identifier_whose_announcement_was_lost(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading("NORTH 7"), reading("NORTH 8")))
    with laboratory.setting_up() as stamp:
        specimen.identifiers.create(system="urn:north", value="NORTH 7", **stamp)

    assert [sweep(), sweep()] == [1, 0]
    work_off()

    assert ends(sent) == ["RECORDED", "UNKNOWN_SPECIMEN"]


def test_a_value_is_filed_when_its_code_is_mapped(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, "NEW")))
    one_held(sent, "UNMAPPED_CODE")

    laboratory.map_code(lab.instrument, "NEW", lab.assays["HGB"])
    assert sweep() == 1
    work_off()

    check_filed(sent, lab)


def test_a_value_is_filed_when_its_specimen_is_collected(lab) -> None:
    expected = laboratory.specimen([lab.assays["HGB"]], status="EXPECTED")
    (sent,) = read(lab.instrument, message(reading(expected)))
    one_held(sent, "NOT_COLLECTED")

    laboratory.collected(expected)
    work_off()

    check_filed(sent, lab)


def test_a_value_is_filed_when_its_unit_is_convertible(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, value="132", unit="mg/mL")))
    one_held(sent, "UNIT")

    laboratory.convert(lab.assays["HGB"], "mg/mL", "0.1")
    assert sweep() == 1
    work_off()

    assert str(check_filed(sent, lab).value) == "13.2"


@pytest.mark.parametrize(
    ("hold", "params"), [("NO_SPECIMEN", {}), ("QUESTIONABLE", {"status": "W"})]
)
def test_what_does_not_pass_by_itself_waits_for_a_person(lab, specimen, hold, params) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, doubts=[[hold, params]])))

    assert sweep() == 0

    ask(one_held(sent, hold))
    one_held(sent, hold)


def test_settings_of_now_read_a_value_that_those_of_then_did_not(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, unit="g per dl")))
    plain.reset(lab.instrument, units={"g per dl": "g/dL"})

    ask(one_held(sent, "UNIT"))

    assert check_filed(sent, lab).as_sent["unit"] == "g per dl"


@pytest.mark.parametrize("settings", [{"suffix": "!"}, {"leaves_out": True}])
def test_a_reading_that_is_another_one_now_is_not_filed_in_the_items_place(
    lab, specimen, settings
) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, "NEW")))
    laboratory.map_code(lab.instrument, "NEW", lab.assays["HGB"])
    plain.reset(lab.instrument, **settings)

    ask(one_held(sent, "UNMAPPED_CODE"))

    assert "has another value at this place" in one_held(sent, "UNREADABLE").hold_reason
    assert not Result.objects.exists()


def test_what_turns_out_to_be_control_material_becomes_quality_control(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, "NEW")))
    plain.reset(lab.instrument, controls=["LOPOS"])

    ask(one_held(sent, "UNMAPPED_CODE"))

    sent.refresh_from_db()
    assert (sent.status, ends(sent)) == ("FILED", ["QC"])


def test_several_held_values_of_one_message_are_filed_together_and_once(lab, specimen) -> None:
    (sent,) = read(
        lab.instrument, message(*(reading(specimen, "NEW", run=str(run)) for run in range(5)))
    )
    laboratory.map_code(lab.instrument, "NEW", lab.assays["HGB"])

    assert sweep() == 5
    for item in plain.items(sent):
        held_items.ask_again(
            item=item, by=factories.principal(Role.TECHNOLOGIST), at=database_now(), reason="mapped"
        )
    work_off()

    sent.refresh_from_db()
    assert (sent.status, Result.objects.count()) == ("FILED", 5)
    assert not WorkItem.objects.exclude(state="DONE").exists()


def test_an_undecodable_message_is_read_once_its_character_set_is_known(lab, specimen) -> None:
    (sent,) = read(
        lab.instrument, message(reading(specimen), reading(specimen, "XYZ"), charset="8859/1")
    )
    whole = one_held(sent, "UNDECODABLE")

    ask(whole, "not yet")
    one_held(sent, "UNDECODABLE")
    plain.reset(lab.instrument, charset="8859/1")
    ask(whole)

    sent.refresh_from_db()
    assert (sent.status, sent.item_count) == ("PARTLY_HELD", 3)
    assert ends(sent) == ["NOT_A_RESULT", "RECORDED", "UNMAPPED_CODE"]
    laboratory.map_code(lab.instrument, "XYZ", lab.assays["WBC"])
    sweep()
    work_off()
    assert ends(sent) == ["NOT_A_RESULT", "RECORDED", "UNIT"]


def unknown_sender(text: bytes) -> TransmissionMessage:
    wires.store(wires.whole(text, wires.unknown()))
    return TransmissionMessage.objects.latest("id")


def assign(sent: TransmissionMessage, instrument, *, by=None, reason: str = "asked them") -> None:
    held_items.assign(
        message=sent,
        instrument=instrument,
        by=by or factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason=reason,
    )
    work_off()


def test_a_message_of_an_unknown_sender_is_read_once_somebody_says_whose_it_is(
    lab, specimen
) -> None:
    sent = unknown_sender(message(reading(specimen)))
    one_held(sent, "UNKNOWN_SOURCE")

    assign(sent, lab.instrument, reason="its cable was moved")

    sent.refresh_from_db()
    assert (sent.instrument, sent.status) == (lab.instrument, "FILED")
    assert ends(sent) == ["NOT_A_RESULT", "RECORDED"]
    assert Result.objects.get().instrument == lab.instrument
    asked, read_ = ItemEvent.objects.order_by("pk")
    assert (asked.reason, asked.recorded_by.kind) == ("its cable was moved", "PERSON")
    assert (read_.new, read_.recorded_by.name) == ("NOT_A_RESULT", "system:interpret")


def test_hl7_that_came_in_astm_frames_is_assigned_to_an_instrument_of_that_wire(lab) -> None:
    text = b"MSH|^~\\&|X|||||||7|P|2.5.1\r"
    block = wires.whole(text, wires.unknown(), dialect=Dialect.HL7)
    wires.store(replace(block, origin=wires.origin(Dialect.ASTM)))
    sent = TransmissionMessage.objects.latest("id")
    by = factories.principal(Role.TECHNOLOGIST)

    with pytest.raises(InvalidInput, match="does not speak ASTM"):
        assign(sent, wires.instrument("HL7"), by=by)
    held_items.assign(
        message=sent, instrument=lab.instrument, by=by, at=database_now(), reason="asked them"
    )

    sent.refresh_from_db()
    assert sent.instrument == lab.instrument


def test_what_an_assigned_message_repeats_is_found(lab, specimen) -> None:
    text = message(reading(specimen))
    (first,) = read(lab.instrument, text)
    sent = unknown_sender(text)

    assign(sent, lab.instrument)

    sent.refresh_from_db()
    assert (sent.status, sent.duplicate_of) == ("DUPLICATE", first)
    assert ends(sent) == ["DUPLICATE", "DUPLICATE"]


def test_an_assigned_message_may_wait_for_another_reason_then(lab, specimen) -> None:
    sent = unknown_sender(message(reading(specimen), charset="8859/1"))

    assign(sent, lab.instrument)

    one_held(sent, "UNDECODABLE")
    with pytest.raises(ItemMoved):
        assign(sent, lab.instrument)


def test_a_message_is_given_to_an_instrument_that_speaks_its_language_and_only_once(
    lab, specimen
) -> None:
    sent = unknown_sender(message(reading(specimen)))
    (known,) = read(lab.instrument, message(reading(specimen)))
    hl7 = laboratory.instrument(protocol="HL7")

    for wrong, target, refusal in (
        (sent, hl7, InvalidInput),
        (known, lab.instrument, ItemMoved),
    ):
        with pytest.raises(refusal):
            assign(wrong, target)
    with pytest.raises(InvalidInput):
        assign(sent, lab.instrument, reason=" ")
    with pytest.raises(NotAllowed):
        assign(sent, lab.instrument, by=factories.principal(Role.NURSE))
    with pytest.raises(SourceUnknown):
        ask(one_held(sent, "UNKNOWN_SOURCE"))


def test_a_message_of_nobody_can_be_rejected(lab, specimen) -> None:
    sent = unknown_sender(message(reading(specimen)))

    held_items.reject(
        item=one_held(sent, "UNKNOWN_SOURCE"),
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason="a neighbour's",
    )

    sent.refresh_from_db()
    assert (sent.status, sent.instrument) == ("REJECTED", None)
