"""The instruments that may send over a wire now."""

from __future__ import annotations

from ipaddress import ip_network

from assays.models import Instrument
from assays.rules.sources import Source

WIRES = (Instrument.Protocol.ASTM, Instrument.Protocol.HL7)


def sources() -> tuple[Source, ...]:
    """Return every active instrument with a connection, in one query."""
    rows = Instrument.objects.filter(is_active=True, protocol__in=WIRES).order_by("pk")
    fields = ("pk", "principal_id", "protocol", "peer_networks", "settings")
    return tuple(
        Source(
            instrument_id=pk,
            principal_id=principal,
            protocol=str(protocol),
            networks=tuple(ip_network(text) for text in networks),
            sender=str(settings.get("sender", "")),
        )
        for pk, principal, protocol, networks, settings in rows.values_list(*fields)
    )
