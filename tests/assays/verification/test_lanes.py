"""The tabs of the worklist: the database finds the rows of a lane that the rule places there."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import attempt_requests, results
from assays.models import Evaluation, Result
from assays.queries import lane_filters, lanes, worklist
from assays.queries.lane_filters import in_lane
from assays.queries.worklist import Chosen, counts
from assays.rules.attempts import AttemptKind
from assays.rules.lanes import Lane
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.calculations.entering import enter, specimens_of
from tests.assays.verification.bench import Bench
from tests.laboratory import load_catalogue

pytestmark = pytest.mark.django_db


def placed() -> dict[int, str]:
    """What the rule says of every row."""
    ids = list(Result.objects.values_list("pk", flat=True))
    return {pk: one.placing.lane.value for pk, one in lanes.of_ids(ids).items()}


def ids(ones: list[Result]) -> list[int]:
    return [one.pk for one in ones]


def found() -> dict[int, str]:
    """In which tab the database lists every row; fails where it is in two."""
    listed: dict[int, str] = {}
    for lane in Lane:
        for pk in in_lane(Result.objects.all(), lane).values_list("pk", flat=True):
            assert pk not in listed, (pk, listed[pk], lane)
            listed[pk] = lane.value
    return listed


def test_each_lane_lists_what_the_rule_places_there() -> None:
    bench = Bench()
    kinds = {
        "clear": bench.recorded("13.0"),
        "high": bench.recorded("16.0"),
        "critical": bench.recorded("6.0"),
        "held": bench.recorded("13.1"),
        "implausible": bench.recorded("30"),
        "verified": bench.verified("13.2"),
    }
    results.hold(result=kinds["held"], by=bench.verifier, at=database_now(), reason="clot?")
    bench.assay = laboratory.assays(PLT={"low": "12.0", "high": "15.5"})["PLT"]
    bench.recorded("13.3")  # a range that nobody signed
    bench.assay = laboratory.assays(ESR={"low": None, "high": None})["ESR"]
    bench.recorded("13.4")  # no range

    assert found() == placed()
    assert sorted(placed().values()) == sorted(
        ["CLEAR", "REVIEW", "CRITICAL", "HELD", "CRITICAL", "CLEAR", "REVIEW", "REVIEW"]
    )


FLAGS = (["N"], ["H"], ["HH"], ["no_range"], ["N", "implausible"], [], ["tomorrow"])
DELTAS = (
    ("WITHIN", []),
    ("EXCEEDED", ["percent_exceeded"]),
    ("NOT_ASSESSABLE", ["no_previous_value"]),
    ("NOT_ASSESSABLE", ["no_rule", "units_differ"]),
    ("NOT_ASSESSABLE", []),
)
SENT = ("", " n ", "H")


def test_the_database_and_the_rule_agree_on_every_mix() -> None:
    """Evaluations of every kind, as another version of the method might find them."""
    bench = Bench()
    mixes = list(itertools.product(FLAGS, DELTAS))
    ones = [bench.recorded(f"13.{number % 10}") for number in range(len(mixes))]
    with laboratory.setting_up() as stamp:
        for result, (flags, (verdict, reasons)) in zip(ones, mixes, strict=True):
            given: dict[str, Any] = {"result": result, "method_version": 99, "inputs": {}, **stamp}
            Evaluation.objects.create(
                flags=flags,
                is_critical=flags == ["HH"],
                delta_verdict=verdict,
                trace={"delta": {"reasons": reasons}, "flags": {}},
                **given,
            )

    assert found() == placed()
    assert set(placed().values()) == {"CLEAR", "REVIEW", "CRITICAL"}


def test_the_tabs_count_in_a_number_of_queries_that_rows_do_not_change() -> None:
    bench = Bench()
    chosen = Chosen(status="RESULTED")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            counts(bench.verifier, chosen)
        return len(captured)

    bench.recorded("13.0")
    queries()  # reads the verifier's roles, once
    few = queries()
    for value in ("16.0", "6.0", "13.1", "30"):
        bench.recorded(value)

    assert queries() == few
    found = counts(bench.verifier, chosen)
    assert found.of == {"CRITICAL": 2, "HELD": 0, "REVIEW": 1, "CLEAR": 2, "NOT_ANALYSED": 0}
    assert (found.total, found.is_whole) == (5, True)


def test_of_a_long_queue_the_most_urgent_are_counted_and_every_critical_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    for value in ("13.0", "16.0", "13.1", "6.0", "5.9"):
        bench.recorded(value)
    monkeypatch.setattr(lane_filters, "COUNTED", 2)

    found = counts(bench.verifier, Chosen())

    assert not found.is_whole
    assert (found.total, found.of[Lane.CRITICAL]) == (2, 2)


def test_a_page_of_a_rare_lane_looks_so_far_and_leads_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    for value in ("16.0", "16.1", "13.0", "16.2", "16.3", "13.1"):
        bench.recorded(value)
    monkeypatch.setattr(lane_filters, "COUNTED", 2)
    monkeypatch.setattr(lane_filters, "WINDOWS", 1)
    clear = Chosen(status="RESULTED", lane="CLEAR")
    pages, after, is_first = [], None, True

    while is_first or after is not None:
        page = worklist.page(bench.verifier, chosen=clear, after=after)
        pages.append([str(row.result.value) for row in page.rows])
        after, is_first = page.after, False

    # The last page is asked for because a full window may have something behind it.
    assert pages == [[], ["13.0"], ["13.1"], []]


def test_of_several_values_none_is_clear_until_one_is_chosen() -> None:
    load_catalogue()
    technologist = factories.principal(Role.TECHNOLOGIST)
    (specimen,) = specimens_of("GLU")
    ones = [*enter(specimen, technologist, GLU="90"), *enter(specimen, technologist, GLU="95")]

    assert found() == placed()
    reasons = [
        [str(one) for one in row.placing.reasons] for row in lanes.of_ids(ids(ones)).values()
    ]
    assert all("one of several values, none of them chosen" in said for said in reasons)


def test_what_is_asked_for_again_is_not_clear() -> None:
    bench = Bench()
    one = bench.recorded("13.0")
    assert placed() == {one.pk: "CLEAR"}

    attempt_requests.ask(
        result=one, kind=AttemptKind.REPEAT, by=bench.technologist, at=database_now(), reason="clot"
    )

    assert found() == placed() == {one.pk: "REVIEW"}
    (row,) = lanes.of_ids([one.pk]).values()
    assert "asked for again, the new value has not come" in [str(r) for r in row.placing.reasons]
