"""A lift reads the criteria under the person's lock, whichever door it takes, and keeps what they said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.actions import corrections, results
from assays.rules.signatures import Meaning
from consent.actions import quarantine_releases, quarantine_rules
from consent.models import QuarantineRelease, ReleaseRequest
from consent.queries.clearances import clearance_of
from consent.queries.quarantine_release import no_longer_met, standing_of
from consent.rules.answers import Reason
from consent.rules.quarantine_release import Verdict, Why
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.quantities import Quantity
from patients.actions import links, quarantine, quarantine_reviews
from patients.models import QuarantineLift, QuarantineOrder
from patients.rules.quarantine_criteria import Asks, Criterion
from tests import laboratory
from tests.consent import nanites
from tests.consent.programme import World
from tests.factories import principal
from tests.patients import people
from tests.patients.people import DAY
from tests.patients.quarantined import exposed, ordered, rule
from tests.signing import signing

pytestmark = pytest.mark.django_db
LOAD = Criterion(
    analyte="NANITE-LOAD", asks=Asks.BELOW, times=1, limit=Decimal(100), unit="{nanites}/uL"
)


def asked(**stated) -> QuarantineOrder:
    """Order quarantine under a rule that asks for one low load."""
    rule(criteria=[LOAD], **stated)
    person = people.person()
    exposed(person, database_now() - 3 * DAY)
    return ordered(person)


def lift(order: QuarantineOrder, by=None) -> QuarantineLift:
    at = database_now()
    return quarantine.lift(
        by=by or people.infection_control(), at=at, order=order, lifted_at=at, reason="low load"
    )


def test_no_door_lifts_what_its_criteria_keep() -> None:
    order = asked()

    with pytest.raises(Conflict, match="criteria of this quarantine are not met"):
        lift(order)

    assert not QuarantineLift.objects.exists()


def test_a_low_load_released_since_the_exposure_lets_it_be_lifted_and_is_kept() -> None:
    order = asked()
    found = nanites.released(order.person, 12)

    made = lift(order)

    kept = QuarantineRelease.objects.get()
    assert (kept.lift, kept.verdict) == (made, Verdict.MET)
    assert kept.grounds[0]["results"] == [["COUNTED", found.pk]]


def test_nothing_is_lifted_by_a_result_alone() -> None:
    order = asked()

    nanites.released(order.person, 12)

    assert standing_of(order, at=database_now()).verdict is Verdict.MET
    assert not QuarantineLift.objects.exists()


def test_a_result_that_is_not_released_does_not_count() -> None:
    order = asked()
    nanites.recorded(order.person, 12)

    found = standing_of(order, at=database_now())

    assert found.verdict is Verdict.UNDETERMINED
    assert found.judged[0].reasons[0].why is Why.WAITING
    with pytest.raises(Conflict):
        lift(order)


def test_a_withdrawn_result_unmeets_the_criteria_and_is_told_of_a_lift() -> None:
    order = asked()
    result = nanites.released(order.person, 12)
    lift(order)
    kept = QuarantineRelease.objects.get()
    assert no_longer_met([kept]) == {}

    doctor = principal(Role.PATHOLOGIST)
    results.mark_entered_in_error(
        result=result,
        signing=signing(doctor, Meaning.WITHDRAWN),
        by=doctor,
        at=database_now(),
        reason="Another patient's tube.",
    )

    found = standing_of(order, at=database_now())
    assert found.verdict is Verdict.NOT_MET
    assert found.judged[0].reasons[0].why is Why.WITHDRAWN
    assert no_longer_met([kept]) == {kept.pk: [result.pk]}


def test_a_corrected_result_unmeets_the_criteria_until_the_new_one_is_released() -> None:
    order = asked()
    old = nanites.released(order.person, 12)
    lift(order)
    kept, doctor = QuarantineRelease.objects.get(), principal(Role.PATHOLOGIST)

    new = corrections.correct(
        result=old,
        value=Quantity(Decimal(90), LOAD.unit),
        signing=signing(doctor, Meaning.CORRECTED),
        by=doctor,
        at=database_now(),
        reason="Misread.",
    )

    found = standing_of(order, at=database_now())
    assert found.verdict is Verdict.UNDETERMINED
    said = {one.result.id: one.why for one in found.judged[0].reasons}
    assert said == {old.pk: Why.CORRECTED, new.pk: Why.WAITING}
    assert no_longer_met([kept]) == {kept.pk: [old.pk]}


def test_what_does_not_count_leaves_the_criteria_open_and_says_what_is_missing() -> None:
    order = asked()
    nanites.released(order.person, "TYPE-A")
    nanites.released(people.person(), 12)

    found = standing_of(order, at=database_now())

    assert (found.verdict, found.judged[0].missing) == (Verdict.NOT_MET, 1)
    assert found.judged[0].reasons == ()


def test_an_exposure_to_another_agent_leaves_the_criteria_met_and_one_to_it_does_not() -> None:
    order = asked()
    nanites.released(order.person, 12)

    exposed(order.person, database_now(), agent="dust")
    assert standing_of(order, at=database_now()).verdict is Verdict.MET
    exposed(order.person, database_now())
    assert standing_of(order, at=database_now()).verdict is Verdict.NOT_MET


def test_a_result_under_another_entry_of_the_person_counts() -> None:
    order, double = asked(), people.person()
    nanites.released(double, 12)
    assert standing_of(order, at=database_now()).verdict is Verdict.NOT_MET

    links.link(
        by=people.infection_control(),
        at=database_now(),
        duplicate=double,
        survivor=order.person,
        reason="one person",
    )

    assert standing_of(order, at=database_now()).verdict is Verdict.MET


def test_a_second_person_agrees_to_a_lift_without_the_criteria_met() -> None:
    order, by, other = asked(), people.infection_control(), people.infection_control()

    with pytest.raises(InvalidInput, match="without its criteria"):
        quarantine_releases.ask(by=by, at=database_now(), order=order, reason=" ")
    request = quarantine_releases.ask(
        by=by, at=database_now(), order=order, reason="palliative care"
    )
    with pytest.raises(Conflict, match="waits for its answer"):
        quarantine_releases.ask(by=other, at=database_now(), order=order, reason="again")
    with pytest.raises(NotAllowed, match="yourself"):
        quarantine_releases.agree(by=by, at=database_now(), asked=request)
    with pytest.raises(Conflict):
        lift(order, by=other)
    made = quarantine_releases.agree(by=other, at=database_now(), asked=request)

    kept = QuarantineRelease.objects.get()
    assert (kept.lift, kept.request, kept.verdict) == (made, request, Verdict.NOT_MET)
    assert made.reason == "palliative care"
    with pytest.raises(Conflict):
        quarantine_releases.agree(by=other, at=database_now(), asked=request)


def test_a_refused_request_lifts_nothing_and_another_may_follow() -> None:
    order, by, other = asked(), people.infection_control(), people.infection_control()
    request = quarantine_releases.ask(by=by, at=database_now(), order=order, reason="short of room")

    quarantine_releases.refuse(by=other, at=database_now(), asked=request, reason="too early")

    with pytest.raises(Conflict, match="answered already"):
        quarantine_releases.agree(by=other, at=database_now(), asked=request)
    assert not QuarantineLift.objects.exists()
    quarantine_releases.ask(by=by, at=database_now(), order=order, reason="new findings")
    assert ReleaseRequest.objects.count() == 2


def test_nobody_asks_where_nothing_stands_against_the_lift() -> None:
    with pytest.raises(Conflict, match="No criterion stands against"):
        quarantine_releases.ask(
            by=people.infection_control(), at=database_now(), order=ordered(), reason="x"
        )


def test_only_infection_control_asks_and_agrees() -> None:
    order = asked()
    request = quarantine_releases.ask(
        by=people.infection_control(), at=database_now(), order=order, reason="x"
    )
    doctor = principal(Role.EXAMINING_PHYSICIAN)

    for act, given in (
        (quarantine_releases.ask, {"order": order, "reason": "x"}),
        (quarantine_releases.agree, {"asked": request}),
        (quarantine_releases.refuse, {"asked": request, "reason": "x"}),
    ):
        with pytest.raises(NotAllowed):
            act(by=doctor, at=database_now(), **given)


def test_signs_have_to_be_gone_where_the_rule_asks_it() -> None:
    rule(signs_gone=True)
    order, by = ordered(), people.infection_control()
    stated = {"outcome": "CONTINUE", "findings": "seen"}

    with pytest.raises(Conflict):
        lift(order)
    for signs, verdict in (("PRESENT", Verdict.NOT_MET), ("ABSENT", Verdict.MET)):
        at = database_now()
        quarantine_reviews.record(by=by, at=at, order=order, reviewed_at=at, signs=signs, **stated)
        assert standing_of(order, at=database_now()).verdict is verdict
    lift(order)


def test_a_rule_names_analytes_and_units_of_the_catalogue() -> None:
    laboratory.load_catalogue()
    stated = {"agent": "nanites", "kind": "HOME", "days": 5, "review_every_days": 1, "source": "x"}
    by = people.infection_control()

    for wrong, sentence in (
        ({"analyte": "NOTHING"}, "no analyte NOTHING"),
        ({"unit": "mg/L"}, "is measured in"),
    ):
        criterion = Criterion(
            **{"analyte": LOAD.analyte, "asks": Asks.BELOW, "times": 1}
            | {"limit": Decimal(1), "unit": LOAD.unit}
            | wrong
        )
        with pytest.raises(InvalidInput, match=sentence):
            quarantine_rules.draft(by=by, at=database_now(), criteria=[criterion], **stated)
    assert quarantine_rules.draft(by=by, at=database_now(), criteria=[LOAD], **stated).pk


def test_clearance_knows_of_a_moved_end_in_the_transaction_of_the_exposure() -> None:
    world = World()
    person = world.cleared()
    rule(days=2)
    at = database_now()
    exposed(person, at - DAY)
    order = ordered(person)

    exposed(person, at)

    for moment, is_kept in ((at + 1.5 * DAY, True), (at + 2.1 * DAY, False)):
        found = clearance_of(person, world.programme, at=moment)
        assert _is_kept(found) is is_kept
    early = clearance_of(person, world.programme, at=at + 1.5 * DAY, known_at=order.recorded_at)
    assert not _is_kept(early)


def _is_kept(found) -> bool:
    return Reason.QUARANTINED in {ground.reason for ground in found.grounds}
