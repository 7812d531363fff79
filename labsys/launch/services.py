"""The services of labsys, in one table: the supervisor, docker-compose.yml and its test read it.

Each runs under LABSYS_SERVICE=<name> with the runtime role alone. They start in this order and
stop in the reverse one.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One long-running process: what runs, how to ask whether it is well, how it stops."""

    name: str
    command: tuple[str, ...]
    health: tuple[str, ...]
    says: str
    uses_broker: bool = True
    patience: float = 12

    def arguments(self, values: Mapping[str, str]) -> list[str]:
        """The command for one installation, after `python`."""
        return [part.format_map(values) for part in self.command]

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """What this service may know: never the owner's URL, the broker's only if it rings."""
        own = {key: value for key, value in base.items() if key != "MIGRATE_DATABASE_URL"}
        if not self.uses_broker:
            own.pop("REDIS_URL", None)
        return own | {"LABSYS_SERVICE": self.name, "PYTHONUNBUFFERED": "1"}


_CELERY = ("-m", "celery", "-A", "labsys")

SERVICES = (
    Service(
        name="relay",
        command=("manage.py", "relay"),
        health=("manage.py", "health", "relay"),
        says="hears of new work and rings the workers",
    ),
    Service(
        name="worker",
        command=(
            *(*_CELERY, "worker", "-c", "3", "-Q", "work", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ),
        health=("manage.py", "health", "worker"),
        says="analyses results",
        patience=20,
    ),
    Service(
        name="beat",
        command=(
            *(*_CELERY, "beat", "--loglevel", "INFO", "--pidfile="),
            *("--schedule", "{var}/beat/schedule"),
        ),
        health=("manage.py", "health", "beat"),
        says="rings for what is due by the clock",
    ),
    Service(
        name="instruments",
        command=("manage.py", "serve_instruments"),
        health=("manage.py", "health", "instruments"),
        says="takes what instruments send over ASTM and HL7",
        uses_broker=False,
        patience=15,
    ),
    Service(
        name="web",
        command=(
            *("-m", "gunicorn", "labsys.wsgi:application"),
            *("--config", "python:labsys.launch.gunicorn_settings"),
            *("--bind", "{bind}:{port}"),
        ),
        health=("-m", "labsys.launch.ready", "http://127.0.0.1:{port}/readyz"),
        says="pages, admin and API",
        uses_broker=False,
    ),
)
