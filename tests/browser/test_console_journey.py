"""From an alarm at an instrument to the decided item, in a real browser, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assays.models import TransmissionItem
from labsys.accounts.roles import Role
from tests import factories
from tests.assays import laboratory
from tests.assays.console import transmitted
from tests.browser.conftest import Site

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def held(site: Site) -> TransmissionItem:
    analyser = laboratory.instrument(code="north")
    made = transmitted.message(
        analyser,
        b"H|\\^&\r<script>document.title='taken'</script>\x00\xe2\x80\xae\r",
        status="HELD",
        session=transmitted.session(analyser),
    )
    transmitted.frames(made, ("IN", b"\x02" + made.content + b"\x03", "ACCEPTED"))
    return transmitted.item(made)


def focus(page: Page, name: str) -> None:
    """Go on with the Tab key until this is what Enter would act upon."""
    for _step in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.labels?.[0]?.innerText"
            " || document.activeElement.innerText || '').replace(/\\s+/g, ' ').trim()"
        )
        if found == name:
            return
    raise AssertionError(f"{name!r} cannot be reached with the Tab key")


def test_an_alarm_is_followed_to_its_bytes_and_the_item_rejected_without_a_mouse(
    page: Page, log_in: LogIn, held: TransmissionItem
) -> None:
    log_in(factories.principal(Role.TECHNOLOGIST).name)
    page.goto("/instruments/")
    focus(page, "1 held value of North")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Held items")
    focus(page, f"message {held.message_id}")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Message {held.message_id}")
    for shown in ("<STX>", "<NUL>", "<U+202E>", "<ETX>"):
        expect(page.locator(".wire-box").first).to_contain_text(shown)
    assert "Message" in page.title()  # what the message holds was not run
    focus(page, "Decide about its held values")
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"Of message {held.message_id} only.")).to_be_visible()
    focus(page, "Reason")
    page.keyboard.type("a control that was named wrongly")
    focus(page, f"Tick HB of S-1, message {held.message_id}")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Reject").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("1 item rejected.")).to_be_visible()
    held.refresh_from_db()
    assert held.status == "REJECTED"
    assert held.events.get().reason == "a control that was named wrongly"


def test_what_refreshes_itself_keeps_the_focus_and_says_nothing_twice(
    page: Page, log_in: LogIn, held: TransmissionItem
) -> None:
    laboratory.instrument(code="south", protocol="ASTM", driver="lis2a2")
    log_in(factories.principal(Role.TECHNOLOGIST).name)
    page.clock.install()
    page.goto("/instruments/")
    expect(page.get_by_role("alert")).to_contain_text("Nobody listens")
    link = page.get_by_role("link", name="0 messages of South")
    link.focus()
    page.evaluate("document.querySelector('#connections table').dataset.old = ''")

    with page.expect_response("**/instruments/table/"):
        page.clock.run_for(10_500)

    expect(page.locator("#connections table[data-old]")).to_have_count(0)
    expect(link).to_be_focused()
    expect(page.locator("#connections [role=alert]")).to_have_count(0)
    expect(page.locator("#connections [data-said]")).to_contain_text("Nobody listens")


@pytest.mark.parametrize("width", [768, 1366])
@pytest.mark.parametrize("address", ["/instruments/", "/transmissions/", "/held/"])
def test_no_page_is_wider_than_its_screen(
    page: Page, log_in: LogIn, held: TransmissionItem, width: int, address: str
) -> None:
    log_in(factories.principal(Role.PATHOLOGIST).name)
    page.set_viewport_size({"width": width, "height": 1024})

    for one in (address, f"/transmissions/{held.message_id}/"):
        page.goto(one)
        root = "document.documentElement"
        assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
