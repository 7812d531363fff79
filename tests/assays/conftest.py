"""What many tests begin with: who works at the bench, one test, and an instrument that sends two."""

from __future__ import annotations

import pytest
from django.test import Client

from assays.models import Assay
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from tests import factories
from tests.assays import laboratory
from tests.assays.senders import Sender
from tests.clients import client_of


@pytest.fixture
def worker() -> Principal:
    return factories.principal(Role.TECHNOLOGIST, Role.PATHOLOGIST, name="bench")


@pytest.fixture
def manager() -> Principal:
    return factories.principal(Role.QUALITY_MANAGER)


@pytest.fixture
def client(worker: Principal) -> Client:
    """A browser in which the worker is logged in."""
    return client_of(worker)


@pytest.fixture
def assay() -> Assay:
    return laboratory.assays(HGB={})["HGB"]


@pytest.fixture
def sender() -> Sender:
    assays = laboratory.assays(
        HGB={"low": "12.0", "high": "15.5", "converts": [("g/L", "0.1")]},
        WBC={"low": "4.0", "high": "11.0", "unit": "10*3/uL"},
    )
    made = laboratory.instrument({"HB": assays["HGB"], "WBC": assays["WBC"]})
    return Sender(made, laboratory.key_of(made), assays)


@pytest.fixture
def specimen(sender: Sender):
    return laboratory.specimen([sender.assays["HGB"], sender.assays["WBC"]])
