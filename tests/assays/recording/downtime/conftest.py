"""A specimen on a form, and two people who type what the paper says."""

from __future__ import annotations

import pytest

from assays.actions import downtime
from assays.models import (
    DowntimeForm,
)
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory


@pytest.fixture
def assays():
    return laboratory.assays(
        HGB={"plausible": (2, 25), "converts": [("g/L", "0.1")]},
        WBC={"unit": "10*3/uL", "low": 4, "high": 11},
    )


@pytest.fixture
def specimen(assays):
    return laboratory.specimen(list(assays.values()))


@pytest.fixture
def first():
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def second():
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def form(first, specimen) -> DowntimeForm:
    return downtime.prepare(section="CBC", by=first, at=database_now(), reason="power cut")
