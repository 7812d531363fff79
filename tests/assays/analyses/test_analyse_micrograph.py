"""`manage.py analyse micrograph`: fields in files, counted and drawn."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.assays.numerics.micrograph.scenes import scene


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("analyse", "micrograph", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("film")
    for number in range(3):
        drawn = scene(seed=number, cells=40, foreign=("disc",) * (number % 2))
        (folder / f"field{number}.png").write_bytes(drawn.as_bytes("PNG"))
    return [str(path) for path in sorted(folder.iterdir())]


def test_fields_and_their_load_are_told(fields: list[str]) -> None:
    lines = said(*fields, "--red-cells-per-ul", "5e6").splitlines()

    assert lines[3].split()[:4] == ["field0.png", "40", "0", "0"]
    assert lines[4].split()[:4] == ["field1.png", "40", "0", "1"]
    assert "Load: 1 foreign bodies among 120 red cells in 3 fields" in lines
    assert "Note: errors of the method not in limits" in lines


def test_programs_get_every_body(fields: list[str]) -> None:
    found = json.loads(said(*fields, "--json"))

    assert [Path(one["file"]).name for one in found["fields"]][0] == "field0.png"
    assert len(found["fields"][1]["red_cells"]) == 40
    assert set(found["fields"][1]["foreign_bodies"][0]) == {"x", "y", "radius", "is_cut"}
    assert found["load"]["nanites"] == 1


def test_every_field_is_drawn(fields: list[str], tmp_path: Path) -> None:
    said(*fields, fields[0], "--plots", str(tmp_path))

    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["4-field0.svg", "field0.svg", "field1.svg", "field2.svg"]
    assert "data:image/png" in (tmp_path / "field1.svg").read_text()


def test_a_field_that_cannot_be_counted_does_not_hold_up_the_others(
    fields: list[str], tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(Path(fields[0]).read_bytes()[:3000])
    out = StringIO()

    with pytest.raises(CommandError, match="damaged.png is damaged or cut short"):
        call_command("analyse", "micrograph", str(damaged), fields[1], stdout=out)

    assert "among 40 red cells in 1 fields" in out.getvalue()


def test_no_field_that_can_be_counted_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No field could be counted: .*absent.png"):
        said(str(tmp_path / "absent.png"))
