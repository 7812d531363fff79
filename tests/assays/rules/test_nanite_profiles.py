"""Profiles as they are recorded: read from a table, checked with named errors, linked in a chain."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.numerics.profiles import Profile
from assays.numerics.refusals import Unusable
from assays.rules.nanite_profiles import (
    LONGEST_FILE,
    ProfileRefused,
    checked,
    digest_of,
    factors,
    linked,
    read_csv,
)

HEAD = "marker,allele,intensity,quality\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_with_two_copies_intensities_and_quality(separator) -> None:
    text = f"{HEAD}N02,9.30,,0.8\nN02,9.3,,\n\nN01,11.0,820,0.95\nN01,012,640.5,0.95\n"
    found = read_csv(("\ufeff" + text.replace(",", separator)).encode())

    assert found == {
        "markers": {"N01": ["11", "12"], "N02": ["9.3", "9.3"]},
        "intensities": {"N01": {"11": 820.0, "12": 640.5}},
        "quality": {"N01": 0.95, "N02": 0.8},
    }
    assert factors(found) == ["N01/11", "N01/12", "N02/9.3"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "EMPTY"),
        ("allele,marker\n11,N01\n", "COLUMNS"),
        ("marker\nN01\n", "COLUMNS"),
        (HEAD, "MARKERS"),
        (HEAD + "N01,11,1\n", "LINE"),
        (HEAD + "N01,11,820,0,95\n", "LINE"),
        (HEAD.replace(",", ";") + "N01;11;820;0,95\n", "QUALITY"),
        (HEAD + "N01,11,high,\n", "INTENSITY"),
        (HEAD + "N01,11,nan,\n", "INTENSITY"),
        (HEAD + "N01,11,-1,\n", "INTENSITY"),
        (HEAD + "N01,11,,1.5\n", "QUALITY"),
        (HEAD + "N01,11,,0.9\nN01,12,,0.8\n", "TWO_VALUES"),
        (HEAD + "N01,11,5,\nN01,11,6,\n", "TWO_VALUES"),
        (HEAD + ",11,,\n", "NAME"),
        (HEAD + "N01,a/b,,\n", "NAME"),
        (HEAD + 'N01,"11,,\n', "CSV"),
        (HEAD + "".join(f"N01,{n},,\n" for n in range(101)), "ALLELES"),
        (HEAD + "".join(f"M{n},1,,\n" for n in range(501)), "MARKERS"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(text, code) -> None:
    with pytest.raises(ProfileRefused) as refused:
        read_csv(text.encode())
    assert refused.value.code == code


def test_a_file_that_is_no_text_or_too_long_is_refused() -> None:
    for raw, code in ((b"\xff\xfe\x00", "ENCODING"), (b"x" * (LONGEST_FILE + 1), "LONG")):
        with pytest.raises(ProfileRefused) as refused:
            read_csv(raw)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([], "SHAPE"),
        ({"markers": []}, "SHAPE"),
        ({"markers": {}}, "MARKERS"),
        ({"markers": {"A": []}}, "ALLELES"),
        ({"markers": {"A": "11"}}, "ALLELES"),
        ({"markers": {"A": [True]}}, "NAME"),
        ({"markers": {"A": [float("nan")]}, "quality": {"A": "x"}}, "QUALITY"),
        ({"markers": {"A": [1], " A": [2]}}, "MARKER_TWICE"),
        ({"markers": {"vWA": [16, 17], "VWA": [16, 17]}}, "MARKER_TWICE"),
        ({"markers": {"A": [1]}, "quality": {"B": 1}}, "UNREAD"),
        ({"markers": {"A": [1]}, "intensities": {"A": {"2": 5}}}, "UNREAD"),
        ({"markers": {"A": [1]}, "intensities": {"A": 5}}, "SHAPE"),
        ({"markers": {"A": [1]}, "intensities": {"A": {"1": float("inf")}}}, "INTENSITY"),
        ({"markers": {"A": [1]}, "quality": {"A": True}}, "QUALITY"),
        ({"markers": {"A": [1]}, "quality": {"A": 1, "a": 0}}, "MARKER_TWICE"),
        ({"markers": {"A": [1]}, "colour": {}}, "SHAPE"),
    ],
)
def test_a_content_that_cannot_be_used_is_named(content, code) -> None:
    with pytest.raises(ProfileRefused) as refused:
        checked(content)
    assert refused.value.code == code


NAMES = st.one_of(
    st.integers(0, 60),
    st.sampled_from(["11", "11.0", "9.3", "007", "x", " y ", "vWA", "", "a/b", "12.50"]),
    st.floats(0, 60, allow_nan=False).map(lambda one: round(one, 1)),
    st.text(max_size=4),
)


@given(st.dictionaries(NAMES, st.lists(NAMES, min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_is_recorded_is_what_the_numbers_read(markers) -> None:
    try:
        found = checked({"markers": markers})
    except ProfileRefused:
        return
    own = Profile(found["markers"])
    assert dict(own.markers) == {m: tuple(alleles) for m, alleles in found["markers"].items()}
    assert sorted(own.factors()) == factors(found)
    try:
        given_first = Profile(markers)
    except Unusable as unusable:
        raise AssertionError(f"recorded {found}, though numbers refuse it") from unusable
    assert given_first.factors() == own.factors()


def test_numbers_of_a_message_are_decimals_and_are_read_as_well() -> None:
    found = checked({"markers": {"A": [Decimal("9.30")]}, "quality": {"A": Decimal("0.9")}})
    assert found["markers"] == {"A": ["9.3"]}
    assert found["quality"] == {"A": 0.9}
    with pytest.raises(ProfileRefused):
        checked({"markers": {"A": [1]}, "quality": {"A": Decimal("NaN")}})


def test_a_chain_tells_every_catalogue_apart() -> None:
    one, two = digest_of(checked({"markers": {"A": [1]}})), digest_of({})
    chains = {
        linked("", "u1", one, None),
        linked("", "u2", one, None),
        linked("", "u1", two, None),
        linked("x", "u1", one, None),
        linked("", "u1", one, 1),
        linked("", "u1", one, 2),
    }
    assert len(chains) == 6


def test_intensities_and_quality_are_of_the_marker_however_it_is_spelt() -> None:
    found = checked(
        {"markers": {"vWA": [16]}, "intensities": {"VWA": {"16": 5}}, "quality": {"vwa": 0.5}}
    )

    assert found == {
        "markers": {"vWA": ["16"]},
        "intensities": {"vWA": {"16": 5.0}},
        "quality": {"vWA": 0.5},
    }
