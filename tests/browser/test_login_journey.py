"""An administrator makes a login; its person must choose a password, works, and is taken off again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from labsys.accounts.models import Principal, User
from labsys.accounts.roles import Role
from tests import factories
from tests.browser.conftest import Site

LogIn = Callable[..., None]
NEW = "four plain words here"


@pytest.fixture(scope="module")
def administrator(site: Site) -> Principal:
    return factories.principal(Role.ADMINISTRATOR)


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def log_out(page: Page) -> None:
    page.locator(".menu-account summary").click()
    press(page, "Log out")


def test_a_new_person_gets_in_chooses_a_password_and_is_closed_out(
    page: Page, log_in: LogIn, administrator: Principal
) -> None:
    log_in(administrator.name)
    page.goto("/admin/accounts/user/add/")
    page.get_by_label("Username").fill("nova.newcomer")
    page.get_by_label("Full name").fill("Nova Newcomer")
    page.get_by_label("technologist").check()
    press(page, "Save")
    password = page.locator(".shown-once").inner_text()
    log_out(page)

    log_in("nova.newcomer", password)
    expect(page.get_by_role("heading", name="Change password")).to_be_visible()
    page.goto("/worklist/")
    expect(page.get_by_role("heading", name="Change password")).to_be_visible()
    page.get_by_label("Present password").fill(password)
    page.get_by_label("New password").first.fill(NEW)
    page.get_by_label("New password again").fill(NEW)
    press(page, "Change password")
    expect(page.get_by_text("Your password was changed")).to_be_visible()

    log_in("nova.newcomer", NEW)
    page.goto("/worklist/")
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    log_out(page)

    log_in(administrator.name)
    user = User.objects.get(username="nova.newcomer")
    page.goto(f"/admin/accounts/user/{user.pk}/change/")
    page.get_by_role("link", name="Close this login").click()
    page.get_by_label("Reason").fill("Left the house")
    press(page, "Close this login")
    expect(page.get_by_text("its sessions have ended")).to_be_visible()
    log_out(page)

    log_in("nova.newcomer", NEW)
    expect(page.get_by_text("do not go together")).to_be_visible()


def test_wrong_passwords_say_the_same_until_the_door_closes(page: Page, log_in: LogIn) -> None:
    for _ in range(9):
        log_in("nobody.here", "wrong")
        expect(page.get_by_text("do not go together")).to_be_visible()

    log_in("nobody.here", "wrong")

    expect(page.get_by_role("heading", name="Too many attempts")).to_be_visible()
    expect(page.get_by_text("15 minutes")).to_be_visible()


def test_the_back_button_shows_nothing_after_logging_out(
    page: Page, log_in: LogIn, administrator: Principal
) -> None:
    log_in(administrator.name)
    page.goto("/admin/accounts/user/")
    expect(page.get_by_role("link", name=administrator.name)).to_be_visible()
    log_out(page)

    page.go_back()

    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_the_login_page_works_by_keyboard_alone(page: Page, administrator: Principal) -> None:
    page.goto("/")
    page.keyboard.press("Tab")  # to the skip link
    expect(page.get_by_label("Username")).to_have_count(1)
    page.get_by_label("Username").focus()
    page.keyboard.type(administrator.name)
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator(".menu-account summary")).to_be_visible()
