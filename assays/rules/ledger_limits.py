"""How long something may wait in a bucket of the ledger before somebody has to look at it.

What a machine does next has minutes; what a person does next has a day or three; what depends on the
patient (a draw to come, a series over days) has weeks. No limit: the bucket ends by itself or waits
for nothing here.
"""

from __future__ import annotations

from datetime import timedelta

MACHINE = timedelta(minutes=15)
DAY = timedelta(days=1)
PERSON = timedelta(days=3)
WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
YEAR = timedelta(days=366)

# level -> key of the bucket (or how it begins, ending in a space) -> limit
LIMITS: dict[str, dict[str, timedelta]] = {
    "frame": {"BEGUN": MACHINE},
    "message": {
        "RECEIVED": MACHINE,
        "UNREAD PARKED": DAY,
        "HELD": PERSON,
        "PARTLY_HELD": PERSON,
        "INCOMPLETE": WEEK,
    },
    "item": {"HELD ": PERSON},
    "control_item": {"WAITING": PERSON},
    "recording": {
        "PENDING": MACHINE,
        "BLOCKED": MACHINE,
        "RUNNING": MACHINE,
        "PARKED": DAY,
        "UNQUEUED": MACHINE,
    },
    "result": {
        "NOT_EVALUATED": MACHINE,
        "RESULTED": PERSON,
        "TECHNICALLY_VERIFIED": PERSON,
        "HELD": WEEK,
    },
    "order_item": {
        "IN_PROCESS": MONTH,
        "VALUE_WAITING": WEEK,
        "NO_SPECIMEN": WEEK,
        "ORDER_DRAFT": WEEK,
        "ORDERED": YEAR,
        "HELD": YEAR,
    },
    "report_version": {"PENDING": MACHINE, "RUNNING": MACHINE, "PARKED": DAY, "UNQUEUED": MACHINE},
    "attempt_request": {"OPEN": DAY},
    # Of what nobody takes the listener gives up by itself; without one nobody does.
    "dispatch": {"QUEUED": 4 * DAY, "SENDING": MACHINE, "REFUSED": PERSON, "DEAD": PERSON},
    # A run of thousands of parts waits behind everything that comes in, and is no emergency.
    "analysis": {"QUEUED": DAY, "RUNNING": DAY},
    "analysis_part": {"WAITING PENDING": DAY, "WAITING RUNNING": DAY, "WAITING PARKED": DAY},
    "downtime_box": {"UNTYPED": PERSON, "TYPED_ONCE": DAY, "UNSETTLED": DAY},
}
# Of work the bucket is named by kind and state.
WORK = {"PENDING": MACHINE, "BLOCKED": DAY, "RUNNING": MACHINE, "PARKED": DAY}
WORK_OF = {"analyse PENDING": DAY, "conclude PENDING": DAY}


def limit_of(level: str, key: str) -> timedelta | None:
    """Return how long rows of this bucket may wait, or None where they may wait for ever."""
    if level == "work":
        return WORK_OF.get(key) or WORK.get(key.rpartition(" ")[2])
    known = LIMITS.get(level, {})
    return known.get(key) or known.get(key.partition(" ")[0] + " ")
