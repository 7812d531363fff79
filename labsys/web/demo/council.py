"""The demo's first report to the council, of the figures as they stand when everything was played."""

from __future__ import annotations

from collections.abc import Callable

from assays.actions import dashboards
from assays.models import FigureSnapshot
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.web.dashboards import counting
from labsys.web.dashboards.presenting import presented, usual
from labsys.web.demo.people import principal


def report(say: Callable[[str], None]) -> None:
    """Count the figures as a worker does, and issue them."""
    sweep, at = Principal.objects.system("sweep"), database_now()
    dashboards.keep(content=counting.count(sweep, at=at), milliseconds=0, by=sweep, at=at)
    snapshot = FigureSnapshot.objects.order_by("-counted_at")[0]
    asked = usual(snapshot.content)
    made = dashboards.issue(
        content=presented(snapshot.content, asked, is_on_paper=True),
        agent=asked.agent,
        since=asked.since,
        until=asked.until,
        figures_at=snapshot.counted_at,
        by=principal("infection"),
        at=database_now(),
    )
    say(f"Council report {made.number} is issued; the dashboard shows the same figures")
