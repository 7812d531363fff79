"""`manage.py analyse`: files in, a table or JSON out, and sentences about what cannot be used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assays.management.analyses import files
from assays.management.commands.analyse import offered

ROOT = Path(__file__).parents[3]
FIELDS = "red_cells,nanites\n200,1\n210,0\n190,2\n205,1\n195,0\n"


@pytest.fixture
def fields(tmp_path: Path) -> Path:
    file = tmp_path / "fields.csv"
    file.write_text(FIELDS)
    return file


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("analyse", *arguments, stdout=out)
    return out.getvalue()


def test_every_analysis_has_a_name_of_its_own_and_help() -> None:
    names = [analysis.NAME for analysis in offered()]

    assert "load" in names
    assert len(names) == len(set(names))
    assert all(analysis.HELP.endswith(".") for analysis in offered())


@pytest.mark.parametrize("asked", [[], *([analysis.NAME] for analysis in offered())])
def test_help_is_given(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("analyse", *asked, "--help")

    told = "".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    shown = [analysis for analysis in offered() if analysis.NAME in asked or not asked]
    assert all("".join(analysis.HELP.split()) in told for analysis in shown)


def test_a_table_is_printed(fields: Path) -> None:
    lines = said("load", str(fields), "--red-cells-per-ul", "5e6").splitlines()

    assert lines[0] == "Nanite load: 4 nanites among 1000 red cells in 5 fields"
    assert lines[3].split()[:5] == ["per", "1000", "red", "cells", "4"]
    assert lines[4].split()[:3] == ["per", "microlitre", "20000"]
    assert "Note: error of red cell concentration not in limits" in lines


def test_json_is_printed_for_programs(fields: Path) -> None:
    found = json.loads(said("load", str(fields), "--json"))

    assert (found["red_cells"], found["nanites"], found["fields"]) == (1000, 4, 5)
    assert found["per_1000_red_cells"]["value"] == 4.0
    assert found["per_ul"] is None


def test_drawings_are_written_into_a_folder(fields: Path, tmp_path: Path) -> None:
    said("load", str(fields), "--plots", str(tmp_path / "new" / "plots"))

    assert (tmp_path / "new" / "plots" / "load.svg").read_text().startswith("<svg")


def test_semicolons_tabs_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    file = tmp_path / "fields.csv"
    file.write_bytes("\ufeffRed_Cells ;nanites\n100;1\n\n200;0\n".encode())

    assert "among 300 red cells in 2 fields" in said("load", str(file))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00", "is no text in UTF-8"),
        (b"red_cells\n5\n", "has no column nanites; its columns are: 'red_cells'"),
        (b"red_cells,nanites\n", "has a heading and no rows"),
        (b"red_cells,nanites\n5,many\n", "'many' in column nanites is no number"),
        (b"red_cells,nanites\n5,\n", "'' in column nanites is no number"),
        (b"red_cells,nanites\n5,1.5\n", "1.5 is no whole number of cells"),
        (b"red_cells,nanites\n5,nan\n", "'nan' in column nanites is no number"),
        (b"red_cells,nanites\n5\n", "Line 2 of .* has 1 cells; the heading has 2"),
        (b"red_cells,nanites\n0,1\n", "Field 1: a field that counts holds"),
        (b"red_cells,nanites\n5,-1\n", "nanites are counted from 0"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    file = tmp_path / "fields.csv"
    file.write_bytes(content)

    with pytest.raises(CommandError, match=sentence):
        said("load", str(file))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="absent.csv cannot be read: No such file"):
        said("load", str(tmp_path / "absent.csv"))


def test_a_concentration_that_cannot_be_is_told(fields: Path) -> None:
    with pytest.raises(CommandError, match=r"a red cell concentration is positive, not -1\.0"):
        said("load", str(fields), "--red-cells-per-ul=-1")


def test_an_unknown_analysis_is_told() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'horoscope'"):
        said("horoscope", "file")


def test_files_are_analysed_where_there_is_no_installation(fields: Path) -> None:
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "analyse", "load", str(fields)],
        env=known,
        capture_output=True,
        text=True,
        timeout=180,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "4 nanites among 1000 red cells in 5 fields" in done.stdout


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("red_cells,nanites\n1_000,3\n", "'1_000' in column red_cells is no number"),
        ("red_cells,nanites\n\u0661\u0662,3\n", "in column red_cells is no number"),
        ("red_cells,nanites,nanites\n1000,3,4\n", "more than one column nanites; leave one"),
        ("red_cells,nanites\n1000," + "9" * 200_000 + "\n", "is no table: field larger than"),
    ],
    ids=["underscore", "other digits", "column twice", "endless cell"],
)
def test_what_is_not_surely_the_number_meant_is_refused(
    tmp_path: Path, written: str, sentence: str
) -> None:
    file = tmp_path / "fields.csv"
    file.write_text(written)

    with pytest.raises(CommandError, match=sentence):
        said("load", str(file))


def test_a_file_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 1000)

    with pytest.raises(CommandError, match="/dev/zero has more than the 1000 bytes"):
        said("load", "/dev/zero")


def test_more_rows_than_are_read_are_refused(fields: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.rows, "__kwdefaults__", {"most": 3})

    with pytest.raises(CommandError, match="more than the 3 rows that are read"):
        said("load", str(fields))


def test_a_concentration_in_another_unit_is_refused(fields: Path) -> None:
    with pytest.raises(CommandError, match=r"such as 4800000; 4\.8 is that of no blood"):
        said("load", str(fields), "--red-cells-per-ul", "4.8")


def test_an_allele_with_two_frequencies_is_refused(tmp_path: Path) -> None:
    profiles, table = tmp_path / "profiles.csv", tmp_path / "table.csv"
    profiles.write_text("profile,marker,allele\nh1,A,1\nh1,A,1\n")
    table.write_text("pop,locus,allele,freq\nX,A,1,0.5\nX,A,1,0.4\n")

    with pytest.raises(CommandError, match="has allele '1' of 'A' twice in X"):
        said("profiles", str(profiles), "--frequencies", str(table))
