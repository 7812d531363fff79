"""Bring the database, the static files and the demo up to date, once per change."""

import hashlib
import json
import sys
import time
from collections.abc import Iterator, Mapping
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
    command = [sys.executable, "manage.py", "prepare", *(["--demo"] if demo else [])]
    with open(log, "wb") as output:
        process = processes.start(
            command,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            output=output,
            cwd=ROOT,
        )
        try:
            while process.poll() is None:
                line.tick()
                time.sleep(0.1)
        except BaseException:
            processes.stop(process, patience=5)
            raise
    if process.returncode != 0:
        raise LaunchError(
            f"The database could not be prepared ({processes.describe_end(process.returncode)})."
            f"{processes.tail(log, 15)}"
        )
