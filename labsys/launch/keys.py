"""The secrets of one installation: made once, kept in one 0600 file, never printed."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from labsys.launch.errors import LaunchError
from labsys.launch.places import Places
from labsys.launch.private_files import write_private


@dataclass(frozen=True)
class Keys:
    """Passwords of the embedded services and the two keys of the application."""

    secret_key: str
    field_keys: str
    postgres_superuser: str
    postgres_owner: str
    postgres_runtime: str
    broker: str

    def __repr__(self) -> str:
        return "Keys(...)"


def load_or_make(places: Places) -> Keys:
    """Read the installation's secrets, or make them on the first start."""
    if places.secrets.exists():
        return _read(places.secrets)
    if (places.data / "PG_VERSION").exists():
        raise LaunchError(
            f"{places.secrets} is missing, but the database in {places.data} was made with it. "
            "Put the file back from a backup: without it sealed fields cannot be read."
        )
    made = Keys(
        secret_key=secrets.token_urlsafe(48),
        field_keys=new_field_key(),
        postgres_superuser=secrets.token_urlsafe(24),
        postgres_owner=secrets.token_urlsafe(24),
        postgres_runtime=secrets.token_urlsafe(24),
        broker=secrets.token_urlsafe(24),
    )
    write_private(places.secrets, json.dumps(asdict(made), indent=1) + "\n")
    return made


def new_field_key() -> str:
    """A first key for sealed fields, as LABSYS_FIELD_KEYS reads it."""
    return "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()


def _read(path: Path) -> Keys:
    try:
        found = json.loads(path.read_text())
        return Keys(**{field.name: str(found[field.name]) for field in fields(Keys)})
    except (ValueError, KeyError, TypeError) as error:
        raise LaunchError(f"{path} is damaged ({error}); put it back from a backup.") from error
