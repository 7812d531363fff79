"""How the profiles of one host moved away from the first over weeks, and when the pace changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

METHOD = "profile_drift/2"
WEEK = 7 * 86_400.0

Json = Mapping[str, Any]


def parameters() -> dict[str, Any]:
    """Return the parameters of a run."""
    return {"level": 0.95, "alpha": 0.01, "against": "first", "missing": "its_factors_differ"}


def work(parameters: Json, given: Json) -> dict[str, Any]:
    """Compare the profiles of one host; weeks count from the first of them."""
    from assays.numerics.profiles import Profile, drift

    profiles = given["profiles"]
    zero = datetime.fromisoformat(profiles[0]["at"])
    weeks = [(datetime.fromisoformat(one["at"]) - zero).total_seconds() / WEEK for one in profiles]
    found = drift(weeks, [Profile(**one["content"]) for one in profiles], **parameters)
    return {
        "zero": zero.isoformat(),
        "profiles": [one["profile"] for one in profiles],
        "drifts": [asdict(one) for one in found.drifts],
        "changes": [asdict(one) for one in found.changes],
        "level": found.level,
        "alpha": found.alpha,
        "seed": found.seed,
        "notes": [note.value for note in found.notes],
        "methods": sorted({one["method"] for one in profiles}),
        "method": found.method,
    }


def combine(parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]:
    """Count the hosts whose pace changed, and the farthest drift."""
    last = [one["drifts"][-1]["value"] for one in outcomes]
    known = [one for one in last if one is not None]
    return {
        "hosts": len(outcomes),
        "changed_pace": sum(bool(one["changes"]) for one in outcomes),
        "farthest": max(known, default=None),
    }
