"""Encrypted lines: TLS 1.2 at least, and certificates known by their fingerprints.

Certificates and keys are files of this machine, named in the settings; the database holds none. A
caller that has to encrypt counts as connected from its first byte, and has ten seconds for it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from assays.listeners.addresses import address
from assays.rules.line_faults import LineFault, Trouble, fault

if TYPE_CHECKING:
    from assays.listeners.connection import Connection
    from assays.listeners.hub import Hub

HANDSHAKE_SECONDS = 10.0
MOST_EARLY = 64 * 1024


class Unusable(Exception):
    """A line cannot be opened; `fault` is why, the text its sentence."""

    def __init__(self, trouble: Trouble, **values: object) -> None:
        self.fault = fault(trouble, **values)
        super().__init__(str(self.fault))


@dataclass(frozen=True, slots=True)
class Files:
    """Where this machine's certificate, its key, and the authorities it trusts are kept."""

    certificate: str = ""
    key: str = ""
    authorities: str = ""

    @classmethod
    def of_settings(cls) -> Files:
        return cls(
            settings.LABSYS_TLS_CERTIFICATE,
            settings.LABSYS_TLS_KEY,
            settings.LABSYS_TLS_AUTHORITIES,
        )

    def stamp(self) -> tuple[float, ...]:
        """Return when each was last written: what was renewed has to be read again."""
        return tuple(_written(one) for one in (self.certificate, self.key, self.authorities))


def server_context(fingerprints: Sequence[str], files: Files) -> ssl.SSLContext:
    """Return how callers are encrypted with; raises Unusable.

    With fingerprints each caller must show a certificate that an authority, or itself, vouches for in
    the file of authorities; `is_trusted` then looks at which it is.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not files.certificate:
        raise Unusable(Trouble.NO_CERTIFICATE)
    _load_own(context, files)
    if fingerprints:
        if not files.authorities:
            raise Unusable(Trouble.NO_AUTHORITIES)
        context.verify_mode = ssl.CERT_REQUIRED
        _load_trusted(context, files)
    return context


def client_context(fingerprints: Sequence[str], files: Files) -> ssl.SSLContext:
    """Return how one is encrypted with whom one calls; raises Unusable.

    With fingerprints the certificate itself is known, whoever vouches for it; without, an authority
    vouches for it and for the name that is called.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if fingerprints:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif files.authorities:
        _load_trusted(context, files)
    else:
        context.load_default_certs()
    if files.certificate:
        _load_own(context, files)
    return context


def is_trusted(transport: asyncio.BaseTransport, fingerprints: Sequence[str]) -> bool:
    """Return whether the other end shows one of these certificates; any will do of none."""
    return not fingerprints or shown(transport) in fingerprints


def shown(transport: asyncio.BaseTransport) -> str:
    """Return the SHA-256 fingerprint of the certificate that the other end shows, or ""."""
    line: Any = transport.get_extra_info("ssl_object")
    certificate = line.getpeercert(binary_form=True) if line is not None else None
    return hashlib.sha256(certificate).hexdigest() if certificate else ""


def _load_own(context: ssl.SSLContext, files: Files) -> None:
    try:
        # An empty password: nobody is there to be asked for one.
        context.load_cert_chain(files.certificate, files.key or None, password="")
    except (OSError, ssl.SSLError) as error:
        raise Unusable(
            Trouble.BAD_CERTIFICATE, file=files.certificate, error=reason(error)
        ) from error


def _load_trusted(context: ssl.SSLContext, files: Files) -> None:
    try:
        context.load_verify_locations(files.authorities)
    except (OSError, ssl.SSLError) as error:
        raise Unusable(
            Trouble.BAD_AUTHORITIES, file=files.authorities, error=reason(error)
        ) from error


def reason(error: Exception) -> str:
    """Return in a few words what went wrong with a line, without anything it carried."""
    if isinstance(error, ssl.SSLError):
        return str(error.reason or type(error).__name__).replace("_", " ").lower()
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno).lower()
    return str(getattr(error, "strerror", None) or type(error).__name__).lower()


def _written(path: str) -> float:
    try:
        return Path(path).stat().st_mtime if path else 0.0
    except OSError:
        return 0.0


class Threshold(asyncio.Protocol):
    """Holds a line until it is known who is at its other end; what comes early is kept."""

    def __init__(self) -> None:
        self._early = bytearray()
        self._is_ended = False
        self.is_lost = False

    def data_received(self, data: bytes) -> None:
        self._early += data
        if len(self._early) > MOST_EARLY:
            raise ConnectionError("More came than anybody may say before being known.")

    def eof_received(self) -> bool:
        self._is_ended = True
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True

    def hand_over(self, transport: asyncio.Transport, connection: Connection) -> None:
        """Let the connection go on with the line."""
        transport.set_protocol(connection)
        connection.connection_made(transport)
        if self._early:
            connection.data_received(bytes(self._early))
        if self._is_ended:
            connection.eof_received()


class Doorway(Threshold):
    """Somebody who calls a line that is encrypted."""

    def __init__(
        self,
        hub: Hub,
        context: ssl.SSLContext,
        fingerprints: Sequence[str],
        make: Callable[[], Connection],
        failed: Callable[[LineFault], None],
    ) -> None:
        super().__init__()
        self._hub, self._context, self._make = hub, context, make
        self._fingerprints, self._failed = fingerprints, failed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        peer = address(transport.get_extra_info("peername")[0])
        if self._hub.make_room(self, peer):
            self._hub.spawn(self._encrypt(transport))
        else:
            transport.abort()

    def cut(self) -> None:
        """Make room for others: nothing has been said yet."""

    async def _encrypt(self, plain: asyncio.Transport) -> None:
        line = None
        try:
            line = await self._hub.loop.start_tls(
                plain,
                self,
                self._context,
                server_side=True,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
            )
        except (OSError, ssl.SSLError) as error:
            self._failed(fault(Trouble.NOT_ENCRYPTED, error=reason(error)))
        finally:
            self._hub.room.leave(self)
            if line is None:
                plain.abort()
        if line is None or self.is_lost:
            return
        if not is_trusted(line, self._fingerprints):
            self._failed(fault(Trouble.UNTRUSTED_CALLER, shown=shown(line)))
            line.abort()
            return
        self.hand_over(line, self._make())
