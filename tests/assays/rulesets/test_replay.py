"""A rule set asked again of history: what it would have decided, against what people did."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assays.actions import corrections, results
from assays.models import Result, RuleTrace
from assays.queries import rule_agreement, rule_coverage, rule_replays, rulesets
from assays.rules.autoverification import Decision
from assays.rules.autoverification.agreement import Human
from labsys.lib.clock import database_now
from labsys.lib.quantities import parse_quantity
from tests.assays import laboratory
from tests.assays.rulesets.judging import LIMITS, NOT_TYPED, Judged, trace_of
from tests.signing import correcting, signing

pytestmark = pytest.mark.django_db
WIDER = {**LIMITS, "parameters": {"low": "12.0", "high": "15.5", "unit": "g/dL"}}
TIGHTER = {**LIMITS, "parameters": {"low": "13.0", "high": "14.0", "unit": "g/dL"}}


def released(judged: Judged, result: Result) -> Result:
    results.verify(result=result, by=judged.technologist, at=database_now())
    pen = signing(judged.pathologist)
    return results.release(result=result, signing=pen, by=judged.pathologist, at=database_now())


def replayed(*arguments: str) -> tuple[str, str, int]:
    """Run the command; return what it wrote, what it said of progress, and its exit code."""
    out, err = StringIO(), StringIO()
    try:
        call_command("replay_rules", "--since", "1d", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), error.returncode
    return out.getvalue(), err.getvalue(), 0


def test_the_same_rules_decide_the_same_of_history(judged: Judged) -> None:
    judged.in_force()
    released(judged, judged.judge("13.2"))
    judged.judge("12.2")

    text, progress, code = replayed("--ruleset", "blood")

    assert code == 0
    assert "Results: 2; released by the rules: 1 (50.0 %)" in text
    assert "Agreement with people: 100.0 % of 1" in text
    assert "Changed decisions: 0 of 2" in text
    assert "2 results" in progress


def test_a_draft_says_each_decision_it_would_change_by_specimen_and_assay(judged: Judged) -> None:
    judged.in_force()
    borderline, kept = judged.judge("12.7"), judged.judge("12.2")
    person = borderline.person
    judged.draft(TIGHTER, NOT_TYPED)

    text, _progress, code = replayed("--ruleset", "blood:2")

    assert code == 1
    assert f"RELEASE -> HOLD  {borderline.specimen.accession} hgb  12.7 g/dL lies outside" in text
    assert kept.specimen.accession not in text
    assert person.mrn not in text
    assert "Changed decisions: 1 of 2" in text


def test_what_people_kept_back_is_named_and_ends_otherwise(judged: Judged) -> None:
    judged.in_force()
    result = judged.judge("12.2")
    results.reject(result=result, by=judged.technologist, at=database_now(), reason="clotted")
    judged.draft(WIDER)

    text, _progress, code = replayed("--ruleset", "blood:2")

    assert code == 2
    assert f"! would be released, people kept it back: {result.specimen.accession} hgb" in text
    assert "FALSE_RELEASE           1" in text


def test_rules_that_never_held_anything_are_named(judged: Judged) -> None:
    judged.in_force()
    judged.judge("13.2")

    text, _progress, _code = replayed("--ruleset", "blood")

    assert "Rules that never held anything: limits, typed" in text


def test_nothing_of_another_scope_or_time_is_asked(judged: Judged) -> None:
    judged.judge("13.2")
    judged.judge("7", code="WBC")
    judged.draft(assays=[judged.assays["WBC"]])

    only_wbc, *_rest = replayed("--ruleset", "blood:1")
    assert "Results: 1;" in only_wbc
    before, *_rest = replayed("--ruleset", "blood:1", "--until", "1h")
    assert "Results: 0;" in before


def test_a_limit_stops_and_history_is_read_in_chunks(judged: Judged, monkeypatch) -> None:
    monkeypatch.setattr(rule_replays, "CHUNK", 2)
    for _number in range(5):
        judged.judge()
    judged.draft()

    text, progress, _code = replayed("--ruleset", "blood:1")
    assert "Results: 5;" in text
    assert progress.count("…") == 3
    limited, *_rest = replayed("--ruleset", "blood:1", "--limit", "3")
    assert "Results: 3;" in limited


def test_replaying_writes_nothing(judged: Judged) -> None:
    judged.judge()
    judged.draft()

    replayed("--ruleset", "blood:1")

    assert not RuleTrace.objects.exists()
    assert Result.objects.get().status == "RESULTED"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--ruleset", "nothing"], "There is no such rule set: nothing. There are: none"),
        (["--ruleset", "blood:x"], "There is no such rule set"),
        (["--ruleset", "blood:999999999999"], "There is no such rule set"),
    ],
)
def test_a_rule_set_that_does_not_exist_is_said_so(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as raised:
        call_command("replay_rules", "--since", "1d", *arguments)

    assert raised.value.returncode == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["--since", "yesterday"],
        ["--since", "2026-13-40"],
        ["--since", "1d", "--limit", "0"],
        ["--since", "1d", "--limit", "many"],
        ["--since", "1d", "--until", "2d"],
        [],
    ],
)
def test_arguments_that_mean_nothing_are_refused(judged: Judged, arguments: list[str]) -> None:
    judged.draft()

    with pytest.raises(CommandError):
        call_command("replay_rules", "--ruleset", "blood:1", *arguments, stdout=StringIO())


# --- as it was known then


def newest(judged: Judged):
    (rule_set,) = [judged.draft(WIDER, code="again")]
    return rule_replays.newest(rulesets.standing_of(rule_set), code="again", limit=10)


def test_a_hold_set_later_is_not_known_then(judged: Judged) -> None:
    result = judged.judge()
    results.hold(result=result, by=judged.technologist, at=database_now(), reason="clot seen")

    (one,) = newest(judged)

    assert one.asked.subject.holds == ()
    assert one.decision is Decision.RELEASE
    assert one.human is Human.WITHHELD


def test_a_hold_that_was_cleared_later_stood_then(judged: Judged) -> None:
    result = judged.judge("31")
    hold = result.holds.get()
    results.clear_hold(hold=hold, by=judged.technologist, at=database_now(), reason="diluted")

    (one,) = newest(judged)

    assert one.asked.subject.holds == ("IMPLAUSIBLE",)


def test_another_value_of_the_specimen_that_came_later_is_not_known_then(judged: Judged) -> None:
    specimen = judged.specimen()
    first = judged.judge(specimen=specimen)
    second = judged.judge("7", code="WBC", specimen=specimen)

    seen = {one.asked.result_id: set(one.asked.subject.others) for one in newest(judged)}

    assert seen == {first.pk: set(), second.pk: {"hgb"}}


def test_a_value_withdrawn_later_still_stood_then(judged: Judged) -> None:
    specimen = judged.specimen()
    first = judged.judge(specimen=specimen)
    second = judged.judge("7", code="WBC", specimen=specimen)
    results.reject(result=first, by=judged.technologist, at=database_now(), reason="clotted")

    seen = {one.asked.result_id: set(one.asked.subject.others) for one in newest(judged)}

    assert seen[second.pk] == {"hgb"}


def test_an_earlier_value_is_the_one_the_evaluation_compared_with(judged: Judged) -> None:
    person = laboratory.person()
    before = judged.specimen(of=person, collected_ago=timedelta(hours=5))
    judged.judge("14.0", specimen=before)
    after = judged.judge("13.0", specimen=judged.specimen(of=person))

    one = next(one for one in newest(judged) if one.asked.result_id == after.pk)

    assert str(one.asked.subject.previous) == "14.0 g/dL"
    assert one.asked.subject.elapsed is not None
    assert (
        timedelta(hours=3, minutes=50) < one.asked.subject.elapsed < timedelta(hours=4, minutes=10)
    )


# --- agreement and coverage of what is stored


def test_what_rules_said_is_held_against_what_people_did(judged: Judged) -> None:
    rule_set = judged.in_force()
    released(judged, judged.judge("13.2"))
    released(judged, judged.judge("12.2"))
    results.reject(
        result=judged.judge("13.4"), by=judged.technologist, at=database_now(), reason="clotted"
    )
    results.reject(
        result=judged.judge("12.1"), by=judged.technologist, at=database_now(), reason="clotted"
    )
    judged.judge("13.0")

    tally = rule_agreement.tally(rule_set.pk)

    assert {match.value: count for match, count in tally.counts.items()} == {
        "AGREED_RELEASE": 1,
        "FALSE_HOLD": 1,
        "FALSE_RELEASE": 1,
        "AGREED_HOLD": 1,
        "UNDECIDED": 1,
    }
    assert str(tally.agreement_percent) == "50.0"
    assert str(tally.release_percent) == "60.0"


def test_what_was_released_by_rules_and_corrected_later_was_released_wrongly(
    judged: Judged,
) -> None:
    rule_set = judged.live()
    result = judged.judge("13.2")
    assert rule_agreement.tally(rule_set.pk).decided == 0
    pen = correcting(judged.pathologist)

    corrections.correct(
        result=result,
        value=parse_quantity("13.9", unit="g/dL"),
        by=judged.pathologist,
        at=database_now(),
        reason="wrong dilution",
        signing=pen,
    )

    (example,) = rule_agreement.false_releases(rule_set.pk)
    assert (example.result_id, example.code) == (result.pk, "hgb")
    assert example.accession == result.specimen.accession


def test_how_often_each_rule_held_is_counted(judged: Judged) -> None:
    rule_set = judged.in_force()
    judged.judge("12.2")
    judged.judge("13.2")
    judged.judge("7", code="WBC")

    fired = rule_coverage.fired(rule_set.pk)

    assert (fired["limits", False].asked, fired["limits", False].held) == (2, 1)
    assert (fired["typed", False].asked, fired["typed", False].held) == (3, 0)
    assert fired["HELD", True].held == 0


def test_the_catalogue_says_which_rules_never_hold(judged: Judged) -> None:
    rule_set = judged.draft(
        {**LIMITS, "parameters": {"low": "11", "high": "16", "unit": "g/dL"}},
        {"id": "amr", "kind": "AMR", "assays": ["hgb"]},
        {"id": "serum", "kind": "INTERFERENCE", "parameters": {"index": "H-INDEX", "max": "9"}},
    )

    found = rule_coverage.noticed(rulesets.standing_of(rule_set))

    assert [(one.rule, one.reach.value) for one in found] == [
        ("limits", "NEVER_HOLDS"),
        ("amr", "ALWAYS_HOLDS"),
        ("serum", "ALWAYS_HOLDS"),
        ("", "ADVICE"),
    ]


def test_an_assay_whose_range_nobody_signed_is_named() -> None:
    judged = Judged(is_signed=False)
    judged.sign("WBC")

    found = rule_coverage.noticed(rulesets.standing_of(judged.draft()))

    assert "No signed reference interval: every value of hgb is held by law." in {
        one.sentence for one in found
    }


@pytest.mark.parametrize("size", [1, 6])
def test_history_costs_the_same_queries_whatever_its_size(
    judged: Judged, size: int, django_assert_num_queries
) -> None:
    for _number in range(size):
        judged.judge()
    standing = rulesets.standing_of(judged.draft())

    with django_assert_num_queries(4):
        assert len(rule_replays.newest(standing, code="blood", limit=10)) == size


def test_the_trace_of_a_result_says_what_was_looked_at(judged: Judged) -> None:
    judged.in_force()

    lines = {line["rule"]: line for line in trace_of(judged.judge("12.2")).lines}

    assert lines["limits"]["inputs"] == {"value": "12.2 g/dL", "limits": "12.5 – 15.0"}
