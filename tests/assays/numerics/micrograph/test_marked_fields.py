"""Fields of blood films that readers marked, where the collection of them is at hand."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assays.numerics.micrograph import count
from assays.numerics.micrograph.agreement import matched

FIELDS = Path(__file__).parents[5] / "shared" / "data" / "micrographs"
EVERY = 6  # every sixth field: bench/micrograph.py judges all

pytestmark = pytest.mark.skipif(not FIELDS.exists(), reason="The marked fields are not at hand.")


def rows(name: str) -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    with (FIELDS / name).open() as file:
        for row in csv.DictReader(file):
            found[row["image"]].append(row)
    return found


def is_inside(point: Any) -> bool:
    return 20 <= point[0] < 620 and 20 <= point[1] < 460


def test_red_cells_are_where_readers_marked_them() -> None:
    marked = rows("chula_points.csv")
    missed = added = right = 0
    for name in sorted(marked)[::EVERY]:
        found = count(FIELDS / "chula" / name)
        truth = [(float(row["x"]), float(row["y"])) for row in marked[name]]
        cells = [(one.x, one.y) for one in found.red_cells]
        both = matched(cells, truth, reach=0.8 * found.scale.red_cell_radius)
        known, known_truth = {one for one, _other in both}, {other for _one, other in both}
        right += sum(is_inside(truth[other]) for _one, other in both)
        added += sum(is_inside(at) for place, at in enumerate(cells) if place not in known)
        missed += sum(is_inside(at) for place, at in enumerate(truth) if place not in known_truth)
        assert found.foreign_bodies == ()

    assert missed / (right + missed) < 0.025
    assert 2 * right / (2 * right + missed + added) > 0.955


def test_foreign_bodies_laid_into_fields_are_found() -> None:
    right = drawn = found_in_all = 0
    errors = []
    for field in json.loads((FIELDS / "composite_truth.json").read_text())[::2]:
        found = count(FIELDS / "composite" / field["image"])
        truth = [(one["x"], one["y"]) for one in field["foreign"]]
        bodies = [(one.x, one.y) for one in found.foreign_bodies]
        both = matched(bodies, truth, reach=0.8 * found.scale.red_cell_radius)
        right, drawn, found_in_all = (
            right + len(both),
            drawn + len(truth),
            found_in_all + len(bodies),
        )
        errors += [
            abs(found.foreign_bodies[one].radius / field["foreign"][other]["r"] - 1)
            for one, other in both
        ]

    assert right == found_in_all
    assert right / drawn > 0.88
    assert np.median(errors) < 0.04


def test_white_cells_are_found() -> None:
    marked = rows("cbc_boxes.csv")
    names = sorted(marked)[::EVERY]
    exact = 0
    for name in names:
        found = count(FIELDS / "cbc" / name)
        exact += len(found.white_cells) == sum(row["label"] == "WBC" for row in marked[name])
        assert found.foreign_bodies == ()

    assert exact / len(names) > 0.9
