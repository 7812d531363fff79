"""Whether the database's disk is full, as the thread that writes finds it: said, and told afterwards."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.db import Error, connection
from psycopg import errors

from assays.actions import full_disks
from labsys.accounts.models import Principal

# For so long nothing must have been refused: what is small finds room where others find none.
CALM_SECONDS = 5.0

logger = logging.getLogger(__name__)


class Fullness:
    """What one thread knows of the disk; all of it is asked of and by that thread alone."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._untold: datetime | None = None
        self._refused_at = 0.0
        self._is_storing = False

    def refused(self, cause: BaseException, at: datetime) -> None:
        """Something was not stored: note where the reason is the disk."""
        if not isinstance(cause, errors.DiskFull):
            return
        self._refused_at, self._is_storing = time.monotonic(), False
        if self._since is None:
            self._since = at
            logger.critical("the database's disk is full: nothing is acknowledged")
        try:
            full_disks.say(since=self._since)
        except Error as error:
            logger.error("that the disk is full is not told (%s)", type(error).__name__)
            connection.close()

    def went_on(self, by: Principal, at: datetime, *, is_stored: bool) -> None:
        """The database did what it was asked; `is_stored`: something was stored and is answered.

        Where the disk was full and has not been for a while, it is told that it was.
        """
        if self._since is None and self._untold is None:
            return
        self._is_storing |= is_stored
        if not self._is_storing or time.monotonic() - self._refused_at < CALM_SECONDS:
            return
        try:
            self._tell(by, at)
        except Error as error:
            # It is told with what goes on next.
            logger.error("that the disk was full is not told (%s)", type(error).__name__)
            connection.close()

    def _tell(self, by: Principal, at: datetime) -> None:
        if self._since is not None:
            logger.critical("the database's disk has room again")
            self._untold, since, self._since = self._untold or self._since, self._since, None
            full_disks.unsay(since=since)
        if self._untold is not None:
            full_disks.report(since=self._untold, by=by, at=at)
            self._untold = None
