"""Two tests of one section, and a technologist who types their values."""

from __future__ import annotations

import pytest

from labsys.accounts.roles import Role
from tests import factories
from tests.assays import laboratory
from tests.clients import client_of


@pytest.fixture
def assays():
    return laboratory.assays(
        HGB={"plausible": (2, 25), "critical": (7, 20), "converts": [("g/L", "0.1")]},
        WBC={"unit": "10*3/uL", "low": 4, "high": 11, "measured": ("0.5", "100")},
    )


@pytest.fixture
def technologist():
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def client(technologist):
    return client_of(technologist)
