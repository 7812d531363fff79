"""A value that was doubted is accepted as it was measured: signed, flagged, released by people alone."""

from __future__ import annotations

from typing import Any

import pytest

from assays.actions import held_decisions, results
from assays.actions.held_decisions import NotDecidable
from assays.actions.result_checks import OwnEntry
from assays.models import Result, Signature, TransmissionItem
from assays.rules.signatures import Meaning
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading
from tests.clients import client_of
from tests.factories import PASSWORD
from tests.signing import signing

pytestmark = pytest.mark.django_db
DOUBTS = {
    "QUESTIONABLE": {"status": "W"},
    "UNKNOWN_STATUS": {"status": "M"},
    "TIME_UNCLEAR": {"text": "20261025023000", "zone": "Europe/Paris"},
}
OTHERS = {
    "IDENTITY_CONFLICT": {"specimen": "X", "differs": "name"},
    "CORRECTION": {"status": "C"},
    "NOT_FINAL": {"status": "P"},
}


def doubted(specimen: Any, *holds: str, **more: Any) -> dict[str, Any]:
    doubts = [[hold, {**DOUBTS, **OTHERS}[hold]] for hold in holds]
    if "TIME_UNCLEAR" in holds:
        more["observed_at"] = None
    return {**reading(specimen, **more), "doubts": doubts}


@pytest.fixture
def technologist() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


def accept(item: TransmissionItem, by: Principal, reason: str = "the smear agrees") -> Result:
    pen = signing(by, Meaning.ACCEPTED)
    return held_decisions.accept_as_measured(
        item=item, by=by, at=database_now(), reason=reason, signing=pen
    )


def held(lab: Any, sent: dict[str, Any]) -> TransmissionItem:
    (stored,) = read(lab.instrument, message(sent))
    item: TransmissionItem = stored.items.get()
    assert item.status == "HELD"
    return item


@pytest.mark.parametrize("hold", DOUBTS)
def test_a_doubted_value_is_recorded_with_its_doubt(lab, specimen, technologist, hold) -> None:
    item = held(lab, doubted(specimen, hold, flags="L"))

    result = accept(item, technologist)
    work_off()

    item.refresh_from_db()
    result.refresh_from_db()
    assert (item.status, item.message.status) == ("RECORDED", "FILED")
    assert (str(result.value), result.status) == ("13.2", "RESULTED")
    assert result.flags_sent.split() == [hold, "L"]
    assert result.transmission_item == item
    assert result.as_sent["accepted"] == {"holds": [hold], "reason": "the smear agrees"}
    assert (result.recorded_by, result.entered_by) == (technologist, lab.instrument.principal)
    assert Signature.objects.get().meaning == "ACCEPTED"
    assert item.events.get().reason == "the smear agrees"
    if hold == "TIME_UNCLEAR":
        assert result.observed_at == item.message.received_at


def test_whoever_accepted_it_does_not_verify_it(lab, specimen, technologist) -> None:
    result = accept(held(lab, doubted(specimen, "QUESTIONABLE")), technologist)
    work_off()

    with pytest.raises(OwnEntry):
        results.verify(result=result, by=technologist, at=database_now())


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_doubted_otherwise_too_is_not_accepted(lab, specimen, technologist, other) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE", other))

    with pytest.raises(NotDecidable):
        accept(item, technologist)

    assert not Result.objects.exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"specimen": "NOBODY 1"}, "No specimen is registered"),
        ({"code": "XYZ"}, "no approved mapping"),
        ({"unit": "mmol/L"}, "unit"),
        ({"patient": {"birth_date": "1801-01-01"}}, "another person"),
    ],
)
def test_everything_else_is_asked_of_it_as_of_any_value(
    lab, specimen, technologist, change, why
) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE") | change)

    with pytest.raises((NotDecidable, NotAllowed), match=why):
        accept(item, technologist)

    item.refresh_from_db()
    assert (item.status, Result.objects.count()) == ("HELD", 0)


def test_a_value_of_an_answered_order_is_not_accepted_so(lab, specimen, technologist) -> None:
    read(lab.instrument, message(reading(specimen, value="13.0", run="1")))
    results.verify(result=Result.objects.get(), by=technologist, at=database_now())

    with pytest.raises(NotDecidable, match="verified"):
        accept(held(lab, doubted(specimen, "QUESTIONABLE")), technologist)


def test_another_hold_is_not_accepted(lab, technologist) -> None:
    with pytest.raises(NotDecidable):
        accept(held(lab, reading("NOBODY 1")), technologist)


def test_it_needs_a_reason_and_whoever_may_enter_results(lab, specimen, technologist) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE"))

    with pytest.raises(InvalidInput):
        accept(item, technologist, reason=" ")
    with pytest.raises(NotAllowed):
        accept(item, factories.principal(Role.QUALITY_MANAGER))


def test_it_is_accepted_once(lab, specimen, technologist) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE"))
    accept(item, technologist)

    with pytest.raises((NotDecidable, plain.held_items.ItemMoved)):
        accept(TransmissionItem.objects.get(pk=item.pk), technologist)
    with pytest.raises((NotDecidable, plain.held_items.ItemMoved)):
        accept(item, technologist)


def test_it_is_signed_on_the_page_of_held_items(lab, technologist) -> None:
    specimen = laboratory.specimen([lab.assays["HGB"]])
    item = held(lab, doubted(specimen, "QUESTIONABLE"))
    client = client_of(technologist)
    said = {"item": [item.pk], "reason": "the smear agrees", "move": "accept"}
    assert "Accept as measured" in client.get("/held/").content.decode()

    unsigned = client.post("/held/", {**said, "password": "wrong"})
    assert (unsigned.status_code, Result.objects.count()) == (422, 0)

    client.post("/held/", {**said, "password": PASSWORD})

    assert (ends(item.message), Result.objects.count()) == (["RECORDED"], 1)
