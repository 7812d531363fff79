"""A patient on a ward, and those who work there."""

from __future__ import annotations

import pytest

from tests.assays.communication.telling import Ward


@pytest.fixture
def ward() -> Ward:
    return Ward()
