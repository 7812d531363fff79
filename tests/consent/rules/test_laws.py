"""Laws of clearance that hold for whatever is known about somebody."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consent.rules.clearance import Reason, decide
from consent.rules.facts import CapacityFinding, Check, CheckKind, CheckOutcome, Facts, Withdrawal
from consent.rules.gates import GateStatus, gate_view
from consent.rules.instants import instants
from consent.rules.programmes import Programme
from consent.rules.transitions import transitions
from tests.consent.rules import oracle
from tests.consent.rules.people import (
    CLEARED,
    INSTANT,
    PROGRAMME,
    START,
    STRICTLY,
    WITH_MINORS,
    capacities,
    check,
    checks,
    controls,
    deaths,
    findings,
    first_week,
    kinds,
    moments,
    nanite,
    nanites,
    nearly_cleared,
    people,
    plus,
    programmes,
    quarantines,
    signatures,
    withdrawals,
)


def reasons(facts: Facts, programme: Programme, at: datetime, **asked: datetime) -> set[str]:
    return set(decide(facts, programme=programme, at=at, **asked).reasons)


dated = st.sampled_from([PROGRAMME, STRICTLY, WITH_MINORS])
later_by = st.integers(min_value=0, max_value=50).map(lambda step: step * timedelta(hours=12))


@given(nearly_cleared | people, programmes, moments)
def test_the_answer_is_that_of_a_replay_of_the_past(facts, programme, at):
    assert reasons(facts, programme, at) == oracle.reasons_at(facts, programme, at)


@given(people, programmes, moments, moments)
def test_the_answer_with_other_knowledge_is_that_of_a_replay(facts, programme, at, known_at):
    answer = reasons(facts, programme, at, known_at=known_at)

    assert answer == oracle.reasons_at(facts, programme, at, known_at)


@given(people, programmes, moments)
def test_nothing_recorded_later_changes_an_answer(facts, programme, at):
    known_then = Facts(
        **{
            field.name: tuple(fact for fact in getattr(facts, field.name) if fact.recorded_at <= at)
            for field in fields(Facts)
        }
    )

    answer = decide(facts, programme=programme, at=at)

    assert answer == decide(known_then, programme=programme, at=at)


@given(nearly_cleared | people, programmes, moments, later_by)
def test_hindsight_never_clears(facts, programme, at, step):
    now = decide(facts, programme=programme, at=at)

    hindsight = decide(facts, programme=programme, at=at, known_at=at + step)

    assert now.is_cleared or not hindsight.is_cleared


@given(people, programmes, moments)
def test_cleared_is_the_absence_of_reasons(facts, programme, at):
    answer = decide(facts, programme=programme, at=at)

    assert answer.is_cleared == (answer.reasons == ())
    assert len(set(answer.reasons)) == len(answer.reasons)
    assert answer.valid_until is None or answer.is_cleared


@given(nearly_cleared, dated, first_week)
def test_valid_until_is_exact(facts, programme, at):
    foretold = decide(facts, programme=programme, at=at).valid_until

    if foretold is None:  # these programmes' passes all end
        assert reasons(facts, programme, at)
        return
    assert foretold > at
    assert not reasons(facts, programme, foretold - INSTANT, known_at=at)
    assert reasons(facts, programme, foretold, known_at=at)


@given(nearly_cleared, dated, first_week)
def test_valid_until_has_no_gap_before_it(facts, programme, at):
    answer = decide(facts, programme=programme, at=at)

    moment = at
    while moment < (answer.valid_until or at):
        assert not reasons(facts, programme, moment, known_at=at)
        moment += timedelta(hours=6)


@given(nearly_cleared, first_week)
def test_a_programme_that_asks_for_nothing_dated_clears_without_end(facts, at):
    version = replace(PROGRAMME.versions[0], checks=(), nanites=())
    timeless = replace(PROGRAMME, versions=(version,))
    answer = decide(facts, programme=timeless, at=at)
    end_of_all = max(instants(facts, timeless)) + INSTANT

    ever_after = answer.is_cleared and answer.valid_until is None

    assert not (ever_after and reasons(facts, timeless, end_of_all, known_at=at))


@given(nearly_cleared | people, programmes, deaths, later_by)
def test_the_dead_are_not_cleared_until_that_is_taken_back(facts, programme, death, step):
    since = min(death.died_at or death.recorded_at, death.recorded_at)
    moment = since + step

    answer = decide(
        plus(facts, deaths=replace(death, id="added")),
        programme=programme,
        at=moment,
        known_at=max(moment, death.recorded_at),
    )

    is_taken_back = death.replaced_at is not None and death.replaced_at <= moment
    assert is_taken_back or Reason.NOT_ENROLLED in answer.reasons


@given(people, programmes, moments, st.integers(min_value=1, max_value=60))
def test_between_two_instants_the_answer_stands_still(facts, programme, at, step):
    """The grid's moments are all instants; those beside them must agree with the one before."""
    moment = at + step * timedelta(hours=1)
    before = max((one for one in instants(facts, programme) if one <= moment), default=moment)

    assert reasons(facts, programme, moment) == reasons(facts, programme, before)


@given(people, programmes, moments, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_fetched_means_nothing(facts, programme, at, random):
    shuffled = Facts(
        **{
            field.name: tuple(random.sample(facts_of, len(facts_of)))
            for field in fields(Facts)
            for facts_of in [getattr(facts, field.name)]
        }
    )

    assert decide(shuffled, programme=programme, at=at) == decide(facts, programme=programme, at=at)


refused_checks = checks.filter(
    lambda one: one.outcome in (CheckOutcome.FAILED, CheckOutcome.REFERRED)
).map(lambda one: replace(one, id="added"))
additions = st.one_of(
    refused_checks.map(lambda one: {"checks": one}),
    withdrawals.map(lambda one: {"withdrawals": replace(one, id="added")}),
    capacities.map(lambda one: {"capacities": replace(one, id="added", lacks=True)}),
    quarantines.map(lambda one: {"quarantines": replace(one, id="added")}),
    findings.map(lambda one: {"findings": replace(one, id="added")}),
    deaths.map(lambda one: {"deaths": replace(one, id="added")}),
    nanites.filter(lambda one: not one.is_allowed).map(
        lambda one: {"nanites": replace(one, id="added", corrects=None)}
    ),
)


@given(nearly_cleared | people, programmes, moments, additions)
def test_a_further_refusal_never_clears(facts, programme, at, addition):
    before = decide(facts, programme=programme, at=at)

    after = decide(plus(facts, **addition), programme=programme, at=at)

    assert before.is_cleared or not after.is_cleared


strict_additions = st.one_of(
    controls.map(lambda one: {"controls": replace(one, id="added", is_controlled=False)}),
    nanites.map(lambda one: {"nanites": replace(one, id="added", corrects=None, code="T2")}),
    additions,
)


@given(nearly_cleared | people, st.sampled_from([STRICTLY, WITH_MINORS]), moments, strict_additions)
def test_a_type_or_a_loss_of_control_that_refuses_never_clears(facts, programme, at, addition):
    before = decide(facts, programme=programme, at=at)

    after = decide(plus(facts, **addition), programme=programme, at=at)

    assert before.is_cleared or not after.is_cleared


@given(nearly_cleared | people, moments)
def test_who_signs_is_of_age_or_the_guardian_of_a_minor(facts, at):
    """Nobody is cleared by a guardian once of age, nor by what they signed themselves before."""
    come_of_age = datetime(2026, 3, 5, tzinfo=UTC)
    born = tuple(replace(one, latest_birth_date=date(2008, 3, 5)) for one in facts.births)
    young = tuple(
        replace(one, by_guardian=one.by_guardian or one.signed_at < come_of_age)
        for one in facts.signatures
    )
    guarded = replace(facts, births=born, signatures=young)

    answer = decide(guarded, programme=WITH_MINORS, at=max(at, come_of_age))

    signed_since = any(not one.by_guardian for one in young)
    assert signed_since or not answer.is_cleared


@given(people, programmes, moments, refused_checks)
def test_a_further_refused_check_takes_no_reason_away(facts, programme, at, refused):
    assert reasons(facts, programme, at) <= reasons(plus(facts, checks=refused), programme, at)


@given(nearly_cleared | people, programmes, moments)
def test_nobody_gains_without_one_of_the_passes(facts, programme, at):
    before = decide(facts, programme=programme, at=at)

    for gone in (one for one in facts.checks if one.outcome is CheckOutcome.PASSED):
        fewer = replace(facts, checks=tuple(one for one in facts.checks if one is not gone))
        after = decide(fewer, programme=programme, at=at)
        assert before.is_cleared or not after.is_cleared


@given(people, programmes, moments, moments, kinds)
def test_an_incomplete_check_changes_nothing(facts, programme, at, performed_at, kind):
    incomplete = Check(
        id="added",
        kind=kind,
        outcome=CheckOutcome.INCOMPLETE,
        performed_at=performed_at,
        recorded_at=performed_at,
        lifts=frozenset(one.id for one in facts.checks),
    )

    assert reasons(plus(facts, checks=incomplete), programme, at) == reasons(facts, programme, at)


@given(people, programmes, refused_checks, later_by)
def test_a_refused_check_is_lifted_by_name_alone(facts, programme, refused, step):
    at = refused.recorded_at + step
    unnamed = tuple(replace(one, lifts=one.lifts - {refused.id}) for one in facts.checks)

    answer = reasons(plus(replace(facts, checks=unnamed), checks=refused), programme, at)

    if answer != {Reason.NOT_ENROLLED}:  # a programme without rules asks nothing further
        assert any(reason.endswith(refused.outcome) for reason in answer)


@given(nearly_cleared | people, programmes, moments, later_by, st.lists(signatures, max_size=3))
def test_who_withdrew_is_not_cleared_before_a_later_signature(
    facts, programme, withdrawn_at, step, earlier
):
    withdrawal = Withdrawal(id="added", effective_at=withdrawn_at, recorded_at=withdrawn_at)
    signed_before = tuple(
        replace(one, id=f"earlier-{number}")
        for number, one in enumerate(facts.signatures + tuple(earlier))
        if one.signed_at <= withdrawn_at
    )
    withdrawn = plus(replace(facts, signatures=signed_before), withdrawals=withdrawal)

    answer = decide(withdrawn, programme=programme, at=withdrawn_at + step)

    assert not answer.is_cleared


@given(nearly_cleared | people, programmes, moments, later_by)
def test_who_was_found_unable_to_decide_is_cleared_by_no_signature_of_their_own(
    facts, programme, found_at, step
):
    finding = CapacityFinding(id="added", lacks=True, assessed_at=found_at, recorded_at=found_at)
    before = tuple(one for one in facts.capacities if one.assessed_at <= found_at)
    own = tuple(one for one in facts.signatures if not one.by_guardian)
    unable = plus(replace(facts, capacities=before, signatures=own), capacities=finding)

    answer = decide(unable, programme=programme, at=found_at + step)

    assert not answer.is_cleared


@given(people, moments, st.integers(min_value=0, max_value=30))
def test_the_boards_grace_and_window_never_change_the_answer(facts, at, days):
    version = PROGRAMME.versions[0]
    generous = tuple(
        replace(need, grace=timedelta(days=days), opens_before=timedelta(days=days))
        for need in version.checks
    )
    lenient = replace(PROGRAMME, versions=(replace(version, checks=generous),))

    assert decide(facts, programme=lenient, at=at) == decide(facts, programme=PROGRAMME, at=at)


@given(
    st.lists(checks, max_size=2, unique_by=lambda one: one.id),
    st.lists(nanites, max_size=2, unique_by=lambda one: one.id),
    st.integers(min_value=0, max_value=13),
    st.integers(min_value=0, max_value=6),
)
def test_without_news_checks_and_results_only_run_out(some, results, first, then):
    """Time alone takes clearance away; only orders and enrolments with ends can give it back."""
    known_at = START + 44 * timedelta(hours=12)
    latest = (
        check("medical-2", known_at),
        check("psych-2", known_at, kind=CheckKind.PSYCHOLOGICAL),
    )
    facts = plus(CLEARED, checks=tuple(some) + latest, nanites=(*results, nanite("n-2", known_at)))
    earlier = known_at + first * timedelta(hours=12)
    later = earlier + then * timedelta(hours=12)

    was_cleared = not reasons(facts, PROGRAMME, earlier, known_at=known_at)
    is_cleared = not reasons(facts, PROGRAMME, later, known_at=known_at)

    assert was_cleared or not is_cleared


@given(
    people,
    programmes,
    moments,
    st.integers(min_value=0, max_value=100),
    st.integers(min_value=1, max_value=100),
)
def test_the_transition_log_tells_the_answer_of_every_moment(
    facts, programme, since, before, after
):
    at = since + before * timedelta(hours=5)
    until = at + after * timedelta(hours=5)

    log = transitions(facts, programme=programme, since=since, until=until)

    entry = [one for one in log if one.at <= at][-1]
    assert set(entry.clearance.reasons) == reasons(facts, programme, at)


@given(people, programmes, moments, moments)
def test_each_transition_changes_the_reasons(facts, programme, since, until):
    log = transitions(facts, programme=programme, since=since, until=until)

    standing: set[Reason] = set()
    for number, entry in enumerate(log):
        assert entry.come or entry.gone or number == 0
        standing = (standing | set(entry.come)) - set(entry.gone)
        assert standing == set(entry.clearance.reasons)
    assert [one.at for one in log] == sorted({one.at for one in log})


@given(people, programmes, moments)
def test_the_gate_clears_whom_the_rule_clears(facts, programme, at):
    answer = decide(facts, programme=programme, at=at)

    view = gate_view(answer)

    assert (view.status is GateStatus.CLEARED) == answer.is_cleared
    assert view.valid_until == answer.valid_until
