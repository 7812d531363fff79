"""Everything that a page may have to say of a transmission has words, none of them a code."""

from __future__ import annotations

import pytest

from assays.instruments.wire import Verdict
from assays.rules.connections import Alarm
from assays.rules.holds import PASSING, Hold
from assays.rules.states import SessionState
from assays.templatetags import transmissions


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (transmissions.VERDICTS, Verdict),
        (transmissions.SESSIONS, SessionState),
        (transmissions.ALARMS, Alarm),
        (transmissions.HOLDS, Hold),
    ],
)
def test_every_code_has_words(words, codes) -> None:
    assert set(words) == set(codes)


def test_every_hold_that_passes_by_itself_says_what_it_waits_for() -> None:
    assert set(transmissions.RELEASES) >= PASSING


def test_a_code_of_a_later_version_is_shown_as_it_is_stored() -> None:
    assert transmissions.hold_words("SOMETHING_NEW") == "something new"
    assert transmissions.verdict_words("NEW") == "NEW"
