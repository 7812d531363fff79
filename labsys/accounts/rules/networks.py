"""Where a request comes from, and whether a key may be used there."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address


def network(text: str) -> str:
    """Return a CIDR range in its usual form; raises ValueError that says what is wrong with it."""
    return str(ip_network(text.strip(), strict=True))


def address(text: str) -> Address | None:
    """Return the address, an IPv4 one mapped into IPv6 as IPv4, or None if it is none."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def within(text: str, networks: Sequence[str]) -> bool:
    """Return whether an address lies in one of the ranges; what is no address lies in none."""
    found = address(text)
    return found is not None and any(found in ip_network(each) for each in networks)


def client_address(*, peer: str, forwarded: str, trusted: Sequence[str]) -> str | None:
    """Return the address a request really comes from.

    `peer` is the other end of the connection, `forwarded` the X-Forwarded-For header. Only a
    trusted proxy's word is taken: from the right, the first address that is no trusted proxy's.
    What stands further left was written by the sender and may be anything.
    """
    hops = [peer, *reversed(forwarded.split(","))] if forwarded else [peer]
    last: Address | None = None
    for hop in hops:
        found = address(hop)
        if found is None:
            break
        last = found
        if not within(str(found), trusted):
            break
    return None if last is None else str(last)
