"""A look-back finds what was measured since the last good control, and ends when all is decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from assays.actions import controls, look_backs
from assays.actions.look_backs import NotDecided
from assays.models import LookBack, Nonconformity
from assays.queries import look_backs as queries
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput
from tests.assays.controls.bench import Bench
from tests.assays.controls.looking_back import DAY, HOUR, Decision, decide, ended, found, of, opened
from tests.assays.controls.test_holds import measured


def test_it_lists_what_was_measured_since_the_last_good_control_released_ones_too(
    bench: Bench,
) -> None:
    bench.measure(0.1, 0.1, ago=2 * DAY)
    before = of(bench, ago=3 * DAY)
    released = of(bench, ago=DAY, status="RELEASED")
    waiting = of(bench, ago=2 * HOUR)
    other = of(bench, ago=2 * HOUR, code="WBC")

    look_back = opened(bench)

    assert found(look_back) == [released.pk, waiting.pk]
    assert {before.pk, other.pk} & set(found(look_back)) == set()
    assert queries.counts(look_back) == queries.Counts(2, 2, 1)


def test_a_control_that_the_broken_rule_took_is_no_good_one(bench: Bench) -> None:
    bench.measure(0.1, 0.1, ago=5 * DAY)
    suspect = of(bench, ago=4 * DAY)
    bench.measure(2.2, ago=3 * DAY)
    bench.measure(2.3, ago=2 * DAY)

    look_back = opened(bench)

    assert found(look_back) == [suspect.pk]


def test_without_a_good_control_it_goes_back_to_the_first_result(bench: Bench) -> None:
    first = of(bench, ago=20 * DAY)

    look_back = opened(bench)

    assert look_back.since is None
    assert found(look_back) == [first.pk]


def test_results_are_added_until_the_hold_ends(bench: Bench) -> None:
    look_back = opened(bench)
    meanwhile = of(bench, ago=timedelta(seconds=1))
    ended(bench)
    after = measured(bench, observed_at=(database_now() + timedelta(seconds=1)).isoformat())

    look_back = LookBack.objects.get(pk=look_back.pk)
    assert meanwhile.pk in found(look_back)
    assert after.pk not in found(look_back)


def test_it_opens_a_nonconformity(bench: Bench) -> None:
    look_back = opened(bench)

    made = Nonconformity.objects.get()
    assert (made.kind, made.instrument) == ("LOOK_BACK", bench.instrument)
    assert (made.source_table, made.source_id) == ("assays_lookback", look_back.pk)


def test_a_hold_has_one_look_back(bench: Bench) -> None:
    opened(bench)

    with pytest.raises(Conflict, match="already"):
        opened(bench)


def window(bench: Bench, since: datetime, until: datetime, **more: Any) -> LookBack:
    given = {
        "instrument": bench.instrument,
        "assay": bench.assay,
        "cause": "REAGENT",
        "by": bench.technologist,
        "at": database_now(),
        "reason": "lot R7 was stored warm",
    }
    return look_backs.open_window(since=since, until=until, **(given | more))


def test_a_window_of_time_is_looked_back_at_too(bench: Bench) -> None:
    inside, outside = of(bench, ago=2 * DAY), of(bench, ago=HOUR)
    now = database_now()

    look_back = window(bench, now - 3 * DAY, now - DAY)

    assert found(look_back) == [inside.pk]
    assert outside.pk not in found(look_back)


@pytest.mark.parametrize(
    ("since", "until", "more", "field"),
    [
        (1, 2, {}, "until"),
        (3, -3, {}, "until"),
        (-1, -2, {}, "since"),
        (3, 1, {"cause": "NONSENSE"}, "cause"),
        (3, 1, {"reason": " "}, "reason"),
    ],
)
def test_a_window_that_cannot_be_is_refused(
    bench: Bench, since: int, until: int, more: dict[str, str], field: str
) -> None:
    now = database_now()

    with pytest.raises(InvalidInput) as refused:
        window(bench, now - since * DAY, now - until * DAY, **more)

    assert refused.value.field == field


def test_it_closes_when_everything_is_decided_and_not_before(bench: Bench) -> None:
    one, two = of(bench, ago=3 * HOUR, status="RELEASED"), of(bench, ago=2 * HOUR)
    look_back = opened(bench)
    given = {"look_back": look_back, "by": bench.quality, "conclusion": "no harm done"}
    decide(bench, look_back, Decision.INFORM, one)
    with pytest.raises(NotDecided, match="still out of control"):
        look_backs.close(at=database_now(), **given)
    ended(bench)
    with pytest.raises(NotDecided, match="1 results"):
        look_backs.close(at=database_now(), **given)
    decide(bench, look_back, Decision.REPEAT, two)

    closed = look_backs.close(at=database_now(), **given)

    assert (closed.closed_by, closed.conclusion) == (bench.quality, "no harm done")
    with pytest.raises(Conflict, match="closed"):
        decide(bench, look_back, Decision.ACCEPT, one)


def test_pages_follow_each_other_without_gap_or_repetition(bench: Bench) -> None:
    ids = {of(bench, ago=n * HOUR).pk for n in range(2, 7)}
    look_back = opened(bench)
    seen: list[int] = []
    after = None

    for _page in range(3):
        page = queries.page(look_back, after=after, limit=2)
        seen += [row.result.pk for row in page.rows]
        after = page.after

    assert after is None
    assert (len(seen), set(seen)) == (5, ids)


def test_a_hold_by_hand_has_a_look_back_too(bench: Bench) -> None:
    bench.measure(0.1, ago=2 * DAY)
    touched = of(bench, ago=DAY)
    controls.hold(
        instrument=bench.instrument,
        assay=bench.assay,
        by=bench.technologist,
        at=database_now(),
        reason="cooling failed overnight",
    )

    assert found(opened(bench)) == [touched.pk]
