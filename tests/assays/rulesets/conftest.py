"""A laboratory whose haemoglobin is judged by rules."""

from __future__ import annotations

import pytest

from tests.assays.rulesets.judging import Judged


@pytest.fixture
def judged() -> Judged:
    return Judged()
