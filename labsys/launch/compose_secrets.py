"""`./lab secrets`: the .env that docker compose reads, with secrets made here."""

import re
import secrets
from pathlib import Path

from labsys.launch.errors import LaunchError
from labsys.launch.keys import new_field_key
from labsys.launch.places import ROOT
from labsys.launch.private_files import write_private
from labsys.launch.progress import say

EXAMPLE = ROOT / ".env.example"
_MADE = {
    "POSTGRES_PASSWORD": lambda: secrets.token_urlsafe(32),
    "LABSYS_OWNER_PASSWORD": lambda: secrets.token_urlsafe(32),
    "LABSYS_RUNTIME_PASSWORD": lambda: secrets.token_urlsafe(32),
    "REDIS_PASSWORD": lambda: secrets.token_urlsafe(32),
    "LABSYS_SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "LABSYS_FIELD_KEYS": new_field_key,
}


def make(target: Path) -> int:
    """Write the file from .env.example; an existing one holds keys and is never replaced."""
    if target.exists() or target.is_symlink():
        raise LaunchError(
            f"{target} exists already and is not replaced: without its LABSYS_FIELD_KEYS sealed "
            "fields cannot be read any more. Move it away to make another."
        )
    write_private(target, filled(EXAMPLE.read_text()))
    say(f"Wrote {target} (readable by you alone) with {len(_MADE)} secrets made here:")
    for key in _MADE:
        say(f"  {key}")
    say(
        "Set LABSYS_ALLOWED_HOSTS and HOSPITAL_TIME_ZONE in it, keep a copy in a safe place, and "
        "run:  docker compose up -d"
    )
    return 0


def filled(example: str) -> str:
    """The example with every empty secret made."""
    lines = []
    for line in example.splitlines():
        match = re.fullmatch(r"([A-Z_]+)=", line)
        if match and match[1] in _MADE:
            line += _MADE[match[1]]()
        lines.append(line)
    return "\n".join(lines) + "\n"
