"""The instruments that may send over a wire now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from assays.instruments import settings
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.drivers import UnknownDriver
from assays.models import Endpoint, Instrument, TransmissionSession
from assays.queries import families
from assays.rules.endpoints import WIRED, EndpointRole
from assays.rules.filing import OLDEST
from assays.rules.sources import Source, admitted, framing

# What is asked before a message is read; the rest of the settings is for reading it.
FRAMING = (
    *("frameless", "checksum", "frame_numbers", "first_frame", "frame_limit"),
    *("text_limit", "joins_records"),
)
KEYS = ("sender", "processing_ids", *FRAMING)
WIRES = (Instrument.Protocol.ASTM, Instrument.Protocol.HL7)


def sources() -> tuple[Source, ...]:
    """Return every active instrument with a connection, as it frames on the shared ports."""
    rows = Instrument.objects.filter(is_active=True, protocol__in=WIRES).order_by("pk")
    fields = ("pk", "principal_id", "protocol", "kind", "peer_networks", "driver", "settings")
    own = _framings(role=EndpointRole.SHARED.value)
    return tuple(_source(*row, *own.get(row[0], ())[:1]) for row in rows.values_list(*fields))


def framing_of(session: TransmissionSession) -> LinkOptions:
    """Return how the bytes of a session were framed: by its instrument, or all that might be it."""
    if session.instrument_id is not None:
        found = Instrument.objects.get(pk=session.instrument_id)
        # Which of its lines it came over is not kept: it counts where they all frame alike.
        own = _framings(instrument=found).get(found.pk, [])
        alike = own[0] if own and all(one == own[0] for one in own) else {}
        return _framing(found.driver, {**found.settings, **alike})
    peer = ip_address(str(session.peer).split("/", 1)[0])
    known = framing(admitted(sources(), protocol=session.dialect, peer=peer))
    return known if isinstance(known, LinkOptions) else STANDARD


def of(instrument: Instrument, framing: Mapping[str, Any] | None = None) -> Source:
    """Return an instrument as a source, whatever it is connected by, and framed as a line says."""
    networks, given = instrument.peer_networks, instrument.settings
    return _source(
        *(instrument.pk, instrument.principal_id, instrument.protocol, instrument.kind),
        *(networks, instrument.driver, given, framing or {}),
    )


def _framings(**which: Any) -> dict[int, list[Mapping[str, Any]]]:
    """Return what the lines of instruments frame otherwise than their instrument does."""
    roles = [role.value for role in WIRED]
    rows = Endpoint.objects.filter(is_active=True, role__in=roles).filter(**which)
    found: dict[int, list[Mapping[str, Any]]] = {}
    for instrument_id, own in rows.values_list("instrument", "framing"):
        found.setdefault(instrument_id, []).append(own)
    return found


def oldest(instrument: Instrument) -> timedelta:
    """How old a value of this connection may be when it is received."""
    days = instrument.settings.get("oldest_days")
    return timedelta(days=days) if isinstance(days, int) else OLDEST


def holds_corrections(instrument: Instrument) -> bool:
    """Whether a person decides about every correction that this connection sends."""
    return bool(instrument.settings.get("corrections") == "hold")


def _framing(driver: str, given: Mapping[str, Any]) -> LinkOptions:
    try:
        known = families.find(driver).link
    except UnknownDriver:
        known = STANDARD
    return known.with_settings(settings.read({key: given[key] for key in FRAMING if key in given}))


def _is_told(driver: str, protocol: str) -> bool:
    """Whether instruments of this driver are told what to measure."""
    try:
        return families.find(driver).order_form(protocol) is not None
    except UnknownDriver:
        return False


def _source(
    pk: int,
    principal_id: int,
    protocol: str,
    kind: str,
    networks: Sequence[str],
    driver: str,
    given: Mapping[str, Any],
    own: Mapping[str, Any] | None = None,
) -> Source:
    chosen = settings.read({key: given[key] for key in KEYS if key in given})
    return Source(
        instrument_id=pk,
        principal_id=principal_id,
        protocol=str(protocol),
        networks=tuple(ip_network(text) for text in networks),
        sender=chosen.sender,
        processing_ids=chosen.processing_ids,
        is_hospital=kind == Instrument.Kind.HOSPITAL,
        answers=kind == Instrument.Kind.ANALYSER and _is_told(driver, protocol),
        framing=_framing(driver, {**given, **(own or {})}),
    )
