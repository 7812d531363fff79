"""What the walks through analyses share: both screens, the keyboard alone, a worker beside the page."""

from __future__ import annotations

from urllib.request import urlopen

from playwright.sync_api import Locator, Page, expect

from tests.assays.evaluation.test_evaluation import work_off
from tests.browser import accessible
from tests.browser.conftest import Site

LAPTOP = {"width": 1366, "height": 768}
TABLET = {"width": 820, "height": 1180}
SCREENS = (LAPTOP, TABLET)
MOST_KEYS = 250


def warmed_up(site: Site) -> None:
    """Have a server answer once, that a slow machine may take its time to start."""
    with urlopen(f"{site.url}/login", timeout=120) as answer:  # noqa: S310
        assert answer.status == 200


def fits_both(page: Page) -> None:
    """Check that a page scrolls down alone, on a laptop and on a tablet."""
    for screen in (TABLET, LAPTOP):
        page.set_viewport_size(screen)
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{page.url} is {wide} pixels too wide for {screen['width']}"


def looked_at(page: Page) -> None:
    """Check that nothing is grave for who cannot see a page, and that it fits both screens."""
    assert list(accessible.faults(page)) == []
    fits_both(page)


def reach(page: Page, wanted: Locator) -> None:
    """Go on to something by the tabulator alone, as who has no mouse does."""
    expect(wanted).to_be_visible()
    for _key in range(MOST_KEYS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_KEYS} keys did not lead to {wanted}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Reach a link or button by keyboard, and press it."""
    reach(page, wanted)
    with page.expect_navigation():
        page.keyboard.press(key)


def type_in(page: Page, wanted: Locator, text: str) -> None:
    """Reach a field by keyboard, and type in place of what it holds."""
    reach(page, wanted)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def worked_off(page: Page) -> None:
    """Do what waits, and have the page that follows it show what was found."""
    work_off()
    page.get_by_role("link", name="Show what was found").click()
