"""Posting to an address of another system: allow-listed, signed, without redirects, ten seconds.

Only hosts that the settings name are spoken to, over https; plain http to this machine alone. The
body is signed with HMAC-SHA256 (`X-Labsys-Signature: sha256=...`), so that whoever receives it knows
it came from here. It is sent again when no answer came: its `id` tells a repetition.
"""

from __future__ import annotations

import hashlib
import hmac
import socket
import ssl
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from labsys.lib.errors import InvalidInput, Refusal

SECONDS = 10.0
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SHORTEST_SECRET = 32
LONGEST_ADDRESS = 300


class NotDelivered(Refusal):
    """What was sent did not arrive, or was not accepted; it is tried again."""

    kind = "not-delivered"


@dataclass(frozen=True, slots=True)
class Address:
    """A checked address: where a body is posted to."""

    scheme: str
    host: str
    port: int
    path: str


def check_address(text: str, *, hosts: Collection[str]) -> Address:
    """Return the parts of an address that may be posted to; InvalidInput says why not."""
    parts = _split(text)
    host, port = (parts.hostname or "").lower(), _port(parts)
    if parts.username or parts.password or parts.fragment:
        raise InvalidInput(
            _("An address holds no user name, password or fragment."), field="address"
        )
    if parts.scheme == "http" and host not in LOOPBACK:
        raise InvalidInput(_("Another machine is told over https only."), field="address")
    if host not in hosts and f"{host}:{port}" not in hosts:
        raise InvalidInput(
            _("%(host)s is not among the hosts of LABSYS_WEBHOOK_HOSTS.") % {"host": host},
            field="address",
        )
    path = parts.path or "/"
    return Address(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path)


def signature(body: bytes, secret: bytes) -> str:
    """Return what the header `X-Labsys-Signature` holds of a body."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def post(
    text: str, body: bytes, *, secret: bytes, hosts: Collection[str], seconds: float = SECONDS
) -> None:
    """Post a signed body; NotDelivered unless the answer is 2xx within the seconds.

    A redirect is an answer like any other that is not 2xx: nothing is sent anywhere else.
    """
    address = check_address(text, hosts=hosts)
    line = _connection(address, seconds)
    # A peer that trickles its answer would reset the limit of each read: this one ends them all.
    watchdog = threading.Timer(seconds, _hang_up, [line])
    watchdog.daemon = True
    watchdog.start()
    try:
        headers = {
            "Content-Type": "application/json",
            "X-Labsys-Signature": signature(body, secret),
            "Connection": "close",
        }
        line.request("POST", address.path, body, headers)
        status = line.getresponse().status
    except (OSError, HTTPException) as error:
        raise NotDelivered(
            _("%(host)s did not answer (%(why)s).")
            % {"host": address.host, "why": type(error).__name__}
        ) from error
    finally:
        watchdog.cancel()
        line.close()
    if not 200 <= status < 300:
        raise NotDelivered(
            _("%(host)s answered %(status)d.") % {"host": address.host, "status": status}
        )


def _split(text: str) -> SplitResult:
    wrong = InvalidInput(_("Write the address like https://host.example/path."), field="address")
    if len(text) > LONGEST_ADDRESS or not text.isascii() or not text.isprintable() or " " in text:
        raise wrong
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.scheme in ("http", "https")
    except ValueError:
        raise wrong from None
    if not has_host:
        raise wrong
    return parts


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise InvalidInput(_("The address has no such port."), field="address") from None


def _connection(address: Address, seconds: float) -> HTTPConnection:
    if address.scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(address.host, address.port, timeout=seconds, context=context)
    return HTTPConnection(address.host, address.port, timeout=seconds)


def _hang_up(line: HTTPConnection) -> None:
    if line.sock is not None:
        with suppress(OSError):
            line.sock.shutdown(socket.SHUT_RDWR)
