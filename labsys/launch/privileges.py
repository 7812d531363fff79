"""PostgreSQL refuses to run as root; this is how a root user runs it all the same.

First choice: a user namespace in which root's own uid appears as nobody's, so that no file
changes hands. Where the kernel or a container refuses that: a switch to an unprivileged user.
"""

import ctypes
import os
import pwd
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from labsys.launch.errors import LaunchError

_CLONE_NEWUSER = 0x10000000
_NOBODY = 65534
_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Identity:
    """Who a process becomes before exec; `owner` is set when files must be handed over."""

    become: Callable[[], None] | None = None
    owner: tuple[int, int] | None = None

    def hand_over(self, *paths: Path) -> None:
        """Give files and folders to the user the process will run as, where it needs them."""
        if self.owner is not None:
            for path in paths:
                os.chown(path, *self.owner)


def unprivileged(*needed: Path, ours: Sequence[Path] = ()) -> Identity:
    """The identity to run PostgreSQL under.

    `needed` are paths it must be able to reach; `ours` are folders that may be opened for
    passing through (not for reading) if it has to be another user.
    """
    if os.geteuid() != 0:
        return Identity()
    if namespace_allowed():
        return Identity(become=enter_namespace)
    for folder in ours:
        folder.chmod(0o711)
    return _other_user(needed)


def enter_namespace() -> None:
    """Move this (forked, single-threaded) process into a namespace where it is not root."""
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are refused")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_NOBODY} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{_NOBODY} {gid} 1")


def namespace_allowed() -> bool:
    if sys.platform != "linux":
        return False
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            enter_namespace()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _other_user(needed: tuple[Path, ...]) -> Identity:
    for name in _USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        closed = _closed_to(user, needed)
        if closed is None:
            break
        raise LaunchError(
            f"PostgreSQL does not run as root, and the user {name!r} it would run as cannot "
            f"enter {closed}.\nRun ./lab as an ordinary user, or move this folder to a place "
            "everybody may enter (for instance /opt/labsys), or name a running PostgreSQL in "
            "DATABASE_URL and MIGRATE_DATABASE_URL."
        )
    else:
        raise LaunchError(
            "PostgreSQL does not run as root, and this machine has no unprivileged user for "
            "it. Run ./lab as an ordinary user."
        )

    def become() -> None:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)

    return Identity(become=become, owner=(user.pw_uid, user.pw_gid))


def _closed_to(user: pwd.struct_passwd, needed: tuple[Path, ...]) -> Path | None:
    """The first folder above the needed paths that the user may not enter."""
    for path in needed:
        for folder in reversed(path.resolve().parents):
            if not folder.exists():
                break
            stat = folder.stat()
            mine = stat.st_uid == user.pw_uid and stat.st_mode & 0o100
            group = stat.st_gid == user.pw_gid and stat.st_mode & 0o010
            if not (mine or group or stat.st_mode & 0o001):
                return folder
    return None
