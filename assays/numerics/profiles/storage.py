"""A catalogue in a folder: a manifest, and a file of arrays for each segment, mapped by workers.

The manifest is replaced in one move after the files it names are on disk, so a reader sees one
catalogue or the next, whole. It holds version, source, sizes and checksums, its own among them.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assays.numerics.profiles.segments import ARRAYS, Segment
from assays.numerics.refusals import Unusable
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

FORMAT = "labsys-profile-catalogue"
# 2: markers under their one name.
VERSION = 2
MANIFEST = "manifest.json"
ALIGNED = 4096
TRIES = 3

# Files that this process has read whole: under another name they need not be read again.
_read: set[tuple[Any, ...]] = set()


@dataclass(frozen=True, slots=True)
class Kept:
    """A catalogue as a folder holds it; ``entries`` describe the files of its segments."""

    folder: Path
    checksum: str
    factors: tuple[str, ...]
    copies: tuple[bool, ...]
    segments: tuple[Segment, ...]
    entries: tuple[dict[str, Any], ...]

    def is_stale(self) -> bool:
        try:
            return bool(_manifest(self.folder)["checksum"] != self.checksum)
        except Unusable:
            return True


def saved(
    folder: Path,
    factors: Sequence[str],
    copies: Sequence[bool],
    segments: Sequence[Segment],
    source: str,
    before: Kept | None,
) -> Kept:
    """Write or link what the folder lacks, then the manifest, then remove files it names no more."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {}
    if before is not None:
        pairs = zip(before.segments, before.entries, strict=True)
        known = {
            id(segment): entry
            for segment, entry in pairs
            if before.folder == folder or _is_linked(before.folder, folder, entry["file"])
        }
    entries = [known.get(id(segment)) or _write(folder, segment) for segment in segments]
    body = {
        "format": FORMAT,
        "version": VERSION,
        "source": source,
        "factors": list(factors),
        "copies": [number for number, is_copy in enumerate(copies) if is_copy],
        "segments": entries,
    }
    checksum = _checksum(body)
    _replace(folder / MANIFEST, json.dumps({**body, "checksum": checksum}).encode())
    named = {entry["file"] for entry in entries}
    for file in folder.glob("segment-*.bin"):
        if file.name not in named:
            file.unlink(missing_ok=True)
    return Kept(folder, checksum, tuple(factors), tuple(copies), tuple(segments), tuple(entries))


def opened(folder: Path, *, source: str | None, verify: bool) -> Kept:
    """Map a catalogue; while another replaces it, a few times are tried."""
    for last in range(TRIES - 1, -1, -1):
        body = _manifest(folder)
        if source is not None and body["source"] != source:
            raise Unusable(
                "CATALOGUE_STALE",
                _("The catalogue in %(folder)s is made of %(kept)s, not of %(source)s."),
                folder=str(folder),
                kept=cited(body["source"]),
                source=cited(source),
            )
        try:
            segments = tuple(_mapped(folder, entry, verify) for entry in body["segments"])
        except FileNotFoundError as error:
            if not last:
                raise _damaged(folder, "a file is missing") from error
            continue
        kinds = len(body["factors"])
        copies = np.zeros(kinds, dtype=np.bool_)
        copies[body["copies"]] = True
        return Kept(
            folder,
            body["checksum"],
            tuple(body["factors"]),
            tuple(copies.tolist()),
            segments,
            tuple(body["segments"]),
        )
    raise AssertionError("the last try returns or raises")


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        raw = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise Unusable(
            "CATALOGUE_ABSENT",
            _("There is no catalogue in %(folder)s: %(why)s."),
            folder=str(folder),
            why=error.strerror or type(error).__name__,
        ) from error
    try:
        body = json.loads(raw)
        form, version, checksum = body["format"], body["version"], body.pop("checksum")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder, "its manifest cannot be read") from error
    if form != FORMAT or version != VERSION:
        raise Unusable(
            "CATALOGUE_VERSION",
            _("The catalogue in %(folder)s has the version %(version)s; this reads %(own)d."),
            folder=str(folder),
            version=cited(version),
            own=VERSION,
        )
    if checksum != _checksum(body):
        raise _damaged(folder, "its manifest does not have the checksum it names")
    return {**body, "checksum": checksum}


def _write(folder: Path, segment: Segment) -> dict[str, Any]:
    digest, arrays, at = hashlib.blake2b(digest_size=32), {}, 0
    draft = folder / f".segment-{os.getpid()}.part"
    with draft.open("wb") as file:
        for name in ARRAYS:
            array = np.ascontiguousarray(getattr(segment, name))
            gap = bytes(-at % ALIGNED)
            raw = array.reshape(-1).view(np.uint8).data if array.size else b""
            for part in (gap, raw):
                file.write(part)
                digest.update(part)
            at += len(gap)
            arrays[name] = [at, array.dtype.str, list(array.shape)]
            at += array.nbytes
        file.flush()
        os.fsync(file.fileno())
    name = f"segment-{digest.hexdigest()[:24]}.bin"
    draft.replace(folder / name)
    return {"file": name, "bytes": at, "checksum": digest.hexdigest(), "arrays": arrays}


def _is_linked(folder: Path, into: Path, file: str) -> bool:
    """Give a file that never changes another name; where that cannot be done, it is written again."""
    try:
        os.link(folder / file, into / file)
    except FileExistsError:
        return True
    except OSError:
        return False
    return True


def _mapped(folder: Path, entry: dict[str, Any], verify: bool) -> Segment:
    file = folder / entry["file"]
    with file.open("rb") as handle:
        now = os.fstat(handle.fileno())
        if now.st_size != entry["bytes"]:
            raise _damaged(folder, f"{entry['file']} does not have the size it had")
        whole = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
    own = (now.st_dev, now.st_ino, now.st_mtime_ns, entry["checksum"])
    if verify and own not in _read:
        if hashlib.blake2b(whole, digest_size=32).hexdigest() != entry["checksum"]:
            raise _damaged(folder, f"{entry['file']} does not have the checksum it had")
        _read.add(own)
    arrays = {}
    for name in ARRAYS:
        at, kind, shape = entry["arrays"][name]
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(
            whole, dtype=kind, count=count, offset=min(at, entry["bytes"] - 1)
        )
        arrays[name] = arrays[name].reshape(shape)
    return Segment(**arrays)


def _replace(file: Path, raw: bytes) -> None:
    draft = file.with_name(f".{file.name}-{os.getpid()}.part")
    with draft.open("wb") as handle:
        handle.write(raw)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)


def _checksum(body: dict[str, Any]) -> str:
    raw = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.blake2b(raw, digest_size=32).hexdigest()


def _damaged(folder: Path, why: str) -> Unusable:
    return Unusable(
        "CATALOGUE_DAMAGED",
        _("The catalogue in %(folder)s is damaged: %(why)s. Build it anew."),
        folder=str(folder),
        why=why,
    )
