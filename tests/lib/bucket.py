"""A server on loopback that speaks as much S3 as contents need: put, get, head, in parts and whole.

It keeps objects in memory, checks that requests are signed by the key it knows, and can be told to
refuse, to forget or to change what it holds.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from labsys.lib.contents_settings import contents_storage

ACCESS_KEY = "AKIALOOPBACKTEST"
SECRET_KEY = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
NAME = "films"


class Bucket(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.asked: list[str] = []
        self.fails_with = 0  # a status that every request is answered with
        self.cuts_off = False  # connections are closed without an answer

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def storage(self, **more: str) -> Any:
        """Return the storage of an installation whose settings name this bucket."""
        from storages.backends.s3 import S3Storage

        given = {
            "LABSYS_CONTENTS_S3_BUCKET": NAME,
            "LABSYS_CONTENTS_S3_ENDPOINT": self.endpoint,
            "LABSYS_CONTENTS_S3_REGION": "eu-west-3",
            "LABSYS_CONTENTS_S3_PREFIX": "lab",
            "LABSYS_CONTENTS_S3_ACCESS_KEY": ACCESS_KEY,
            "LABSYS_CONTENTS_S3_SECRET_KEY": SECRET_KEY,
            **more,
        }
        return S3Storage(**contents_storage(given, usual=None)["OPTIONS"])  # type: ignore[arg-type]


@contextmanager
def served() -> Iterator[Bucket]:
    server = Bucket()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def log_message(self, *_given: Any) -> None:
        pass

    def do_PUT(self) -> None:  # noqa: N802 - the library's name
        if self._is_cut_off():
            return
        body = self._body()
        if self._is_refused():
            return
        key, asked = self._key()
        tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        if "partNumber" in asked:
            self.server.parts[asked["uploadId"][0]][int(asked["partNumber"][0])] = body
        else:
            self.server.objects[key] = body
        self._answer(200, ETag=tag)

    def do_POST(self) -> None:  # noqa: N802
        self._body()
        if self._is_refused():
            return
        key, asked = self._key()
        if "uploads" in asked:
            upload = f"upload-{len(self.server.parts)}"
            self.server.parts[upload] = {}
            told = f"<UploadId>{upload}</UploadId>"
            self._xml(200, "InitiateMultipartUploadResult", told)
            return
        parts = self.server.parts.pop(asked["uploadId"][0])
        self.server.objects[key] = b"".join(parts[number] for number in sorted(parts))
        self._xml(200, "CompleteMultipartUploadResult", f"<Key>{key}</Key>")

    def do_GET(self) -> None:  # noqa: N802
        self._give()

    def do_HEAD(self) -> None:  # noqa: N802
        self._give()

    def do_DELETE(self) -> None:  # noqa: N802
        self._answer(204)

    def _give(self) -> None:
        if self._is_cut_off() or self._is_refused():
            return
        key, _asked = self._key()
        content = self.server.objects.get(key)
        if content is None:
            self._xml(404, "Error", "<Code>NoSuchKey</Code><Message>gone</Message>")
            return
        tag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
        wanted = self.headers.get("Range")
        if wanted is None:
            self._answer(200, content, ETag=tag)
            return
        first, _dash, last = wanted.removeprefix("bytes=").partition("-")
        end = min(int(last or len(content) - 1), len(content) - 1)
        range_ = f"bytes {first}-{end}/{len(content)}"
        self._answer(206, content[int(first) : end + 1], ETag=tag, **{"Content-Range": range_})

    def _is_cut_off(self) -> bool:
        if self.server.cuts_off:
            self.close_connection = True
            self.connection.close()
        return self.server.cuts_off

    def _key(self) -> tuple[str, dict[str, list[str]]]:
        path = urlsplit(self.path)
        return path.path.lstrip("/"), parse_qs(path.query, keep_blank_values=True)

    def _is_refused(self) -> bool:
        self.server.asked.append(f"{self.command} {self.path}")
        if self.server.fails_with:
            self._xml(self.server.fails_with, "Error", "<Code>SlowDown</Code><Message>-</Message>")
            return True
        if f"Credential={ACCESS_KEY}/" not in self.headers.get("Authorization", ""):
            told = "<Code>InvalidAccessKeyId</Code><Message>unknown</Message>"
            self._xml(403, "Error", told)
            return True
        return False

    def _body(self) -> bytes:
        """Return what is sent; in chunks with a checksum behind, where the library does that."""
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return _unchunked(content) if self._is_aws_chunked() else content
        found = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return _unchunked(found) if self._is_aws_chunked() else found

    def _is_aws_chunked(self) -> bool:
        return "aws-chunked" in self.headers.get("Content-Encoding", "")

    def _xml(self, status: int, name: str, told: str) -> None:
        self._answer(status, f"<?xml version='1.0'?><{name}>{told}</{name}>".encode())

    def _answer(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _unchunked(content: bytes) -> bytes:
    found = b""
    while True:
        head, _line, content = content.partition(b"\r\n")
        size = int(head.split(b";")[0], 16)
        if size == 0:
            return found
        found, content = found + content[:size], content[size + 2 :]
