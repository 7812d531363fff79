"""The environment of this installation's processes, also for commands run by hand."""

import os
from collections.abc import Mapping

from labsys.launch.errors import LaunchError
from labsys.launch.places import Places
from labsys.launch.private_files import write_private

_PAIR = ("DATABASE_URL", "MIGRATE_DATABASE_URL")


def load() -> None:
    """Take over what `./lab up` wrote for this installation; what is set already stays."""
    path = Places.of_environment().environment
    try:
        text = path.read_text()
    except OSError:
        return
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not key.startswith("#"):
            os.environ.setdefault(key, value)


def save(places: Places, values: Mapping[str, str]) -> None:
    """Write the environment for `manage.py`, readable by its owner alone."""
    lines = ["# Written by ./lab up for manage.py. Secret.", *map("=".join, values.items())]
    write_private(places.environment, "\n".join(lines) + "\n")


def names_external_database() -> bool:
    """True when both URLs are given, False when neither; one of them alone is refused."""
    given = [key for key in _PAIR if os.environ.get(key, "").strip()]
    if len(given) == 1:
        missing = next(key for key in _PAIR if key not in given)
        raise LaunchError(
            f"{given[0]} is set but {missing} is not. labsys uses two database roles: give both "
            "URLs to use your own PostgreSQL, or neither for the embedded one."
        )
    return bool(given)


def inherited() -> dict[str, str]:
    """This process's environment without what would point a service somewhere else."""
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PG", "LABSYS_TEST_", "LABSYS_LAUNCH_", "DJANGO_SETTINGS"))
    }
