"""What each kind of work does: apps register a handler in their `tasks` module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from labsys.work.queue import Claim


@dataclass(frozen=True)
class Execution:
    """Which worker and which Celery task is doing the work; effects record it."""

    worker: str
    task_id: str


@dataclass(frozen=True, slots=True)
class Later:
    """An effect of `prepare`: this one was not begun; it goes back as it was, for whoever is next.

    After `seconds`, where what it needs is away for now.
    """

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    """An effect of `prepare`: this one failed; it is noted and tried again, the others stand."""

    error: str


class Handler(Protocol):
    """How one kind of work is done, in two steps.

    `prepare` runs outside any transaction, for several items at once; it returns an effect per item
    id (an item without an effect has nothing to do). An effect `Later` or `Failed` is that of the worker,
    who keeps such an item from `apply`. `apply` runs inside the transaction that also
    marks the items done, after the leases were checked, and must write the effects so that a
    repetition changes nothing (a UNIQUE on the effect).

    `batch` limits how many items are done at once. `run` limits how many consecutive items of one
    ordering key may be among them (1: none but the first); they come in their order.

    A handler with `is_long = True` may take minutes: it is done by a task of its own, which is not
    killed after one, and of which one runs at a time. One with `is_slow = True` may take seconds for
    one item. Neither is ever done by all processes of a worker at once (`slow_places`). One with
    `is_apart = True` is left to the process that asks for its kind by name: somebody there waits for
    what it does.
    """

    kind: str
    version: int
    batch: int
    run: int

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Any]: ...

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, Any], execution: Execution
    ) -> None: ...


_handlers: dict[tuple[str, int], Handler] = {}


def register(handler: Handler) -> Handler:
    """Make a handler known to the workers of this process."""
    key = (handler.kind, handler.version)
    if key in _handlers:
        raise ValueError(f"two handlers for {handler.kind} version {handler.version}")
    _handlers[key] = handler
    return handler


def find(kind: str, version: int) -> Handler:
    """Return the handler of a kind; only claimed kinds are asked for, so it exists."""
    return _handlers[(kind, version)]


def kinds(*, is_long: bool | None = None, is_slow: bool | None = None) -> list[tuple[str, int]]:
    """Every (kind, version) this process can do, or those that are long or slow, or that are not.

    Work of other versions is left alone. What is done apart is among all of them only.
    """
    if is_long is None and is_slow is None:
        return sorted(_handlers)
    return sorted(
        key
        for key, handler in _handlers.items()
        if not is_apart(handler)
        and is_long in (None, getattr(handler, "is_long", False))
        and is_slow in (None, getattr(handler, "is_slow", False))
    )


def apart() -> list[str]:
    """The kinds that no worker takes unless it asks for them by name."""
    return sorted(kind for (kind, _version), handler in _handlers.items() if is_apart(handler))


def is_apart(handler: Handler) -> bool:
    return bool(getattr(handler, "is_apart", False))
