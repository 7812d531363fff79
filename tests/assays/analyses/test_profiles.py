"""`manage.py analyse profiles`: long tables in, hits, probabilities, groups and drift out."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.assays.numerics.profiles.simulated import drifting, frequencies, hosts, people

TABLE = frequencies(seed=1, markers=12)
PEOPLE = people(TABLE, 30, seed=2)


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("analyse", "profiles", *arguments, stdout=out)
    return out.getvalue()


def write(path: Path, lines: list[str]) -> str:
    path.write_text("\n".join(lines) + "\n")
    return str(path)


@pytest.fixture
def catalogue(tmp_path: Path) -> str:
    rows = [
        f"{n},{m},{a}" for n, one in PEOPLE.items() for m, two in one.markers.items() for a in two
    ]
    return write(tmp_path / "catalogue.csv", ["profile,marker,allele", *rows])


@pytest.fixture
def query(tmp_path: Path) -> str:
    rows = [f"asked,{m},{a},900,1" for m, two in PEOPLE["P0007"].markers.items() for a in two]
    weak = "asked,M00,99,20,1"
    return write(tmp_path / "query.csv", ["profile,marker,allele,intensity,quality", *rows, weak])


@pytest.fixture
def shares(tmp_path: Path) -> str:
    rows = [f"here,{m},{a},{p}" for m, own in TABLE.table.items() for a, p in own.items()]
    return write(tmp_path / "shares.csv", ["pop,locus,allele,freq", *rows])


def test_the_most_alike_are_listed_with_their_probabilities(
    catalogue: str, query: str, shares: str
) -> None:
    lines = said(
        catalogue, "--query", query, "--hits", "3", "--intensity", "100", "--frequencies", shares
    ).splitlines()

    assert lines[0].startswith("Most like asked of 30 profiles")
    assert lines[3].split()[:2] == ["P0007", "1"]
    assert "Random match probability, theta 0" in lines


def test_json_holds_what_was_found(catalogue: str, query: str) -> None:
    found = json.loads(said(catalogue, "--query", query, "--by", "shared", "--json"))

    first = found["searches"]["asked"]["hits"][0]
    assert (first["id"], first["shared"]) == ("P0007", 24)
    assert found["searches"]["asked"]["unknown"] == ["M00/99"]


def test_common_factors_are_listed(tmp_path: Path) -> None:
    held = hosts(20, 60, 0.05, seed=3)
    for name in ("H001", "H002", "H003"):
        held[name] |= {f"F9{n}" for n in range(6)}
    rows = [f"{name},{factor},1" for name, found in held.items() for factor in sorted(found)]

    lines = said(
        write(tmp_path / "h.csv", ["profile,marker,allele", *rows]), "--groups"
    ).splitlines()

    assert "H001, H002, H003" in lines[3]


def test_drift_is_listed_and_drawn(tmp_path: Path) -> None:
    rows = [
        f"{week},{m},{a}"
        for week, one in enumerate(drifting(20, [0.02] * 10 + [0.3] * 9, seed=4))
        for m, found in one.markers.items()
        for a in found
    ]
    file = write(tmp_path / "host.csv", ["profile,marker,allele", *reversed(rows)])

    lines = said(file, "--drift", "--plots", str(tmp_path / "plots")).splitlines()

    assert "changes of pace: 1" in lines[0]
    assert lines[3].split()[:2] == ["0", "0.0000"]
    assert "change of pace" in (tmp_path / "plots" / "drift.svg").read_text()


@pytest.mark.parametrize(
    ("lines", "arguments", "sentence"),
    [
        (["a,M,1"], [], "Ask for something"),
        (["a,M,1"], ["--groups"], "among 2 to 20000 hosts"),
        (["a,M,1", "b,M,1"], ["--drift"], "'a' in column profile is no number"),
        (["a,,1"], ["--groups"], "names no marker"),
        (["a,M,1"], ["--query", "absent.csv"], "absent.csv cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    lines: list[str], arguments: list[str], sentence: str, tmp_path: Path
) -> None:
    file = write(tmp_path / "one.csv", ["profile,marker,allele", *lines])

    with pytest.raises(CommandError, match=sentence):
        said(file, *arguments)


def test_an_intensity_that_is_no_number_is_told(tmp_path: Path) -> None:
    file = write(tmp_path / "one.csv", ["profile,marker,allele,intensity", "a,M,1,high"])

    with pytest.raises(CommandError, match="'high' in column intensity is no number"):
        said(file, "--groups")


def test_a_population_is_chosen_where_there_are_several(catalogue: str, tmp_path: Path) -> None:
    file = write(tmp_path / "two.csv", ["pop,locus,allele,freq", "x,M00,10,0.5", "y,M00,10,0.4"])

    with pytest.raises(CommandError, match="has these populations: x, y"):
        said(catalogue, "--frequencies", file)
    with pytest.raises(CommandError, match="is in no table"):
        said(catalogue, "--frequencies", file, "--population", "y")
    assert "probability" in said(
        catalogue, "--frequencies", file, "--population", "y", "--people", "50"
    )
