"""Lists of the laboratory's house-keeping cost the same however long they are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.actions import shipments
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.nonconformities.test_pages import reported
from tests.assays.storage.test_pages import box
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return factories.principal(Role.TECHNOLOGIST, Role.PATHOLOGIST, name="bench")


@pytest.fixture
def client(worker) -> Client:
    return client_of(worker)


@pytest.fixture
def assay():
    return laboratory.assays(HGB={})["HGB"]


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
