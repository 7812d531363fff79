"""A sender with two mapped codes, and a specimen on which both assays are ordered."""

from __future__ import annotations

import pytest

from tests.assays import laboratory
from tests.assays.senders import Sender


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
