"""The end of `./lab up`."""

import json
from argparse import Namespace

import pytest

from labsys.launch import prepare
from labsys.launch.places import Places
from labsys.launch.up import Up
from labsys.launch.welcome import welcome

URL = "http://127.0.0.1:8000/"
WIRES = "ASTM 127.0.0.1:15200, HL7 over MLLP 127.0.0.1:12575"
LOGINS = [
    {"role": "Laboratory doctor", "username": "t.arden", "password": "one-two", "note": "verifies"},
    {"role": "Nurse", "username": "m.okafor", "password": "three-four-five"},
]


@pytest.fixture
def places(tmp_path):
    (tmp_path / "demo-logins.json").write_text(json.dumps(LOGINS))
    return Places(tmp_path)


def test_a_newcomer_reads_the_address_one_login_per_role_and_what_to_try(places, capsys):
    welcome(places, URL, demo=True, listeners=WIRES)

    shown = capsys.readouterr().out
    assert URL in shown
    assert WIRES in shown
    assert "  Laboratory doctor  t.arden   one-two          verifies\n" in shown
    assert "  Nurse              m.okafor  three-four-five\n" in shown
    assert "What to try" in shown


def test_recorded_sessions_are_offered_where_there_are_any(places, capsys, monkeypatch):
    monkeypatch.setenv("LABSYS_CORPUS", str(places.var))
    welcome(places, URL, demo=True, listeners=WIRES)
    without = capsys.readouterr().out
    (places.var / "INDEX.json").write_text("[]")
    prepare.record(places, logins_shown="")

    welcome(places, URL, demo=True, listeners=WIRES)

    assert "play_demo --corpus" not in without
    assert "play_demo --corpus" in capsys.readouterr().out


def test_passwords_are_shown_once(places, capsys):
    welcome(places, URL, demo=True, listeners=WIRES)
    capsys.readouterr()

    welcome(places, URL, demo=True, listeners=WIRES)

    shown = capsys.readouterr().out
    assert "one-two" not in shown
    assert "demo-logins.json" in shown


def test_new_passwords_are_shown_again(places, capsys):
    welcome(places, URL, demo=True, listeners=WIRES)
    capsys.readouterr()
    places.logins.unlink()
    places.logins.write_text(json.dumps([LOGINS[0] | {"password": "six-seven"}]))

    welcome(places, URL, demo=True, listeners=WIRES)

    assert "six-seven" in capsys.readouterr().out


def test_without_the_demo_no_login_is_shown(places, capsys):
    welcome(places, URL, demo=False, listeners=WIRES)

    assert "t.arden" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "earlier", "external", "demo"),
    [
        (None, None, False, True),
        (None, False, False, False),
        (None, True, False, True),
        (None, None, True, False),
        (True, None, True, True),
        (False, None, False, False),
        (True, False, False, True),
    ],
)
def test_only_a_new_embedded_database_gets_the_demo_unasked(
    tmp_path, monkeypatch, asked, earlier, external, demo
):
    monkeypatch.setenv("LABSYS_VAR", str(tmp_path))
    for name in ("DATABASE_URL", "MIGRATE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
        if external:
            monkeypatch.setenv(name, "postgresql://somebody@elsewhere/labsys")
    if earlier is not None:
        prepare.record(Places(tmp_path), demo=earlier)

    assert Up(Namespace(demo=asked)).demo is demo
