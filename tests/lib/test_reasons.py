"""What goes on record says why, in words."""

from __future__ import annotations

import pytest

from labsys.lib.errors import InvalidInput
from labsys.lib.reasons import check_reason


@pytest.mark.parametrize("reason", ["", " ", "\t\n"])
def test_a_reason_that_says_nothing_is_refused_at_its_field(reason: str) -> None:
    with pytest.raises(InvalidInput, match="Say why") as refused:
        check_reason(reason, field="remark")

    assert refused.value.field == "remark"


def test_any_words_are_a_reason() -> None:
    check_reason(" clot ")
