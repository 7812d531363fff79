"""The way from a person to their clearance, and what the page says of a standing refusal."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consent.actions import programmes
from consent.models import RoundSlot
from consent.pages import boards, timelines
from consent.queries.boards import overdue
from consent.queries.clearances import gathered, log_of
from consent.rules.transitions import transitions
from labsys.accounts.roles import Role
from labsys.lib import navigation
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.programme import REFERRED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def of_person(person) -> str:
    return reverse("person-clearance", args=[person.uid])


def said(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_was_found_is_led_to_their_clearance_and_to_being_enrolled(world) -> None:
    person = world.person()
    officer = client_of(world.officer)

    found = said(officer, f"{reverse('search')}?q={person.mrn}")
    page = said(officer, of_person(person))

    assert of_person(person) in found
    assert "not enrolled" in page
    assert reverse("enrol", args=[person.uid, world.programme.code]) in page


def test_the_page_says_how_somebody_stands_in_each_programme(world) -> None:
    other, person = World(), world.cleared()
    page = said(client_of(world.psychologist), of_person(person))

    rows = client_of(world.psychologist).get(of_person(person)).context["rows"]

    stands = {one.code: (answer.is_cleared, is_in) for one, answer, is_in in rows}
    assert stands[world.programme.code] == (True, True)
    assert stands[other.programme.code] == (False, False)
    assert reverse("clearance", args=[person.uid, world.programme.code]) in page
    assert reverse("enrol", args=[person.uid, other.programme.code]) not in page


def test_the_gate_is_not_shown_the_page(world) -> None:
    gate = client_of(principal(Role.GATE_OFFICER))

    assert gate.get(of_person(world.cleared())).status_code == 403


def test_a_check_that_refuses_is_not_called_current(world) -> None:
    person, officer = world.cleared(), client_of(world.officer)
    address = reverse("clearance", args=[person.uid, world.programme.code])
    before = said(officer, address)

    world.medical(person, REFERRED)
    after = said(officer, address)
    board = said(officer, reverse("board", args=[world.programme.code]))

    assert "a refusal stands" not in before
    assert after.count("a refusal stands") == 1
    assert "medical: a refusal stands" in board
    assert "medical: current" not in board


def test_the_board_begins_with_whom_to_examine() -> None:
    assert list(boards.SHOWN) == ["TO_EXAMINE", "OVERDUE", "DUE", "RECALLED", "AWAY", "DONE"]


def test_what_waits_stands_in_front_of_what_does_not(world) -> None:
    person = world.person()
    at = database_now() - timedelta(days=9)
    world.enrol(person)
    world.sign(person)
    world.medical(person, performed_at=at)
    world.psychological(person, performed_at=at)

    counted = navigation.waiting_for(world.officer)

    numbers = [count for _card, count in counted]
    assert numbers == [*filter(None, numbers), *[0] * numbers.count(0)]
    assert numbers.count(0) > 0
    assert next(n for card, n in counted if card.query == "show=OVERDUE") == 1


def test_who_is_away_is_not_counted_as_overdue_here(world) -> None:
    person = world.cleared()
    world.post(person)
    later = database_now() + timedelta(days=30)

    assert not overdue(at=later).filter(person=person).exists()


def drawing(world, person) -> str:
    now = database_now()
    changes = log_of(person, world.programme, since=now - timedelta(days=9), until=now)
    rules, facts = gathered([person.pk], world.programme, known_at=now)
    span = {"since": now, "until": now + timelines.AHEAD}
    ahead = transitions(facts[person.pk], programme=rules, known_at=now, **span)
    return timelines.drawn(changes, ahead, now=now, name="drawn")


def test_the_drawing_shows_what_held_and_when_it_will_lapse(world) -> None:
    made = drawing(world, world.cleared())

    assert 'class="timeline-cleared"' in made
    assert 'class="timeline-cleared timeline-ahead"' in made
    assert 'class="timeline-refused timeline-ahead"' in made
    for lane in ("Clearance", "Enrolment, waiver", "Medical check", "Psychological check"):
        assert f">{lane}<" in made
    assert "Nanites" not in made


def test_nothing_is_drawn_of_who_never_belonged(world) -> None:
    assert drawing(world, world.person()) == ""


def test_leaving_now_is_offered_to_who_is_cleared(world) -> None:
    cleared, refused = world.cleared(), world.member()

    def offered(person) -> str:
        address = reverse("clearance", args=[person.uid, world.programme.code])
        return said(client_of(world.officer), address)

    assert "Leaves now" in offered(cleared)
    assert "Leaves now" not in offered(refused)
    assert "Left earlier" in offered(refused)


def test_a_participants_menu_holds_what_is_theirs_alone(world) -> None:
    mine = world.participant(world.cleared())

    (section,) = navigation.sections_for(mine)

    assert [entry.url_name for entry in section.entries] == ["own-clearance"]


def test_what_is_done_now_is_not_offered_for_another_moment(world) -> None:
    person, officer = world.cleared(), client_of(world.officer)
    address = reverse("clearance", args=[person.uid, world.programme.code])
    then = timezone.localtime().strftime("%Y-%m-%dT%H:%M")

    now, before = said(officer, address), said(officer, f"{address}?at={then}")

    assert "Leaves now" in now
    assert "Issue a pass" in now
    assert "Leaves now" not in before
    assert "Left earlier" not in before
    assert "Issue a pass" not in before


def test_the_moment_asked_about_is_marked_above_now(world) -> None:
    person, now = world.cleared(), database_now()
    span = {"since": now - timedelta(days=9), "until": database_now()}
    changes = log_of(person, world.programme, **span)

    made = timelines.drawn(changes, now=span["until"], asked_at=now, name="drawn")

    heights = dict(re.findall(r'y="([\d.]+)"[^>]*class="c-mark-label">(\w+)<', made))
    words = {word: float(height) for height, word in heights.items()}
    assert words["asked"] < words["now"]


def test_after_enrolling_it_is_said_what_comes_next(world) -> None:
    person, officer = world.person(), client_of(world.officer)
    address = reverse("enrol", args=[person.uid, world.programme.code])

    page = officer.post(address, {"started_at": ""}, follow=True).content.decode()

    (notice,) = re.findall(r'<li class="notice notice-success">.*?</li>', page, re.S)
    slot = RoundSlot.objects.get(person=person)
    assert "Enrolled." in notice
    assert reverse("waiver-sign", args=[person.uid, world.programme.code]) in notice
    assert reverse("appointment-book", args=[slot.pk]) in notice


def test_who_signed_before_is_asked_for_no_waiver_on_enrolling(world) -> None:
    person, officer = world.person(), client_of(world.officer)
    world.sign(person)
    address = reverse("enrol", args=[person.uid, world.programme.code])

    page = officer.post(address, {"started_at": ""}, follow=True).content.decode()

    (notice,) = re.findall(r'<li class="notice notice-success">.*?</li>', page, re.S)
    assert "waiver/" not in notice
    assert reverse("appointment-book", args=[RoundSlot.objects.get(person=person).pk]) in notice


def test_of_a_closed_programme_it_is_said_and_nothing_is_begun(world) -> None:
    person, officer = world.cleared(), client_of(world.officer)
    address = reverse("clearance", args=[person.uid, world.programme.code])
    at = database_now()
    programmes.close(programme=world.programme, by=world.examiner, at=at, reason="It is over.")

    page = said(officer, address)

    assert "This programme is closed" in page
    assert "Enrol begins it" not in page
    assert "Sign the waiver" not in page
    assert reverse("waiver-withdraw", args=[person.uid, world.programme.code]) in page
