"""Fields drawn with a seed are counted as they were drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from assays.numerics.micrograph import Count, Note, count, count_fields
from assays.numerics.micrograph.pale_centres import with_pale_centres
from assays.numerics.micrograph.pictures import PictureNote
from assays.numerics.refusals import NoSolution, Unusable
from tests.assays.numerics.micrograph.scenes import CELL, NUCLEUS, Scene, scene


def places(found: Count, kind: str) -> list[tuple[float, float]]:
    return [(one.x, one.y) for one in getattr(found, kind)]


def farthest(found: Count, drawn: Scene, kind: str) -> float:
    """Return how far the drawn bodies are from the nearest found, at most, in pixels."""
    have = np.array(places(found, kind))
    return max(float(np.hypot(*(have - truth[:2]).T).min()) for truth in drawn.truth[kind])


@pytest.fixture(scope="module")
def mixed() -> Scene:
    return scene(seed=2, white_cells=2, foreign=("disc", "hexagon", "ring"), platelets=3)


@pytest.fixture(scope="module")
def counted(mixed: Scene) -> Count:
    return count(mixed.pixels)


def test_every_kind_is_told_apart(mixed: Scene, counted: Count) -> None:
    for kind in ("red_cells", "white_cells", "foreign_bodies"):
        assert len(getattr(counted, kind)) == mixed.count_of(kind)
        assert farthest(counted, mixed, kind) < (4 if kind == "white_cells" else 1.5)


def test_sizes_are_those_drawn(mixed: Scene, counted: Count) -> None:
    drawn = sorted(size for _x, _y, size in mixed.truth["red_cells"])
    foreign = sorted(mixed.truth["foreign_bodies"], key=lambda one: one[1])

    assert counted.scale.red_cell_radius == pytest.approx(np.median(drawn), rel=0.05)
    for one, truth in zip(counted.foreign_bodies, foreign, strict=True):
        assert one.radius == pytest.approx(truth[2], rel=0.06)
    assert counted.sizes.cells == 60
    assert counted.sizes.cv == pytest.approx(0.115, abs=0.05)
    assert list(counted.sizes.quantiles) == sorted(counted.sizes.quantiles)


def test_errors_are_stated(counted: Count) -> None:
    assert (counted.foreign_body_count.value, counted.red_cell_count.value) == (3, 60)
    assert counted.foreign_body_count.low == pytest.approx(0.6187, abs=1e-4)  # Garwood
    assert counted.foreign_body_count.high == pytest.approx(8.7673, abs=1e-4)
    assert counted.load.per_1000_red_cells.value == pytest.approx(50)
    assert counted.method_error.missed_red_cells.high < 0.05
    assert Note.METHOD_ERROR in counted.notes


def test_a_count_is_the_same_every_time(mixed: Scene, counted: Count) -> None:
    assert count(mixed.pixels) == counted


@pytest.mark.parametrize(
    ("radius", "size", "cells"), [(6, (640, 480), 80), (11, (640, 480), 80), (45, (1280, 960), 60)]
)
def test_nothing_is_tied_to_a_magnification(
    radius: float, size: tuple[int, int], cells: int
) -> None:
    drawn = scene(seed=4, radius=radius, width=size[0], height=size[1], cells=cells)

    found = count(drawn.pixels)

    assert len(found.red_cells) == cells
    assert found.scale.red_cell_radius == pytest.approx(radius, rel=0.08)
    assert farthest(found, drawn, "red_cells") < 0.1 * radius


@pytest.mark.parametrize("seed", range(4))
def test_cells_that_overlap_are_parted(seed: int) -> None:
    drawn = scene(seed=seed, cells=80, overlap=0.5)

    found = count(drawn.pixels)

    assert len(found.red_cells) == 80
    assert farthest(found, drawn, "red_cells") < 0.3 * found.scale.red_cell_radius


def test_cells_are_seen_under_a_pointer(mixed: Scene, counted: Count) -> None:
    height, width = mixed.pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    pointer = 0.5 * np.exp(-(((x - 420 - 0.3 * y) / 9) ** 2)) * (y > 120)
    shaded = mixed.pixels * 10.0 ** -pointer[..., None]

    found = count(np.rint(shaded).astype(np.uint8))

    assert len(found.artefacts) >= 1
    assert len(found.red_cells) == len(counted.red_cells)
    assert farthest(found, mixed, "red_cells") < 5


def test_a_field_turned_or_mirrored_has_the_same_count(mixed: Scene, counted: Count) -> None:
    width = mixed.pixels.shape[1]

    mirrored = count(np.ascontiguousarray(mixed.pixels[:, ::-1]))

    assert len(mirrored.red_cells) == len(counted.red_cells)
    assert len(mirrored.foreign_bodies) == len(counted.foreign_bodies)
    back = sorted((width - 1 - x, y) for x, y in places(mirrored, "foreign_bodies"))
    assert np.allclose(back, sorted(places(counted, "foreign_bodies")), atol=1.5)


def test_a_field_without_foreign_bodies_has_none() -> None:
    for seed in range(4):
        found = count(scene(seed=20 + seed, overlap=0.3, white_cells=seed % 2).pixels)

        assert found.foreign_bodies == ()
        assert len(found.white_cells) == seed % 2
        assert found.load.per_1000_red_cells.low == 0


def test_channels_given_the_other_way_round_are_seen(mixed: Scene, counted: Count) -> None:
    found = count(np.ascontiguousarray(mixed.pixels[..., ::-1]))

    assert PictureNote.CHANNELS in found.notes
    assert replace(found, notes=()) == replace(counted, notes=())


def test_a_grey_field_is_counted_without_telling_kinds(mixed: Scene) -> None:
    found = count(mixed.pixels[..., 1])

    assert PictureNote.GREY in found.notes
    assert found.foreign_bodies == found.white_cells == ()
    assert len(found.red_cells) >= 60


def test_a_field_without_cells_gives_no_number() -> None:
    with pytest.raises(NoSolution, match="No red cell") as told:
        count(scene(cells=0).pixels)

    assert told.value.code == "NO_RED_CELLS"


def test_few_cells_and_soft_edges_are_noted() -> None:
    assert Note.FEW_RED_CELLS in count(scene(seed=7, cells=3).pixels).notes
    for blur in (0, 2):
        assert Note.BLURRED not in count(scene(seed=6, blur=blur).pixels).notes
    assert Note.BLURRED in count(scene(seed=6, blur=6).pixels).notes


@pytest.mark.parametrize("radius", [10, 20])
def test_a_field_out_of_focus_is_refused(radius: float) -> None:
    with pytest.raises(Unusable, match="out of focus") as told:
        count(scene(seed=6, radius=radius, blur=0.75 * radius).pixels)

    assert told.value.code == "OUT_OF_FOCUS"


def test_fields_are_put_together_and_one_that_cannot_be_counted_is_told() -> None:
    drawn = [scene(seed=seed, foreign=("disc",) * (seed % 2), cells=40) for seed in range(3)]
    given = [drawn[0].pixels, b"nothing", drawn[1].pixels, drawn[2].pixels]

    found = count_fields(given, red_cells_per_ul=5e6, red_cells_cv=0.02)

    assert [len(one.red_cells) for one in found.counts] == [40, 40, 40]
    assert [place for place, _why in found.refused] == [1]
    assert (found.load.fields, found.load.red_cells, found.load.nanites) == (3, 120, 1)
    assert found.load.per_ul is not None
    assert found.sizes is not None
    assert found.sizes.cells == 120


def test_no_field_at_all_is_refused() -> None:
    for given in ([], [b"nothing"]):
        with pytest.raises(Unusable, match="No field could be counted") as told:
            count_fields(given)
        assert told.value.code == "NO_FIELDS"


@pytest.mark.parametrize("given", [None, "film.png", b"film", 3])
def test_what_is_no_list_of_fields_is_refused(given: Any) -> None:
    with pytest.raises(Unusable, match="a list of pictures") as told:
        count_fields(given)
    assert told.value.code == "FIELDS"


def test_a_concentration_that_cannot_be_is_refused(mixed: Scene) -> None:
    with pytest.raises(Unusable, match="concentration is positive"):
        count(mixed.pixels, red_cells_per_ul=-1)


@pytest.mark.parametrize(("radii", "cells"), [(0.6, 0), (0.8, 0), (1.2, 1), (1.7, 1)])
def test_a_white_cell_at_the_border_counts_where_its_middle_lies_in_the_field(
    radii: float, cells: int
) -> None:
    drawn = scene(seed=5, radius=16, cells=50, foreign=("disc",))
    y, x = np.mgrid[0:480, 0:640]
    nucleus = np.clip(36 - np.hypot(x - 320, y - 36 * (radii - 1)) + 0.5, 0, 1)
    light = drawn.pixels * 10.0 ** (-nucleus[..., None] * NUCLEUS)

    found = count(np.rint(light).astype(np.uint8))

    assert len(found.white_cells) == cells


@pytest.mark.parametrize("y", [0, 4])
def test_a_pale_centre_that_the_border_cuts_open_is_filled(y: float) -> None:
    drawn = scene(seed=9, cells=30)
    down, across = np.mgrid[0:480, 0:640]
    pixels = drawn.pixels.astype(float)
    pixels[:, 240:400] = np.median(pixels[:, 240:400], axis=(0, 1))
    rim, whole = np.hypot(across - 320, down - y), np.hypot(across - 320, down - y - 39)
    taken = np.clip(20.5 - rim, 0, 1) - np.clip(13.5 - rim, 0, 1)
    taken = np.maximum(taken, np.clip(20.5 - whole, 0, 1))
    light = pixels * 10.0 ** (-taken[..., None] * CELL)

    found = count(np.rint(light).clip(0, 255).astype(np.uint8))

    cells = [(one.x, one.y) for one in found.red_cells if abs(one.x - 320) < 40]
    assert len(cells) == 2
    assert np.hypot(*np.subtract(cells[1], (320, y + 39))) < 2


def test_a_hole_within_one_cell_is_filled_and_a_gap_between_cells_is_not() -> None:
    y, x = np.mgrid[0:160, 0:160]
    around = np.arctan2(y - 80, x - 80)
    star = np.hypot(x - 80, y - 80) < 8 * (1 + 0.5 * np.cos(5 * around))
    cell = ((np.hypot(x - 80, y - 80) < 20) & ~star).astype(np.uint8)
    four = np.zeros((160, 160), np.uint8)
    for a, b in ((60, 60), (100, 60), (60, 100), (100, 100)):
        four[np.hypot(x - a, y - b) < 20.5] = 1
    nothing = np.zeros((160, 160), np.float32)

    for mask, is_filled in ((cell, True), (four, False)):
        filled = with_pale_centres(mask, nothing, np.pi * 20**2, 1.0)

        assert bool(filled[80, 80]) is is_filled
