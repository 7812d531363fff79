"""All profiles read again with other limits of intensity and quality: which would differ, and in what.

What was recorded stays; a run says what a new limit would do before anybody corrects by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from assays.rules.analyses.runs import digest_of
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

METHOD = "reprofile/2"
Json = Mapping[str, Any]
PER_PART = 500
KEPT = 50  # of the profiles of one part that differ


def parameters(*, intensity: float = 0.0, quality: float = 0.0) -> dict[str, Any]:
    """Return the parameters of a run, or say which cannot be used."""
    for name, value, most in (("intensity", intensity, 1e12), ("quality", quality, 1.0)):
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= most:
            raise Refused(
                name.upper(),
                _("The limit of %(name)s lies from 0 to %(most)g."),
                name=name,
                most=most,
            )
    return {"intensity": float(intensity), "quality": float(quality)}


def handed(path: str, attachments: Sequence[bytes]) -> list[tuple[str, Json]]:
    """Return the rows of a part, read of what the worker attached."""
    (raw,) = attachments
    return [(uid, content) for uid, content in json.loads(raw)]


def work(parameters: Json, given: Json, rows: Iterable[tuple[str, Json]]) -> dict[str, Any]:
    """Read the profiles of one stretch of the catalogue again."""
    from assays.numerics.profiles import Profile

    count = lost = empty = 0
    changed: list[dict[str, Any]] = []
    read = []
    for uid, content in rows:
        before = Profile(**content)
        after = before.called(**parameters)
        gone = sorted(before.factors() - after.factors())
        read.append([uid, sorted(after.factors())])
        count += 1
        lost += len(gone)
        empty += not after.markers
        if gone:
            changed.append({"profile": uid, "lost": gone, "markers_left": len(after.markers)})
    return {
        "profiles": count,
        "differ": len(changed),
        "lost": lost,
        "empty": empty,
        "changed": changed[:KEPT],
        "digest": digest_of(read),
        "method": METHOD,
    }


def combine(parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]:
    """Add the parts up; the digest is that of what was read of every profile in its order."""
    return {
        **{
            name: sum(one[name] for one in outcomes)
            for name in ("profiles", "differ", "lost", "empty")
        },
        "digest": digest_of([one["digest"] for one in outcomes]),
    }
