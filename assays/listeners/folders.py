"""A folder in which an instrument leaves files: each is taken whole, once, when it grows no more.

    xn-1/result.hl7     as the instrument left it
    xn-1/done/          what is stored, moved there after the commit
    xn-1/refused/       what is no file of messages; an alarm stands until somebody has cleared it

A file is known by where it lies on the disk, its length and its last change. One that was stored and
not moved, because the process ended between the two, is only moved when it is found again.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import logging
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from assays.actions import raw_messages
from assays.actions.intake import Arrival, Origin, Standing
from assays.instruments.drivers import Driver
from assays.instruments.wire import Frame, Verdict
from assays.listeners.tls import Unusable, reason
from assays.listeners.writer import Unstored, place
from assays.models import TransmissionMessage
from assays.queries import families
from assays.queries.endpoints import Line
from assays.rules.endpoints import LineState, is_taken
from assays.rules.line_faults import LineFault, Trouble, fault
from assays.rules.states import SessionState
from labsys.lib import faults

if TYPE_CHECKING:
    from assays.listeners.hub import Hub

SCAN_SECONDS = 1.0
MOST_BYTES = 16 * 2**20
MOST_MESSAGES = 10_000
# Files looked at in one scan: the others are looked at in the next ones.
MOST_FILES = 1000
DONE, REFUSED = "done", "refused"
PATIENCE = 10.0
HERE = "127.0.0.1"

BEFORE_MOVE = faults.declare("folders.file.stored", "a file is stored, not moved to done")

logger = logging.getLogger(__name__)


class Refused(Exception):
    """A file holds no messages; `fault` is why."""

    def __init__(self, trouble: Trouble, **values: object) -> None:
        self.fault = fault(trouble, **values)
        super().__init__(str(self.fault))


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file is known by."""

    device: int
    inode: int
    size: int
    changed: int

    @classmethod
    def of(cls, found: os.stat_result) -> Mark:
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

    def key(self, endpoint_id: int, name: str) -> str:
        """Return the name under which a session says that it was this file."""
        known = f"{self.device}:{self.inode}:{self.size}:{self.changed}:{name}"
        digest = hashlib.sha256(known.encode(errors="surrogateescape")).hexdigest()[:32]
        shown = "".join(c if c.isascii() and c.isprintable() else "?" for c in name)
        return f"folder {endpoint_id} {digest} {shown}"[:128]


class Folder:
    """One folder that is watched."""

    def __init__(self, hub: Hub, line: Line) -> None:
        self._hub, self.line = hub, line
        self._key = (line.instrument_id, line.endpoint_id)
        self._seen: dict[str, tuple[Mark, float]] = {}
        # Could not be stored, or moved: they keep no others from being looked at.
        self._stuck: set[str] = set()
        self._taking: asyncio.Task[LineFault | None] | None = None

    async def start(self) -> None:
        """Begin to look; raises Unusable where there is no such folder."""
        if not settings.LABSYS_FOLDERS:
            raise Unusable(Trouble.NO_FOLDERS)
        self._path = Path(settings.LABSYS_FOLDERS) / self.line.folder
        await asyncio.to_thread(self._prepare)
        self._hub.board.stands(self._key, LineState.WATCHING, self._hub.loop.time())
        self._task = self._hub.loop.create_task(self._watch())

    async def stop(self) -> None:
        """Look no more; a file that is being stored is finished."""
        self._task.cancel()
        await asyncio.wait([self._task])
        if self._taking is not None:
            await asyncio.wait([self._taking], timeout=PATIENCE)

    def _prepare(self) -> None:
        root = Path(settings.LABSYS_FOLDERS).resolve()
        try:
            found = self._path.resolve(strict=True)
            if not found.is_relative_to(root):
                raise Unusable(Trouble.FOLDER_OUTSIDE, folder=self.line.folder)
            for name in (DONE, REFUSED):
                (self._path / name).mkdir(exist_ok=True)
        except OSError as error:
            raise Unusable(Trouble.FOLDER, folder=self.line.folder, error=reason(error)) from error

    async def _watch(self) -> None:
        while True:
            try:
                why = await self._look()
            except OSError as error:
                why = fault(Trouble.FOLDER_UNREAD, folder=self.line.folder, error=reason(error))
            except Exception as error:
                logger.exception("a folder could not be looked into")
                why = fault(Trouble.FOLDER_FAILED, error=type(error).__name__)
            now = self._hub.loop.time()
            if why:
                self._hub.board.down(self._key, why, now)
            else:
                self._hub.board.stands(self._key, LineState.WATCHING, now)
            await asyncio.sleep(SCAN_SECONDS)

    async def _look(self) -> LineFault | None:
        """Take what is ready; returns why something could not be moved."""
        found, refused = await asyncio.to_thread(self._list)
        now = self._hub.loop.time()
        self._hub.board.refuses(self._key, refused, now)
        before, self._seen = self._seen, {}
        for name, mark in found.items():
            known = before.get(name)
            self._seen[name] = known if known and known[0] == mark else (mark, now)
        why = None
        for name, (mark, since) in sorted(self._seen.items(), key=lambda one: one[1][0].changed):
            if now - since >= (self.line.stable_seconds or 1):
                self._taking = self._hub.loop.create_task(self._take(name, mark))
                failed = await asyncio.shield(self._taking)
                (self._stuck.add if failed else self._stuck.discard)(name)
                why = failed or why
        return why

    def _list(self) -> tuple[dict[str, Mark], int]:
        found: dict[str, Mark] = {}
        last: list[os.DirEntry[str]] = []
        with os.scandir(self._path) as entries:
            for entry in entries:
                if len(found) >= MOST_FILES:
                    break
                if entry.name in self._stuck:
                    last.append(entry)
                else:
                    self._add(entry, found)
            else:
                self._stuck.intersection_update(entry.name for entry in last)
        for entry in last[: MOST_FILES - len(found)]:
            self._add(entry, found)
        return found, len(os.listdir(self._path / REFUSED))

    def _add(self, entry: os.DirEntry[str], found: dict[str, Mark]) -> None:
        """Add a file to what was found, if it is one to be taken."""
        known = _look_at(entry) if is_taken(entry.name, self.line.pattern) else None
        if known is not None:
            found[entry.name] = known

    # --- one file

    async def _take(self, name: str, mark: Mark) -> LineFault | None:
        """Take one file, whatever comes of it: the others are taken all the same."""
        try:
            return await self._store(name, mark)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            logger.error("a file was not taken: %s at %s", type(error).__name__, place(error))
            return fault(Trouble.FILE_UNSTORED, file=repr(name))

    async def _store(self, name: str, mark: Mark) -> LineFault | None:
        """Store one file and move it; returns why it could not be moved."""
        key = mark.key(self.line.endpoint_id, name)
        try:
            content = await asyncio.to_thread(self._read, name, mark)
            driver = await self._hub.keeper.ask(families.to_take_apart, self.line.driver)
            if content is None or driver is None:
                return None
            # Beside the connections: a long file takes its time.
            arrival = await asyncio.to_thread(self._arrival, content, key, driver)
        except Refused as refused:
            self._hub.board.failed(self._key, refused.fault, self._now)
            return await asyncio.to_thread(self._move, name, REFUSED)
        is_stored = await self._hub.keeper.ask(_is_stored, arrival)
        if is_stored is False:
            standing = await self._hub.writer.store(arrival, patience=PATIENCE)
            is_stored = isinstance(standing, Standing)
            if is_stored:
                self._hub.board.heard(self._key, len(arrival.messages), self._now)
                faults.passing(BEFORE_MOVE)
            elif standing is Unstored.UNFIT:
                return fault(Trouble.FILE_UNSTORED, file=repr(name))
        if not is_stored or await asyncio.to_thread(self._mark, name) != mark:
            return None  # the database is away, or it grew on: the next scan asks again
        return await asyncio.to_thread(self._move, name, DONE)

    @property
    def _now(self) -> float:
        return self._hub.loop.time()

    def _read(self, name: str, mark: Mark) -> bytes | None:
        """Return what a file holds; None where it is empty, gone, or has changed meanwhile."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            opened = os.open(self._path / name, flags)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise Refused(Trouble.FILE_LINK) from error
            raise Refused(Trouble.FILE_UNOPENED, error=reason(error)) from error
        with os.fdopen(opened, "rb") as file:
            found = os.fstat(opened)
            if not stat.S_ISREG(found.st_mode):
                raise Refused(Trouble.FILE_OTHER)
            if Mark.of(found) != mark or not found.st_size:
                return None
            if found.st_size > MOST_BYTES:
                raise Refused(Trouble.FILE_LONG, size=found.st_size, most=MOST_BYTES)
            content = file.read(MOST_BYTES + 1)
        return content if len(content) == mark.size else None

    def _arrival(self, content: bytes, key: str, driver: Driver) -> Arrival:
        found = driver.unwrap(content, self.line.settings)
        if not any(one.is_complete or _begins(one.text) for one in found):
            raise Refused(Trouble.FILE_EMPTY)
        if len(found) > MOST_MESSAGES:
            raise Refused(Trouble.FILE_FULL, count=len(found), most=MOST_MESSAGES)
        source = self.line.source
        return Arrival(
            origin=Origin(key, found[0].dialect, HERE, 0),
            source=source,
            frames=(Frame(content, Verdict.ACCEPTED, found[0].number),),
            messages=tuple(raw_messages.message_of(one, source) for one in found),
            ends=SessionState.ENDED,
        )

    def _mark(self, name: str) -> Mark | None:
        try:
            return Mark.of((self._path / name).lstat())
        except OSError:
            return None

    def _move(self, name: str, where: str) -> LineFault | None:
        """Move a file where nothing of its name is; returns why that cannot be."""
        target = self._path / where / name
        number = 1
        while os.path.lexists(target):
            target = self._path / where / f"{name}.{number}"
            number += 1
        try:
            (self._path / name).rename(target)
        except FileNotFoundError:
            return None
        except OSError as error:
            folder = f"{self.line.folder}/{where}"
            return fault(Trouble.FILE_UNMOVED, folder=folder, error=reason(error))
        return None


def _look_at(entry: os.DirEntry[str]) -> Mark | None:
    """Return what a file is known by; None of a folder, or where it is gone, or empty yet."""
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    is_empty = stat.S_ISREG(found.st_mode) and not found.st_size
    return None if is_empty or stat.S_ISDIR(found.st_mode) else Mark.of(found)


def _begins(text: bytes) -> bool:
    return text.lstrip()[:3] == b"MSH" or text.lstrip()[:1] == b"H"


def _is_stored(arrival: Arrival) -> bool:
    """Whether this very file was stored, and the process ended before it was moved."""
    digest = hashlib.sha256(arrival.messages[0].assembled.text).digest()
    rows = TransmissionMessage.objects.filter(
        instrument=arrival.messages[0].instrument_id,
        sha256=digest,
        session__listener=arrival.origin.listener,
    )
    return rows.exists()
