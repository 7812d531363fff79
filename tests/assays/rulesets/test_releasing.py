"""What a rule set says is kept; what a live one passes goes out, by the rules alone and once."""

from __future__ import annotations

import pytest

from assays.actions import results, rulesets
from assays.models import (
    ControlHold,
    Report,
    ResultEvent,
    RuleSet,
    RuleSetMode,
    RuleTrace,
)
from assays.queries import ledger
from assays.rules.states import ResultStatus
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.work import queue, worker
from labsys.work.models import WorkItem, WorkState
from tests import factories
from tests.assays import laboratory
from tests.assays.rulesets.judging import (
    ANYTHING,
    LIMITS,
    WORKER,
    Judged,
    autoverify,
    trace_of,
    work_off,
)

pytestmark = pytest.mark.django_db


def test_a_live_rule_set_releases_what_it_passes_and_the_record_says_so(judged: Judged) -> None:
    judged.live()

    result = judged.judge()

    assert result.status == ResultStatus.RELEASED
    assert result.released_by == autoverify()
    assert result.verified_by is None
    trace = trace_of(result)
    assert (trace.decision, trace.mode, trace.recorded_by.name) == (
        "RELEASE",
        "LIVE",
        "system:evaluate",
    )
    assert [line["rule"] for line in trace.lines if not line["fixed"]] == ["limits", "typed"]
    event = ResultEvent.objects.get(result=result)
    assert (event.old, event.new, event.reason) == ("RESULTED", "RELEASED", "passed by blood v1")


def test_the_order_ends_and_its_report_says_so(judged: Judged) -> None:
    judged.live()
    specimen = judged.specimen()

    judged.judge(specimen=specimen)
    assert specimen.order.items.get(assay=judged.assays["HGB"]).status == "COMPLETED"
    judged.judge("7", code="WBC", specimen=specimen)

    specimen.order.refresh_from_db()
    assert specimen.order.status == "COMPLETED"
    assert Report.objects.get(order=specimen.order).status == "FINAL"
    assert ledger.take().is_balanced


@pytest.mark.parametrize("mode", ["nothing in force", "shadow", "suspended", "draft"])
def test_nothing_goes_out_without_a_live_rule_set(judged: Judged, mode: str) -> None:
    if mode == "draft":
        judged.draft()
    elif mode == "shadow":
        judged.in_force()
    elif mode == "suspended":
        rulesets.suspend(
            rule_set=judged.live(), by=judged.technologist, at=database_now(), reason="odd values"
        )

    result = judged.judge()

    assert result.status == ResultStatus.RESULTED
    decisions = list(RuleTrace.objects.values_list("decision", "mode"))
    assert decisions == {
        "shadow": [("RELEASE", "SHADOW")],
        "suspended": [("RELEASE", "SUSPENDED")],
    }.get(mode, [])


def test_a_rule_that_holds_keeps_the_value_for_a_person_and_says_why(judged: Judged) -> None:
    judged.live()

    result = judged.judge("12.2")

    assert result.status == ResultStatus.RESULTED
    (line,) = [one for one in trace_of(result).lines if one["outcome"] == "HOLD"]
    assert line["rule"] == "limits"
    assert line["message"] % line["inputs"] == ("12.2 g/dL lies outside the limits 12.5 – 15.0.")


def test_a_set_that_this_program_cannot_read_releases_nothing(judged: Judged) -> None:
    made = judged.live()
    with laboratory.setting_up() as stamp:
        later = RuleSet.objects.create(
            code="from-a-later-program",
            number=1,
            name="Later",
            sections=["CBC"],
            rules=[{"id": "new", "kind": "FROM_NEXT_YEAR"}],
            note="restored",
            status="ACTIVE",
            drafted_by=factories.seed(),
            drafted_at=stamp["recorded_at"],
            approved_by=judged.manager,
            approved_at=stamp["recorded_at"],
        )
        RuleSetMode.objects.create(
            rule_set=later, drafted_by=later.drafted_by, mode="LIVE", reason="", **_by(judged)
        )

    result = judged.judge()

    assert result.status == ResultStatus.RESULTED
    said = dict(RuleTrace.objects.values_list("rule_set", "decision"))
    assert said == {made.pk: "RELEASE", later.pk: "HOLD"}


def _by(judged: Judged) -> dict:
    return {"recorded_by": judged.pathologist, "recorded_at": database_now()}


def test_where_two_sets_are_live_both_have_to_pass(judged: Judged) -> None:
    judged.live(ANYTHING)
    judged.live(LIMITS, code="strict")

    assert judged.judge("12.2").status == ResultStatus.RESULTED
    assert judged.judge("13.2").status == ResultStatus.RELEASED
    assert RuleTrace.objects.count() == 4


def test_a_set_is_asked_only_of_the_assays_in_its_scope(judged: Judged) -> None:
    judged.live(ANYTHING, assays=[judged.assays["WBC"]])

    assert judged.judge().status == ResultStatus.RESULTED
    assert not RuleTrace.objects.exists()


def test_a_section_covers_every_assay_of_it(judged: Judged) -> None:
    judged.live(ANYTHING, assays=[], sections=["CBC"])

    assert judged.judge().status == ResultStatus.RELEASED


# --- done twice, by the wrong hand, under an instrument out of control


def test_doing_everything_again_changes_nothing(judged: Judged) -> None:
    judged.live()
    result = judged.judge()
    WorkItem.objects.update(state=WorkState.PENDING)

    work_off()

    assert RuleTrace.objects.count() == 1
    assert ResultEvent.objects.filter(result=result).count() == 1
    assert Report.objects.get().versions.count() == 1


def test_what_was_judged_once_keeps_its_word_when_the_rules_change(judged: Judged) -> None:
    judged.live()
    result = judged.judge("12.2")
    judged.live({**LIMITS, "parameters": {"low": "12.0", "unit": "g/dL"}})
    WorkItem.objects.update(state=WorkState.PENDING)

    work_off()

    result.refresh_from_db()
    traces = RuleTrace.objects.order_by("pk").values_list("rule_set__number", "decision")
    assert list(traces) == [(1, "HOLD"), (2, "RELEASE")]
    assert result.status == ResultStatus.RESULTED


def test_a_value_measured_out_of_control_is_held_at_once(judged: Judged) -> None:
    judged.live()
    with laboratory.setting_up() as stamp:
        ControlHold.objects.create(
            instrument=judged.sender.instrument, assay=judged.assays["HGB"], reason="1-3s", **stamp
        )

    result = judged.judge()

    assert result.status == ResultStatus.RESULTED
    holding = {one["rule"] for one in trace_of(result).lines if one["outcome"] == "HOLD"}
    assert {"HELD", "QC_BLOCKED"} <= holding


def test_rules_release_nothing_that_no_live_set_passed(judged: Judged) -> None:
    judged.in_force()
    result = judged.judge()

    assert results.auto_release(result_ids=[result.pk], by=autoverify(), at=database_now()) == []


def test_the_release_is_an_event_of_the_system_itself(judged: Judged) -> None:
    judged.live()
    judged.judge()

    events = AuditEvent.objects.filter(action="assays.result.auto_release")
    assert {(event.model, event.actor) for event in events} >= {
        ("assays.result", autoverify().pk),
        ("assays.resultevent", autoverify().pk),
    }


@pytest.mark.parametrize("size", [1, 8])
def test_evaluating_and_judging_costs_the_same_queries_whatever_the_size(
    judged: Judged, size: int, django_assert_num_queries
) -> None:
    judged.in_force()
    judged.judge()
    for _number in range(size):
        judged.send()
    claims = queue.claim(kinds=[("evaluate", 1)], worker="w", limit=8)

    with django_assert_num_queries(20):
        assert worker.work_off(claims, WORKER) == size
