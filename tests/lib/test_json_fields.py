"""Whatever somebody types into a field of JSON is read as it stands, or refused in a sentence."""

from __future__ import annotations

import json

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from labsys.lib.json_fields import JsonField

TEXT = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
WORDS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(TEXT),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet="abc"), inner),
    max_leaves=10,
)


class Form(forms.Form):
    said = JsonField(required=False)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('{"a": 1,\n }', "line 2, column 2"),
        ("hello", "line 1, column 1"),
        ("[" * 50_000, "too deeply"),
        ('{"a":' * 20_000, "too deeply"),
        ("1" * 5000, "too many digits"),
        ('{"a": NaN}', "“NaN” is not a number"),
        ('{"a": -Infinity}', "“-Infinity” is not a number"),
        ('{"a": 1, "a": 2}', "“a” stands twice"),
        ('{"a": {"b": 1, "b": 1}}', "“b” stands twice"),
        ('{"a": "\\u0000"}', "character that no text has"),
        ('{"\\u0000": 1}', "character that no text has"),
        ('{"a": "\\ud800"}', "character that no text has"),
        (" " * 300_000 + "1", "At most 200000"),
    ],
)
def test_what_is_no_json_is_refused_beside_the_field_and_stays_as_typed(
    typed: str, said: str
) -> None:
    form = Form({"said": typed})

    assert not form.is_valid()
    assert said in form.errors["said"][0]
    assert form["said"].value() == typed
    assert "</textarea>" in str(form["said"])


@pytest.mark.parametrize("typed", ["", "  ", "null", "{}", '{"such": "\\\\u0000"}'])
def test_what_is_json_is_read(typed: str) -> None:
    form = Form({"said": typed})

    assert form.is_valid(), form.errors
    assert form["said"].value() == typed


@given(WORDS)
def test_what_was_written_is_read_again(said: object) -> None:
    form = Form({"said": json.dumps(said)})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["said"] == said
