"""The pages of shipments and referral laboratories."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assays.actions import shipments
from assays.models import (
    Nonconformity,
    ReferralLaboratory,
    Shipment,
)
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def test_a_laboratory_is_ended_for_a_reason_and_what_was_typed_is_kept(manager) -> None:
    client, page = client_of(manager), reverse("referral-laboratories")
    client.post(page, {"code": "ref", "name": "Reference"})
    row = ReferralLaboratory.objects.get()

    silent = client.post(page, {"end": row.pk, "reason": " "})
    told = client.post(page, {"end": row.pk, "reason": "Closed down."})
    again = client.post(page, {"end": row.pk, "reason": "Closed twice."})

    assert (silent.status_code, told.status_code, again.status_code) == (422, 302, 409)
    assert "Say why, in a few words." in silent.content.decode()
    assert "This field is required" not in silent.content.decode()
    assert not ReferralLaboratory.objects.get().is_active
    assert AuditEvent.objects.get(action="assays.referral.end").reason == "Closed down."


def test_an_arrival_that_is_refused_keeps_its_ticks_and_remarks(client, worker, assay) -> None:
    at = database_now()
    there = shipments.add_laboratory(code="r", name="R", by=worker, at=at)
    shipment = shipments.draft(destination=there, by=worker, at=at)
    specimen = laboratory.specimen([assay], status="AVAILABLE")
    line = shipments.pack(shipment=shipment, specimen=specimen, by=worker, at=at)
    shipments.send(shipment=shipment, courier="van", by=worker, at=at)
    data = {"arrived": [line.pk, 10**9], f"condition-{line.pk}": "thawed", "unexpected": "a glove"}

    answer = client.post(reverse("shipment", args=[shipment.pk]), {**data, "move": "arrive"})

    page = answer.content.decode()
    assert answer.status_code in (409, 422)
    assert f'value="{line.pk}" checked' in page
    assert 'value="thawed"' in page
    assert 'value="a glove"' in page


def test_a_shipment_goes_there_and_back_by_its_page(client, worker, assay) -> None:
    client.post(reverse("referral-laboratories"), {"code": "ref", "name": "Reference"})
    there = ReferralLaboratory.objects.get()
    client.post(reverse("shipments"), {"destination": there.pk, "temperature": "FROZEN"})
    shipment = Shipment.objects.get()
    where = reverse("shipment", args=[shipment.pk])
    tubes = [laboratory.specimen([assay], status="AVAILABLE") for _ in range(2)]
    for tube in tubes:
        client.post(where, {"move": "pack", "scan": tube.accession})
    client.post(where, {"move": "send", "courier": "Shuttle"})
    first, second = shipment.lines.order_by("pk")
    client.post(where, {"move": "arrive", "arrived": [first.pk], f"condition-{first.pk}": ""})

    page = client.get(where).content.decode()
    manifest = client.get(reverse("shipment-manifest", args=[shipment.pk]))

    assert manifest.content.startswith(b"%PDF-")
    assert "missing" in page
    assert Nonconformity.objects.get(kind="SHIPMENT").specimen == second.specimen
    client.post(where, {"move": "WRITTEN_OFF", "line": second.pk, "remark": "Never found."})
    client.post(where, {"move": "BACK", "line": first.pk})
    client.post(where, {"move": "results", "line": first.pk})
    client.post(where, {"move": "close"})
    shipment.refresh_from_db()
    assert shipment.status == "CLOSED"


@pytest.mark.parametrize("data", [{"move": "BACK", "line": "x"}, {"move": "unpack"}, {"move": "?"}])
def test_a_step_of_no_specimen_is_refused(client, worker, data) -> None:
    at = database_now()
    there = shipments.add_laboratory(code="r", name="R", by=worker, at=at)
    shipment = shipments.draft(destination=there, by=worker, at=at)

    assert client.post(reverse("shipment", args=[shipment.pk]), data).status_code == 422


def test_a_draft_has_no_manifest(client, worker) -> None:
    at = database_now()
    there = shipments.add_laboratory(code="r", name="R", by=worker, at=at)
    shipment = shipments.draft(destination=there, by=worker, at=at)

    answer = client.get(reverse("shipment-manifest", args=[shipment.pk]))
    assert answer.status_code == 409
