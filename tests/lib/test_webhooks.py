"""Webhooks: where they may go, how they are signed, and that nothing leads them elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from labsys.lib import webhooks
from labsys.lib.errors import InvalidInput
from labsys.lib.webhooks import NotDelivered

SECRET = b"s" * 32


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent, and answers as its server is told to."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.got.append((self.path, dict(self.headers), self.rfile.read(length)))
        if self.server.answer == "trickle":
            for _each in range(40):
                try:
                    self.wfile.write(b"H")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.05)
            return
        self.send_response(self.server.answer)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def receiver(answer: int | str = 204) -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answer = [], answer
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def address(server: HTTPServer, path: str = "/told?x=1") -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


def post(server: HTTPServer, **more: object) -> None:
    given = {"secret": SECRET, "hosts": {"127.0.0.1"}, **more}
    webhooks.post(address(server), b'{"id":1}', **given)


def test_a_body_arrives_with_its_signature() -> None:
    with receiver() as server:
        post(server)

        ((path, headers, body),) = server.got
    expected = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    assert (path, body) == ("/told?x=1", b'{"id":1}')
    assert headers["X-Labsys-Signature"] == f"sha256={expected}"


@pytest.mark.parametrize("answer", [301, 302, 307, 400, 404, 500])
def test_what_is_not_accepted_is_not_delivered_and_leads_nowhere(answer) -> None:
    with receiver(answer) as server:
        with pytest.raises(NotDelivered, match=f"answered {answer}"):
            post(server)

        assert [path for path, _headers, _body in server.got] == ["/told?x=1"]


def test_nobody_there_is_not_delivered() -> None:
    with receiver() as server:
        pass

    with pytest.raises(NotDelivered, match="did not answer"):
        post(server)


def test_an_answer_that_trickles_is_cut_off_in_time() -> None:
    with receiver("trickle") as server:
        begun = time.monotonic()
        with pytest.raises(NotDelivered):
            post(server, seconds=0.3)

        assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("https://evil.example/", "not among"),
        ("https://allowed.example:8443/", "not among"),
        ("http://allowed.example/", "https only"),
        ("ftp://allowed.example/", "Write the address"),
        ("https://user:pass@allowed.example/", "no user name"),
        ("https://allowed.example/#x", "fragment"),
        ("https://allowed.example:99999/", "no such port"),
        ("https://allowed.example\r\nHost: x/", "Write the address"),
        ("https://allowed.éxample/", "Write the address"),
        ("https://[::1/", "Write the address"),
        ("", "Write the address"),
        ("https://allowed.example/" + "a" * 300, "Write the address"),
    ],
)
def test_an_address_that_is_not_allowed_is_refused_with_its_reason(text, why) -> None:
    with pytest.raises(InvalidInput, match=why):
        webhooks.check_address(
            text,
            hosts={"allowed.example:444", "allowed.example:80"}
            | ({"allowed.example"} if "8443" not in text else set()),
        )


def test_a_host_is_allowed_with_every_port_or_with_one() -> None:
    every = webhooks.check_address("https://Allowed.example:8443/a?b", hosts={"allowed.example"})
    one = webhooks.check_address("https://allowed.example/", hosts={"allowed.example:443"})

    assert (every.host, every.port, every.path) == ("allowed.example", 8443, "/a?b")
    assert one.port == 443
