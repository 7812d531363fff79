"""Simulated and recorded messages go to this machine only."""

from __future__ import annotations

import socket

import pytest

from assays.senders.addresses import NotThisMachine, on_this_machine


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_a_loopback_address_is_this_machine(host: str) -> None:
    address, port = on_this_machine(host, 15200)

    assert address in (host, "127.0.0.1", "::1")
    assert port == 15200


@pytest.mark.parametrize(
    "host", ["10.0.0.7", "192.168.1.1", "0.0.0.0", "::", "8.8.8.8", "fe80::1", "::ffff:10.0.0.1"]
)
def test_any_other_address_is_refused(host: str) -> None:
    with pytest.raises(NotThisMachine, match="this machine only"):
        on_this_machine(host, 15200)


def test_a_name_is_refused_when_one_of_its_addresses_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def both(_host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("127.0.0.1", "198.51.100.7")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)

    with pytest.raises(NotThisMachine, match=r"198\.51\.100\.7"):
        on_this_machine("analyser.example", 15200)


@pytest.mark.parametrize("host", ["no-such-name.invalid", "", "a" * 300])
def test_a_name_without_an_address_is_refused(host: str) -> None:
    with pytest.raises(NotThisMachine):
        on_this_machine(host, 15200)
