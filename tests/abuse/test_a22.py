"""A22 (BD Totalys, BD Pyxis): built-in accounts and default passwords. Here there are none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labsys.accounts.models import AccessKey, RoleGrant, User

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "LABSYS_SECRET_KEY": "k" * 50,
    "LABSYS_FIELD_KEYS": "k1:" + "A" * 43 + "=",
    "DATABASE_URL": "postgresql://runtime:-@127.0.0.1:1/none",
    "MIGRATE_DATABASE_URL": "postgresql://owner:-@127.0.0.1:1/none",
    "LABSYS_LOG_LEVEL": "ERROR",
}


@pytest.mark.django_db
def test_a_new_installation_has_nobody_who_could_log_in() -> None:
    assert not User.objects.exists()
    assert not RoleGrant.objects.exists()
    assert not AccessKey.objects.exists()


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import labsys.settings"],
        cwd=ROOT,
        env={**plain, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", ["LABSYS_SECRET_KEY", "LABSYS_FIELD_KEYS", "DATABASE_URL"])
def test_nothing_starts_without_its_secret(missing: str) -> None:
    run = start(**{name: value for name, value in COMPLETE.items() if name != missing})

    assert run.returncode != 0
    assert missing in run.stderr.splitlines()[-1]


def test_everything_given_it_starts() -> None:
    assert start(**COMPLETE).returncode == 0


def test_a_range_of_proxies_that_is_none_is_named() -> None:
    run = start(**COMPLETE, LABSYS_TRUSTED_PROXIES="10.0.0.0/8,somewhere")

    assert run.returncode != 0
    assert "LABSYS_TRUSTED_PROXIES" in run.stderr.splitlines()[-1]


def test_the_example_environment_holds_no_secret() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    secret = [name for name in given if any(word in name for word in ("PASSWORD", "SECRET", "KEY"))]
    assert len(secret) >= 5
    assert [name for name in secret if given[name]] == []
