"""Checking passes where there is no network, no Django and no database."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from consent import offline
from consent.rules.passes import GatePass, Revocations, issue, issue_list, public_bytes, signing_key
from tests.architecture.source import ROOT
from tests.architecture.test_pure_imports import BLOCKED

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
KEY = signing_key(b"a" * 32)
PASS = GatePass(
    kid="k2",
    id="0123456789abcdef" * 2,
    who="00000015",
    programme="outer-survey",
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=15),
)
TEXT = issue(PASS, KEY)
OTHER = issue(replace(PASS, id="f" * 32), KEY)


def saved(tmp_path, *, ids=(), as_of=NOW, **changes):
    listed = Revocations(kid="k2", as_of=as_of, ids=frozenset(ids))
    content = {
        "keys": {"k2": base64.b64encode(public_bytes(KEY)).decode()},
        "revocations": issue_list(listed, KEY),
        **changes,
    }
    path = tmp_path / "gate.json"
    path.write_text(json.dumps(content))
    return str(path)


def asked(path: str, *passes: str, at: datetime = NOW) -> tuple[int, list[str]]:
    out = io.StringIO()
    given, lines = ([path, passes[0]], []) if len(passes) == 1 else ([path], passes)
    code = offline.main(given, now=lambda: at, lines=io.StringIO("\n".join(lines)), out=out)
    return code, out.getvalue().splitlines()


def local(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M")


def test_a_pass_is_answered_as_of_the_list_and_said_not_to_be_live(tmp_path) -> None:
    code, (line,) = asked(saved(tmp_path), TEXT)

    assert code == 0
    until = local(PASS.expires_at)
    assert (
        line == f"CLEARED · 00000015 · outer-survey · until {until} · as of {local(NOW)}, not live "
        f"({NOW.astimezone():%Y-%m-%d})"
    )


@pytest.mark.parametrize(
    ("ids", "at", "text", "code", "word"),
    [
        ([PASS.id], NOW, TEXT, 4, "REVOKED"),
        ([], NOW + timedelta(minutes=15), TEXT, 3, "EXPIRED"),
        ([], NOW, TEXT[:-1], 5, "INVALID"),
        ([], NOW, "00000015", 5, "INVALID"),
        ([], NOW, "\ud800", 5, "INVALID"),
    ],
)
def test_what_is_not_cleared_ends_with_a_code_of_its_own(
    tmp_path, ids, at, text, code, word
) -> None:
    found, (line,) = asked(saved(tmp_path, ids=ids), text, at=at)

    assert (found, line.split(" ·")[0]) == (code, word)


def test_a_list_that_is_old_says_how_old(tmp_path) -> None:
    path = saved(tmp_path, as_of=NOW - timedelta(minutes=31))

    _code, (line,) = asked(path, TEXT)

    assert line.endswith("THE LIST IS 31 MINUTES OLD")


def test_each_line_that_a_scanner_types_is_answered(tmp_path) -> None:
    code, lines = asked(saved(tmp_path), TEXT, "", "nonsense")

    assert [line.split(" ·")[0] for line in lines] == ["CLEARED", "INVALID"]
    assert code == 5


@pytest.mark.parametrize(
    ("passes", "ends"),
    [
        (["nonsense", TEXT], 5),
        ([OTHER, "nonsense", TEXT], 5),
        ([OTHER, TEXT], 4),
        ([TEXT, "", TEXT], 0),
        (["", ""], 5),
    ],
)
def test_of_several_passes_the_worst_ends_the_command(tmp_path, passes, ends) -> None:
    code, _lines = asked(saved(tmp_path, ids=["f" * 32]), *passes)

    assert code == ends


def test_a_list_of_another_day_shows_its_date(tmp_path) -> None:
    yesterday = NOW - timedelta(days=1)

    _code, (line,) = asked(saved(tmp_path, as_of=yesterday), TEXT)

    assert f"as of {local(yesterday)}, not live ({yesterday.astimezone():%Y-%m-%d})" in line


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"keys": {}}', '{"keys": {"k2": "x"}, "revocations": "LR1.e30.x"}', "\x00"],
)
def test_a_file_that_is_none_is_refused(tmp_path, content, capsys) -> None:
    path = tmp_path / "gate.json"
    path.write_text(content)

    assert offline.main([str(path), TEXT]) == offline.UNREADABLE
    assert "cannot be used" in capsys.readouterr().err
    assert offline.main([str(tmp_path / "missing.json"), TEXT]) == offline.UNREADABLE


def test_a_list_of_another_key_is_refused(tmp_path, capsys) -> None:
    other = issue_list(Revocations(kid="k2", as_of=NOW, ids=frozenset()), signing_key(b"b" * 32))

    assert offline.main([saved(tmp_path, revocations=other), TEXT]) == offline.UNREADABLE


def test_it_runs_where_django_cannot_be_imported(tmp_path) -> None:
    code = BLOCKED + (
        "import runpy\n"
        f"sys.argv = ['consent.offline', {saved(tmp_path)!r}, {TEXT!r}]\n"
        "runpy.run_module('consent.offline', run_name='__main__')\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stderr) == (3, "")
    assert run.stdout.startswith("EXPIRED · 00000015")
