"""`manage.py analyse plate`: a reader's file and a layout in, concentrations and requests out."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from assays.numerics.calibration import Parameters, signals_at

TRUTH = Parameters(at_zero=0.06, at_infinity=3.1, midpoint=60, slope=1.15)
STANDARDS = (0, 1, 5, 20, 50, 100, 200)
# Name, true concentration in the well, dilution, specimen.
UNKNOWNS = (
    ("LH-A", 650.0, 1, "LH-A"),
    ("LH-B", 30.0, 1, "LH-B"),
    ("LH-C", 0.1, 1, "LH-C"),
    ("LH-E", 150.0, 1, "LH-E"),
    ("LH-E x10", 40.0, 10, "LH-E"),
)


def written(folder: Path, *, changed: dict[str, str] | None = None) -> list[str]:
    """Write a plate with its standards in columns 1 and 2 and its unknowns in 3 and 4."""
    random = np.random.default_rng(3)
    named = [(f"S{number + 1}", held) for number, held in enumerate(STANDARDS)] + [("QC1", 15.0)]
    rows, layout = [], []
    for place, row in enumerate("ABCDEFGH"):
        cells, names = [], []
        for name, held, *_rest in (named[place], *UNKNOWNS[place : place + 1]):
            for _replicate in range(2):
                signal = float(signals_at(TRUTH, held)) * (1 + 0.02 * random.standard_normal())
                well = f"{row}{len(cells) + 1}"
                cells.append((changed or {}).get(well, f"{signal:.4f}"))
                names.append(name)
        rows.append(",".join([row, *cells]))
        layout.append(",".join([row, *names]))
    heading = ",1,2,3,4"
    meanings = [f"S{n + 1},standard,{held},,IU/L," for n, held in enumerate(STANDARDS)]
    meanings += ["QC1,control,15,,IU/L,"]
    meanings += [f"{name},unknown,,{times},,{own}" for name, _held, times, own in UNKNOWNS]
    (folder / "reader.csv").write_text("\n".join(["Plate: P1", "Raw", heading, *rows]) + "\n")
    (folder / "layout.csv").write_text(
        "\n".join(
            [heading, *layout, "", "name,role,concentration,dilution,unit,specimen", *meanings]
        )
    )
    return ["plate", str(folder / "reader.csv"), "--layout", str(folder / "layout.csv")]


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("analyse", *arguments, stdout=out)
    return out.getvalue()


def test_a_plate_is_told_in_tables(tmp_path: Path) -> None:
    lines = said(*written(tmp_path), "--unit", "IU/L", "--theta", "1").splitlines()

    assert lines[0] == "Calibration 4PL in IU/L: accepted"
    titles = {line for line in lines if line and not line.startswith((" ", "Note"))}
    assert {"Calibrators", "Residuals", "Controls", "Unknowns", "Dilution series"} <= titles
    unknown = next(line.split() for line in lines if line.strip().startswith("LH-A"))
    assert unknown[4] == ">200"
    assert "Note: measure LH-A again diluted 1 in 10" in lines
    assert any("LH-E: diluted reads higher" in line for line in lines)


def test_a_plate_is_told_in_json(tmp_path: Path) -> None:
    found = json.loads(said(*written(tmp_path), "--theta", "1", "--json"))

    read = {(one["name"], one["reading"]["dilution"]): one for one in found["specimens"]}
    assert read["LH-B", 1]["reading"]["concentration"] == pytest.approx(30, rel=0.1)
    assert read["LH-B", 1]["reading"]["low"] < 30 < read["LH-B", 1]["reading"]["high"]
    assert read["LH-C", 1]["reading"]["comparator"] == "<"
    assert read["QC1", 1]["target"] == 15
    assert found["series"]["LH-E"]["has_hook"]
    assert found["series"]["LH-E"]["concentration"] == pytest.approx(400, rel=0.15)
    assert found["acceptance"]["is_accepted"]


def test_curve_residuals_and_profile_are_drawn(tmp_path: Path) -> None:
    said(*written(tmp_path), "--plots", str(tmp_path / "out"))

    drawn = {file.name for file in (tmp_path / "out").iterdir()}
    assert drawn == {"curve.svg", "residuals.svg", "precision.svg"}


def test_a_saturated_unknown_is_to_be_diluted(tmp_path: Path) -> None:
    lines = said(*written(tmp_path, changed={"A3": "OVRFLW"}), "--theta", "1").splitlines()

    assert any(line.split()[:3] == ["LH-A", "A3", "A4"] and "saturated" in line for line in lines)
    assert "Note: measure LH-A again diluted 1 in 100" in lines


@pytest.mark.parametrize(
    ("changed", "arguments", "sentence"),
    [
        ({"B1": ""}, (), "no signal for B1"),
        ({"G2": "OVRFLW"}, (), "standard in well G2 is saturated"),
        ({"C2": "much"}, (), "Well C2 holds 'much': no signal"),
        ({}, ("--unit", "nmol/L"), "Well A1 is in 'IU/L'; the assay is in nmol/L"),
        ({}, ("--block", "Reference"), "has no block 'Reference'"),
        ({}, ("--level", "2"), "A level of confidence"),
        ({}, ("--high", "-1"), "none that can be reported"),
    ],
)
def test_a_plate_that_cannot_be_used_is_told(
    changed: dict[str, str], arguments: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=sentence):
        said(*written(tmp_path, changed=changed), *arguments)


def test_a_layout_without_standards_is_told(tmp_path: Path) -> None:
    (tmp_path / "reader.csv").write_text("well,signal\nA1,1\n")
    (tmp_path / "layout.csv").write_text("well,role\nA1,unknown\n")

    with pytest.raises(CommandError, match="no standards"):
        said("plate", str(tmp_path / "reader.csv"), "--layout", str(tmp_path / "layout.csv"))
