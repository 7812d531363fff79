"""Lists of the laboratory's house-keeping cost the same however long they are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.actions import shipments
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.nonconformities.test_pages import reported
from tests.assays.storage.test_pages import box

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["nonconformities", "shipments", "disposals", "storage"])
def test_a_list_costs_the_same_for_one_row_and_for_many(client, worker, assay, name: str) -> None:
    counts = []
    at = database_now()
    there = shipments.add_laboratory(code="r", name="R", by=worker, at=at)
    client.get(reverse(name))
    for more in (1, 7):
        for number in range(more):
            specimen = laboratory.specimen([assay])
            reported(worker, specimen=specimen)
            shipments.draft(destination=there, by=worker, at=at)
            box(worker, f"b-{more}-{number}")
        with CaptureQueriesContext(connection) as found:
            client.get(reverse(name))
        counts.append(len(found))

    assert counts[0] == counts[1]
