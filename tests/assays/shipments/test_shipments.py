"""Specimens sent away: none is lost between here and there, and nothing sent is changed."""

from __future__ import annotations

import pytest

from assays.actions import shipments, specimens
from assays.actions.shipments import ShipmentMoved
from assays.models import Nonconformity, Shipment, ShipmentLine
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests import factories
from tests.assays import laboratory

pytestmark = pytest.mark.django_db


def act(verb: str, by, /, **given):
    return getattr(shipments, verb)(by=by, at=database_now(), **given)


def packed(by, assay, count: int = 3) -> Shipment:
    there = act("add_laboratory", by, code="ref", name="Reference laboratory")
    made = act("draft", by, destination=there, temperature="FROZEN")
    for _ in range(count):
        act("pack", by, shipment=made, specimen=laboratory.specimen([assay], status="AVAILABLE"))
    return made


def sent(by, assay, count: int = 3) -> Shipment:
    return act("send", by, shipment=packed(by, assay, count), courier="Station shuttle")


def test_the_manifest_says_what_was_sent_and_no_name(worker, assay) -> None:
    shipment = sent(worker, assay, 2)

    said = shipment.manifest
    person = shipment.lines.first().specimen.person
    assert [line["accession"] for line in said["lines"]] == [
        line.specimen.accession for line in shipment.lines.order_by("pk")
    ]
    assert said["lines"][0]["mrn"] == person.mrn
    assert said["lines"][0]["tests"] == ["hgb"]
    assert said["courier"] == "Station shuttle"
    assert "name" not in said["lines"][0]


def test_what_is_sent_is_frozen(worker, assay) -> None:
    shipment = sent(worker, assay)
    more = laboratory.specimen([assay], status="AVAILABLE")

    with pytest.raises(ShipmentMoved):
        act("pack", worker, shipment=shipment, specimen=more)
    with pytest.raises(ShipmentMoved):
        act("unpack", worker, line=shipment.lines.select_related("shipment").first())
    with pytest.raises(ShipmentMoved):
        act("cancel", worker, shipment=shipment, remark="No.")


def test_one_shipment_at_a_time_has_a_specimen(worker, assay) -> None:
    shipment = packed(worker, assay, 1)
    specimen = shipment.lines.get().specimen
    other = act("draft", worker, destination=shipment.destination)

    with pytest.raises(Conflict, match="in a shipment already"):
        act("pack", worker, shipment=other, specimen=specimen)
    act("cancel", worker, shipment=shipment, remark="Not today.")

    assert act("pack", worker, shipment=other, specimen=specimen).status == "PACKED"


def test_what_became_unfit_since_it_was_packed_stops_the_sending(worker, assay) -> None:
    shipment = packed(worker, assay)
    bad = shipment.lines.first().specimen
    specimens.reject(specimen=bad, by=worker, at=database_now(), reason_code="RC")

    with pytest.raises(ShipmentMoved, match="take it out"):
        act("send", worker, shipment=shipment, courier="Shuttle")

    shipment.refresh_from_db()
    assert (shipment.status, shipment.manifest) == ("DRAFT", None)


def test_missing_damaged_and_unexpected_open_a_nonconformity_each(worker, assay) -> None:
    shipment = sent(worker, assay)
    good, broken, missing = shipment.lines.order_by("pk")

    act(
        "arrive",
        worker,
        shipment=shipment,
        arrived={good.pk: "", broken.pk: "tube cracked"},
        unexpected="A tube 9900000000.",
    )

    statuses = list(shipment.lines.order_by("pk").values_list("status", flat=True))
    assert statuses == ["ARRIVED", "ARRIVED", "MISSING"]
    raised = Nonconformity.objects.filter(kind="SHIPMENT").order_by("pk")
    assert [row.specimen for row in raised] == [broken.specimen, missing.specimen, None]
    assert {(row.source_table, row.source_id) for row in raised} == {
        ("assays_shipment", shipment.pk)
    }


def test_a_shipment_is_not_closed_while_a_specimen_is_nowhere(worker, assay) -> None:
    shipment = sent(worker, assay, 2)
    first, second = shipment.lines.order_by("pk")
    act("arrive", worker, shipment=shipment, arrived={first.pk: ""})
    act("settle", worker, line=first, to="BACK")

    with pytest.raises(ShipmentMoved):
        act("close", worker, shipment=shipment)
    act("settle", worker, line=second, to="WRITTEN_OFF", remark="Never found.")

    shipment.refresh_from_db()
    second.specimen.refresh_from_db()
    assert (shipment.status, second.specimen.status) == ("RETURNED", "LOST")


def test_closing_without_all_results_needs_a_reason(worker, assay) -> None:
    shipment = sent(worker, assay, 2)
    first, second = shipment.lines.order_by("pk")
    act("arrive", worker, shipment=shipment, arrived={first.pk: "", second.pk: ""})
    act("results_back", worker, line=first)
    for line in (first, second):
        act("settle", worker, line=line, to="KEPT")

    with pytest.raises(InvalidInput, match="Results of 1"):
        act("close", worker, shipment=shipment)
    act("close", worker, shipment=shipment, remark="Result given by telephone.")

    shipment.refresh_from_db()
    first.specimen.refresh_from_db()
    assert (shipment.status, first.specimen.status) == ("CLOSED", "DISPOSED")


def test_what_was_missing_may_turn_up(worker, assay) -> None:
    shipment = sent(worker, assay, 1)
    line = shipment.lines.get()
    act("arrive", worker, shipment=shipment, arrived={})

    for to in ("ARRIVED", "BACK"):
        act("settle", worker, line=line, to=to)

    shipment.refresh_from_db()
    assert shipment.status == "RETURNED"
    assert [one.new for one in ShipmentLine.objects.get().events.order_by("pk")] == [
        "PACKED",
        "SENT",
        "MISSING",
        "ARRIVED",
        "BACK",
    ]


def test_an_empty_shipment_is_not_sent(worker, assay) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        sent(worker, assay, 0)


@pytest.mark.parametrize("status", ["EXPECTED", "COLLECTED", "UNSATISFACTORY"])
def test_only_what_is_in_the_laboratory_is_packed(worker, assay, status: str) -> None:
    shipment = packed(worker, assay, 0)

    with pytest.raises(Conflict, match="only what is in the laboratory"):
        act("pack", worker, shipment=shipment, specimen=laboratory.specimen([assay], status=status))


def test_lines_of_another_shipment_are_not_said_to_have_arrived(worker, assay) -> None:
    shipment = sent(worker, assay, 1)

    with pytest.raises(InvalidInput):
        act("arrive", worker, shipment=shipment, arrived={10**9: ""})


def test_the_quality_manager_looks_and_does_not_send(worker, assay) -> None:
    manager = factories.principal(Role.QUALITY_MANAGER)

    with pytest.raises(NotAllowed):
        act("send", manager, shipment=packed(worker, assay), courier="x")
