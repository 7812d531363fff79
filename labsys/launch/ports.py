"""Whether the web port is free, and who has it when it is not."""

import errno
import os
import socket
from pathlib import Path

from labsys.launch.errors import LaunchError


def check_free(bind: str, port: int) -> None:
    """Refuse with one sentence when the web server could not listen there."""
    try:
        _try(bind, port)
    except PermissionError as error:
        raise LaunchError(
            f"This user may not listen on port {port}: ports below 1024 are reserved. "
            f"Choose another: LABSYS_PORT={_free_port(bind, 8000)} ./lab up"
        ) from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise LaunchError(
                f"LABSYS_BIND={bind} is not an address of this machine ({error.strerror})."
            ) from error
        holder = holder_of(port)
        by = f" by {holder}" if holder else " by another program"
        raise LaunchError(
            f"Port {port} on {bind} is taken{by}. Stop that, or choose another port: "
            f"LABSYS_PORT={_free_port(bind, port + 1)} ./lab up"
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


def _free_port(bind: str, start: int) -> int:
    for port in range(start, min(start + 100, 65536)):
        try:
            _try(bind, port)
        except OSError:
            continue
        return port
    return start
