"""`manage.py analyse trials`: persons' loads and what was done to them, from two files."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

DAYS = (0, 2, 4, 7, 9, 11)


@pytest.fixture
def given(tmp_path: Path) -> tuple[str, str]:
    loads, done = ["person,day,load,comparator"], ["person,day,kind,detail,until"]
    factors = {"A": 0.3, "B": 0.35, "C": 0.4, "D": 0.7, "E": 0.8, "F": 0.75}
    for name, factor in factors.items():
        for place, day in enumerate(DAYS):
            value = 200 * 1.2**place * (factor if day > 5 else 1)
            loads.append(f"{name},{day},{value:.1f},")
        kind = "filtration,pore 9 um" if name in "ABC" else "activated charcoal,60 g"
        kind = kind.replace("activated charcoal", "charcoal")
        done.append(f"{name},5,{kind},5.5")
    done.append("G,5,filtration,pore 9 um,")
    files = tmp_path / "loads.csv", tmp_path / "done.csv"
    for file, lines in zip(files, (loads, done), strict=True):
        file.write_text("\n".join(lines))
    return str(files[0]), str(files[1])


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("analyse", "trials", *arguments, stdout=out)
    return out.getvalue()


def test_removals_are_compared_across_persons_and_drawn(given, tmp_path) -> None:
    told = said(
        *(given[0], "--interventions", given[1], "--kind", "filtration", "--detail", "9um"),
        *("--against", "charcoal", "--plots", str(tmp_path / "out")),
    )

    assert "second against first" in told
    assert "G is left out: No verified load lies in the days before." in told
    assert "questions were asked at once" in told
    assert (tmp_path / "out" / "first.svg").read_text().startswith("<svg")
    assert (tmp_path / "out" / "second.svg").exists()


def test_the_same_comes_as_json(given) -> None:
    found = json.loads(
        said(given[0], "--interventions", given[1], "--kind", "FILTRATION", "--json")
    )

    assert found["together"]["arms"]["first"]["persons"] == 3
    assert found["persons"]["A"]["arms"]["first"]["ratio"] == pytest.approx(0.3 * 1.2**3, rel=1e-3)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--kind", "prayer"), "kind is one of"),
        (("--kind", "filtration", "--before", "-1"), "days_before is a number"),
        (("--kind", "kill_code"), "None of 7 persons can be compared"),
        (("--kind", "filtration", "--after", "0.1"), "No verified load lies in the days after"),
        (("--kind", "filtration", "--against", "filtration"), "two different removals"),
    ],
)
def test_what_cannot_be_compared_is_told(given, more, why) -> None:
    with pytest.raises(CommandError, match=why):
        said(given[0], "--interventions", given[1], *more)
