"""What goes wrong with a line is a noun and values, worded where it is read."""

from __future__ import annotations

import re

import pytest

from assays.rules.line_faults import SENTENCES, LineFault, Trouble, fault

_NAMES = re.compile(r"%\((\w+)\)s")


def test_each_trouble_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Trouble)
    assert all(one.endswith((".", "%(said)s")) for one in SENTENCES.values())


@pytest.mark.parametrize("trouble", Trouble)
def test_a_sentence_is_worded_in_another_language_with_its_values(trouble: Trouble) -> None:
    names = _NAMES.findall(SENTENCES[trouble])
    found = fault(trouble, **{name: f"<{name}>" for name in names})

    said = found.words(lambda text: text.replace("A frame", "Ein Rahmen"))

    assert all(f"<{name}>" in said for name in names)
    assert "A frame" not in said
    assert "%(" not in str(found)


def test_why_something_was_not_taken_is_translated_too() -> None:
    found = fault(Trouble.NOT_TAKEN, said="A frame was not answered.")

    said = found.words(lambda text: text.replace("A frame was not answered.", "Keine Antwort."))

    assert said.endswith("Keine Antwort.")


def test_what_was_recorded_as_a_sentence_stays_one() -> None:
    assert str(LineFault("Port 7 is 100% taken.")) == "Port 7 is 100% taken."


def test_values_are_short_and_can_be_stored() -> None:
    found = fault(Trouble.FILE_UNSTORED, file="a\0b" * 200)

    assert len(found.values["file"]) == 200
    assert "\0" not in found.values["file"]
