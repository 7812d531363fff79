"""Lines are looked after more often than outside of tests, so that nobody waits for them."""

from __future__ import annotations

import pytest

from assays.listeners import keeper


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "TURN_SECONDS", 0.2)
