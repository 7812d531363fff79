"""Departures: a list clears nobody; each person is decided alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent.actions import departures, postings
from consent.models import DepartureMember, Posting
from consent.queries import departures as queries
from consent.rules.departures import DepartureState
from consent.rules.gates import GateStatus
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def depart(world: World, departure, **more):
    given = {"by": world.officer, "at": database_now(), **more}
    return departures.depart(departure=departure, **given)


def test_who_is_cleared_leaves_and_the_rest_stays_with_a_word(world) -> None:
    well, ill, elsewhere = world.cleared(), world.cleared(), world.cleared()
    never = world.person()
    departure = world.departure(well, ill, elsewhere, never)
    world.medical(ill, FAILED)
    world.post(elsewhere)

    found = depart(world, departure, by=principal(Role.GATE_OFFICER))

    assert [one.person for one in found.left] == [well]
    assert found.stayed == [(ill, GateStatus.REVOKED), (never, GateStatus.NOT_CLEARED)]
    assert found.away == [elsewhere]
    assert [one.departure for one in Posting.objects.filter(person=well)] == [departure]


def test_departing_again_goes_on_with_the_rest(world, monkeypatch) -> None:
    people = [world.cleared() for _each in range(3)]
    departure = world.departure(*people)
    monkeypatch.setattr(departures, "AT_ONCE", 2)

    first, second, third = (depart(world, departure) for _each in range(3))

    assert [(len(one.left), one.waiting) for one in (first, second, third)] == [
        (2, 1),
        (1, 0),
        (0, 0),
    ]


def test_what_was_let_go_before_a_failure_stays_let_go(world, monkeypatch) -> None:
    people = [world.cleared() for _each in range(3)]
    departure = world.departure(*people)
    post, calls = postings.post, []

    def failing(**given):
        calls.append(given)
        if len(calls) == 2:
            raise ConnectionError("The database is gone.")
        return post(**given)

    monkeypatch.setattr(postings, "post", failing)
    with pytest.raises(ConnectionError):
        depart(world, departure)

    assert Posting.objects.filter(departure=departure).count() == 1
    assert len(depart(world, departure).left) == 2


def test_only_those_asked_for_leave_and_they_stand_on_the_list(world) -> None:
    one, other, stranger = (world.cleared() for _each in range(3))
    departure = world.departure(one, other)

    with pytest.raises(InvalidInput, match="on the list"):
        depart(world, departure, people=[stranger])
    found = depart(world, departure, people=[other])

    assert [posting.person for posting in found.left] == [other]
    assert [line.posting is not None for line in queries.lines(departure, at=database_now())] == [
        False,
        True,
    ]


def test_the_list_is_kept_without_doubles_and_what_left_stays_on_it(world) -> None:
    one, other = world.cleared(), world.cleared()
    departure = world.departure(one, one)
    departures.add(departure=departure, people=[one, other], by=world.officer, at=database_now())
    assert [member.person for member in departure.members.order_by("id")] == [one, other]
    depart(world, departure, people=[one])
    gone, here = departure.members.order_by("id")

    with pytest.raises(Conflict, match="has left"):
        departures.remove(member=gone, by=world.officer, at=database_now())
    departures.remove(member=here, by=world.officer, at=database_now())
    with pytest.raises(Conflict, match="meanwhile"):
        departures.remove(member=here, by=world.officer, at=database_now())

    departures.add(departure=departure, people=[other], by=world.officer, at=database_now())
    assert DepartureMember.objects.filter(departure=departure, person=other).count() == 2


def test_a_departure_ends_once(world) -> None:
    closed, cancelled = world.departure(), world.departure()
    given = {"by": world.officer, "at": database_now()}
    departures.close(departure=closed, **given)
    departures.cancel(departure=cancelled, **given)

    for over, state in ((closed, DepartureState.LEFT), (cancelled, DepartureState.CANCELLED)):
        assert over.state == state
        for act in (departures.close, departures.cancel, departures.depart):
            with pytest.raises(Conflict, match="over"):
                act(departure=over, **given)
        with pytest.raises(Conflict, match="over"):
            departures.add(departure=over, people=[world.person()], **given)


def test_a_departure_with_which_somebody_left_is_not_cancelled(world) -> None:
    person = world.cleared()
    departure = world.departure(person)
    (posting,) = depart(world, departure).left
    given = {"departure": departure, "by": world.officer, "at": database_now()}

    with pytest.raises(Conflict, match="close it instead"):
        departures.cancel(**given)
    postings.annul(posting=posting, by=world.officer, at=database_now(), reason="Stayed.")

    assert departures.cancel(**given).state == DepartureState.CANCELLED


def test_a_plan_lies_ahead_and_is_the_screening_offices(world) -> None:
    now = database_now()
    for wrong in (now - timedelta(hours=1), now + timedelta(days=400), now.replace(tzinfo=None)):
        with pytest.raises(InvalidInput) as refused:
            world.departure(leaves_at=wrong)
        assert refused.value.field == "leaves_at"
    with pytest.raises(NotAllowed):
        world.departure(by=principal(Role.GATE_OFFICER))
    with pytest.raises(NotAllowed):
        depart(world, world.departure(), by=world.examiner)


def test_a_list_has_an_end(world, monkeypatch) -> None:
    monkeypatch.setattr(departures, "MOST_MEMBERS", 1)

    with pytest.raises(InvalidInput, match="At most 1"):
        world.departure(world.person(), world.person())
