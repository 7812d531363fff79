"""One installation of labsys, started by the real `./lab` in a state folder of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from labsys.launch import processes
from labsys.launch.places import Places

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = ("LABSYS_", "PG", "DATABASE_URL", "MIGRATE_", "REDIS_URL", "DJANGO_", "PYTEST_")


class Installation:
    """One state folder and the `./lab` commands run on it."""

    def __init__(self, var):
        self.var = var
        var.mkdir()
        self.sockets = Places(var).sockets()
        port, *self.wires = free_ports(3)
        self.url = f"http://127.0.0.1:{port}/"
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
        self.env |= {"LABSYS_VAR": str(var), "LABSYS_PORT": str(port)}
        for name, wire in zip(("LABSYS_ASTM_PORT", "LABSYS_MLLP_PORT"), self.wires, strict=True):
            self.env[name] = str(wire)
        self.process = None
        self.output = ""

    def command(self, *arguments):
        return [sys.executable, str(ROOT / "lab"), *arguments]

    def run(self, *arguments, patience=180):
        return subprocess.run(
            self.command(*arguments),
            env=self.env,
            capture_output=True,
            text=True,
            timeout=patience,
        )

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def up(self):
        """Start and read on until it says that it is ready."""
        self.process = subprocess.Popen(
            self.command("up", "--no-demo"),
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            if "Stop: Ctrl-C" in line:
                return self
        raise AssertionError(self.output + self.logs())

    def end(self, signum=signal.SIGTERM):
        self.process.send_signal(signum)
        self.output += self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(60)

    def pids(self):
        """Every process of this installation, by the mark in its environment or its folder."""
        mark = f"LABSYS_SUPERVISED={self.var}".encode()
        # Valkey rewrites its command line and environment; its socket stays in it.
        folders = [str(folder).encode() for folder in (self.var, self.sockets)]
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                marked = mark in (entry / "environ").read_bytes().split(b"\0")
                command = (entry / "cmdline").read_bytes()
                if marked or any(folder in command for folder in folders):
                    if processes.start_time(int(entry.name)):
                        found.add(int(entry.name))
        return found

    def pid_of(self, *words):
        """The process whose command line holds these words and whose parent is the supervisor."""
        for pid in self.pids():
            with contextlib.suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
                if parent(pid) == self.process.pid and all(word in command for word in words):
                    return pid
        return None

    def logs(self):
        return "".join(path.read_text() for path in sorted((self.var / "log").glob("*.log*")))


def free_ports(count):
    """Ports nobody listens on just now, all different."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def wait_for(condition, patience=30):
    """Wait for a condition, at most so many seconds."""
    end = time.monotonic() + patience
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    assert met


def parent(pid):
    """The process that this one is a child of."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return None
