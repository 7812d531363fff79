"""Passes: nobody makes one, changes one, or stretches one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consent.rules import passes
from consent.rules.gates import GateStatus
from consent.rules.passes import (
    AHEAD,
    LIST_IS_OLD,
    LONGEST,
    BadPass,
    GatePass,
    Revocations,
    expiry,
    issue,
    issue_list,
    public_bytes,
    read,
    read_list,
    signing_key,
    verify,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECOND, MICRO = timedelta(seconds=1), timedelta(microseconds=1)
KEY, OTHER = signing_key(b"a" * 32), signing_key(b"b" * 32)
KEYS = {"k2": public_bytes(KEY), "k1": public_bytes(OTHER)}
PASS = GatePass(
    kid="k2",
    id="0123456789abcdef" * 2,
    who="00000015",
    programme="outer-survey",
    issued_at=NOW,
    expires_at=NOW + LONGEST,
)
TEXT = issue(PASS, KEY)


def status(text: str = TEXT, at: datetime = NOW, revoked=(), keys=KEYS) -> GateStatus:
    return verify(text, keys=keys, revoked=revoked, at=at).status


def test_a_pass_reads_back_as_it_was_issued_and_is_small_enough_for_a_symbol() -> None:
    assert read(TEXT, keys=KEYS) == PASS
    assert issue(PASS, KEY) == TEXT
    assert len(TEXT) < 320


@given(st.integers(0, len(TEXT) - 1), st.characters(max_codepoint=0x17F))
@example(len(TEXT) - 1, "B")
def test_a_pass_with_any_character_changed_is_invalid(place: int, other: str) -> None:
    changed = TEXT[:place] + other + TEXT[place + 1 :]

    assert (status(changed) is GateStatus.INVALID) == (changed != TEXT)


@given(st.integers(0, len(TEXT)), st.text(min_size=1, max_size=4))
def test_a_pass_with_anything_added_or_cut_off_is_invalid(place: int, more: str) -> None:
    assert status(TEXT[:place] + more + TEXT[place:]) is GateStatus.INVALID
    assert status(TEXT[:place]) is GateStatus.INVALID or place == len(TEXT)


@given(st.text(max_size=60), st.sampled_from(["", "LP1.", "LP1..", "LP1.e30.", "LR1."]))
def test_no_text_breaks_the_gate(text: str, start: str) -> None:
    assert status(start + text) is GateStatus.INVALID


@pytest.mark.parametrize("padding", ["=", "==", " ", "\n", "\x00"])
def test_another_way_to_write_the_same_bytes_is_invalid(padding: str) -> None:
    assert status(TEXT + padding) is GateStatus.INVALID


def test_every_other_last_letter_is_invalid_also_where_it_means_the_same_bytes() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    assert [one for one in letters if status(TEXT[:-1] + one) is not GateStatus.INVALID] == [
        TEXT[-1]
    ]


def test_only_the_key_that_it_names_and_that_is_known_verifies_it() -> None:
    forged = issue(PASS, OTHER)  # names k2, signed by k1
    older = issue(replace(PASS, kid="k1"), OTHER)

    assert status(forged) is GateStatus.INVALID
    assert status(older) is GateStatus.CLEARED
    assert status(keys={"k1": KEYS["k1"]}) is GateStatus.INVALID
    assert status(keys={}) is GateStatus.INVALID


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_two_field_keys_never_sign_alike(one: bytes, other: bytes) -> None:
    same = public_bytes(signing_key(one)) == public_bytes(signing_key(other))

    assert same == (one == other)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW - AHEAD - SECOND, GateStatus.INVALID),
        (NOW - AHEAD, GateStatus.CLEARED),
        (NOW, GateStatus.CLEARED),
        (NOW + LONGEST - MICRO, GateStatus.CLEARED),
        (NOW + LONGEST, GateStatus.EXPIRED),
        (NOW + timedelta(days=400), GateStatus.EXPIRED),
    ],
)
def test_a_pass_holds_up_to_its_end_and_not_at_it(at, expected) -> None:
    assert status(at=at) is expected


def test_a_revoked_pass_is_revoked_until_it_expires() -> None:
    assert status(revoked={PASS.id}) is GateStatus.REVOKED
    assert status(revoked={"f" * 32}) is GateStatus.CLEARED
    assert status(at=NOW + LONGEST, revoked={PASS.id}) is GateStatus.EXPIRED


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)),
    st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=1)),
)
def test_a_pass_never_outlives_a_quarter_of_an_hour_or_the_clearance(moment, left) -> None:
    issued = moment.replace(tzinfo=UTC)
    valid_until = None if left is None else issued + left

    end = expiry(issued, valid_until)

    assert end <= issued + LONGEST
    assert valid_until is None or end <= valid_until
    # Not shorter than it need be: it ends within the second.
    assert end + SECOND > min(issued + LONGEST, valid_until or issued + LONGEST)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(PASS, expires_at=NOW),
        replace(PASS, expires_at=NOW - SECOND),
        replace(PASS, expires_at=NOW + LONGEST + SECOND),
        replace(PASS, id="0" * 31),
        replace(PASS, id="G" * 32),
        replace(PASS, kid="k9"),
    ],
)
def test_what_is_signed_and_is_no_pass_is_invalid(wrong) -> None:
    assert status(issue(wrong, KEY)) is GateStatus.INVALID


@pytest.mark.parametrize(
    "said",
    [
        {"v": 2},
        {"v": True},
        {"iat": 1.5},
        {"iat": -1, "exp": 1},
        {"iat": 10**30, "exp": 10**30 + 1},
        {"who": None},
        {"extra": "x"},
    ],
)
def test_a_payload_of_another_form_is_invalid_whoever_signed_it(said) -> None:
    plain = {"v": 1, "kid": "k2", "id": PASS.id, "who": "1", "prog": "p", "iat": 0, "exp": 1}

    text = passes._signed(passes.PASS, {**plain, **said}, KEY)

    assert status(text, at=datetime(1970, 1, 1, tzinfo=UTC)) is GateStatus.INVALID
    good = passes._signed(passes.PASS, plain, KEY)
    assert status(good, at=datetime(1970, 1, 1, tzinfo=UTC)) is GateStatus.CLEARED


def test_a_list_reads_back_and_is_no_pass() -> None:
    listed = Revocations(kid="k2", as_of=NOW, ids=frozenset({PASS.id, "f" * 32}))
    text = issue_list(listed, KEY)

    assert read_list(text, keys=KEYS) == listed
    assert status(text) is GateStatus.INVALID
    for wrong in (TEXT, "", text[:-1], text.replace("LR1", "LP1"), issue_list(listed, OTHER)):
        with pytest.raises(BadPass):
            read_list(wrong, keys=KEYS)
    with pytest.raises(BadPass):
        read_list(issue_list(replace(listed, ids=frozenset({"x"})), KEY), keys=KEYS)


def test_a_list_is_old_after_a_quarter_of_an_hour() -> None:
    listed = Revocations(kid="k2", as_of=NOW, ids=frozenset())

    assert not listed.is_old(NOW + LIST_IS_OLD)
    assert listed.is_old(NOW + LIST_IS_OLD + MICRO)
