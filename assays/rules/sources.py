"""Which instrument sends over a wire: by the address it comes from, and by what it calls itself.

An address never names an instrument that is not registered for it, and a name never overrides an
address: what cannot be told exactly is held.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from assays.rules.filing import Hold

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Source:
    """An active instrument: the addresses it may send from, the sender's name that it declares, and
    the processing ids (HL7 table 0103) that are taken from it."""

    instrument_id: int
    principal_id: int
    protocol: str
    networks: tuple[Network, ...]
    sender: str = ""
    processing_ids: tuple[str, ...] = ("P",)
    # Whether it is a hospital's system, which says who people are and orders for them.
    is_hospital: bool = False
    # Whether it is told what to measure when it asks.
    answers: bool = False
    # How it frames its bytes, as its link layer has it; None is the standard.
    framing: Hashable = None


def admitted(sources: Sequence[Source], *, protocol: str, peer: Address) -> tuple[Source, ...]:
    """Return the instruments that may speak this protocol from this address."""
    return tuple(
        source
        for source in sources
        if source.protocol == protocol and any(peer in network for network in source.networks)
    )


def framing(sources: Sequence[Source]) -> Hashable:
    """Return how all of them frame, or None where they differ: then only the standard is safe."""
    known = {source.framing for source in sources}
    return known.pop() if len(known) == 1 else None


def identify(sources: Sequence[Source], names: Collection[str]) -> Source | Hold:
    """Return which of the admitted instruments a message is from, or why that cannot be said.

    `names` is the sender field of the message and its components. One that declares such a name
    comes first; else the only one that declares none.
    """
    named = [source for source in sources if source.sender and source.sender in names]
    found = named or [source for source in sources if not source.sender]
    if len(found) == 1:
        return found[0]
    return Hold.AMBIGUOUS_SOURCE if found else Hold.UNKNOWN_SOURCE
