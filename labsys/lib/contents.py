"""Bytes kept by what they are: each under its SHA-256, once, in the storage named `contents`.

Where that is (a folder, or S3) is a setting. What was put is durable before `put` returns, so a row
that names it may be committed. Whoever reads gets the bytes that were put, or an error.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.translation import gettext as _

from labsys.lib import logs
from labsys.lib.errors import Refusal

STORAGE = "contents"
CHUNK = 1024 * 1024
# What speaks S3 raises errors of its own; without a bucket it is not even loaded.
_S3 = frozenset({"boto3", "botocore", "s3transfer"})

logger = logging.getLogger(__name__)


class ContentDamaged(Exception):
    """The storage does not hold what was put under a name: gone, or other bytes."""


class ContentsAway(Refusal):
    """The storage could not be asked, or could not keep what it was given: full, away, or shut."""

    status = 503
    kind = "contents-away"


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes that are in the storage."""

    sha256: str
    size: int


def put(file: File[bytes]) -> Held:
    """Keep the bytes of a file; what is there already, whole, is not written again.

    Raises ContentsAway; nothing then says that they are kept.
    """
    held = _digest(file)
    with _within_reach():
        name, storage = name_of(held.sha256), _storage()
        if not _is_whole(storage, name, held):
            file.seek(0)
            storage.save(name, file)
    return held


def digest(file: File[bytes]) -> str:
    """Return the SHA-256 of a file that may not be in the storage."""
    found = _digest(file).sha256
    file.seek(0)
    return found


def read(sha256: str) -> bytes:
    """Return the bytes whose hash this is, checked; raises ContentDamaged or ContentsAway."""
    with _opened(sha256) as file:
        found: bytes = file.read()
    if hashlib.sha256(found).hexdigest() != sha256:
        raise _damaged(sha256)
    return found


def stream(sha256: str) -> Iterator[bytes]:
    """Return the bytes whose hash this is in pieces; all are checked before the first is given."""
    with _opened(sha256) as file:
        if _digest(file).sha256 != sha256:
            raise _damaged(sha256)
    return _pieces(sha256)


def _pieces(sha256: str) -> Iterator[bytes]:
    with _opened(sha256) as file:
        yield from _chunks(file)


@contextmanager
def _opened(sha256: str) -> Iterator[File[bytes]]:
    with _within_reach():
        try:
            file: File[bytes] = _storage().open(name_of(sha256))
            file.seek(0)  # a bucket is asked when it is read, not when it is opened
        except FileNotFoundError as error:
            raise ContentDamaged(f"content {sha256[:12]} is not in the storage") from error
        with file:
            yield file


@contextmanager
def _within_reach() -> Iterator[None]:
    """Say in words, and without the address or keys of the storage, that it cannot be used."""
    try:
        yield
    except Exception as error:
        is_storage = isinstance(error, OSError) or any(
            one.__module__.partition(".")[0] in _S3 for one in type(error).__mro__
        )
        if not is_storage:
            raise
        logger.error("the storage of contents cannot be used: %s", logs.kind(error))
        raise ContentsAway(
            _(
                "The storage of files cannot be used at the moment, and nothing was kept. Try again "
                "in a few minutes; if it stays so, tell who runs this installation."
            )
        ) from error


def _damaged(sha256: str) -> ContentDamaged:
    return ContentDamaged(f"content {sha256[:12]} is not what was stored under that hash")


def name_of(sha256: str) -> str:
    """Return where bytes lie: in one of 256 folders, so that none holds too many."""
    return f"{sha256[:2]}/{sha256}"


class ContentStorage(FileSystemStorage):
    """A folder in which a file appears whole and on the disk, or not at all."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # the same name is the same bytes

    def _save(self, name: str, content: File[bytes]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                for chunk in _chunks(content):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        # The names are durable as well: of the file in its folder, of the folder in the storage.
        for folder in (path.parent, Path(self.location)):
            _sync(folder)
        return name


def _storage() -> Storage:
    return storages[STORAGE]


def _digest(file: File[bytes]) -> Held:
    sha256, size = hashlib.sha256(), 0
    for chunk in _chunks(file):
        sha256.update(chunk)
        size += len(chunk)
    return Held(sha256.hexdigest(), size)


def _is_whole(storage: Storage, name: str, held: Held) -> bool:
    """Whether the storage holds these bytes; what was damaged is written again."""
    if not storage.exists(name) or storage.size(name) != held.size:
        return False
    with storage.open(name) as file:
        return _digest(file).sha256 == held.sha256


def _chunks(file: File[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
