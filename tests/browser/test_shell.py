"""What every page owes to whoever works by keyboard, on a tablet, in the dark or without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from labsys.accounts.roles import Role
from tests import factories
from tests.browser.conftest import Site

LogIn = Callable[..., None]

NO_SIDEWAYS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
def somebody(site: Site) -> str:
    """A person with a menu to open."""
    return factories.principal(Role.PATHOLOGIST).name


def test_the_first_tab_offers_to_skip_to_the_content(
    page: Page, somebody: str, log_in: LogIn
) -> None:
    log_in(somebody)

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_a_menu_opens_and_closes_by_keyboard(page: Page, somebody: str, log_in: LogIn) -> None:
    log_in(somebody)
    summary = page.locator("nav.menus summary").first

    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("nav.menus details[open] a").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("nav.menus details[open] a").first).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("nav.menus details[open]")).to_have_count(0)
    expect(summary).to_be_focused()


def test_whatever_has_the_focus_shows_it(page: Page, somebody: str, log_in: LogIn) -> None:
    log_in(somebody)

    for _step in range(8):
        page.keyboard.press("Tab")
        widths = page.evaluate(
            "[getComputedStyle(document.activeElement).outlineWidth,"
            " getComputedStyle(document.activeElement.closest('li') ?? document.body).outlineWidth]"
        )
        assert "3px" in widths


def test_look_and_language_are_chosen_without_scripts(
    browser: Browser, site: Site, somebody: str
) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Username").fill(somebody)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Log in").click()

    page.locator(".menu-account summary").click()
    page.get_by_role("button", name="Dark").click()
    page.locator(".menu-account summary").click()
    page.get_by_role("button", name="Français").click()

    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("html").get_attribute("lang") == "fr"
    context.close()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 768), (768, 1024)])
def test_no_page_of_the_shell_scrolls_sideways(
    page: Page, somebody: str, log_in: LogIn, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    log_in(somebody)

    for address in ("/", "/admin/", "/no-such-page"):
        page.goto(address)
        assert page.evaluate(NO_SIDEWAYS), address


def test_paper_shows_no_menus_but_who_printed(page: Page, somebody: str, log_in: LogIn) -> None:
    log_in(somebody)

    page.emulate_media(media="print")

    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.locator(".page-footer .print-only")).to_be_visible()
