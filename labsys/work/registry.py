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


class Handler(Protocol):
    """How one kind of work is done, in two steps.

    `prepare` runs outside any transaction, for several items at once; it returns an effect per item
    id (an item without an effect has nothing to do). `apply` runs inside the transaction that also
    marks the items done, after the leases were checked, and must write the effects so that a
    repetition changes nothing (a UNIQUE on the effect).

    `batch` limits how many items are done at once. `run` limits how many consecutive items of one
    ordering key may be among them (1: none but the first); they come in their order.
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


def kinds() -> list[tuple[str, int]]:
    """Every (kind, version) this process can do; work of other versions is left alone."""
    return sorted(_handlers)
