"""The micrographs of one specimen: each field counted, and what all fields say of its blood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

METHOD = "micrographs/2 micrograph/4 nanite_load/1"
MADE_WITH = ("opencv-python-headless", "pillow", "numba")

Json = Mapping[str, Any]
KINDS = ("red_cells", "white_cells", "foreign_bodies", "platelets", "artefacts")
# Red cells by diameter against the median of their field.
SIZES = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4)


def parameters(
    *,
    specimen: int,
    red_cell_result: int | None = None,
    red_cells_per_ul: str | None = None,
    red_cells_cv: str | None = None,
) -> dict[str, Any]:
    """Return the parameters of a run: whose fields, and the red-cell result a load is made with."""
    return {
        "specimen": specimen,
        "red_cell_result": red_cell_result,
        "red_cells_per_ul": red_cells_per_ul,
        "red_cells_cv": red_cells_cv,
    }


def names(given: Json) -> list[str]:
    """Return the contents that a part works on: the bytes of its field."""
    return [given["sha256"]]


def gist(outcome: Json) -> dict[str, Any]:
    """Return what is put together of a field: how many, and how large, but not where."""
    return {
        **{kind: len(outcome[kind]) for kind in KINDS},
        "bodies": [(one["size"], one["texture"]) for one in outcome["foreign_bodies"]],
        "histogram": outcome["histogram"],
        "red_cell_um": outcome["red_cell_um"],
    }


def work(parameters: Json, given: Json, contents: Callable[[str], bytes]) -> dict[str, Any]:
    """Count one field; its bytes are read here, one field at a time."""
    from assays.numerics.body_texture import described
    from assays.numerics.micrograph import count
    from assays.numerics.micrograph.pictures import read

    content = contents(given["sha256"])
    found = count(content)
    radius = found.scale.red_cell_radius
    outcome = {**found.to_json(), "micrograph": given["micrograph"]}
    if found.foreign_bodies:
        pixels = read(content).pixels
        outcome["foreign_bodies"] = [
            {**asdict(one), **asdict(described(pixels, one, red_cell_radius=radius))}
            for one in found.foreign_bodies
        ]
    outcome["histogram"] = histogram(
        [one.radius / radius for one in found.red_cells if not one.is_cut]
    )
    per_pixel = given["um_per_pixel"]
    outcome["red_cell_um"] = None if per_pixel is None else 2 * radius * float(per_pixel)
    return outcome


def combine(parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]:
    """Return the counts of all fields, and the load with the scatter between them."""
    from assays.numerics.nanite_load import nanite_load

    counted = [(one["red_cells"], one["foreign_bodies"]) for one in outcomes]
    per_ul, cv = parameters["red_cells_per_ul"], parameters["red_cells_cv"]
    load = nanite_load(
        counted,
        red_cells_per_ul=None if per_ul is None else float(per_ul),
        red_cells_cv=None if cv is None else float(cv),
    )
    bodies = [body for one in outcomes for body in one["bodies"]]
    diameters = [one["red_cell_um"] for one in outcomes if one["red_cell_um"] is not None]
    return {
        "fields": len(outcomes),
        **{kind: sum(one[kind] for one in outcomes) for kind in KINDS},
        "histogram": [
            sum(bin_) for bin_ in zip(*(one["histogram"] for one in outcomes), strict=True)
        ],
        "foreign_body_sizes": dict(Counter(size for size, _texture in bodies)),
        "foreign_body_textures": dict(Counter(texture for _size, texture in bodies)),
        "red_cell_um": sum(diameters) / len(diameters) if diameters else None,
        "load": load.to_json(),
    }


def histogram(ratios: Sequence[float]) -> list[int]:
    """Return how many ratios lie below the first of `SIZES`, between each two, above the last."""
    found = [0] * (len(SIZES) + 1)
    for ratio in ratios:
        found[sum(ratio >= limit for limit in SIZES)] += 1
    return found
