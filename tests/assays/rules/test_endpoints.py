"""What is filled in about a connection fits its way, or each mistake is said at its field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.rules.endpoints import (
    Address,
    EndpointRole,
    fingerprint,
    is_folder,
    is_host,
    is_taken,
    mistakes,
    pause,
)

CERTIFICATE = "ab" * 32
GOOD = {
    EndpointRole.SHARED: {"idle_seconds": 600, "sends": True, "framing": {"frameless": True}},
    EndpointRole.SERVER: {"port": 15301, "tls": True, "fingerprints": (CERTIFICATE,)},
    EndpointRole.CLIENT: {"host": "xn-1.lab", "port": 4001, "answer_seconds": 30, "tls": True},
    EndpointRole.FOLDER: {"folder": "xn-1/out", "pattern": "*.hl7", "stable_seconds": 5},
    EndpointRole.HTTP: {"silence_minutes": 90},
}


def fields(role: EndpointRole, **changes: object) -> list[str]:
    given = {**GOOD[role], **changes}
    return [one.field for one in mistakes(Address(role=role, **given))]  # type: ignore[arg-type]


@pytest.mark.parametrize("role", EndpointRole)
def test_what_each_way_needs_is_enough(role: EndpointRole) -> None:
    assert fields(role) == []


@pytest.mark.parametrize(
    ("role", "changes", "wrong"),
    [
        (EndpointRole.SERVER, {"port": None}, ["port"]),
        (EndpointRole.SERVER, {"port": 0}, ["port"]),
        (EndpointRole.SERVER, {"port": 70_000}, ["port"]),
        (EndpointRole.SERVER, {"host": "xn-1"}, ["host"]),
        (EndpointRole.SERVER, {"tls": False}, ["fingerprints"]),
        (EndpointRole.SERVER, {"fingerprints": ("ab",)}, ["fingerprints"]),
        (EndpointRole.SERVER, {"fingerprints": (CERTIFICATE,) * 21}, ["fingerprints"]),
        (EndpointRole.CLIENT, {"host": "", "port": None}, ["host", "port"]),
        (EndpointRole.CLIENT, {"host": "xn 1"}, ["host"]),
        (EndpointRole.CLIENT, {"answer_seconds": 0}, ["answer_seconds"]),
        (EndpointRole.FOLDER, {"folder": "", "stable_seconds": None}, ["folder", "stable_seconds"]),
        (EndpointRole.FOLDER, {"folder": "../etc"}, ["folder"]),
        (EndpointRole.FOLDER, {"pattern": "a/*"}, ["pattern"]),
        (EndpointRole.FOLDER, {"sends": True}, ["sends"]),
        (EndpointRole.FOLDER, {"idle_seconds": 60, "tls": True}, ["idle_seconds", "tls"]),
        (EndpointRole.SHARED, {"port": 15301, "tls": True}, ["port", "tls"]),
        (EndpointRole.SHARED, {"idle_seconds": 1}, ["idle_seconds"]),
        (EndpointRole.HTTP, {"framing": {"checksum": False}}, ["framing"]),
        (EndpointRole.HTTP, {"silence_minutes": 0}, ["silence_minutes"]),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    role: EndpointRole, changes: dict[str, object], wrong: list[str]
) -> None:
    assert fields(role, **changes) == wrong


def test_every_mistake_is_a_sentence_with_its_parameters() -> None:
    found = mistakes(Address(role=EndpointRole.CLIENT, host="a b", port=0, pattern="x"))

    said = [one.message % one.params for one in found]
    assert [one[-1] for one in said] == ["."] * 3
    assert "“a b” is neither a name of a machine nor an address, such as 10.1.4.17." in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1.4.17", True),
        ("::1", True),
        ("fe80::1", True),
        ("xn-1", True),
        ("xn_1.lab.example", True),
        ("10.1.4", False),
        ("300.1.1.1", False),
        ("-x", False),
        ("x..y", False),
        ("a" * 64, False),
        ("x/y", False),
        ("user@x", False),
        ("x\n", False),
    ],
)
def test_a_host_is_an_address_or_a_name(text: str, expected: bool) -> None:
    assert is_host(text) is expected


@pytest.mark.parametrize("text", ["", ".", "..", "a/../b", "/a", "a//b", ".hidden", "a\\b", "a\0"])
def test_no_folder_leads_out_of_the_one_it_starts_in(text: str) -> None:
    assert not is_folder(text)


def test_hidden_files_and_other_names_are_not_taken() -> None:
    assert [is_taken(name, "*.hl7") for name in ("a.hl7", "a.tmp", ".a.hl7")] == [
        True,
        False,
        False,
    ]
    assert is_taken("anything", "")


def test_a_fingerprint_is_compared_however_it_was_written() -> None:
    assert fingerprint("AB:cd ef") == "abcdef"
    assert fingerprint("sha256=" + "AB:" * 31 + "AB") == CERTIFICATE


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_the_pause_before_a_call_grows_to_a_bound(failures: int, chance: float) -> None:
    found = pause(failures, chance)

    assert 0.5 <= found <= 90
    assert pause(failures + 1, chance) >= found


def test_what_failed_together_does_not_call_together() -> None:
    assert pause(3, 0.0) == 2.0
    assert pause(3, 0.9) == pytest.approx(5.6)
