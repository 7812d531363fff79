"""The shipped catalogue, and two people who type and check."""

from __future__ import annotations

import pytest

from labsys.accounts.roles import Role
from tests import factories, laboratory


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def bench():
    """Who types values, and somebody else who checks them."""
    return factories.principal(Role.TECHNOLOGIST), factories.principal(Role.PATHOLOGIST)
