"""State folder, sockets, secrets and the environment for commands run by hand."""

import base64
import os
import shutil
import stat
import tempfile
from pathlib import Path

import pytest

from labsys.launch import compose_secrets, environment, keys, orphans, prepare, privileges
from labsys.launch.errors import LaunchError
from labsys.launch.places import Places
from labsys.launch.postgres import Cluster
from labsys.launch.valkey import Broker


@pytest.fixture
def places(tmp_path):
    """State folders of any name, whose socket folders go with the test."""
    made = []

    def at(folder):
        (tmp_path / folder).mkdir()
        made.append(Places(tmp_path / folder))
        return made[-1]

    yield at
    for one in made:
        shutil.rmtree(one.sockets(), ignore_errors=True)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_made_once_and_readable_by_the_owner_alone(tmp_path):
    first = keys.load_or_make(Places(tmp_path))
    second = keys.load_or_make(Places(tmp_path))

    assert first == second
    assert mode(tmp_path / "secrets.json") == 0o600
    assert first.postgres_owner not in repr(first)
    name, _, key = first.field_keys.partition(":")
    assert (name, len(base64.b64decode(key))) == ("k1", 32)


@pytest.mark.parametrize("folder", ["short", "with a space", "x" * 120, "quote'\",comma"])
def test_sockets_fit_into_any_state_folder(places, folder):
    installation = places(folder)

    sockets = installation.sockets()

    assert installation.sockets() == sockets
    assert len(os.fsencode(sockets / "postgres" / ".s.PGSQL.5432.lock")) <= 107
    assert " " not in str(sockets)
    assert mode(sockets) == mode(sockets / "postgres") == 0o700


def test_a_socket_folder_that_leads_elsewhere_is_refused(places, tmp_path):
    installation = places("with a space")
    folder = installation.sockets()
    shutil.rmtree(folder)
    folder.symlink_to(tmp_path)

    with pytest.raises(LaunchError, match="belongs to somebody else"):
        installation.sockets()
    folder.unlink()


def test_only_a_socket_folder_outside_the_state_folder_is_removed(places):
    outside = places("with a space")
    elsewhere = outside.sockets()
    # pytest's own folder is too long for a socket when tests run in parallel.
    with tempfile.TemporaryDirectory() as short:
        inside = Places(Path(short))
        within = inside.sockets()

        inside.remove_sockets()
        outside.remove_sockets()

        assert within.is_relative_to(short)
        assert within.is_dir()
        assert not elsewhere.exists()


def test_the_environment_by_hand_keeps_what_is_set_already(tmp_path, monkeypatch):
    monkeypatch.setenv("LABSYS_VAR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://mine")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("MIGRATE_DATABASE_URL", raising=False)

    environment.save(Places(tmp_path), {"DATABASE_URL": "a=b?c", "REDIS_URL": "redis://theirs"})
    environment.load()
    loaded = os.environ.pop("DATABASE_URL")

    assert (loaded, os.environ["REDIS_URL"]) == ("a=b?c", "redis://mine")
    assert mode(tmp_path / "labsys.env") == 0o600


def test_no_environment_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setenv("LABSYS_VAR", str(tmp_path / "nowhere"))
    before = dict(os.environ)

    environment.load()

    assert dict(os.environ) == before


def test_passwords_with_any_character_survive_in_urls(tmp_path):
    from kombu.utils.url import url_to_parts
    from psycopg.conninfo import conninfo_to_dict

    word = "a/b?c#d@e:f%g&h=i j+k"
    cluster = Cluster(tmp_path, tmp_path, tmp_path / "s t", privileges.Identity(), durable=True)
    broker = Broker(tmp_path, tmp_path, word)

    parsed = conninfo_to_dict(cluster.url("me", word, "db"))

    assert parsed == {
        "user": "me",
        "password": word,
        "dbname": "db",
        "host": str(tmp_path / "s t"),
    }
    assert url_to_parts(broker.url).password == word


def test_compose_secrets_are_made_whole_and_never_replaced(tmp_path, capsys):
    target = tmp_path / ".env"

    compose_secrets.make(target)
    text = target.read_text()

    values = dict(line.split("=", 1) for line in text.splitlines() if line[:1].isalpha())
    assert mode(target) == 0o600
    for key in compose_secrets._MADE:
        assert len(values[key]) >= 32
        assert values[key] not in capsys.readouterr().out
    with pytest.raises(LaunchError, match="is not replaced"):
        compose_secrets.make(target)
    assert target.read_text() == text


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ("requirements.txt", True),
        ("assays/migrations/0002_more.py", True),
        ("labsys/web/static/site.css", True),
        ("assays/data/catalogue.csv", True),
        ("labsys/accounts/roles.py", True),
        ("assays/queries.py", False),
        ("assays/migrations/__pycache__/0001.pyc", False),
        ("bench/data/runs.csv", False),
    ],
)
def test_preparing_again_follows_what_it_builds_from(tmp_path, monkeypatch, changed, counts):
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    for name in ("requirements.txt", "labsys/settings.py", changed):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    before = prepare.fingerprint()

    (tmp_path / changed).write_text("after")

    assert (prepare.fingerprint() != before) is counts


def test_a_stale_lock_file_of_postgres_is_removed_whoever_has_its_pid_now(tmp_path):
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")

    orphans.clear(Places(tmp_path))

    assert not (data / "postmaster.pid").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_namespaces_becomes_another_user_or_says_which_folder_is_closed(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(privileges, "namespace_allowed", lambda: False)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(LaunchError, match=r"(?s)cannot enter .*ordinary user"):
        privileges.unprivileged(closed / "data")
