"""Lines are encrypted with TLS 1.2 at least, and certificates are known by their fingerprints."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assays.models import EndpointState, TransmissionMessage
from tests.assays.endpoints import lines
from tests.assays.endpoints.certificates import Certificate
from tests.assays.endpoints.lines import Analyser
from tests.assays.listeners.listening import (
    ENQ,
    Line,
    Listening,
    astm_message,
    hl7_message,
    listening,
    wrapped,
)
from tests.processes import wait_until


@pytest.fixture
def ours(tmp_path: Path, settings: Any) -> Certificate:
    made = Certificate.make(tmp_path, "lab")
    settings.LABSYS_TLS_CERTIFICATE, settings.LABSYS_TLS_KEY = map(str, (made.path, made.key))
    return made


@pytest.fixture
def theirs(tmp_path: Path, settings: Any) -> Certificate:
    made = Certificate.make(tmp_path, "analyser")
    settings.LABSYS_TLS_AUTHORITIES = str(made.path)
    return made


@pytest.fixture
def stranger(tmp_path: Path) -> Certificate:
    return Certificate.make(tmp_path, "stranger")


@pytest.fixture
def listeners(fresh_database: str, ours: Certificate) -> Iterator[Listening]:
    with listening() as made:
        yield made


def call(port: int, trusted: Certificate, shown: Certificate | None = None, **more: Any) -> Line:
    """Call an encrypted port; with a certificate of one's own, or without."""
    context = ssl.create_default_context(cafile=str(trusted.path))
    context.check_hostname = False
    for name, value in more.items():
        setattr(context, name, value)
    if shown is not None:
        context.load_cert_chain(shown.path, shown.key)
    line = Line(port)
    line.socket = context.wrap_socket(line.socket)
    return line


def is_answered(port: int, trusted: Certificate, shown: Certificate | None) -> bool:
    """Whether a message gets an answer; TLS 1.3 lets a caller believe at first that it is in."""
    try:
        with call(port, trusted, shown) as line:
            line.send(wrapped(hl7_message()))
            return line.block() != b""
    except OSError:
        return False


def why(endpoint: Any) -> str:
    def is_said() -> bool:
        return bool(EndpointState.objects.filter(endpoint=endpoint).exclude(last_error=""))

    wait_until(is_said, seconds=60, what="the reason")
    return str(EndpointState.objects.get(endpoint=endpoint).fault)


def test_an_encrypted_port_takes_messages(listeners: Listening, ours: Certificate) -> None:
    port = lines.free_port()
    made = lines.server(lines.instrument(), port, tls=True)
    lines.wait_for(made, "LISTENING")

    with call(port, ours) as line:
        assert line.socket.version() in ("TLSv1.2", "TLSv1.3")  # type: ignore[attr-defined]
        line.send_message(astm_message())

    wait_until(TransmissionMessage.objects.exists, seconds=60, what="the message")


def test_what_is_not_encrypted_is_not_heard(listeners: Listening) -> None:
    port = lines.free_port()
    made = lines.server(lines.instrument(), port, tls=True)
    lines.wait_for(made, "LISTENING")

    with Line(port) as line:
        # An alert of TLS may come, and then the end.
        assert line.ask(ENQ * 50) in (b"", b"\x15")

    assert why(made).startswith("A caller did not encrypt the line")
    assert not TransmissionMessage.objects.exists()


def test_nothing_older_than_tls_1_2_is_spoken(listeners: Listening, ours: Certificate) -> None:
    port = lines.free_port()
    made = lines.server(lines.instrument(), port, tls=True)
    lines.wait_for(made, "LISTENING")

    with pytest.warns(DeprecationWarning, match="TLSv1_1"), pytest.raises(ssl.SSLError):
        call(port, ours, maximum_version=ssl.TLSVersion.TLSv1_1)


def test_a_caller_shows_the_certificate_that_is_known(
    listeners: Listening, ours: Certificate, theirs: Certificate
) -> None:
    port = lines.free_port()
    fingerprints = [theirs.fingerprint]
    made = lines.server(lines.instrument("HL7"), port, tls=True, fingerprints=fingerprints)
    lines.wait_for(made, "LISTENING")

    with call(port, ours, theirs) as line:
        line.send(wrapped(hl7_message()))

        assert b"MSA|AA|" in line.block()


def test_a_caller_with_another_certificate_or_none_is_not_heard(
    listeners: Listening, ours: Certificate, theirs: Certificate, stranger: Certificate, settings
) -> None:
    port = lines.free_port()
    both = Path(settings.LABSYS_TLS_AUTHORITIES).with_name("both.pem")
    both.write_bytes(theirs.path.read_bytes() + stranger.path.read_bytes())
    settings.LABSYS_TLS_AUTHORITIES = str(both)
    fingerprints = [theirs.fingerprint]
    made = lines.server(lines.instrument("HL7"), port, tls=True, fingerprints=fingerprints)
    lines.wait_for(made, "LISTENING")

    assert not any(is_answered(port, ours, shown) for shown in (stranger, None))
    assert not TransmissionMessage.objects.exists()
    assert why(made).startswith("A caller")


def test_an_encrypted_port_without_a_certificate_is_a_state(
    listeners: Listening, settings: Any
) -> None:
    settings.LABSYS_TLS_CERTIFICATE = ""
    made = lines.server(lines.instrument(), lines.free_port(), tls=True)

    lines.wait_for(made, "DOWN")
    assert why(made) == "LABSYS_TLS_CERTIFICATE names no certificate for this machine."


def test_fingerprints_without_trusted_certificates_are_a_state(listeners: Listening) -> None:
    fingerprints = ["ab" * 32]
    made = lines.server(lines.instrument(), lines.free_port(), tls=True, fingerprints=fingerprints)

    lines.wait_for(made, "DOWN")
    assert why(made) == "LABSYS_TLS_AUTHORITIES names no file of trusted certificates."


def answer(analyser: Analyser, shown: Certificate) -> Line:
    """Answer the next call, encrypted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.path, shown.key)
    line = analyser.answer()
    line.socket = context.wrap_socket(line.socket, server_side=True)
    return line


def test_who_is_called_is_known_by_its_fingerprint(
    listeners: Listening, stranger: Certificate
) -> None:
    with Analyser() as analyser:
        made = lines.client(
            lines.instrument("HL7"), analyser.port, tls=True, fingerprints=[stranger.fingerprint]
        )
        with answer(analyser, stranger) as line:
            line.send(wrapped(hl7_message()))

            assert b"MSA|AA|" in line.block()
            lines.wait_for(made, "CONNECTED")


def test_who_is_called_is_vouched_for_by_name(listeners: Listening, theirs: Certificate) -> None:
    with Analyser() as analyser:
        lines.client(lines.instrument("HL7"), analyser.port, tls=True)
        with answer(analyser, theirs) as line:
            line.send(wrapped(hl7_message()))

            assert b"MSA|AA|" in line.block()


@pytest.mark.parametrize("fingerprints", [["ab" * 32], []])
def test_who_is_called_and_not_known_is_told_nothing(
    listeners: Listening, theirs: Certificate, stranger: Certificate, fingerprints: list[str]
) -> None:
    with Analyser() as analyser:
        made = lines.client(
            lines.instrument("HL7"), analyser.port, tls=True, fingerprints=fingerprints
        )
        try:
            with answer(analyser, stranger) as line:
                line.send(wrapped(hl7_message()))
                assert line.block() == b""
        except (ssl.SSLError, ConnectionError, BrokenPipeError):
            pass
        said = why(made)

    assert "certificate" in said
    assert not TransmissionMessage.objects.exists()


def test_a_caller_who_says_nothing_keeps_no_place(
    listeners: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assays.listeners import tls

    monkeypatch.setattr(tls, "HANDSHAKE_SECONDS", 0.5)
    port = lines.free_port()
    made = lines.server(lines.instrument(), port, tls=True)
    lines.wait_for(made, "LISTENING")

    with socket.create_connection((lines.HOST, port), timeout=30) as silent:
        assert silent.recv(1) == b""

    wait_until(lambda: len(listeners.hub.room) == 0, seconds=30, what="room")


class Hasty:
    """A caller whose first bytes come together with the last ones of the handshake."""

    def __init__(self, port: int, trusted: Certificate, content: bytes) -> None:
        context = ssl.create_default_context(cafile=str(trusted.path))
        context.check_hostname = False
        self._line = Line(port)
        self._line.socket.settimeout(10)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._encrypted = context.wrap_bio(self._in, self._out)
        self._ask(self._encrypted.do_handshake)
        self.send(content)

    def send(self, content: bytes) -> None:
        self._encrypted.write(content)
        self._line.send(self._out.read())

    def read(self) -> bytes:
        return self._ask(lambda: self._encrypted.read(65_536))

    def close(self) -> None:
        self._line.close()

    def _ask(self, what: Callable[[], Any]) -> Any:
        while True:
            try:
                return what()
            except ssl.SSLWantReadError:
                self._line.send(self._out.read())
                self._in.write(self._line.socket.recv(65_536))


def test_what_comes_with_the_handshake_is_the_beginning_of_what_follows(
    listeners: Listening, ours: Certificate
) -> None:
    port, whole = lines.free_port(), wrapped(hl7_message())
    made = lines.server(lines.instrument("HL7"), port, tls=True)
    lines.wait_for(made, "LISTENING")

    caller = Hasty(port, ours, whole[:50])
    lines.wait_for(made, "CONNECTED")
    caller.send(whole[50:])

    assert b"MSA|AA|" in caller.read()
    caller.close()
