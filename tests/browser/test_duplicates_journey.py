"""Somebody registered twice is found, compared, joined and parted again, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from patients.models import Person, PersonLink
from tests.browser import accessible
from tests.browser.conftest import Site
from tests.patients import people
from tests.patients.doubles import looked_for, pair

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def twice(site: Site) -> tuple[Person, Person]:
    found = pair()
    people.admitted(found[1])
    looked_for()
    return found


def test_a_double_is_joined_and_parted(
    site: Site, page: Page, log_in: LogIn, twice: tuple[Person, Person]
) -> None:
    one, other = twice
    accessible.prepare(page.context)
    log_in(people.infection_control().name)
    with page.expect_navigation():
        page.get_by_role("link", name="Entries that are probably one person").click()
    assert not list(accessible.faults(page))
    with page.expect_navigation():
        page.get_by_role("link", name=f"Compare {one.mrn} and {other.mrn}").click()
    expect(page.get_by_role("row").filter(has_text="In a ward now")).to_contain_text("only one")
    assert not list(accessible.faults(page))

    page.get_by_label("Reason").first.fill("same passport")
    with page.expect_navigation():
        page.get_by_role("button", name="Read as one person").click()
    expect(page.get_by_text("is read as")).to_be_visible()
    assert PersonLink.objects.active().get().survivor == one

    with page.expect_navigation():
        page.get_by_role("link", name="Who joined them, and the way back").click()
    expect(page.get_by_text("same passport")).to_be_visible()
    assert not list(accessible.faults(page))
    page.get_by_label("Reason").fill("met both")
    with page.expect_navigation():
        page.get_by_role("button", name="Part the entries").click()
    expect(page.get_by_text("The entries stand apart again.")).to_be_visible()
    assert not PersonLink.objects.active().exists()


def test_the_desk_is_asked_before_it_registers_a_double(
    site: Site, page: Page, log_in: LogIn, twice: tuple[Person, Person]
) -> None:
    accessible.prepare(page.context)
    log_in(people.infection_control().name)
    page.goto("/persons/new")
    page.get_by_label("Family name, or only name").fill("Vega Ros")
    page.get_by_label("Given names").fill("Lyra")
    page.get_by_label("Birth date").fill("1990-05-17")
    with page.expect_navigation():
        page.get_by_role("button", name="Register").click()

    expect(page.get_by_role("heading", name="Registered already?")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=twice[0].mrn)).to_be_visible()
    assert not list(accessible.faults(page))
    page.get_by_label("This is another person").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Register").click()
    expect(page.get_by_text("Registered under MRN")).to_be_visible()
