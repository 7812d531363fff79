"""A rule of follow-up is proposed by one and approved by another, in a real browser, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from patients.models import FollowUpRule
from tests.browser import accessible
from tests.browser.analysing import looked_at, press, type_in, warmed_up
from tests.browser.conftest import Site
from tests.patients import following, people

LogIn = Callable[..., None]


def test_a_rule_holds_once_somebody_else_approved_it(site: Site, page: Page, log_in: LogIn) -> None:
    warmed_up(site)
    accessible.prepare(page.context)
    dust, someone = following.agent(None, name="Dock dust"), people.person(family="Okafor")
    following.exposed(someone, dust)
    author, second = people.infection_control(), people.infection_control()
    log_in(author.name)

    page.goto("/follow-ups/?agent=" + dust.code)
    expect(page.locator("main")).to_contain_text("until one is approved")
    page.goto("/admin/patients/followuprule/add/")
    page.get_by_label("Agent").select_option(str(dust.pk))
    type_in(page, page.get_by_label("Days after the last exposure"), "0")
    type_in(page, page.get_by_label("Source"), "policy of the house, third edition")
    looked_at(page)
    press(page, page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("This lies between 1 and")).to_be_visible()
    type_in(page, page.get_by_label("Days after the last exposure"), "21")
    press(page, page.get_by_role("button", name="Save", exact=True))

    made = FollowUpRule.objects.get()
    address = f"/admin/patients/followuprule/{made.pk}/change/"
    page.goto(address)
    looked_at(page)
    press(page, page.get_by_role("link", name="Approve"))
    looked_at(page)
    press(page, page.get_by_role("button", name="Approve"))
    expect(page.get_by_text("somebody else has to approve it")).to_be_visible()
    assert FollowUpRule.objects.get().approved_at is None

    page.context.clear_cookies()
    log_in(second.name)
    page.goto("/admin/patients/followuprule/?approval=open")
    looked_at(page)
    page.goto(address)
    press(page, page.get_by_role("link", name="Approve"))
    press(page, page.get_by_role("button", name="Approve"))
    expect(page.get_by_text("The rule is approved.")).to_be_visible()
    assert FollowUpRule.objects.get().approved_by == second
    page.goto("/follow-ups/?agent=" + dust.code)
    expect(page.locator("main")).to_contain_text(someone.mrn)
    looked_at(page)
