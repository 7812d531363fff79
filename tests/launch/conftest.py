"""What the launcher's tests share."""

import os
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def clean_environment(tmp_path):
    """An environment as a newcomer has it: nothing of labsys set but a state folder."""
    foreign = ("LABSYS_", "PG", "DATABASE_URL", "MIGRATE_", "REDIS_URL", "DJANGO_", "PYTEST_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return {**kept, "LABSYS_VAR": str(tmp_path / "var")}
