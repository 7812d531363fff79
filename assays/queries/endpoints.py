"""The lines that a listener keeps: every active endpoint of an active instrument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assays.instruments.dialects import Dialect
from assays.models import Endpoint, Instrument
from assays.queries import sources
from assays.rules.endpoints import EndpointRole
from assays.rules.sources import Source

_PLACE = ("host", "port", "folder", "pattern", "stable_seconds")
_LIMITS = ("idle_seconds", "answer_seconds", "sends", "tls")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One endpoint, as far as it is used; two lines that are equal need not be opened anew.

    `source` frames as the endpoint says; `driver` and `settings` are those that read its files.
    """

    endpoint_id: int
    role: EndpointRole
    dialect: Dialect
    source: Source
    host: str = ""
    port: int | None = None
    folder: str = ""
    pattern: str = ""
    stable_seconds: int | None = None
    idle_seconds: int | None = None
    answer_seconds: int | None = None
    sends: bool = False
    tls: bool = False
    fingerprints: tuple[str, ...] = ()
    driver: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def instrument_id(self) -> int:
        return self.source.instrument_id


def lines() -> tuple[Line, ...]:
    """Return every line, in one query."""
    rows = Endpoint.objects.filter(is_active=True, instrument__is_active=True)
    return tuple(map(_line, rows.select_related("instrument").order_by("pk")))


def _line(endpoint: Endpoint) -> Line:
    instrument = endpoint.instrument
    return Line(
        endpoint_id=endpoint.pk,
        role=EndpointRole(endpoint.role),
        dialect=_dialect(instrument),
        source=sources.of(instrument, endpoint.framing),
        fingerprints=tuple(endpoint.fingerprints),
        driver=instrument.driver,
        settings={**instrument.settings, **endpoint.framing},
        **{name: getattr(endpoint, name) for name in (*_PLACE, *_LIMITS)},
    )


def _dialect(instrument: Instrument) -> Dialect:
    known = {one.value: one for one in Dialect}
    return known.get(instrument.protocol, Dialect.HL7)
