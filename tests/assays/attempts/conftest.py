"""A serum with a glucose on it, and who measures and releases."""

from __future__ import annotations

import pytest

from labsys.accounts.roles import Role
from tests import factories
from tests.assays.calculations.entering import specimens_of


@pytest.fixture
def technologist():
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def doctor():
    return factories.principal(Role.PATHOLOGIST)


@pytest.fixture
def serum():
    return specimens_of("GLU")[0]
