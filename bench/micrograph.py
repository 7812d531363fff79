"""python -m bench.micrograph FOLDER [--fit]: counts of marked fields beside two textbook peers.

FOLDER holds ``chula`` and ``chula_points.csv`` (a point a red cell), ``composite`` and
``composite_truth.json`` (foreign bodies laid into fields), ``cbc`` and ``cbc_boxes.csv`` (boxes of
white cells). Red cells are judged 20 pixels inside the border. ``--fit`` fits the weights that join
regions anew without each sixth of the fields, judges those with them, and prints the weights of all:
figures of weights that were fitted on the very fields flatter. Intervals resample fields 2,000 times.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from assays.numerics.micrograph import clumps, count, foreground, merging, stains, working
from assays.numerics.micrograph.agreement import matched
from assays.numerics.micrograph.scale import first_radius, resampled

MARGIN, FRAME = 20, (640, 480)
FOLDS = 6
RIDGE, DOUBTED = 0.01, 0.75

Points = list[tuple[float, float]]
Found = tuple[Points, float]  # red cells, and the radius of one


def ours(pixels: Any) -> Found:
    found = count(pixels)
    return [(one.x, one.y) for one in found.red_cells], found.scale.red_cell_radius


def otsu_watershed(pixels: Any) -> Found:
    """Blur, threshold by Otsu, fill, cut along the ridges of depth: what textbooks and ImageJ do."""
    from scipy import ndimage

    green = cv2.GaussianBlur(pixels[..., 1], (0, 0), 1.5)
    _level, mask = cv2.threshold(green, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    mask = foreground.filled(mask)
    depth = cv2.GaussianBlur(cv2.distanceTransform(mask, cv2.DIST_L2, 5), (0, 0), 1.0)
    tops = (depth >= ndimage.maximum_filter(depth, 9)) & (depth > 4)
    marks, number = ndimage.label(tops)
    cost = (255 - np.clip(depth * 255 / max(depth.max(), 1), 0, 255)).astype(np.uint8)
    marks[mask == 0] = number + 1
    labels = ndimage.watershed_ift(cost, marks.astype(np.int32))
    labels[(mask == 0) | (labels > number)] = 0
    areas = np.bincount(labels.ravel(), minlength=number + 1)[1 : number + 1]
    kept = np.flatnonzero(areas >= 150) + 1
    centres = ndimage.center_of_mass(mask, labels, kept) if len(kept) else []
    radius = float(np.sqrt(np.median(areas[areas >= 150]) / np.pi)) if len(kept) else 20.0
    return [(x, y) for y, x in centres], radius


def hough(pixels: Any) -> Found:
    """OpenCV's circles, told that radii are 12 to 30 pixels, which nobody tells the others."""
    grey = cv2.medianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), 5)
    circles = cv2.HoughCircles(grey, cv2.HOUGH_GRADIENT, 1, 22, None, 80, 18, 12, 30)
    if circles is None:
        return [], 20.0
    return [(float(x), float(y)) for x, y, _r in circles[0]], float(np.median(circles[0][:, 2]))


PEERS: dict[str, Callable[[Any], Found]] = {
    "ours": ours,
    "Otsu and watershed": otsu_watershed,
    "Hough circles": hough,
}


def pixels_of(path: Path) -> Any:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def rows(path: Path) -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    with path.open() as file:
        for row in csv.DictReader(file):
            found[row["image"]].append(row)
    return found


def is_inside(point: Sequence[float]) -> bool:
    return all(MARGIN <= at < side - MARGIN for at, side in zip(point, FRAME, strict=True))


def judged(found: Found, truth: Points) -> tuple[float, ...]:
    """Return of one field: relative error, and pairs, found, marked of the inside alone and of all."""
    cells, radius = found
    within, true = [p for p in cells if is_inside(p)], [p for p in truth if is_inside(p)]
    strict = len(matched(within, true, reach=0.8 * radius))
    both = matched(cells, truth, reach=0.8 * radius)
    known, known_truth = {one for one, _other in both}, {other for _one, other in both}
    pairs = sum(is_inside(truth[other]) for _one, other in both)
    added = sum(is_inside(p) for place, p in enumerate(cells) if place not in known)
    missed = sum(is_inside(p) for place, p in enumerate(truth) if place not in known_truth)
    error = abs(len(within) - len(true)) / len(true)
    return error, strict, len(within), len(true), pairs, added, missed


def summary(fields: Any) -> list[float]:
    error, strict, within, true, pairs, added, missed = fields.sum(axis=0)
    return [
        100 * error / len(fields),
        2 * strict / max(within + true, 1),
        2 * pairs / max(2 * pairs + added + missed, 1),
        missed / max(pairs + missed, 1),
        added / max(pairs + added, 1),
    ]


def tell(name: str, fields: list[tuple[float, ...]], seconds: list[float]) -> None:
    table, random = np.array(fields), np.random.default_rng(0)
    again = [summary(table[random.integers(0, len(table), len(table))]) for _ in range(2000)]
    low, high = np.percentile(again, [2.5, 97.5], axis=0)
    names = ("error %", "F1 inside", "F1 at the edge shared", "missed", "added")
    figures = "; ".join(
        f"{what} {value:.3f} [{a:.3f}, {b:.3f}]"
        for what, value, a, b in zip(names, summary(table), low, high, strict=True)
    )
    taken = 1000 * float(np.median(seconds)) if seconds else float("nan")
    print(f"{name}: {figures}; {taken:.1f} ms CPU a field [load {os.getloadavg()[0]:.1f}]")


def red_cells(folder: Path) -> None:
    marked = rows(folder / "chula_points.csv")
    results: dict[str, list[tuple[float, ...]]] = {name: [] for name in PEERS}
    seconds: dict[str, list[float]] = {name: [] for name in PEERS}
    for image in sorted(marked):
        pixels = pixels_of(folder / "chula" / image)
        truth = [(float(row["x"]), float(row["y"])) for row in marked[image]]
        for name, way in PEERS.items():
            begun = time.process_time()
            found = way(pixels)
            seconds[name].append(time.process_time() - begun)
            results[name].append(judged(found, truth))
    for name, fields in results.items():
        tell(f"red cells, {name}", fields, seconds[name])


def foreign_bodies(folder: Path) -> None:
    right = found_in_all = drawn = exact = on_empty = 0
    errors = []
    fields = json.loads((folder / "composite_truth.json").read_text())
    for field in fields:
        found = count(pixels_of(folder / "composite" / field["image"]))
        truth = [(one["x"], one["y"]) for one in field["foreign"]]
        bodies = [(one.x, one.y) for one in found.foreign_bodies]
        both = matched(bodies, truth, reach=0.8 * 1.2 * found.scale.red_cell_radius)
        right, drawn, found_in_all = (
            right + len(both),
            drawn + len(truth),
            found_in_all + len(bodies),
        )
        exact += len(bodies) == len(truth)
        on_empty += 0 if truth else len(bodies)
        errors += [
            abs(found.foreign_bodies[a].radius / field["foreign"][b]["r"] - 1) for a, b in both
        ]
    print(
        f"foreign bodies: precision {right / max(found_in_all, 1):.3f}, recall {right / drawn:.3f}, "
        f"count exact {exact / len(fields):.3f}, median radius error {np.median(errors):.3f}, "
        f"{on_empty} on fields that hold none"
    )


def white_cells(folder: Path) -> None:
    marked = rows(folder / "cbc_boxes.csv")
    exact = foreign = 0
    for image in sorted(marked):
        found = count(pixels_of(folder / "cbc" / image))
        exact += len(found.white_cells) == sum(row["label"] == "WBC" for row in marked[image])
        foreign += len(found.foreign_bodies)
    print(
        f"white cells: count exact on {exact} of {len(marked)} fields; "
        f"{foreign} foreign bodies on them, where none is"
    )


def large_field(folder: Path) -> None:
    pixels = pixels_of(sorted((folder / "chula").iterdir())[0])
    for width, height in ((320, 240), (1280, 960), (2592, 1944)):
        field = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC)
        begun = time.process_time()
        found = count(field)
        print(
            f"{width} x {height}: {len(found.red_cells)} red cells, "
            f"{1000 * (time.process_time() - begun):.0f} ms CPU"
        )


def pairs_of(pixels: Any, truth: Points) -> tuple[list[Any], list[bool]]:
    """Return measures of neighbouring regions, and whether a reader set one point on the two."""
    bgr = np.ascontiguousarray(pixels[..., ::-1])
    first, background = first_radius(bgr)
    scale = working.scale_of(first, bgr)
    worked = resampled(bgr, scale)
    colours = stains.colours(stains.densities(resampled(worked, 0.5), background))
    found, _others = working.told_apart(worked, background, colours, first * scale)
    cut = clumps.cut(found)
    regions = merging.regions_of(cut)
    height, width = cut.labels.shape
    at = [
        (min(max(int(x * scale), 0), width - 1), min(max(int(y * scale), 0), height - 1))
        for x, y in truth
    ]
    owners = np.array([cut.labels[y, x] - 1 for x, y in at])
    marks = np.bincount(owners[owners >= 0], minlength=len(cut.seeds))
    measures, is_one = [], []
    for first_one, second in regions.pairs():
        x, y = (cut.seeds[first_one] + cut.seeds[second]) / 2
        far = 1.2 * cut.radius
        points = int(marks[first_one] + marks[second])
        if not (far < x < width - far and far < y < height - far) or points not in (1, 2):
            continue
        if points == 2 and marks[first_one] != 1:
            continue
        measures.append(merging.measure(regions, (first_one, second)))
        is_one.append(points == 1)
    return measures, is_one


def fitted(measures: Any, is_one: Any) -> tuple[Any, Any, Any]:
    """Fit the regression by Newton's method, three times without what it holds for mistaken."""
    terms = merging.terms(measures)
    centres, spreads = terms.mean(axis=0), terms.std(axis=0) + 1e-9
    centres[0], spreads[0] = 0, 1
    scaled = (terms - centres) / spreads
    kept = np.ones(len(is_one), bool)
    weights = np.zeros(scaled.shape[1])
    for _round in range(4):
        part, truth = scaled[kept], is_one[kept]
        ridge = RIDGE * len(truth) * np.r_[0, np.ones(len(weights) - 1)]
        weights = np.zeros(scaled.shape[1])
        for _step in range(60):
            p = 1 / (1 + np.exp(-np.clip(part @ weights, -40, 40)))
            curve = (part * (p * (1 - p))[:, None]).T @ part + np.diag(ridge + 1e-9)
            weights = weights - np.linalg.solve(curve, part.T @ (p - truth) + ridge * weights)
        p = 1 / (1 + np.exp(-np.clip(scaled @ weights, -40, 40)))
        kept = np.abs(p - is_one) < DOUBTED
    return weights, centres, spreads


def fit(folder: Path) -> None:
    marked = rows(folder / "chula_points.csv")
    names = sorted(marked)
    truth = {n: [(float(row["x"]), float(row["y"])) for row in marked[n]] for n in names}
    pictures = {n: pixels_of(folder / "chula" / n) for n in names}
    examples = {n: pairs_of(pictures[n], truth[n]) for n in names}

    def learned(of: list[str]) -> tuple[Any, Any, Any]:
        measures = np.array([one for n in of for one in examples[n][0]])
        return fitted(measures, np.array([one for n in of for one in examples[n][1]], float))

    fields = []
    for fold in range(FOLDS):
        use(learned([n for place, n in enumerate(names) if place % FOLDS != fold]))
        fields += [judged(ours(pictures[n]), truth[n]) for n in names[fold::FOLDS]]
    tell("red cells, weights fitted without the field", fields, [])
    weights, centres, spreads = learned(names)
    for name, values in (("CENTRES", centres), ("SPREADS", spreads), ("WEIGHTS", weights)):
        print(name, ", ".join(f"{value:.6g}" for value in values))


def use(learned: tuple[Any, Any, Any]) -> None:
    merging.WEIGHTS, merging.CENTRES, merging.SPREADS = learned


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fit", action="store_true", help="fit the weights and judge them")
    options = parser.parse_args()
    cv2.setNumThreads(1)  # processor time of all threads is counted; waiting ones would add to it
    if options.fit:
        fit(options.folder)
        return
    red_cells(options.folder)
    foreign_bodies(options.folder)
    white_cells(options.folder)
    large_field(options.folder)


if __name__ == "__main__":
    main()
