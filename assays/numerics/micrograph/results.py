"""What a count of one field says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from assays.numerics.micrograph.sizes import Sizes
from assays.numerics.nanite_load import CountEstimate, NaniteLoad

METHOD = "micrograph/4"


class Note(StrEnum):
    """What a reader must know to judge a count; notes on the picture are in ``PictureNote``."""

    METHOD_ERROR = "errors_of_the_method_not_in_limits"
    FEW_RED_CELLS = "few_red_cells"
    CROWDED = "cells_lie_in_clumps_counts_uncertain"
    SMALL_RED_CELLS = "red_cells_of_few_pixels_small_bodies_missed"
    BLURRED = "out_of_focus_sizes_uncertain"


@dataclass(frozen=True, slots=True)
class Body:
    """Something counted: centre, and radius of the disc of its area, in pixels of the picture.

    ``x`` from the left, ``y`` from the top; pixel centres are whole numbers from 0. ``is_cut``: it
    reaches the border; centre and radius are those of the part inside.
    """

    x: float
    y: float
    radius: float
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """``red_cell_radius``: median of whole red cells, pixels. ``worked_at``: resampling factor."""

    width: int
    height: int
    red_cell_radius: float
    worked_at: float


@dataclass(frozen=True, slots=True)
class MethodError:
    """What the method misses and adds, measured on fields that readers had marked.

    Fractions with 95 % limits from resampling fields: see docs/reference/micrograph.md.
    """

    missed_red_cells: CountEstimate
    added_red_cells: CountEstimate
    source: str


@dataclass(frozen=True, slots=True)
class Count:
    """What one field shows.

    ``red_cell_count`` and ``foreign_body_count`` carry exact 95 % limits of a Poisson mean: how far
    chance alone can move the number of a field. ``load``: foreign bodies per 1000 red cells.
    """

    red_cells: tuple[Body, ...]
    white_cells: tuple[Body, ...]
    foreign_bodies: tuple[Body, ...]
    platelets: tuple[Body, ...]
    artefacts: tuple[Body, ...]
    scale: Scale
    sizes: Sizes
    red_cell_count: CountEstimate
    foreign_body_count: CountEstimate
    load: NaniteLoad
    method_error: MethodError
    notes: tuple[str, ...]
    method: str = METHOD

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "load": self.load.to_json()}
