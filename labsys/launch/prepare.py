"""Bring the database, the static files and the demo up to date, once per change."""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from labsys.launch import processes
from labsys.launch.errors import LaunchError
from labsys.launch.places import ROOT, Places
from labsys.launch.private_files import write_private
from labsys.launch.progress import Step

_PACKAGES = ("labsys", "patients", "assays", "consent")
_FOLDERS = {"migrations", "static", "data", "catalogue", "demo", "seed", "roles"}
_FILES = ("roles.py", "prepare.py", "seed_demo.py")


def fingerprint(*more: str) -> str:
    """One hash over everything `manage.py prepare` builds from."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    for text in more:
        digest.update(f"\0{text}".encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield ROOT / "requirements.txt"
    yield ROOT / "labsys" / "settings.py"
    for package in _PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            inside = _FOLDERS.intersection(path.relative_to(ROOT).parts[:-1])
            if path.is_file() and path.suffix != ".pyc" and (inside or path.name in _FILES):
                yield path


def is_prepared(places: Places, wanted: str) -> bool:
    """True when this very database was prepared with these very sources."""
    return recorded(places).get("fingerprint") == wanted


def recorded(places: Places) -> dict[str, object]:
    try:
        found = json.loads(places.prepared.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def record(places: Places, **values: object) -> None:
    write_private(places.prepared, json.dumps(recorded(places) | values) + "\n")


def prepare(places: Places, environment: Mapping[str, str], *, demo: bool, line: Step) -> None:
    """Run `manage.py prepare` as the owner: migrate, partitions, static files, demo."""
    log = places.logs / "prepare.log"
    returncode = _manage(["prepare", *(["--demo"] if demo else [])], environment, log, line)
    if returncode != 0:
        raise LaunchError(
            f"The database could not be prepared ({processes.describe_end(returncode)})."
            f"{processes.tail(log, 15)}"
        )


def play(
    places: Places,
    environment: Mapping[str, str],
    *,
    url: str,
    line: Step,
    is_stopping: Callable[[], bool],
) -> None:
    """Run `manage.py play_demo`: work through the demo by the services that now run."""
    log = places.logs / "demo.log"
    returncode = _manage(["play_demo", "--url", url], environment, log, line, is_stopping)
    if returncode != 0 and not is_stopping():
        raise LaunchError(
            f"The demo could not be played ({processes.describe_end(returncode)})."
            f"{processes.tail(log, 15)}"
        )


def _manage(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    line: Step,
    is_stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Run a management command to its end, showing that time passes; returns its exit code."""
    with open(log, "wb") as output:
        process = processes.start(
            [sys.executable, "manage.py", *command],
            env={**environment, "PYTHONUNBUFFERED": "1"},
            output=output,
            cwd=ROOT,
        )
        try:
            while process.poll() is None and not is_stopping():
                line.tick()
                time.sleep(0.1)
        finally:
            if process.poll() is None:
                processes.stop(process, patience=5)
    return process.returncode
