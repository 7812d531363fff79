"""A PostgreSQL and a Valkey for one test session: in memory, private, gone afterwards.

`start()` leaves their addresses in LABSYS_TEST_* so that the workers of the session share
them; where these are set from outside, the servers they name are used.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from labsys.launch import databases, processes
from labsys.launch.errors import LaunchError
from labsys.launch.postgres import SUPERUSER, Cluster, find_binaries
from labsys.launch.privileges import unprivileged
from labsys.launch.valkey import Broker, find_server

_PREFIX = "labsys-test-"
_ROOM_NEEDED = 700 * 2**20
_DATABASE = ("LABSYS_TEST_DATABASE_URL", "LABSYS_TEST_MIGRATE_DATABASE_URL")
_SUPERUSER = "LABSYS_TEST_SUPERUSER_URL"
_REDIS = "LABSYS_TEST_REDIS_URL"


@dataclass
class Throwaway:
    """The servers of a test session, and the URLs of the three roles for any database."""

    owner: str
    runtime: str
    superuser: str | None
    redis_url: str
    _stops: list[Callable[[], object]] = field(default_factory=list, repr=False)
    _pid: int = field(default_factory=os.getpid, repr=False)

    def owner_url(self, database: str) -> str:
        return _with_database(self.owner, database)

    def runtime_url(self, database: str) -> str:
        return _with_database(self.runtime, database)

    def superuser_url(self, database: str) -> str:
        if self.superuser is None:
            raise LaunchError(f"{_SUPERUSER} is not set, and this needs a superuser.")
        return _with_database(self.superuser, database)

    def stop(self) -> None:
        """Stop what this session started (a forked child of it stops nothing)."""
        while self._stops and os.getpid() == self._pid:
            self._stops.pop()()


def start() -> Throwaway:
    """Start the servers of a test session, or join those named in LABSYS_TEST_*."""
    given = [key for key in _DATABASE if os.environ.get(key)]
    if len(given) == 1:
        missing = next(key for key in _DATABASE if key not in given)
        raise LaunchError(f"{given[0]} is set but {missing} is not: tests need both or neither.")
    session = Throwaway("", "", os.environ.get(_SUPERUSER), os.environ.get(_REDIS, ""))
    atexit.register(session.stop)
    try:
        folder = None if given and session.redis_url else _folder(session)
        if not given:
            _start_postgres(session, folder)
        session.runtime, session.owner = (os.environ[key] for key in _DATABASE)
        if not session.redis_url:
            _start_valkey(session, folder)
    except BaseException:
        session.stop()
        raise
    return session


def _start_postgres(session: Throwaway, folder: Path | None) -> None:
    assert folder is not None
    binaries = find_binaries()
    cluster = Cluster(
        binaries=binaries,
        data=folder / "data",
        sockets=folder / "sockets",
        identity=unprivileged(binaries, folder),
        durable=False,
    )
    cluster.sockets.mkdir(mode=0o700)
    cluster.identity.hand_over(folder)
    words = {role: secrets.token_urlsafe(24) for role in ("superuser", "owner", "runtime")}
    cluster.create(words["superuser"])
    with open(folder / "postgres.log", "ab") as log:
        process = cluster.spawn(log)
    _stop_later(session, lambda: cluster.stop(process))
    cluster.wait_until_ready(process, folder / "postgres.log")
    superuser = cluster.url(SUPERUSER, words["superuser"], "postgres")
    databases.ensure_roles(
        superuser, owner_password=words["owner"], runtime_password=words["runtime"]
    )
    databases.ensure_database(superuser, "labsys")
    session.superuser = superuser
    _publish(session, _SUPERUSER, superuser)
    for key, role in zip(_DATABASE, ("runtime", "owner"), strict=True):
        name = databases.RUNTIME if role == "runtime" else databases.OWNER
        _publish(session, key, cluster.url(name, words[role], "labsys"))


def _start_valkey(session: Throwaway, folder: Path | None) -> None:
    assert folder is not None
    private = folder / "valkey"
    private.mkdir(mode=0o700)
    broker = Broker(find_server(), private, secrets.token_urlsafe(24))
    with open(folder / "valkey.log", "ab") as log:
        process = broker.spawn(log)
    _stop_later(session, lambda: broker.stop(process))
    broker.wait_until_ready(process, folder / "valkey.log")
    session.redis_url = broker.url
    _publish(session, _REDIS, broker.url)


def _stop_later(session: Throwaway, stop: Callable[[], object]) -> None:
    session._stops.append(stop)


def _publish(session: Throwaway, key: str, url: str) -> None:
    """Name a server in the environment for as long as it lives."""
    os.environ[key] = url
    # Before its server stops, i.e. appended after it: stops run last in, first out.
    session._stops.append(lambda: os.environ.pop(key, None))


def _folder(session: Throwaway) -> Path:
    """A private folder named after this process, so that a later session can clear it away."""
    place = _place()
    _clear_dead_sessions(place)
    pid = os.getpid()
    prefix = f"{_PREFIX}{os.geteuid()}-{pid}-{processes.start_time(pid)}-"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    _stop_later(session, lambda: shutil.rmtree(folder, ignore_errors=True))
    return folder


def _place() -> Path:
    memory = Path("/dev/shm")
    writable = memory.is_dir() and os.access(memory, os.W_OK)
    if writable and shutil.disk_usage(memory).free >= _ROOM_NEEDED:
        return memory
    return Path(tempfile.gettempdir())


def _clear_dead_sessions(place: Path) -> None:
    """Remove the folders of sessions that were killed; their servers died with them."""
    for folder in place.glob(f"{_PREFIX}{os.geteuid()}-*-*-*"):
        pid, started = folder.name.removeprefix(_PREFIX).split("-")[1:3]
        try:
            mine = folder.lstat().st_uid == os.geteuid()
        except OSError:
            continue
        dead = mine and pid.isdigit() and processes.start_time(int(pid)) != started
        if dead and not _postmaster_alive(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _postmaster_alive(folder: Path) -> bool:
    try:
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return False
    try:
        running = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return str(folder).encode() in running


def _with_database(url: str, database: str) -> str:
    # urlunsplit would drop the empty host's slashes for an unknown scheme with a path only.
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path="/" + database))
