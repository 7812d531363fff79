"""P-values of tests that are asked together."""

from __future__ import annotations

from typing import Any

import pytest

from assays.numerics.adjustment import adjusted
from assays.numerics.refusals import Unusable


def test_p_values_asked_together_are_adjusted_as_holm_did() -> None:
    assert adjusted([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert adjusted([0.9, 0.6]) == [1.0, 1.0]
    assert adjusted([]) == []


@pytest.mark.parametrize("given", [None, [[0.1]], ["x"], [float("nan")], [1.5], [-0.1], 0.5])
def test_what_are_no_p_values_is_refused(given: Any) -> None:
    with pytest.raises(Unusable):
        adjusted(given)
