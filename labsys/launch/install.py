"""The Python environment: made once, checked in milliseconds afterwards."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from labsys.launch.errors import LaunchError
from labsys.launch.locks import hold
from labsys.launch.places import ROOT, VENV, Places, check_room, disk_full
from labsys.launch.progress import Step, say, step

REQUIREMENTS = ROOT / "requirements.txt"
PYTHON = VENV / "bin" / "python"
_STAMP = VENV / ".labsys-installed"
_ROOM_NEEDED = 1200 * 2**20


def ensure() -> Path:
    """Make sure everything in requirements.txt is installed; return that Python."""
    if _is_installed():
        return PYTHON
    places = Places.of_environment()
    places.create()
    with hold(places.var / "install.lock", wait="Another ./lab is installing; waiting for it"):
        if not _is_installed():
            _install(places.logs / "install.log")
    return PYTHON


def enter(arguments: Sequence[str]) -> None:
    """Go on in the installed environment; returns only when already in it."""
    python = ensure()
    if Path(sys.prefix).resolve() == VENV.resolve():
        return
    os.execv(python, [str(python), str(ROOT / "lab"), *arguments])


def _wanted() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def _is_installed() -> bool:
    version = _version_of(PYTHON)
    if version is None:
        return False
    try:
        return _STAMP.read_text().split() == [_wanted(), version]
    except OSError:
        return False


def _version_of(python: Path) -> str | None:
    """The version a Python gives itself, or None when it is missing or broken."""
    if not python.exists():
        return None
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def _install(log: Path) -> None:
    uv = _find_uv()
    if VENV.exists() and not os.access(VENV, os.W_OK):
        raise LaunchError(f"{VENV} belongs to somebody else; run ./lab as its owner.")
    if _matches_already():
        _remember()
        return
    check_room(ROOT, _ROOM_NEEDED, "installing the Python packages")
    log.write_bytes(b"")
    count = sum(1 for line in REQUIREMENTS.read_text().splitlines() if re.match(r"[a-z]", line))
    if _version_of(PYTHON) is None or (uv is None and not _has_pip()):
        with step(f"Creating the Python {sys.version_info[0]}.{sys.version_info[1]} environment"):
            _create_environment(uv, log)
    tool = "uv" if uv else "pip"
    with step(f"Installing {count} packages with {tool}, hashes checked") as line:
        _run([*_installer(uv), "--require-hashes", "-r", str(REQUIREMENTS)], log, line)
    _remember()


def _create_environment(uv: str | None, log: Path) -> None:
    if VENV.is_symlink():
        raise LaunchError(f"{VENV} is a link to an environment that does not work; remove it.")
    shutil.rmtree(VENV, ignore_errors=True)
    if uv:
        _run([uv, "venv", "--python", sys.executable, str(VENV)], log)
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise LaunchError(
            "Python's venv module is missing on this machine. Install it and try again:\n"
            f"  sudo apt install {_venv_package()}"
        )
    _run([sys.executable, "-m", "venv", str(VENV)], log)


def _venv_package() -> str:
    system = Path("/usr/bin/python3")
    if system.exists() and system.resolve() == Path(sys.executable).resolve():
        return "python3-venv"
    return f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def _installer(uv: str | None) -> list[str]:
    if uv:
        return [uv, "pip", "install", "--python", str(PYTHON)]
    quiet = ["--no-input", "--disable-pip-version-check", "--no-warn-script-location"]
    # Compiling every file takes as long as downloading it; Python compiles what is imported.
    return [str(PYTHON), "-I", "-m", "pip", "install", "--no-compile", *quiet]


def _find_uv() -> str | None:
    chosen = os.environ.get("LABSYS_INSTALLER", "")
    if chosen == "pip":
        return None
    found = shutil.which("uv") or shutil.which("uv", path=str(Path.home() / ".local" / "bin"))
    if chosen == "uv" and found is None:
        raise LaunchError("LABSYS_INSTALLER=uv, but uv was not found.")
    return found


def _has_pip() -> bool:
    command = [str(PYTHON), "-I", "-c", "import pip"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _matches_already() -> bool:
    """True when an environment made by other means holds every pinned version."""
    if _version_of(PYTHON) is None:
        return False
    code = (
        "from importlib.metadata import distributions as d\nfor x in d(): print(x.name, x.version)"
    )
    listed = subprocess.run([PYTHON, "-I", "-c", code], capture_output=True, text=True, check=False)
    installed = {
        _plain(name): version for name, version in map(str.split, listed.stdout.splitlines())
    }
    pinned = re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)\s*(;?)", REQUIREMENTS.read_text(), re.M
    )
    # A package with a marker may rightly be absent here, but not present in another version.
    return all(
        installed.get(_plain(name), version if marker else None) == version
        for name, version, marker in pinned
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _remember() -> None:
    _STAMP.write_text(f"{_wanted()} {_version_of(PYTHON)}\n")


def _run(command: list[str], log: Path, line: Step | None = None) -> None:
    with open(log, "ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                time.sleep(0.1)
                if line is not None:
                    line.tick()
        except BaseException:
            process.kill()
            process.wait()
            raise
    if process.returncode != 0:
        _explain(log)


def _explain(log: Path) -> None:
    text = log.read_text(errors="replace")
    tail = "\n".join("  " + part for part in text.splitlines()[-12:])
    if "No space left on device" in text or "os error 28" in text:
        raise disk_full(ROOT, "installing the Python packages did not fit")
    if re.search(r"ensurepip", text):
        raise LaunchError(
            "Python's venv module is incomplete on this machine. Install it and try again:\n"
            f"  sudo apt install {_venv_package()}"
        )
    say()
    raise LaunchError(
        f"The Python packages could not be installed; {log} ends with:\n{tail}\n"
        "Nothing else was changed; ./lab goes on from here when it is run again."
    )
