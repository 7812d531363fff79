"""Settings for commands that need no database: makemigrations, drawing diagrams, type checks."""

import os

for name, value in {
    "LABSYS_SECRET_KEY": "offline",
    "LABSYS_FIELD_KEYS": "k0:" + "A" * 43 + "=",
    "DATABASE_URL": "postgresql://runtime:-@127.0.0.1:1/none",
    "MIGRATE_DATABASE_URL": "postgresql://owner:-@127.0.0.1:1/none",
}.items():
    os.environ[name] = value
os.environ.pop("LABSYS_SERVICE", None)

from labsys.settings import *  # noqa: E402, F403
