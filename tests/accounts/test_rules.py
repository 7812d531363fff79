"""When logins lapse, where requests come from, what may be a username."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labsys.accounts.rules import networks, usernames
from labsys.accounts.rules.sessions import EndReason, Limits, lapse

START = datetime(2030, 1, 1, 8, 0, tzinfo=UTC)
LIMITS = Limits(idle=timedelta(minutes=15), absolute=timedelta(hours=12), parallel=3)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("unused", "reason"),
    [
        (timedelta(0), None),
        (timedelta(minutes=15) - TICK, None),
        (timedelta(minutes=15), EndReason.IDLE),
        (timedelta(hours=3), EndReason.IDLE),
    ],
)
def test_a_login_lapses_when_unused_for_the_idle_limit(
    unused: timedelta, reason: EndReason | None
) -> None:
    assert lapse(started_at=START, seen_at=START, at=START + unused, limits=LIMITS) is reason


@pytest.mark.parametrize(
    ("age", "reason"),
    [(timedelta(hours=12) - TICK, None), (timedelta(hours=12), EndReason.ABSOLUTE)],
)
def test_a_login_in_use_lapses_at_the_absolute_limit(
    age: timedelta, reason: EndReason | None
) -> None:
    at = START + age

    assert lapse(started_at=START, seen_at=at - TICK, at=at, limits=LIMITS) is reason


@given(
    seen=st.timedeltas(timedelta(0), timedelta(hours=13)),
    asked=st.timedeltas(timedelta(0), timedelta(hours=26)),
    later=st.timedeltas(timedelta(0), timedelta(hours=26)),
)
def test_a_lapsed_login_never_comes_back(
    seen: timedelta, asked: timedelta, later: timedelta
) -> None:
    facts = {"started_at": START, "seen_at": START + seen, "limits": LIMITS}
    if lapse(at=START + asked, **facts) is not None:
        assert lapse(at=START + asked + later, **facts) is not None


PROXIES = ["10.0.0.0/24", "fd00::/8"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),  # a stranger's word is not taken
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the left part is the sender's
        ("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "rubbish", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:192.0.2.7", "", "192.0.2.7"),
        ("", "", None),
    ],
)
def test_the_sender_is_the_first_hop_no_trusted_proxy_vouches_for(
    peer: str, forwarded: str, found: str | None
) -> None:
    assert networks.client_address(peer=peer, forwarded=forwarded, trusted=PROXIES) == found


@given(st.text())
def test_a_header_of_any_text_gives_an_address_or_the_peer(forwarded: str) -> None:
    found = networks.client_address(peer="10.0.0.1", forwarded=forwarded, trusted=PROXIES)

    assert found is not None
    assert networks.address(found) is not None


@pytest.mark.parametrize(
    ("address", "ranges", "inside"),
    [
        ("10.1.2.3", ["10.1.0.0/16"], True),
        ("10.2.2.3", ["10.1.0.0/16"], False),
        ("10.2.2.3", ["10.1.0.0/16", "10.2.0.0/16"], True),
        ("::ffff:10.1.2.3", ["10.1.0.0/16"], True),
        ("10.1.2.3", ["fd00::/8"], False),
        ("no address", ["0.0.0.0/0"], False),
        ("10.1.2.3", [], False),
    ],
)
def test_an_address_lies_within_a_range_or_not(
    address: str, ranges: list[str], inside: bool
) -> None:
    assert networks.within(address, ranges) is inside


@pytest.mark.parametrize("text", ["10.1.2.3/16", "10.1.0.0/33", "somewhere", "", "10.1.0.0-10.2"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        networks.network(text)


@pytest.mark.parametrize("name", ["ab", "dr.adams", "n-1_b", "a" * 63])
def test_plain_usernames_are_accepted(name: str) -> None:
    assert usernames.is_acceptable(name)


@pytest.mark.parametrize(
    "name", ["", "a", "1ab", "Ab", "a b", "système", "system:seed", "a" * 64, "a\x00b", "a\n"]
)
def test_other_usernames_are_refused(name: str) -> None:
    assert not usernames.is_acceptable(name)


@given(st.text())
def test_a_username_has_one_way_of_writing(text: str) -> None:
    once = usernames.normalize(text)

    if usernames.is_acceptable(once):
        assert usernames.normalize(once) == once
