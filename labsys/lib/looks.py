"""The one place that says whose record a row is, and has it recorded who was shown it.

Where the person stands is registered with the policy, or told by the table's app where no one path
leads there; how a look is kept is told by the app that keeps looks (labsys.audit), because this room
imports no app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

from labsys.lib import policy
from labsys.lib.policy import Principal

# Takes by, purpose, objects and person_id, as labsys.audit.reads.record does.
Keeper = Callable[..., None]

# The keys of the persons whom a row tells of.
Concerned = Callable[[Any], Iterable[int]]

_keepers: list[Keeper] = []
_concerned: dict[type[Model], Concerned] = {}


def kept_by(keeper: Keeper) -> None:
    """Say what keeps looks; called once, when the app that keeps them is ready."""
    _keepers[:] = [keeper]


def tells_of(model: type[Model], concerned: Concerned) -> None:
    """Say whom rows of `model` tell of, where the policy has no path to one person."""
    _concerned[model] = concerned


def registered() -> frozenset[type[Model]]:
    """The models that say themselves whom their rows tell of."""
    return frozenset(_concerned)


def persons_of(row: Model) -> list[int]:
    """Return the keys of the persons whom a row concerns, each once; none where it concerns nobody."""
    model = row._meta.concrete_model or type(row)
    if model in _concerned:
        return sorted(set(_concerned[model](row)))
    _view, path = policy.registered_models()[model]
    if path is None:
        return []
    found: Any = row
    for step in path.split("__") if path else ():
        found = None if found is None else getattr(found, step)
    return [] if found is None else [int(found.pk)]


def looked(*, by: Principal, purpose: str, row: Model) -> None:
    """Have it recorded that `by` was shown this row, once for each person whom it concerns."""
    persons = persons_of(row)
    if not persons:
        return
    (keeper,) = _keepers
    each = iter(persons)
    keeper(by=by, purpose=purpose, objects=[row] * len(persons), person_id=lambda _row: next(each))
