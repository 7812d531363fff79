"""Half a character in a body is refused by the place it stands in."""

from __future__ import annotations

import io
import json

import pytest

from labsys.lib.errors import InvalidInput
from labsys.lib.strict_json import StrictJSONParser


def parsed(body: object) -> object:
    return StrictJSONParser().parse(io.BytesIO(json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("\ud800", ""),
        ({"code": "a\ud800"}, "code"),
        ({"\udfff": 1}, "\\udfff"),
        ({"people": ["whole", "\ud83d"]}, "/people/1"),
        ({"a": {"b": [{"c": "\ude00\ud83d"}]}}, "/a/b/0/c"),
    ],
)
def test_half_a_character_is_refused_where_it_stands(body: object, where: str) -> None:
    with pytest.raises(InvalidInput, match="half of a character") as refused:
        parsed(body)

    assert refused.value.field == where


def test_both_halves_are_one_character_and_a_backslash_is_none() -> None:
    body = {"face": "\U0001f600", "path": "c:\\udata", "letter": "\u00fc"}

    assert parsed(body) == body
