"""Endpoints for tests of listeners, and what the database says of them."""

from __future__ import annotations

import socket
from typing import Any

from assays.actions import endpoints
from assays.models import Endpoint, EndpointState, Instrument
from assays.rules.endpoints import Address, EndpointRole
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from tests import factories
from tests.assays.listeners import wires
from tests.assays.listeners.listening import Line
from tests.processes import wait_until

PATIENCE = 60.0
HOST = "127.0.0.1"


def instrument(protocol: str = "ASTM", **more: Any) -> Instrument:
    """Register an analyser whose messages are read by the book."""
    made = wires.instrument(protocol, **more)
    driver = {"ASTM": "lis2a2", "HL7": "hl7-oru-oul"}[protocol]
    with acting(by=factories.seed(), at=database_now(), action="tests.driver"):
        Instrument.objects.filter(pk=made.pk).update(driver=driver)
    made.refresh_from_db()
    return made


def endpoint(of: Instrument, role: EndpointRole, **more: Any) -> Endpoint:
    by = factories.principal(Role.ADMINISTRATOR)
    if "fingerprints" in more:
        more["fingerprints"] = tuple(more["fingerprints"])
    return endpoints.add(
        instrument=of, address=Address(role=role, **more), by=by, at=database_now()
    )


def server(of: Instrument, port: int, **more: Any) -> Endpoint:
    return endpoint(of, EndpointRole.SERVER, port=port, **more)


def client(of: Instrument, port: int, **more: Any) -> Endpoint:
    return endpoint(of, EndpointRole.CLIENT, host=HOST, port=port, **more)


def hurry(made: Endpoint, **limits: int) -> None:
    """Set limits that are shorter than a form takes."""
    with acting(by=factories.seed(), at=database_now(), action="tests.limits"):
        Endpoint.objects.filter(pk=made.pk).update(**limits)


def switch_off(made: Endpoint) -> None:
    by = factories.principal(Role.ADMINISTRATOR)
    endpoints.switch_off(endpoint=made, by=by, at=database_now(), reason="Repair.")


def switch_on(made: Endpoint) -> None:
    by = factories.principal(Role.ADMINISTRATOR)
    endpoints.switch_on(endpoint=made, by=by, at=database_now(), reason="Repaired.")


def change(made: Endpoint, **fields: Any) -> None:
    by = factories.principal(Role.ADMINISTRATOR)
    address = endpoints.address_of(made)
    changed = {name: getattr(address, name) for name in address.__slots__} | fields
    endpoints.change(
        endpoint=made, address=Address(**changed), by=by, at=database_now(), reason="Moved."
    )


class Analyser:
    """An instrument that waits to be called, and what it says when it is."""

    def __init__(self) -> None:
        self.socket = socket.create_server((HOST, 0))
        self.socket.settimeout(PATIENCE)
        self.port = int(self.socket.getsockname()[1])

    def __enter__(self) -> Analyser:
        return self

    def __exit__(self, *_: Any) -> None:
        self.socket.close()

    def answer(self) -> Line:
        """Take the next call."""
        line = Line.__new__(Line)
        line.socket, _peer = self.socket.accept()
        line.socket.settimeout(PATIENCE)
        return line


def free_port() -> int:
    """Return a port that nobody listens on; only tests that say who may take it use it."""
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def state(made: Endpoint) -> str:
    row = EndpointState.objects.filter(endpoint=made).first()
    return row.state if row else ""


def wait_for(made: Endpoint, wanted: str) -> EndpointState:
    """Wait until the listener says this of a line."""
    wait_until(
        lambda: state(made) == wanted,
        seconds=PATIENCE,
        what=f"{made} to be {wanted}, {state(made)}",
    )
    return EndpointState.objects.get(endpoint=made)
