"""How counts of micrographs agree with what readers confirmed, and with an earlier count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from assays.numerics.micrograph import Count

METHOD = "agreement/1"
KINDS = ("red_cells", "white_cells", "foreign_bodies", "platelets")
FEWEST = 3  # fields, for limits of agreement

Json = Mapping[str, Any]


def parameters() -> dict[str, Any]:
    return {}


def work(parameters: Json, given: Json) -> dict[str, Any]:
    """Judge one field's count by its reading, and set it against the count before, if there was one."""
    from assays.numerics.micrograph import agreement, compare

    found = _count(given["count"])
    truth = {
        kind: [(one["x"], one["y"]) for one in given["reading"] if one["kind"] == kind]
        for kind in KINDS
    }
    judged = {kind: asdict(agreement(found, truth, kind=kind)) for kind in KINDS}
    before, reclassed = None, []
    if given["before"] is not None:
        earlier = _count(given["before"])
        before = {one.kind: _changed(one) for one in compare(earlier, found)}
        for kind in KINDS:
            before[kind]["agreement"] = asdict(agreement(earlier, truth, kind=kind))
        reclassed = _reclassed(before, found.scale.red_cell_radius)
    return {
        "micrograph": given["micrograph"],
        "counted": {kind: len(getattr(found, kind)) for kind in KINDS},
        "read": {kind: len(truth[kind]) for kind in KINDS},
        "agreement": judged,
        "before": before,
        "reclassed": reclassed,
        "vanished": _sum(before, "gone") - len(reclassed),
        "appeared": _sum(before, "new") - len(reclassed),
    }


def combine(parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]:
    """Put fields together: shares over all objects, and the limits of agreement of the counts."""
    compared = [one for one in outcomes if one["before"] is not None]
    return {
        "fields": len(outcomes),
        "kinds": {kind: _together(kind, outcomes) for kind in KINDS},
        "compared": len(compared),
        "changes": {kind: _changes(kind, compared) for kind in KINDS} if compared else None,
        "reclassed": sum(len(one["reclassed"]) for one in compared),
    }


def _together(kind: str, outcomes: Sequence[Json]) -> dict[str, Any]:
    from assays.numerics.micrograph import bland_altman

    judged = [one["agreement"][kind] for one in outcomes]
    both, missed, added = (
        sum(one[name] for one in judged) for name in ("found", "missed", "added")
    )
    limits = None
    if len(outcomes) >= FEWEST:
        counted = [one["counted"][kind] for one in outcomes]
        limits = asdict(bland_altman(counted, [one["read"][kind] for one in outcomes]))
    return {
        "found": both,
        "missed": missed,
        "added": added,
        "precision": _share(both, added),
        "recall": _share(both, missed),
        "difference": limits,
    }


def _changes(kind: str, compared: Sequence[Json]) -> dict[str, Any]:
    changes = [one["before"][kind] for one in compared]
    earlier = [one["agreement"] for one in changes]
    both, missed, added = (
        sum(one[name] for one in earlier) for name in ("found", "missed", "added")
    )
    return {
        "before": sum(one["before"] for one in changes),
        "after": sum(one["after"] for one in changes),
        "same": sum(one["same"] for one in changes),
        "gone": sum(len(one["gone"]) for one in changes),
        "new": sum(len(one["new"]) for one in changes),
        "precision": _share(both, added),
        "recall": _share(both, missed),
    }


def _share(those: int, rest: int) -> dict[str, float] | None:
    """Return a share with its exact 95 % limits (Clopper and Pearson), None of nothing."""
    from assays.numerics.count_intervals import ratio_of_counts

    if those + rest == 0:
        return None
    if rest == 0:
        return {"value": 1.0, "low": 0.025 ** (1 / those), "high": 1.0}
    low, high = ratio_of_counts(those, rest)
    return {"value": those / (those + rest), "low": low / (1 + low), "high": high / (1 + high)}


def _changed(change: Any) -> dict[str, Any]:
    return {
        "before": change.before,
        "after": change.after,
        "same": change.same,
        "gone": [asdict(one) for one in change.gone],
        "new": [asdict(one) for one in change.new],
        "median_shift": change.median_shift,
    }


def _sum(before: Json | None, name: str) -> int:
    return 0 if before is None else sum(len(one[name]) for one in before.values())


def _reclassed(before: Json, radius: float) -> list[dict[str, Any]]:
    """Return what went of one kind and came as another at the same place."""
    from assays.numerics.micrograph.agreement import NEAR, matched

    gone = [(kind, body) for kind in KINDS for body in before[kind]["gone"]]
    new = [(kind, body) for kind in KINDS for body in before[kind]["new"]]
    both = matched(
        [(body["x"], body["y"]) for _kind, body in gone],
        [(body["x"], body["y"]) for _kind, body in new],
        reach=NEAR * radius,
    )
    return [
        {"was": gone[one][0], "is": new[other][0], "x": new[other][1]["x"], "y": new[other][1]["y"]}
        for one, other in both
        if gone[one][0] != new[other][0]
    ]


def _count(found: Json) -> Count:
    """Return what comparing needs of a count that was kept: its bodies and its scale."""
    from assays.numerics.micrograph import Body, Scale

    bodies = {
        kind: tuple(
            Body(one["x"], one["y"], one["radius"], one.get("is_cut", False)) for one in found[kind]
        )
        for kind in KINDS
    }
    return cast("Count", SimpleNamespace(scale=Scale(**found["scale"]), **bodies))
