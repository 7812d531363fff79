"""Draining the queue: claim, compute under a lease, apply the effect and `done` together."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection, transaction

from labsys.lib import faults
from labsys.work import queue, registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution, Handler

DRAIN_SECONDS = 2.0
CLAIM_LIMIT = 8

BEFORE_EFFECT = faults.declare("work.effect.computed", "the effect is computed, nothing is written")
IN_EFFECT = faults.declare("work.effect.written", "effect and done are written, not committed")
AFTER_EFFECT = faults.declare("work.effect.committed", "effect and done are committed")

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker took over; whatever was computed is thrown away."""


def drain(execution: Execution, *, seconds: float = DRAIN_SECONDS) -> int:
    """Work off due items for about `seconds`; returns how many were finished."""
    finished = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        claims = queue.claim(kinds=registry.kinds(), worker=execution.worker, limit=CLAIM_LIMIT)
        if not claims:
            break
        for batch in batches(claims):
            finished += work_off(batch, execution)
    return finished


def batches(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Group neighbouring claims of one kind into what their handler takes at once."""
    batch: list[Claim] = []
    for claim in claims:
        if batch and (
            (claim.kind, claim.version) != (batch[0].kind, batch[0].version)
            or len(batch) >= registry.find(claim.kind, claim.version).batch
        ):
            yield batch
            batch = []
        batch.append(claim)
    if batch:
        yield batch


def work_off(batch: list[Claim], execution: Execution) -> int:
    """Do one batch; where it fails, do its items one by one so that one bad item stands alone."""
    handler = registry.find(batch[0].kind, batch[0].version)
    try:
        with heartbeat(batch):
            return _do(handler, batch, execution)
    except (OperationalError, InterfaceError) as error:
        _database_away(batch, error)
        raise
    except LeaseLost:
        logger.warning("lease lost on %s", [claim.id for claim in batch])
        return 0
    except Exception:
        if len(batch) > 1:
            return sum(work_off([claim], execution) for claim in batch)
        state = queue.fail(batch[0], traceback.format_exc(limit=-6))
        logger.exception("%s %s failed, now %s", batch[0].kind, batch[0].id, state or "lost")
        return 0


def _do(handler: Handler, batch: Sequence[Claim], execution: Execution) -> int:
    effects = handler.prepare(batch, execution)
    faults.passing(BEFORE_EFFECT)
    with transaction.atomic():
        held = queue.fence(batch)
        mine = [claim for claim in batch if claim.id in held]
        if not mine:
            raise LeaseLost
        handler.apply(mine, effects, execution)
        queue.finish(mine)
        faults.passing(IN_EFFECT)
    faults.passing(AFTER_EFFECT)
    return len(mine)


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
