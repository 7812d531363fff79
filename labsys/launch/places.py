"""Where things are: the checkout, its state folder, and a folder short enough for sockets."""

import getpass
import hashlib
import os
import pwd
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from labsys.launch.errors import LaunchError

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"

# A unix socket's path has 108 bytes with its closing zero; PostgreSQL's name is the longest.
_LONGEST_SOCKET = 107
_LONGEST_NAME = len("/postgres/.s.PGSQL.5432.lock")
_PLAIN = re.compile(r"[A-Za-z0-9._/-]+")


@dataclass(frozen=True)
class Places:
    """The state folder of one installation (LABSYS_VAR, by default `var` in the checkout)."""

    var: Path

    @classmethod
    def of_environment(cls) -> "Places":
        named = os.environ.get("LABSYS_VAR")
        return cls(Path(named).expanduser().absolute() if named else ROOT / "var")

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def data(self) -> Path:
        return self.var / "postgres"

    @property
    def secrets(self) -> Path:
        return self.var / "secrets.json"

    @property
    def environment(self) -> Path:
        return self.var / "labsys.env"

    @property
    def logins(self) -> Path:
        return self.var / "demo-logins.json"

    @property
    def prepared(self) -> Path:
        return self.var / "prepared.json"

    @property
    def lock(self) -> Path:
        return self.var / "up.lock"

    def create(self) -> None:
        """Make the state folders, closed to others."""
        _check_owner(self.var)
        for folder in (self.var, self.logs, self.var / "beat"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _close(self.var)

    def sockets(self) -> Path:
        """The folder for sockets: in the state folder, or a short private one in /tmp."""
        inside = self.var / "run"
        fits = len(os.fsencode(inside)) + _LONGEST_NAME <= _LONGEST_SOCKET
        if fits and _PLAIN.fullmatch(str(inside)):
            folder = inside
        else:
            # The same name every time, so that a restart finds and clears what a crash left.
            name = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]
            folder = Path("/tmp") / f"labsys-{os.geteuid()}-{name}"  # noqa: S108 (checked below)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.is_symlink() or folder.lstat().st_uid != os.geteuid():
            raise LaunchError(f"{folder} belongs to somebody else; remove it and try again.")
        _close(folder)
        # What is in a folder that only we write to was made by us.
        for name in ("postgres", "broker"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        return folder

    def remove_sockets(self) -> None:
        """Take the folder in /tmp away after a clean stop; the one in the state folder stays."""
        folder = self.sockets()
        if not folder.is_relative_to(self.var):
            shutil.rmtree(folder, ignore_errors=True)


def _close(folder: Path) -> None:
    """Nobody else reads or writes; passing through may have been allowed (see privileges)."""
    if folder.stat().st_mode & 0o066:
        folder.chmod(0o700)


def _check_owner(var: Path) -> None:
    try:
        owner = var.stat().st_uid
    except FileNotFoundError:
        return
    except PermissionError as error:
        raise LaunchError(f"{getpass.getuser()} may not enter {var.parent}.") from error
    if owner == os.geteuid():
        return
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"user {owner}"
    raise LaunchError(
        f"{var} belongs to {name}, and this is {getpass.getuser()}.\nRun ./lab as {name}, or "
        "keep a second installation elsewhere: LABSYS_VAR=/another/folder ./lab up"
    )


def check_room(folder: Path, needed: int, what: str) -> None:
    """Refuse early and plainly when the disk is about to fill up."""
    if _free(folder) < needed:
        raise disk_full(folder, f"{what} needs {needed // 2**20} MB")


def disk_full(folder: Path, why: str) -> LaunchError:
    """The sentence about a full disk."""
    return LaunchError(
        f"The disk is full: {_free(folder) // 2**20} MB are free at {folder}, and {why}. "
        "Make room and run the same command again; nothing stored is lost."
    )


def _free(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
