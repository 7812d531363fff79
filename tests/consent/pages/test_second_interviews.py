"""The second interview: held by another psychologist, on the first's answers, within two days."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.actions import programmes, second_interviews
from consent.models import Check, PsychologicalRecord, RoundSlot, SecondInterview
from consent.queries import psychological
from consent.queries.clearances import clearance_of
from consent.queries.interviews import seen_of
from consent.queries.second_interviews import to_hold as second_interviews_to_hold
from consent.queries.signatures import time_to_reflect
from consent.rules.answers import Reason
from consent.rules.proposals import Proposal
from consent.rules.psychological import PsychReason
from consent.rules.second_interviews import weighed
from consent.rules.voluntariness import Interview, domains
from labsys.accounts.actions import roles
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.errors import Conflict, InvalidInput
from tests.clients import client_of
from tests.consent.pages.test_pages import CALM, page, seen
from tests.consent.programme import FAILED, PASSED, REFERRED, World, hours
from tests.factories import principal, seed

pytestmark = pytest.mark.django_db
RATINGS = dict.fromkeys(domains(), 0)
RATED = {f"interview:{code}": "0" for code in domains()}
DOUBTS = {"interview:offers": "1", "interview:threats": "1"}
DOUBT = Proposal(reasons=(PsychReason.SECOND_INTERVIEWER,), is_urgent=False, rule_version=2)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def other() -> object:
    return principal(Role.PSYCHOLOGIST)


def first_of(world: World, person, **change: str) -> Check:
    """Record a first check by its page whose interview leaves doubts."""
    client, address = client_of(world.psychologist), page("check-psychological", person, world)
    given = {**CALM, **DOUBTS, "notes": "First notes.", **change}
    shown = seen(client.post(address, {**given, "step": "assess"}))
    client.post(address, {**given, "step": "conclude", "outcome": "REFERRED", "seen": shown})
    return Check.objects.filter(person=person, kind="PSYCHOLOGICAL").latest("id")


def hold(check: Check, by, outcome: str, **change: str):
    client, address = client_of(by), reverse("second-interview", args=[check.uid])
    given = {**RATED, "notes": "Second notes.", **change}
    shown = seen(client.post(address, {**given, "step": "assess"}))
    return client.post(address, {**given, "step": "conclude", "outcome": outcome, "seen": shown})


def reasons(world: World, person) -> tuple[Reason, ...]:
    return clearance_of(person, world.programme, at=database_now()).reasons


def test_a_second_interview_without_doubts_passes_and_lifts_the_first(world, other) -> None:
    person = world.cleared()
    first = first_of(world, person)
    assert first.told == ["SECOND_INTERVIEW_NEEDED"]
    assert reasons(world, person) == (Reason.PSYCH_REFERRED,)

    answer = hold(first, other, "PASSED")

    made = Check.objects.filter(person=person).latest("id")
    assert answer.url == reverse("psychological-read", args=[made.uid])
    assert (made.examiner, made.outcome) == (other, PASSED)
    assert psychological.opened(made, by=other)["proposed"] == PASSED
    assert made.lifts.get().lifted == first
    assert SecondInterview.objects.get().by_check == made
    assert reasons(world, person) == ()


def test_both_interviews_are_kept_sealed_with_the_first_answers(world, other) -> None:
    first = first_of(world, world.member(), **{"PHQ-9:1": "2"})

    hold(first, other, "PASSED", **{"interview:origin": "1"})

    made = Check.objects.latest("id")
    content = psychological.opened(made, by=world.psychologist)
    assert content["answers"]["PHQ-9"] == [2] + [0] * 8
    assert (content["interview"]["offers"], content["second_interview"]["origin"]) == (1, 1)
    assert content["notes"] == "Second notes."
    sealed = bytes(PsychologicalRecord.objects.get(of_check=made).content)
    assert b"Second notes." not in sealed
    read = client_of(other).get(reverse("psychological-read", args=[made.uid])).content.decode()
    assert "Second interview" in read


def test_a_confirmed_doubt_is_referred_and_lifts_nothing(world, other) -> None:
    person = world.cleared()
    first = first_of(world, person)

    answer = hold(first, other, "REFERRED", **DOUBTS)

    made = Check.objects.filter(person=person).latest("id")
    assert answer.status_code == 302
    assert (made.outcome, made.told) == (REFERRED, ["REVIEW_NEEDED"])
    assert not made.lifts.exists()
    assert reasons(world, person) == (Reason.PSYCH_REFERRED,)


def test_ratings_and_notes_of_the_first_are_not_shown_to_the_second(world, other) -> None:
    first = first_of(world, world.member())
    address = reverse("second-interview", args=[first.uid])

    shown = client_of(other).get(address)
    weighed = client_of(other).post(address, {**RATED, "step": "assess"})

    for answer in (shown, weighed):
        assert "First notes." not in answer.content.decode()
    assert all(shown.context["form"][f"interview:{code}"].value() is None for code in domains())


def test_whoever_held_the_first_does_not_hold_the_second(world) -> None:
    first = first_of(world, world.member())

    answer = client_of(world.psychologist).get(reverse("second-interview", args=[first.uid]))

    assert answer.status_code == 403
    assert "no part in the first" in answer.content.decode()


def test_nobody_holds_their_own(world) -> None:
    person = world.member()
    own = world.participant(person)
    roles.grant(principal=own, role=Role.PSYCHOLOGIST, by=seed(), at=database_now())
    first = first_of(world, person)

    answer = hold(first, own, "PASSED")

    assert answer.status_code == 422
    assert "Nobody examines themselves" in answer.content.decode()
    assert not SecondInterview.objects.exists()


def test_it_is_held_once_and_an_incomplete_one_takes_nothing_up(world, other) -> None:
    first = first_of(world, world.member())

    incomplete = hold(first, other, "INCOMPLETE", **{"interview:offers": ""})
    assert incomplete.status_code == 302
    assert not SecondInterview.objects.exists()
    hold(first, other, "PASSED")
    again = client_of(principal(Role.PSYCHOLOGIST)).get(
        reverse("second-interview", args=[first.uid])
    )

    assert again.status_code == 409
    assert "held meanwhile" in again.content.decode()


@pytest.mark.parametrize(("age", "is_open"), [(47.9, True), (48, False), (72, False)])
def test_the_answers_are_at_most_two_days_old(world, other, age, is_open) -> None:
    person = world.member()
    first = world.psychological(
        person, REFERRED, proposal=DOUBT, performed_at=database_now() - hours(age)
    )

    answer = client_of(other).get(reverse("second-interview", args=[first.uid]))

    assert answer.status_code == (200 if is_open else 409)
    assert ("hold a whole new one" in answer.content.decode()) is not is_open


def test_a_check_that_calls_for_none_has_none(world, other) -> None:
    person = world.member()
    for check in (
        world.psychological(person),
        world.psychological(person, FAILED, proposal=DOUBT),
        world.psychological(person, REFERRED),
    ):
        answer = client_of(other).get(reverse("second-interview", args=[check.uid]))
        assert (answer.status_code, SecondInterview.objects.count()) == (409, 0)


def test_of_two_second_interviewers_one_records(world, other) -> None:
    person = world.member()
    first = world.psychological(person, REFERRED, proposal=DOUBT)
    calm = weighed(
        {"interview": RATINGS},
        by="first",
        second=Interview(interviewer="b", ratings=RATINGS),
        sex=None,
    )
    at = database_now()
    seen_now = seen_of(person, calm, at=at)
    given = {"first": first, "outcome": PASSED, "proposal": calm, "seen": seen_now, "content": {}}
    second_interviews.conclude(**given, performed_at=at, by=other, at=at)

    with pytest.raises(Conflict, match="held meanwhile"):
        second_interviews.conclude(
            **given, performed_at=at, by=principal(Role.PSYCHOLOGIST), at=database_now()
        )


def hurried(world: World):
    """Return somebody who signed three hours after they were informed, in all else cleared."""
    person, now = world.member(), database_now()
    world.medical(person)
    world.sign(person, informed_at=now - hours(3))
    return person


def passed_first(world: World, person, *, by=None, **change: str) -> Check:
    """Hold a check by its page in which nothing but the time to reflect is wrong."""
    client = client_of(by or world.psychologist)
    address, given = page("check-psychological", person, world), {**CALM, **change}
    shown = client.post(address, {**given, "step": "assess"})
    end = {"step": "conclude", "outcome": "PASSED", "seen": seen(shown)}
    answer = client.post(address, {**given, **end})
    assert answer.status_code == 302, answer.content.decode()
    return Check.objects.filter(person=person, kind="PSYCHOLOGICAL").latest("id")


def on_board(world: World, person) -> list[tuple[str, ...]]:
    """Return what stands beside somebody on the day on which their round lapses."""
    slot = RoundSlot.objects.get(person=person, state="OPEN")
    address = reverse("board", args=[world.programme.code])
    day = {"day": hospital_day(slot.lapses_at).isoformat()}
    return [row.codes for row in client_of(world.officer).get(address, day).context["rows"]]


def test_a_short_time_to_reflect_blocks_nobody_and_asks_for_a_second_interview(
    world, other
) -> None:
    person = hurried(world)
    client, address = client_of(world.psychologist), page("check-psychological", person, world)

    shown = client.post(address, {**CALM, "step": "assess"})
    first = passed_first(world, person)

    assert "rated 1, whatever is chosen" in shown.content.decode()
    assert "a pass counts meanwhile" in shown.content.decode()
    proposal = shown.context["proposal"]
    assert (proposal.outcome, proposal.asks) == (PASSED, (PsychReason.SECOND_INTERVIEWER,))
    assert (first.outcome, first.told) == (PASSED, ["SECOND_INTERVIEW_NEEDED"])
    assert reasons(world, person) == ()
    assert on_board(world, person) == [("SECOND_INTERVIEW_NEEDED",)]
    assert hold(first, other, "PASSED").status_code == 302
    assert on_board(world, person) == [()]
    made = Check.objects.latest("id")
    assert (made.outcome, made.told, made.lifts.count()) == (PASSED, [], 0)
    assert reasons(world, person) == ()


def test_what_refers_somebody_is_not_said_to_refer_nobody(world) -> None:
    person = hurried(world)
    client, address = client_of(world.psychologist), page("check-psychological", person, world)

    shown = client.post(address, {**CALM, **DOUBTS, "step": "assess"})

    proposal = shown.context["proposal"]
    assert proposal.outcome == REFERRED
    assert PsychReason.SECOND_INTERVIEWER in {*proposal.reasons} & {*proposal.asks}
    assert "This refers nobody" not in shown.content.decode()
    assert shown.content.decode().count("a second, independent interviewer is needed") == 1


def test_it_is_rated_once_for_a_signature_and_anew_for_the_next(world, other) -> None:
    person = hurried(world)

    def rated() -> int | None:
        return time_to_reflect(person, world.programme, at=database_now())

    again = passed_first(world, person)
    before = passed_first(world, person)
    assert (rated(), before.told) == (1, again.told)
    hold(before, other, "INCOMPLETE", **{"interview:offers": ""})
    assert rated() == 1, "an interview left incomplete settles nothing"
    hold(before, other, "PASSED")
    assert rated() is None
    assert passed_first(world, person).told == []
    assert passed_first(world, person, **{"interview:reflection": "1"}).told != []

    text = world.new_text(body={"en": "Another text."})
    told = {"text": text, "text_sha256": text.sha256, "informed_at": database_now() - hours(3)}
    world.sign(person, **told)

    assert rated() == 1


def test_a_second_interview_of_a_hurried_signature_may_refer(world, other) -> None:
    person = hurried(world)

    hold(passed_first(world, person), other, "REFERRED", **DOUBTS)

    assert reasons(world, person) == (Reason.PSYCH_REFERRED,)


def test_a_second_interview_in_which_nothing_was_rated_passes_nobody(world, other) -> None:
    first = passed_first(world, hurried(world))
    unrated = dict.fromkeys(RATED, "")

    answer = hold(first, other, "PASSED", **unrated)

    assert (answer.status_code, SecondInterview.objects.count()) == (422, 0)


def test_what_can_be_held_now_is_listed_and_counted_for_others(world, other) -> None:
    person = hurried(world)
    first = passed_first(world, person)
    doubted = first_of(world, world.member())
    address = reverse("second-interviews")

    def listed(by) -> list[Check]:
        return [check for check, _until in client_of(by).get(address).context["rows"]]

    assert listed(other) == [first, doubted]
    assert listed(world.psychologist) == []
    assert second_interviews_to_hold(other, at=database_now()).count() == 2
    assert second_interviews_to_hold(other, at=doubted.performed_at + hours(48)).count() == 0
    api = client_of(other).get("/api/v1/second-interviews").json()
    assert [one["check"] for one in api["second_interviews"]] == [str(doubted.uid), str(first.uid)]
    hold(doubted, other, "PASSED")
    world.annul(first)
    assert listed(other) == []
    closed = client_of(other).get(reverse("second-interview", args=[first.uid]))
    assert closed.status_code == 409
    assert client_of(world.officer).get(address).status_code == 403


def test_the_list_asks_as_many_questions_however_long_it_is(world, other) -> None:
    client, asked = client_of(other), []
    client.get(reverse("second-interviews"))
    for more in (1, 3):
        for _each in range(more):
            world.psychological(world.member(), REFERRED, proposal=DOUBT)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("second-interviews"))
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_a_programme_may_ask_for_longer_from_a_new_version_on(world) -> None:
    before, after, now = world.member(), world.member(), database_now()
    world.sign(before, informed_at=now - hours(30))
    draft = programmes.draft_version(
        programme=world.programme,
        effective_from=database_now(),
        cooling_off_hours=48,
        by=world.manager,
        at=now,
    )
    programmes.approve_version(version=draft, by=world.examiner, at=database_now())
    world.sign(after, informed_at=now - hours(30))
    at = database_now()

    rated = [time_to_reflect(one, world.programme, at=at) for one in (before, after)]

    assert rated == [0, 1]


@pytest.mark.parametrize("asked", [23, 0, 10**6])
def test_no_programme_asks_for_less_than_a_day(world, asked) -> None:
    at = database_now()
    given = {"programme": world.programme, "effective_from": at, "by": world.manager, "at": at}

    with pytest.raises(InvalidInput) as refused:
        programmes.draft_version(cooling_off_hours=asked, **given)

    assert refused.value.field == "cooling_off_hours"


def test_a_day_to_reflect_needs_no_second_interview(world) -> None:
    person, now = world.member(), database_now()
    world.sign(person, informed_at=now - hours(24.1))
    client, address = client_of(world.psychologist), page("check-psychological", person, world)

    shown = client.post(address, {**CALM, "interview:reflection": "", "step": "assess"})

    assert shown.context["proposal"].outcome == PASSED


def test_of_two_at_once_the_second_is_shown_what_the_first_recorded(world, other) -> None:
    person = world.member()
    address = page("check-psychological", person, world)
    shown = [
        seen(client_of(by).post(address, {**CALM, "step": "assess"}))
        for by in (world.psychologist, other)
    ]
    given = {**CALM, "step": "conclude", "outcome": "PASSED"}

    first = client_of(world.psychologist).post(address, {**given, "seen": shown[0]})
    stale = client_of(other).post(address, {**given, "seen": shown[1]})

    assert (first.status_code, stale.status_code) == (302, 422)
    assert "The proposal has changed" in stale.content.decode()
    assert Check.objects.filter(person=person).count() == 1
