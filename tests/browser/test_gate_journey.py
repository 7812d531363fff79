"""The gate on a tablet: a scanner types passes, people leave; then the network is cut."""

from __future__ import annotations

from collections.abc import Callable
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from consent.actions import passes
from consent.models import GateScan, Posting
from consent.queries.passes import text_of
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import Person
from tests import factories
from tests.browser.conftest import Site
from tests.consent.programme import FAILED, World

LogIn = Callable[..., None]
TABLET = {"width": 1024, "height": 768}


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    with urlopen(f"{site.url}/login", timeout=60) as answer:  # noqa: S310 - a server starts slowly
        assert answer.status == 200
    return World()


def issued(world: World, person: Person) -> str:
    """Issue somebody a pass, as their own page does, and return what its symbol holds."""
    made = passes.issue(
        person=person, programme=world.programme, by=world.officer, at=database_now()
    )
    return text_of(made)


def scan(page: Page, text: str) -> None:
    """Type a pass and the key behind it, as a scanner does."""
    expect(page.locator("#asked, #pass")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_pass_is_scanned_and_its_holder_leaves_and_comes_back(
    page: Page, log_in: LogIn, world: World
) -> None:
    person, ill = world.cleared(family="QUILL"), world.cleared()
    good, bad = issued(world, person), issued(world, ill)
    world.medical(ill, FAILED)
    page.set_viewport_size(TABLET)
    officer = factories.principal(Role.GATE_OFFICER)
    log_in(officer.name)
    page.get_by_role("link", name="Gate", exact=True).click()

    scan(page, good)
    expect(page.locator(".gate-answer")).to_have_text("Cleared")
    expect(page.get_by_text("QUILL")).to_be_visible()
    page.get_by_role("button", name="Leaves now").click()
    expect(page.locator(".notice-success")).to_contain_text(f"{person.mrn} left")
    assert Posting.objects.away().get().person == person

    scan(page, bad)
    expect(page.locator(".gate-answer")).to_have_text("Revoked")
    expect(page.get_by_role("button", name="Leaves now")).to_have_count(0)

    scan(page, person.mrn)
    expect(page.get_by_text("since")).to_be_visible()
    page.get_by_role("button", name="Came back").click()
    expect(page.locator(".notice-success")).to_contain_text("came back")

    scan(page, "00000000")
    expect(page.locator(".gate-answer")).to_have_text("Invalid")
    words = list(GateScan.objects.order_by("id").values_list("status", flat=True))
    assert words == ["CLEARED", "REVOKED", "CLEARED", "INVALID"]


def test_people_leave_from_the_list_of_a_departure(page: Page, log_in: LogIn, world: World) -> None:
    people = [world.cleared() for _each in range(3)]
    departure = world.departure(*people)
    world.medical(people[2], FAILED)
    page.set_viewport_size(TABLET)
    log_in(factories.principal(Role.GATE_OFFICER).name)
    page.goto("/departures/")
    page.get_by_role("row").filter(has_text=world.programme.name).get_by_role("link").click()

    row = page.get_by_role("row").filter(has_text=people[0].mrn)
    row.get_by_role("button", name="Leaves now").click()
    expect(page.locator(".notice-success")).to_contain_text("Left: 1.")
    page.get_by_role("button", name="The one who is cleared leaves").click()
    expect(page.locator(".notice-warning")).to_contain_text(f"{people[2].mrn} Revoked")

    assert Posting.objects.filter(departure=departure).count() == 2


def test_passes_are_checked_when_the_network_is_cut(
    page: Page, log_in: LogIn, world: World
) -> None:
    person, ill = world.cleared(), world.cleared()
    good, bad = issued(world, person), issued(world, ill)
    world.medical(ill, FAILED)
    opened_at = database_now()
    page.set_viewport_size(TABLET)
    log_in(factories.principal(Role.GATE_OFFICER).name)
    page.goto("/gate/offline/")
    expect(page.locator("#gate-listed")).to_contain_text("not live")
    page.context.set_offline(True)

    for text, word in (
        (good, "Cleared"),
        (good[:-2] + ("AA" if good[-2:] != "AA" else "BA"), "Invalid"),
        (bad, "Revoked"),
        (person.mrn, "Invalid"),
        (good, "Cleared"),
    ):
        scan(page, text)
        expect(page.locator(".gate-answer")).to_have_text(word)

    expect(page.locator("#gate-whom")).to_contain_text(person.mrn)
    expect(page.locator("#gate-warning")).to_be_hidden()
    # A quarter of an hour later the pass has run out, and the list says how old it is.
    page.clock.install()
    page.clock.fast_forward("16:00")
    scan(page, good)
    expect(page.locator(".gate-answer")).to_have_text("Expired")
    expect(page.locator("#gate-warning")).to_contain_text("16 minutes old")
    expect(page.locator("#gate-waiting")).to_contain_text(": 6.")
    mine = GateScan.objects.filter(as_of__gte=opened_at.replace(microsecond=0))
    assert not mine.exists()
    page.context.set_offline(False)
    expect(page.locator("#gate-waiting")).to_be_hidden()
    assert list(mine.order_by("scanned_at").values_list("status", "person")) == [
        ("CLEARED", person.pk),
        ("INVALID", None),
        ("REVOKED", ill.pk),
        ("INVALID", None),
        ("CLEARED", person.pk),
        ("EXPIRED", person.pk),
    ]


def test_who_was_wrongly_let_through_without_a_network_is_named_once_there_is_one(
    page: Page, log_in: LogIn, world: World
) -> None:
    person = world.cleared()
    text = issued(world, person)
    page.set_viewport_size(TABLET)
    log_in(factories.principal(Role.GATE_OFFICER).name)
    page.goto("/gate/offline/")
    expect(page.locator("#gate-listed")).to_contain_text("not live")
    page.context.set_offline(True)
    world.withdraw(person)

    scan(page, text)
    expect(page.locator(".gate-answer")).to_have_text("Cleared")
    page.context.set_offline(False)
    page.goto("/gate/offline/")

    expect(page.locator("#gate-untrue")).to_contain_text(person.mrn)
    expect(page.locator("#gate-waiting")).to_be_hidden()
    assert GateScan.objects.get(person=person).as_of is not None
