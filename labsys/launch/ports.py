"""Whether a port is free, who has it when it is not, and which one is."""

import errno
import os
import socket
from pathlib import Path

from labsys.launch.errors import LaunchError


def check_free(bind: str, port: int, *, variable: str = "LABSYS_PORT") -> None:
    """Refuse with one sentence when no server could listen there."""
    try:
        _try(bind, port)
    except PermissionError as error:
        raise LaunchError(
            f"This user may not listen on port {port}: ports below 1024 are reserved. "
            f"Choose another: {variable}={first_free(bind, 8000)} ./lab up"
        ) from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise LaunchError(
                f"{bind} is not an address of this machine ({error.strerror}): see LABSYS_BIND and "
                "LABSYS_INSTRUMENTS_BIND."
            ) from error
        holder = holder_of(port)
        by = f" by {holder}" if holder else " by another program"
        raise LaunchError(
            f"Port {port} on {bind} is taken{by}. Stop that, or choose another port: "
            f"{variable}={first_free(bind, port + 1)} ./lab up"
        ) from error


def holder_of(port: int) -> str | None:
    """The program listening on a TCP port, as far as this user may look."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, rows):
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    if not inodes:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(entry) in inodes for entry in (process / "fd").iterdir()):
                name = (process / "comm").read_text().strip()
                return f"{name} (process {process.name})"
        except OSError:
            continue
    return None


def _try(bind: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        # As the web server does: a port in TIME_WAIT after a restart is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((bind.strip("[]"), port))
        probe.listen(1)


def numbered(variable: str, default: int) -> int:
    """Read a port's number from the environment."""
    text = os.environ.get(variable, str(default))
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LaunchError(f"{variable} is {text!r}; a port is a number from 1 to 65535.")
    return int(text)


def first_free(bind: str, start: int) -> int:
    """The first port from `start` on that nobody listens on (`start` itself if none is found)."""
    for port in range(start, min(start + 100, 65536)):
        try:
            _try(bind, port)
        except OSError:
            continue
        return port
    return start
