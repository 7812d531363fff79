"""Draining the queue: claim, compute under a lease, apply the effect and `done` together."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from labsys.lib import faults
from labsys.work import queue, registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution, Failed, Handler, Later

DRAIN_SECONDS = 2.0
CLAIM_LIMIT = 8

BEFORE_EFFECT = faults.declare("work.effect.computed", "the effect is computed, nothing is written")
IN_EFFECT = faults.declare("work.effect.written", "effect and done are written, not committed")
AFTER_EFFECT = faults.declare("work.effect.committed", "effect and done are committed")

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker took over; whatever was computed is thrown away."""


def drain(
    execution: Execution,
    *,
    seconds: float = DRAIN_SECONDS,
    is_long: bool | None = None,
    is_slow: bool | None = None,
    only: Sequence[tuple[str, int]] | None = None,
) -> int:
    """Work off due items for about `seconds`; returns how many were finished.

    Of all kinds, of the long or slow ones alone, or of all but those; or of the kinds named by
    `only`. However short, it claims once.
    """
    kinds = registry.kinds(is_long=is_long, is_slow=is_slow) if only is None else only
    limit = 1 if is_long else CLAIM_LIMIT
    finished = 0
    until = time.monotonic() + seconds
    while claims := queue.claim(kinds=kinds, worker=execution.worker, limit=limit):
        for batch in batches(runs(claims, execution)):
            finished += work_off(batch, execution)
        if time.monotonic() >= until:
            break
    return finished


def runs(claims: Sequence[Claim], execution: Execution) -> list[list[Claim]]:
    """Put together with each claim what may be done with it: the next ones of its order."""
    found = []
    for claim in claims:
        run = [claim]
        limit = registry.find(claim.kind, claim.version).run - 1
        if limit > 0 and claim.ordering_key and claim.attempts == 1:
            run += queue.follow(claim, worker=execution.worker, limit=limit)
        found.append(run)
    return found


def batches(runs: Sequence[list[Claim]]) -> Iterator[list[Claim]]:
    """Group neighbouring runs of one kind into what their handler takes at once, whole."""
    batch: list[Claim] = []
    for run in runs:
        kind = (run[0].kind, run[0].version)
        is_full = len(batch) + len(run) > registry.find(*kind).batch
        if batch and (kind != (batch[0].kind, batch[0].version) or is_full):
            yield batch
            batch = []
        batch = batch + run
    if batch:
        yield batch


def work_off(batch: list[Claim], execution: Execution) -> int:
    """Do one batch; where it fails, do its items one by one so that one bad item stands alone.

    What follows another item in order is given back first: it waits for how that one ends.
    """
    handler = registry.find(batch[0].kind, batch[0].version)
    try:
        with heartbeat(batch):
            return _do(handler, batch, execution)
    except (OperationalError, InterfaceError) as error:
        if isinstance(error.__cause__, QueryCanceled):
            return _failed(batch, execution)
        _database_away(batch, error)
        raise
    except LeaseLost:
        logger.warning("lease lost on %s", [claim.id for claim in batch])
        return 0
    except Exception:  # noqa: BLE001 - whatever it was is noted beside the item
        return _failed(batch, execution)


def _failed(batch: list[Claim], execution: Execution) -> int:
    """Take the batch apart, or note the failure of the one item that is left of it.

    A statement that ran into its limit of time is such a failure: the database is there, and what
    takes too long would take too long for ever.
    """
    if len(batch) > 1:
        heads, followers = in_order(batch)
        queue.give_back(followers, is_attempt=True)
        return sum(work_off([claim], execution) for claim in heads)
    state = queue.fail(batch[0], traceback.format_exc(limit=-6))
    logger.exception("%s %s failed, now %s", batch[0].kind, batch[0].id, state or "lost")
    return 0


def in_order(batch: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """Part the claims into the first of each ordering key, and those that follow one."""
    heads: list[Claim] = []
    followers: list[Claim] = []
    seen: set[str] = set()
    for claim in batch:
        (followers if claim.ordering_key in seen else heads).append(claim)
        seen |= {claim.ordering_key} - {""}
    return heads, followers


def _still_in_order(batch: Sequence[Claim], held: set[int]) -> list[Claim]:
    """Return what is still held, without what follows a claim that is not."""
    lost: set[str] = set()
    mine = []
    for claim in batch:
        if claim.id not in held:
            lost |= {claim.ordering_key} - {""}
        elif claim.ordering_key not in lost:
            mine.append(claim)
    return mine


def _do(handler: Handler, batch: Sequence[Claim], execution: Execution) -> int:
    effects = handler.prepare(batch, execution)
    faults.passing(BEFORE_EFFECT)
    later, failed = _aside(batch, effects)
    aside = {claim.id for claim in (*later, *failed)}
    mine: list[Claim] = []
    if len(aside) < len(batch):
        with transaction.atomic():
            mine = _still_in_order(batch, queue.fence(batch) - aside)
            if not mine:
                raise LeaseLost
            handler.apply(mine, effects, execution)
            queue.finish(mine)
            faults.passing(IN_EFFECT)
        faults.passing(AFTER_EFFECT)
        queue.let_go(claim.ordering_key for claim in mine)
    for wait in sorted({effects[claim.id].seconds for claim in later}):
        waiting = [claim for claim in later if effects[claim.id].seconds == wait]
        queue.give_back(waiting, wait_seconds=wait)
    for claim in failed:
        queue.fail(claim, effects[claim.id].error)
    return len(mine)


def _aside(batch: Sequence[Claim], effects: Mapping[int, Any]) -> tuple[list[Claim], list[Claim]]:
    """Return what was not begun, and what failed by itself."""
    later = [claim for claim in batch if isinstance(effects.get(claim.id), Later)]
    failed = [claim for claim in batch if isinstance(effects.get(claim.id), Failed)]
    return later, failed


def _database_away(batch: Sequence[Claim], error: Exception) -> None:
    """A database that is away is nobody's failed attempt; the lease covers what cannot be said."""
    logger.warning("database away: %s", type(error).__name__)
    connection.close()
    try:
        queue.give_back(batch, wait_seconds=1.0)
    except (OperationalError, InterfaceError):
        connection.close()


@contextmanager
def heartbeat(batch: Sequence[Claim]) -> Iterator[None]:
    """Renew the leases of a long batch from a second thread."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(queue.LEASE_SECONDS / 3):
            try:
                if not queue.extend(batch):
                    return
            except (OperationalError, InterfaceError):
                logger.warning("lease not renewed; it runs on until its end")
            finally:
                connection.close()

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
