"""What `./lab` says when it cannot go on: one sentence, no traceback, a non-zero exit."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from labsys.launch import install, places, ports, postgres
from labsys.launch.embedded import _check_major
from labsys.launch.errors import LaunchError
from labsys.launch.keys import load_or_make
from labsys.launch.locks import Lock, Taken
from labsys.launch.places import Places, check_room
from labsys.launch.postgres import Cluster
from labsys.launch.privileges import Identity
from tests.launch.conftest import ROOT


def lab(*arguments, env):
    return subprocess.run(
        [sys.executable, str(ROOT / "lab"), *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )


def refused(done, *words):
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize("given", ["DATABASE_URL", "MIGRATE_DATABASE_URL"])
def test_one_url_of_two(clean_environment, given):
    done = lab("up", env={**clean_environment, given: "postgresql://a@b/c"})

    refused(done, f"{given} is set but", "is not", "or neither for the embedded one")


def test_a_taken_port_names_the_port_its_holder_and_another(clean_environment):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        done = lab("up", env={**clean_environment, "LABSYS_PORT": str(port)})

    refused(done, f"Port {port} on 127.0.0.1 is taken by", f"process {os.getpid()}", "LABSYS_PORT=")
    assert not (Path(clean_environment["LABSYS_VAR"]) / "postgres").exists()


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", ""])
def test_a_port_that_is_none(clean_environment, text):
    refused(lab("up", env={**clean_environment, "LABSYS_PORT": text}), "a number from 1 to 65535")


def test_an_address_of_another_machine():
    with pytest.raises(LaunchError, match="is not an address of this machine"):
        ports.check_free("192.0.2.7", 8000)


def test_an_unknown_command(clean_environment):
    done = lab("upp", env=clean_environment)

    assert done.returncode == 2
    assert "does not know 'upp'" in done.stderr
    assert "./lab up" in done.stderr


def test_a_full_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(
        places.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 95, 5 * 2**20)
    )

    with pytest.raises(LaunchError, match="The disk is full: 5 MB are free"):
        check_room(tmp_path / "not" / "yet", 100 * 2**20, "a new database")


def test_a_missing_venv_module_names_the_one_line_to_type(tmp_path, monkeypatch):
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(LaunchError, match=r"sudo apt install python3[.0-9]*-venv"):
        install._create_environment(None, tmp_path / "log")


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_an_unsupported_python(version):
    code = (
        "import collections, runpy, sys, os;"
        "os.environ['PATH'] = '/nowhere';"
        "V = collections.namedtuple('V', 'major minor');"
        f"sys.version_info = V{version};"
        f"sys.argv = ['lab', 'up']; runpy.run_path({str(ROOT / 'lab')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.returncode == 1
    assert "labsys needs Python 3.11, 3.12 or 3.13; this is 3.1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_of_another_major_explains_how_to_move(tmp_path):
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("12\n")
    cluster = Cluster(postgres.find_binaries(), data, tmp_path, Identity(), durable=True)

    with pytest.raises(LaunchError, match=r"(?s)made by PostgreSQL 12.*lab dump.*lab restore"):
        _check_major(cluster)


def test_a_folder_of_programs_without_postgres(tmp_path):
    with pytest.raises(LaunchError, match="there is no `postgres` in it"):
        postgres.find_binaries({"LABSYS_PG_BIN": str(tmp_path)})


def test_lost_secrets_are_not_made_anew_beside_a_database(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")

    with pytest.raises(LaunchError, match="Put the file back from a backup"):
        load_or_make(Places(tmp_path))


def test_damaged_secrets_are_not_replaced(tmp_path):
    (tmp_path / "secrets.json").write_text('{"secret_key": "a"}')

    with pytest.raises(LaunchError, match="is damaged"):
        load_or_make(Places(tmp_path))


def test_a_lock_is_taken_once_and_says_by_whom(tmp_path):
    lock = Lock(tmp_path / "lock")
    lock.note("me")

    with pytest.raises(Taken, match="me"):
        Lock(tmp_path / "lock")
    lock.release()
    Lock(tmp_path / "lock").release()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to hand a folder to somebody else")
def test_a_state_folder_of_somebody_else(tmp_path):
    os.chown(tmp_path, 65534, 65534)

    with pytest.raises(LaunchError, match="belongs to nobody, and this is root"):
        Places(tmp_path).create()
