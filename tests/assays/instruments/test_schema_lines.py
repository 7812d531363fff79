"""Rules and tables as people write them: what is read is what was written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments import drivers, schema
from assays.instruments.conditions import Like
from assays.instruments.schema import lines
from assays.instruments.schema.kinds import Wrong

TEXTS = st.text(st.characters(blacklist_categories=("C", "Z")) | st.just(" "), max_size=12)
# A word that parts, wherever it may stand.
TRICKY = TEXTS | st.sampled_from([" and ", "a or b", '"', 'x" or "y', "\\", " says ", "=", ""])
CONDITIONS = st.builds(
    lambda at, like, texts: {
        "at": at,
        like.value: True if like in (Like.FILLED, Like.BLANK) else texts,
    },
    st.sampled_from(["O.12", "SPM-2.1.1", "OBX-5"]),
    st.sampled_from(list(Like)),
    st.lists(TRICKY, min_size=1, max_size=3),
)
RULES = st.lists(CONDITIONS | st.lists(CONDITIONS, min_size=2, max_size=3), max_size=4)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("O.12 says Q", {"at": "O.12", "says": ["Q"]}),
        ("O.12  says  Q or C", {"at": "O.12", "says": ["Q", "C"]}),
        ("O.3 begins with QC-", {"at": "O.3", "starts": ["QC-"]}),
        ("R.3.5 ends with ?", {"at": "R.3.5", "ends": ["?"]}),
        ("OBR-4.2 matches (?:L-?J) QC", {"at": "OBR-4.2", "matches": ["(?:L-?J) QC"]}),
        ("R.3.8 is filled", {"at": "R.3.8", "filled": True}),
        ('O.3 says "salt and water" or B', {"at": "O.3", "says": ["salt and water", "B"]}),
        (
            "OBX-2 says CE and OBX-5.1 is blank",
            [{"at": "OBX-2", "says": ["CE"]}, {"at": "OBX-5.1", "blank": True}],
        ),
    ],
)
def test_a_line_is_a_rule(line: str, rule: Any) -> None:
    assert lines.read_rules(f"\n{line}\n\n") == [rule]


@given(RULES)
def test_what_is_written_of_rules_is_read_again(rules: list[Any]) -> None:
    assert lines.read_rules(lines.write_rules(rules)) == rules


@given(st.dictionaries(TRICKY, TRICKY.filter(bool), max_size=5))
def test_what_is_written_of_a_table_is_read_again(table: dict[str, str]) -> None:
    assert lines.read_table(lines.write_table(table)) == table


@given(st.lists(TRICKY.filter(bool), max_size=5))
def test_what_is_written_of_texts_is_read_again(texts: list[str]) -> None:
    assert lines.read_texts(lines.write_texts(texts)) == texts


@pytest.mark.parametrize("driver", drivers.ALL, ids=lambda one: one.name)
def test_the_rules_of_every_driver_that_ships_can_be_written_in_lines(driver: Any) -> None:
    said = schema.written(driver)
    for dialect in ("astm", "hl7"):
        for name in ("control", "supplement", "questionable"):
            rules = (said.get(dialect) or {}).get(name, [])
            assert lines.read_rules(lines.write_rules(rules)) == rules


@pytest.mark.parametrize(
    "line", ["O.12", "O.12 is Q", "says Q", "O.12 says", "O.12 is blank Q", "O.12 says Q and"]
)
def test_a_line_that_is_no_rule_is_named(line: str) -> None:
    with pytest.raises(Wrong, match=r"line 2 is no rule: a place, one of says, begins with"):
        lines.read_rules(f"O.12 says Q\n{line}")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NEG", r"line 1 has no “=”"),
        ("NEG =", r"line 1 has no “=”"),
        ("A = B\nA = C", "line 2 says “A” again"),
    ],
)
def test_a_line_that_is_no_row_of_a_table_is_named(text: str, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        lines.read_table(text)


def test_a_missing_status_has_a_meaning_too() -> None:
    assert lines.read_table("F = FINAL\n= FINAL") == {"F": "FINAL", "": "FINAL"}


def test_places_are_parted_by_whatever_parts_them() -> None:
    assert lines.read_places(" O.3.1,O.4\n P.3 ") == ["O.3.1", "O.4", "P.3"]
    assert lines.read_places("  ") == []
