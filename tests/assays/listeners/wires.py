"""Instruments with a connection, and what comes over one, for the tests of listening."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from assays.actions import intake
from assays.actions.intake import Arrival, Message, Origin, Standing
from assays.instruments.dialects import Dialect
from assays.instruments.wire import Assembled, Frame, Verdict
from assays.models import Instrument
from assays.queries.sources import sources
from assays.rules.filing import Held, Hold
from assays.rules.sources import Source
from labsys.accounts.models import Principal, PrincipalKind, RoleGrant
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.assays.laboratory import setting_up

LOOPBACK = ("127.0.0.0/8", "::1/128")
_numbers = count(1)


def instrument(
    protocol: str, *, networks: Sequence[str] = LOOPBACK, code: str = "", **settings: Any
) -> Instrument:
    """Register an analyser that speaks a wire protocol from these addresses."""
    with setting_up() as stamp:
        name = code or f"wired-{next(_numbers)}"
        sender = Principal.objects.create(
            kind=PrincipalKind.INSTRUMENT, name=name, created_at=database_now()
        )
        RoleGrant.objects.create(
            principal=sender,
            role=Role.INSTRUMENT.value,
            granted_by=stamp["recorded_by"],
            recorded_at=stamp["recorded_at"],
        )
        return Instrument.objects.create(
            principal=sender,
            code=name,
            name=name.title(),
            protocol=protocol,
            peer_networks=list(networks),
            settings=settings,
            **stamp,
        )


def source_of(instrument: Instrument) -> Source:
    return next(one for one in sources() if one.instrument_id == instrument.pk)


def unknown(hold: Hold = Hold.UNKNOWN_SOURCE) -> Held:
    return Held(hold, {"peer": "127.0.0.1", "sender": "Nobody"})


def origin(dialect: Dialect = Dialect.ASTM, *, port: int = 40_001) -> Origin:
    return Origin("here:1/test", dialect, "127.0.0.1", port)


def frame(content: bytes, *, message: int = 0, verdict: Verdict = Verdict.ACCEPTED) -> Frame:
    return Frame(content, verdict, message)


def message(
    text: bytes, source: Source | Held, *, number: int = 1, is_complete: bool = True, **more: Any
) -> Message:
    remark = more.pop("remark", "")
    dialect = more.pop("dialect", Dialect.ASTM)
    return Message(Assembled(number, text, dialect, is_complete, remark), source, **more)


def store(*arrivals: Arrival) -> list[Standing]:
    """Store a batch as the listener does."""
    by = Principal.objects.system("interpret")
    return intake.store(arrivals=arrivals, by=by, at=database_now())


def whole(text: bytes, source: Source | Held, *, port: int = 40_001, **more: Any) -> Arrival:
    """A conversation of one frame that is one message, from its opening to its end."""
    return Arrival(
        origin(more.get("dialect", Dialect.ASTM), port=port),
        source=source if isinstance(source, Source) else None,
        frames=(frame(text, message=1),),
        messages=(message(text, source, **more),),
    )
