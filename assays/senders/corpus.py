"""The corpus of recorded sessions, where this installation has one."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def folder() -> Path | None:
    """Return the folder that LABSYS_CORPUS names, or the one beside the project; None without."""
    found = Path(settings.LABSYS_CORPUS)
    return found if (found / "INDEX.json").is_file() else None


def missing() -> str:
    """Return the sentence that says where it was looked for."""
    return (
        f"There is no corpus of recorded sessions at {settings.LABSYS_CORPUS}; name its folder with "
        "LABSYS_CORPUS."
    )
