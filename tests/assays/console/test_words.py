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


def test_what_a_hospital_told_is_in_words_and_without_the_keys_it_is_found_by() -> None:
    told = {"value": "PLACE", "placer": "P-1", "told_at": "2026-11-22T04:20:30+00:00"}
    content = {"sort": "HOSPITAL", "act": "PLACE", "keys": ["order adt P-1"], "as_sent": told}

    assert transmissions.value_sent(content) == "order"
    assert transmissions.value_read(content) == ""
    said = dict(transmissions.details_sent(content))
    assert said == {"placer number": "P-1", "written down": "22 Nov 2026 04:20"}


def test_a_list_of_all_that_was_ordered_is_not_repeated_beside_each_value() -> None:
    assert dict(transmissions.details_sent({"ordered": "^^^HB"})) == {"ordered": "^^^HB"}
    assert transmissions.details_sent({"ordered": "\\".join(["^^^WBC"] * 20)}) == []
