"""Held items: filed by themselves once what they waited for is there, or by a person's decision."""

from __future__ import annotations

import pytest

from assays.actions import held_items, specimens
from assays.actions.held_items import ItemMoved
from assays.models import ItemEvent, Result, TransmissionItem, TransmissionMessage
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from labsys.work.models import WorkItem
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.senders import item

pytestmark = pytest.mark.django_db


def held(code: str) -> TransmissionItem:
    """The one item, which is held for this reason."""
    found = TransmissionItem.objects.get()
    assert (found.status, found.hold_code) == ("HELD", code)
    return found


def sweep() -> int:
    return held_items.reconsider(by=Principal.objects.system("sweep"), at=database_now())


def check_filed(sender) -> Result:
    """The held item is a result now, and everything says so."""
    result = Result.objects.get()
    found = TransmissionItem.objects.get()
    assert found.status == "RECORDED"
    assert result.transmission_item == found
    assert TransmissionMessage.objects.get().status == "FILED"
    assert result.entered_by == sender.instrument.principal
    assert result.recorded_by.name == "system:interpret"
    return result


def test_an_item_is_filed_when_its_identifier_is_registered(sender, specimen) -> None:
    sender.send(item({"system": "urn:north", "value": "N-7"}))
    held("UNKNOWN_SPECIMEN")
    by = factories.principal(Role.TECHNOLOGIST)

    specimens.identify(
        specimen=specimen,
        by=by,
        at=database_now(),
        system="urn:north",
        value="N-7",
    )
    work_off()

    assert check_filed(sender).specimen == specimen
    asked = ItemEvent.objects.order_by("pk")[0]
    assert asked.recorded_by.name == "system:sweep"
    assert asked.reason == f"{by.display_name} registered what this item waited for."


def test_an_item_is_filed_when_its_code_is_mapped(sender, specimen) -> None:
    sender.send(item(specimen, "NEW"))
    held("UNMAPPED_CODE")

    laboratory.map_code(sender.instrument, "NEW", sender.assays["HGB"])
    assert sweep() == 1
    work_off()

    check_filed(sender)


def test_an_item_is_filed_when_its_specimen_is_collected(sender) -> None:
    expected = laboratory.specimen([sender.assays["HGB"]], status="EXPECTED")
    sender.send(item(expected, observed_at=laboratory.moment().isoformat()))
    held("NOT_COLLECTED")

    laboratory.collected(expected)
    work_off()

    assert check_filed(sender).specimen == expected


def test_an_item_is_filed_when_its_assay_is_added_to_the_order(sender, specimen) -> None:
    added = laboratory.assays(PLT={"unit": "10*3/uL"})["PLT"]
    laboratory.map_code(sender.instrument, "PLT", added)
    sender.send(item(specimen, "PLT", "250", unit="10*3/uL"))
    held("NOT_ORDERED")

    laboratory.add_item(specimen, added)
    assert sweep() == 1
    work_off()

    check_filed(sender)


def test_a_unit_is_judged_again_once_it_is_convertible(sender, specimen) -> None:
    sender.send(item(specimen, "NEW", "132", unit="mg/mL"))
    laboratory.map_code(sender.instrument, "NEW", sender.assays["HGB"])
    sweep()
    work_off()
    held("UNIT")

    laboratory.convert(sender.assays["HGB"], "mg/mL", "0.1")
    assert sweep() == 1
    work_off()

    result = check_filed(sender)
    assert (str(result.value), result.unit, result.as_sent["unit"]) == ("13.2", "g/dL", "mg/mL")


def test_nothing_is_asked_while_nothing_has_changed(sender, specimen) -> None:
    sender.send(item("2600000000"), item(specimen, "XYZ"))

    assert sweep() == 0
    assert not ItemEvent.objects.exists()


def test_one_reason_is_tried_by_itself_once(sender, specimen) -> None:
    sender.send(item(specimen, "NEW"))
    laboratory.map_code(sender.instrument, "NEW", sender.assays["HGB"])

    assert [sweep(), sweep()] == [1, 0]
    assert WorkItem.objects.filter(kind="interpret").count() == 1


def test_an_item_held_for_another_reason_says_which(sender) -> None:
    specimen = laboratory.specimen([sender.assays["WBC"]])
    sender.send(item(specimen, "NEW"))
    laboratory.map_code(sender.instrument, "NEW", sender.assays["HGB"])

    sweep()
    work_off()

    found = held("NOT_ORDERED")
    assert "hgb was not ordered" in found.hold_reason
    request, outcome = ItemEvent.objects.order_by("pk")
    assert (request.hold_code, outcome.hold_code) == ("UNMAPPED_CODE", "UNMAPPED_CODE")
    assert outcome.recorded_by.name == "system:interpret"


def test_reading_again_twice_files_once(sender, specimen) -> None:
    sender.send(item(specimen, "NEW"))
    laboratory.map_code(sender.instrument, "NEW", sender.assays["HGB"])
    technologist = factories.principal(Role.TECHNOLOGIST)
    for _time in range(2):
        held_items.ask_again(
            item=TransmissionItem.objects.get(), by=technologist, at=database_now(), reason="mapped"
        )

    work_off()
    work_off()

    check_filed(sender)
    assert set(WorkItem.objects.filter(kind="interpret").values_list("state", flat=True)) == {
        "DONE"
    }


def test_an_item_that_was_recorded_meanwhile_becomes_a_duplicate(sender, specimen) -> None:
    sent = item(specimen, "NEW")
    sender.send(sent)
    sender.send({**sent, "code": "HB"})
    laboratory.map_code(sender.instrument, "NEW", sender.assays["HGB"])

    sweep()
    work_off()

    first = TransmissionItem.objects.earliest("pk")
    assert (first.status, first.duplicate_of) == ("DUPLICATE", Result.objects.get())
    assert first.message.status == "DUPLICATE"


def test_a_partly_held_message_is_filed_with_its_last_item(sender, specimen) -> None:
    sender.send(item(specimen, "HB"), item(specimen, "NEW", "7", unit="10*3/uL"))
    assert TransmissionMessage.objects.get().status == "PARTLY_HELD"

    laboratory.map_code(sender.instrument, "NEW", sender.assays["WBC"])
    sweep()
    work_off()

    assert TransmissionMessage.objects.get().status == "FILED"
    assert Result.objects.count() == 2


def test_a_person_asks_for_an_item_with_a_reason_and_leaves_a_record(sender, specimen) -> None:
    sender.send(item(specimen, "NEW"))
    technologist = factories.principal(Role.TECHNOLOGIST)

    held_items.ask_again(
        item=held("UNMAPPED_CODE"), by=technologist, at=database_now(), reason="mapping approved"
    )

    event = ItemEvent.objects.get()
    assert (event.old, event.new, event.reason) == ("HELD", "HELD", "mapping approved")
    assert event.recorded_by == technologist
    assert AuditEvent.objects.filter(
        action="assays.transmission.ask_again", actor=technologist.pk
    ).exists()


def test_a_rejected_item_stays_with_its_reason_and_is_never_recorded(sender, specimen) -> None:
    sender.send(item("2600000000"))
    technologist = factories.principal(Role.TECHNOLOGIST)

    held_items.reject(
        item=held("UNKNOWN_SPECIMEN"), by=technologist, at=database_now(), reason="another site"
    )

    found = TransmissionItem.objects.get()
    assert found.status == "REJECTED"
    assert found.message.status == "REJECTED"
    event = ItemEvent.objects.get()
    assert (event.old, event.new, event.hold_code) == ("HELD", "REJECTED", "UNKNOWN_SPECIMEN")
    with pytest.raises(ItemMoved):
        held_items.ask_again(item=found, by=technologist, at=database_now(), reason="again")


def test_a_rejected_message_may_be_sent_again(sender, specimen) -> None:
    sent = {"results": [item("2600000000")]}
    sender.post(sent)
    held_items.reject(
        item=TransmissionItem.objects.get(),
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason="by mistake",
    )

    assert sender.post(sent).json()["status"] == "HELD"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_needs_a_reason(sender, reason) -> None:
    sender.send(item("2600000000"))
    technologist = factories.principal(Role.TECHNOLOGIST)

    for decide in (held_items.ask_again, held_items.reject):
        with pytest.raises(InvalidInput):
            decide(
                item=TransmissionItem.objects.get(),
                by=technologist,
                at=database_now(),
                reason=reason,
            )


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.NURSE, Role.QUALITY_MANAGER])
def test_only_the_laboratory_decides(sender, role) -> None:
    sender.send(item("2600000000"))

    with pytest.raises(NotAllowed):
        held_items.reject(
            item=TransmissionItem.objects.get(),
            by=factories.principal(role),
            at=database_now(),
            reason="no",
        )
