"""The one place that says whose record a row is, and has it recorded who was shown it.

Where the person stands is registered with the policy; how a look is kept is told by the app that
keeps looks (labsys.audit), because this room imports no app.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from labsys.lib import policy
from labsys.lib.policy import Principal

# Takes by, purpose, objects and person_id, as labsys.audit.reads.record does.
Keeper = Callable[..., None]

_keepers: list[Keeper] = []


def kept_by(keeper: Keeper) -> None:
    """Say what keeps looks; called once, when the app that keeps them is ready."""
    _keepers[:] = [keeper]


def person_of(row: Model) -> int | None:
    """Return the key of the person whom a row concerns, or None where it concerns nobody."""
    _view, path = policy.registered_models()[row._meta.concrete_model or type(row)]
    if path is None:
        return None
    found: Any = row
    for step in path.split("__") if path else ():
        found = None if found is None else getattr(found, step)
    return None if found is None else int(found.pk)


def looked(*, by: Principal, purpose: str, row: Model) -> None:
    """Have it recorded that `by` was shown this row, where it concerns a person."""
    person_id = person_of(row)
    if person_id is None:
        return
    (keeper,) = _keepers
    keeper(by=by, purpose=purpose, objects=[row], person_id=person_id)
