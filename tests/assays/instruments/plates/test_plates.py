"""Plate files: lists and matrices, and what cannot be right about wells."""

from __future__ import annotations

import math
from typing import Any

import pytest

from assays.instruments.plates import Content, join, read_layout, read_signals
from assays.instruments.plates.cells import well_name, well_names
from assays.numerics.refusals import Unusable

MATRIX = """Plate: P7\nRead: 450 nm\n\nRaw data\n,1,2,3\nA,0.11,0.12,OVRFLW\nB,1.5,1.6,\n"""
LIST = "Well;Signal\nA1;0,11\na02;0,12\nB1;1,5\nB2;1,6\n"
LAYOUT = """,1,2,3
A,S1,S1,LH
B,S2,S2,

name,role,concentration,dilution,unit,specimen
S1,,0,,IU/L,
S2,standard,50,,IU/L,
LH,unknown,,10,,L-1
"""


def test_a_matrix_as_readers_export_it() -> None:
    found = read_signals(MATRIX)

    assert found == {"A1": 0.11, "A2": 0.12, "A3": math.inf, "B1": 1.5, "B2": 1.6}


def test_a_list_with_decimal_commas() -> None:
    assert read_signals(LIST) == {"A1": 0.11, "A2": 0.12, "B1": 1.5, "B2": 1.6}


def test_one_of_several_blocks_is_named() -> None:
    both = MATRIX + "\nReference\n,1,2,3\nA,0.01,0.02,0.03\nB,0.04,0.05,\n"

    assert read_signals(both, block="reference")["A3"] == 0.03
    with pytest.raises(Unusable, match="Raw data, Reference"):
        read_signals(both)


def test_a_full_detector_is_known_by_its_signal() -> None:
    assert read_signals("well,od\nA1,3.99\nA2,4.2\nA3,>4.0\n", saturation=4) == {
        "A1": 3.99,
        "A2": math.inf,
        "A3": math.inf,
    }


def test_a_layout_of_names_with_what_they_mean() -> None:
    found = read_layout(LAYOUT, unit="IU/L")

    assert found["A1"].content is Content.STANDARD
    assert (found["B2"].concentration, found["B2"].name) == (50.0, "S2")
    assert (found["A3"].name, found["A3"].dilution) == ("L-1", 10.0)
    assert "B3" not in found


def test_a_layout_as_a_list_with_ranges() -> None:
    found = read_layout("well,role,concentration\nA1-B2,standard,5\nC1,qc,12\nC2,,\n")

    assert [found[well].concentration for well in ("A1", "A2", "B1", "B2")] == [5.0] * 4
    assert found["C1"].content is Content.CONTROL
    assert found["C2"].content is Content.EMPTY


def test_wells_are_joined_in_the_layouts_order() -> None:
    wells = join(read_layout(LAYOUT), read_signals(MATRIX))

    assert [well.place.well for well in wells] == ["A1", "A2", "A3", "B1", "B2"]
    assert math.isinf(wells[2].signal)


def test_names_of_wells() -> None:
    assert well_name(" h012 ") == "H12"
    assert well_names("B2:A1") == ["A1", "A2", "B1", "B2"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FILE_EMPTY"),
        ("nothing here\n", "NO_WELLS"),
        ("well,signal\n", "NO_WELLS"),
        ("well,signal\nZZ9,1\n", "WELL_UNKNOWN"),
        ("well,signal\nA1,1\nA01,2\n", "WELL_TWICE"),
        ("well,signal\nA1,strong\n", "NOT_A_NUMBER"),
        ("well,signal\nA1,nan\n", "NOT_A_NUMBER"),
        (MATRIX + MATRIX, "BLOCKS"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        read_signals(text)
    assert refused.value.code == code


def test_a_block_that_is_not_there_is_refused() -> None:
    with pytest.raises(Unusable) as refused:
        read_signals(MATRIX, block="nowhere")
    assert refused.value.code == "BLOCK_UNKNOWN"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("well,role\nA1,\n", "NO_WELLS"),
        ("well,role\nA1,wizard\n", "ROLE_UNKNOWN"),
        ("well,role\nA1,std\n", "NO_CONCENTRATION"),
        ("well,role,concentration\nA1,std,many\n", "NOT_A_NUMBER"),
        ("well,role,concentration\nA1,std,-5\n", "TOO_LOW"),
        ("well,role,dilution\nA1,unknown,0.1\n", "TOO_LOW"),
        ("well,role,concentration\nA1,std,5\nA1,std,6\n", "WELL_TWICE"),
        ("well,role,concentration,unit\nA1,std,5,nmol/L\n", "UNIT"),
        (LAYOUT + "S9,standard,7,,,\n", "NAME_UNKNOWN"),
        (LAYOUT + "S2,standard,7,,,\n", "NAME_TWICE"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        read_layout(text, unit="IU/L")
    assert refused.value.code == code


def standards(values: dict[float, tuple[float, ...]]) -> tuple[Any, Any]:
    rows, signals = ["well,role,concentration"], {}
    for row, (level, measured) in zip("ABCDEFGH", values.items(), strict=False):
        for column, signal in enumerate(measured, start=1):
            rows.append(f"{row}{column},std,{level}")
            signals[f"{row}{column}"] = signal
    return read_layout("\n".join(rows)), signals


def test_two_swapped_wells_are_named() -> None:
    layout, signals = standards(
        {0: (0.05, 0.05, 0.05), 1: (0.2, 1.5, 0.21), 10: (0.6, 0.61, 0.6), 100: (1.5, 1.48, 0.2)}
    )

    with pytest.raises(Unusable, match="B2 and D3 look swapped"):
        join(layout, signals)


def test_replicates_that_only_scatter_are_not_swapped() -> None:
    layout, signals = standards({0: (0.05, 0.06), 1: (0.2, 0.4), 10: (0.6, 0.61), 100: (1.5, 1.4)})

    assert len(join(layout, signals)) == 8


def test_missing_and_saturated_wells_are_named() -> None:
    layout, signals = standards({0: (0.05, 0.06), 1: (0.2, 0.21)})

    with pytest.raises(Unusable, match="no signal for B2"):
        join(layout, {well: one for well, one in signals.items() if well != "B2"})
    with pytest.raises(Unusable, match="standard in well A1 is saturated"):
        join(layout, {**signals, "A1": math.inf})
