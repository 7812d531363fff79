"""Look-backs as tests open them, decide in them and read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from assays.actions import look_backs
from assays.models import LookBack, LookBackDecision, Result
from assays.queries import look_backs as queries
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.controls.bench import Bench
from tests.assays.controls.test_holds import measured

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
Decision = LookBackDecision.Decision


def of(bench: Bench, *, ago: timedelta, status: str = "RESULTED", code: str = "HB") -> Result:
    """Let the analyser measure a specimen so long ago; the value may be released by now."""
    moment = laboratory.moment(ago=ago)
    made = laboratory.specimen(list(bench.assays.values()), collected_ago=ago + HOUR)
    sent = measured(bench, code, specimen=made.accession, observed_at=moment.isoformat())
    if status != "RESULTED":
        laboratory.verified(sent, status)
        sent.refresh_from_db()
    return sent


def opened(bench: Bench, **more: Any) -> LookBack:
    given = {"by": bench.quality, "at": database_now(), "reason": "control failed"}
    hold = bench.hold() or bench.fail(ago=HOUR)
    return look_backs.open_for_hold(hold=hold, **(given | more))


def decide(
    bench: Bench, look_back: LookBack, decision: str, *chosen: Result, **more: Any
) -> dict[int, Any]:
    given = {"by": bench.pathologist, "at": database_now(), "reason": "looked at"}
    return look_backs.decide(
        look_back=look_back, chosen=chosen, decision=decision, **(given | more)
    )


def ended(bench: Bench) -> None:
    hold = bench.hold()
    assert hold is not None
    bench.measure(0.1, ago=timedelta(0))
    bench.end(hold)


def found(look_back: LookBack) -> list[int]:
    return [row.result.pk for row in queries.page(look_back).rows]
