"""The pages of storage in the browser's eyes: places, boxes, positions."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.actions import storage
from assays.models import (
    StorageUnit,
)
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def box(by, code: str = "box-1") -> StorageUnit:
    at = database_now()
    return storage.build(code=code, name="Box", kind="BOX", rows=2, columns=3, by=by, at=at)


def test_a_box_is_drawn_and_filled_by_scan(client, worker, assay) -> None:
    unit, first, second = box(worker), laboratory.specimen([assay]), laboratory.specimen([assay])
    where = reverse("storage-unit", args=[unit.pk])

    client.post(where, {"move": "store", "scan": first.accession})
    taken = client.post(where, {"move": "store", "scan": second.accession, "position": "A1"})
    page = client.get(where).content.decode()

    assert taken.status_code == 409
    assert "is taken" in taken.content.decode()
    assert first.accession in page
    assert second.accession not in page
    assert page.count("spot-free") == 5
    found = client.get(reverse("storage"), {"scan": first.accession}).content.decode()
    assert "box-1 A1" in found


def test_a_box_costs_the_same_empty_and_full(client, worker, assay) -> None:
    unit, counts = box(worker), []
    where = reverse("storage-unit", args=[unit.pk])
    client.get(where)
    for more in (1, 5):
        for _one in range(more):
            specimen = laboratory.specimen([assay])
            storage.store(specimen=specimen, unit=unit, by=worker, at=database_now())
        with CaptureQueriesContext(connection) as found:
            client.get(where)
        counts.append(len(found))

    assert counts[0] == counts[1]


def test_the_quality_manager_sees_the_grid_without_a_way_to_the_patient(
    manager, worker, assay
) -> None:
    unit, specimen = box(worker), laboratory.specimen([assay])
    storage.store(specimen=specimen, unit=unit, by=worker, at=database_now())

    page = client_of(manager).get(reverse("storage-unit", args=[unit.pk])).content.decode()

    assert specimen.accession in page
    assert reverse("specimen", args=[specimen.accession]) not in page


def test_a_place_is_put_up_moved_and_taken_out_of_use(client) -> None:
    new = reverse("storage-new")
    client.post(new, {"code": "freezer", "name": "F", "kind": "FREEZER", "temperature": "FROZEN"})
    client.post(new, {"code": "b1", "name": "B", "kind": "BOX", "rows": "2", "columns": "2"})
    freezer, unit = StorageUnit.objects.order_by("pk")
    move = reverse("storage-unit-move", args=[unit.pk])

    client.post(move, {"parent": freezer.pk})
    client.post(move, {"move": "retire", "reason": "Broken."})

    unit.refresh_from_db()
    assert (unit.parent, unit.is_active) == (freezer, False)
    wrong = client.post(
        new, {"code": "b1", "name": "B", "kind": "BOX", "rows": "99", "columns": "1"}
    )
    assert wrong.status_code == 422


def test_a_move_that_is_refused_keeps_what_was_typed(client, worker) -> None:
    inner = box(worker)

    answer = client.post(
        reverse("storage-unit-move", args=[inner.pk]), {"parent": "999", "reason": "Cleaned."}
    )

    assert answer.status_code == 422
    assert "Cleaned." in answer.content.decode()


def test_a_place_goes_out_of_use_for_a_reason_that_somebody_gave(client, worker) -> None:
    unit = box(worker)

    answer = client.post(reverse("storage-unit-move", args=[unit.pk]), {"move": "retire"})

    assert answer.status_code == 422
    assert "Say why, in a few words." in answer.content.decode()
    assert StorageUnit.objects.get(pk=unit.pk).is_active


@pytest.mark.parametrize("given", ["", "To be measured again."])
def test_what_is_taken_out_has_the_reason_that_was_given_and_no_other(
    client, worker, assay, given: str
) -> None:
    specimen, unit = laboratory.specimen([assay]), box(worker)
    own_page, grid = ("specimen", specimen.accession), ("storage-unit", unit.pk)

    for name, key in (own_page, grid):
        storage.store(specimen=specimen, unit=unit, by=worker, at=database_now())
        data = {"move": "take-out", "scan": specimen.accession, "reason": given}
        assert client.post(reverse(name, args=[key]), data).status_code == 302

    assert list(specimen.stays.values_list("left_reason", flat=True)) == [given, given]
