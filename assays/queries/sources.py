"""The instruments that may send over a wire now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from assays.instruments import settings
from assays.models import Instrument
from assays.rules.filing import OLDEST
from assays.rules.sources import Source

# What is asked before a message is read; the rest of the settings is for reading it.
KEYS = ("sender", "processing_ids")
WIRES = (Instrument.Protocol.ASTM, Instrument.Protocol.HL7)


def sources() -> tuple[Source, ...]:
    """Return every active instrument with a connection, in one query."""
    rows = Instrument.objects.filter(is_active=True, protocol__in=WIRES).order_by("pk")
    fields = ("pk", "principal_id", "protocol", "peer_networks", "settings")
    return tuple(_source(*row) for row in rows.values_list(*fields))


def oldest(instrument: Instrument) -> timedelta:
    """How old a value of this connection may be when it is received."""
    days = instrument.settings.get("oldest_days")
    return timedelta(days=days) if isinstance(days, int) else OLDEST


def holds_corrections(instrument: Instrument) -> bool:
    """Whether a person decides about every correction that this connection sends."""
    return bool(instrument.settings.get("corrections") == "hold")


def _source(
    pk: int, principal_id: int, protocol: str, networks: Sequence[str], given: Mapping[str, Any]
) -> Source:
    chosen = settings.read({key: given[key] for key in KEYS if key in given})
    return Source(
        instrument_id=pk,
        principal_id=principal_id,
        protocol=str(protocol),
        networks=tuple(ip_network(text) for text in networks),
        sender=chosen.sender,
        processing_ids=chosen.processing_ids,
    )
