"""A type is described, a profile of its host recorded, searched, compared and read again, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from assays.models import NaniteFunction, NaniteProfile, Specimen
from assays.rules.analyses import catalogues
from labsys.accounts.roles import Role
from tests import factories, laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.nanites.profiles import recorded, specimen
from tests.browser import accessible
from tests.browser.conftest import Site

LogIn = Callable[..., None]
MARKERS = 10
# What the host of the journey shares with two others, at every marker but the last.
COMMON = [("7", "9")] * (MARKERS - 1)


@pytest.fixture(scope="module")
def waiting(site: Site) -> Specimen:
    """A specimen whose profile was read and not recorded; two hosts are like it, nine are not."""
    laboratory.load_catalogue()
    for number in range(11):
        own = [(str(100 + 10 * number + n), str(300 + 10 * number + n)) for n in range(MARKERS)]
        alleles = [*COMMON, own[-1]] if number < 2 else own
        markers = {f"N{n:02}": list(pair) for n, pair in enumerate(alleles, start=1)}
        recorded({"markers": markers})
    return specimen()


def table() -> str:
    """Return the profile of the journey as an instrument writes it: one allele is faint."""
    lines = ["marker,allele,intensity,quality"]
    for number, pair in enumerate([*COMMON, ("30", "31")], start=1):
        lines += [f"N{number:02},{allele},{50 if allele == '31' else 800},0.9" for allele in pair]
    return "\n".join(lines)


def press(page: Page, role: Literal["link", "button"], name: str) -> None:
    """Go to a link or button and press it, as whoever has no mouse does."""
    main = page.get_by_role("main")
    main.get_by_role(role, name=name, exact=role == "button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fact(page: Page, name: str) -> Locator:
    return page.locator("dl div").filter(has_text=name).locator("dd")


def test_from_a_type_to_what_its_hosts_have_in_common(
    page: Page, log_in: LogIn, waiting: Specimen, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    catalogues._held.clear()
    accessible.prepare(page.context)
    log_in(factories.principal(Role.PATHOLOGIST).name)

    # The type, by keyboard alone, and what is thought of it before anything was seen.
    page.goto("/nanite-types/")
    press(page, "link", "Describe a type")
    page.locator("[name=code]").focus()
    page.keyboard.type("NT-21")
    page.keyboard.press("Tab")
    page.keyboard.type("lattice builder")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("lattice builder")
    press(page, "link", "Say what it does")
    page.locator("[name=statement]").fill("Builds lattices.")
    page.locator("[name=grade]").select_option("CONJECTURED")
    page.locator("[name=basis]").fill("It is built like one that does.")
    press(page, "button", "Record")
    expect(page.get_by_role("article")).to_contain_text("conjectured")

    # The profile of a host.
    page.goto("/nanite-profiles/")
    press(page, "link", "Record a profile")
    page.get_by_label("Accession number").fill(waiting.accession)
    page.get_by_label("Method").fill("capillary panel")
    page.locator("textarea[name=content]").fill(table())
    press(page, "button", "Record")
    profile = NaniteProfile.objects.latest("position")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"profile {profile.position}")

    # Searched among all that stand; the page follows its run until the answer is there.
    press(page, "link", "Search the catalogue")
    page.locator("[name=k]").fill("3")
    press(page, "button", "Search")
    expect(page.locator("#progress")).to_contain_text("0 of 1 parts are done")
    work_off()
    press(page, "link", "Show what was found")
    best = page.get_by_role("row").nth(1)
    expect(best).to_contain_text(f"{2 * (MARKERS - 1)} / {2 * MARKERS}")
    expect(page.get_by_text("12 profiles, every one")).to_be_visible()
    assert list(accessible.faults(page)) == []

    # What was found makes of the conjecture something seen.
    page.goto("/nanite-types/")
    press(page, "link", "NT-21")
    press(page, "link", "Correct")
    page.locator("[name=grade]").select_option("OBSERVED")
    page.locator("[name=reason]").fill("its factors were found in three hosts")
    press(page, "button", "Record")
    expect(page.get_by_text("OBSERVED needs 1 sources at least")).to_be_visible()
    page.locator("[name=profiles]").fill(str(profile.position))
    press(page, "button", "Record")
    said = page.get_by_role("article")
    expect(said).to_contain_text("observed")
    expect(said.get_by_role("link", name=f"Profile {profile.position}")).to_be_visible()
    assert NaniteFunction.objects.count() == 2
    assert list(accessible.faults(page)) == []

    # Which hosts have factors in common, more than chance would let them.
    page.goto("/nanite-profiles/")
    press(page, "link", "Hosts with factors in common")
    page.get_by_label("Hosts of a group, at least").fill("3")
    press(page, "button", "Ask")
    work_off()
    page.reload()
    press(page, "link", "more than chance")
    group = page.get_by_role("row").nth(1)
    expect(group).to_contain_text(profile.specimen.person.mrn)
    expect(group).to_contain_text("more than chance")
    assert list(accessible.faults(page)) == []

    # What another limit would make of every profile: one allele is gone, and nothing is changed.
    page.goto("/nanite-profiles/")
    press(page, "link", "Read all profiles again")
    page.get_by_label("Alleles with an intensity of at least").fill("100")
    press(page, "button", "Ask")
    work_off()
    page.reload()
    expect(fact(page, "Profiles read")).to_have_text("12")
    expect(fact(page, "Would differ")).to_have_text("1")
    page.get_by_text("Which", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="N10/31")).to_contain_text(
        profile.specimen.person.mrn
    )
    assert list(accessible.faults(page)) == []
    assert NaniteProfile.objects.count() == 12
