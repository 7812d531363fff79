"""Analyses in a real browser: a person's kinetics, a run over all, trials, the population."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from assays.models import AnalysisRun
from labsys.accounts.roles import Role
from patients.models import Person
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import loads, population
from tests.assays.analyses.loads import intervened, measured
from tests.assays.evaluation.test_evaluation import work_off
from tests.browser.analysing import fits_both, press, reach, type_in, warmed_up, worked_off
from tests.browser.conftest import Site

LogIn = Callable[..., None]
# Growth, what was done five days ago, a fall, two values below the limit.
COURSE = ("20000", "29000", "41000", "15000", "6000", "<500")


@pytest.fixture(scope="module")
def treated(site: Site) -> list[Person]:
    """Persons who were filtered, and persons who had charcoal, with loads before and after."""
    warmed_up(site)
    assay, made = loads.assay(), []
    for kind, scale in (("FILTRATION", 1.0), ("CHARCOAL", 3.0)):
        for more in (0.9, 1.0, 1.1):
            one = laboratory.person()
            after = (f"{float(value) * scale * more:.0f}" for value in COURSE[3:5])
            measured(one, (*COURSE[:3], *after, COURSE[5]), assay)
            intervened(one, ago=timedelta(days=5), kind=kind)
            made.append(one)
    work_off()
    return made


def test_a_persons_course_is_asked_for_and_read_by_keyboard_alone(
    page: Page, log_in: LogIn, treated: list[Person]
) -> None:
    log_in(factories.principal(Role.PATHOLOGIST).name)
    page.goto(f"/persons/{treated[0].uid}/kinetics/")
    expect(page.locator("main")).to_contain_text("No analysis yet")

    type_in(page, page.get_by_label("Load that may be reached"), "100")
    press(page, page.get_by_role("button", name="Analyse the loads"))
    expect(page.get_by_role("status").filter(has_text="is being made")).to_be_visible()
    work_off()
    page.reload()

    chart = page.locator("figure svg").first
    expect(chart).to_be_visible()
    assert chart.get_attribute("role") == "img"
    expect(page.locator("main")).to_contain_text("halves in")
    expect(page.locator("main")).to_contain_text("1 of them below the limit of detection")
    # The loads stand in a table as well, for who does not see the drawing.
    press_open(page, "Values as a table")
    table = page.get_by_role("table").filter(has_text="Load per microlitre")
    expect(table.get_by_role("row")).to_have_count(1 + len(COURSE))
    expect(table).to_contain_text("<500")
    fits_both(page)


def press_open(page: Page, summary: str) -> None:
    reach(page, page.locator("summary", has_text=summary))
    page.keyboard.press("Enter")


def test_a_run_over_all_is_followed_cancelled_and_repeated(
    page: Page, log_in: LogIn, treated: list[Person]
) -> None:
    log_in(factories.principal(Role.PATHOLOGIST).name)
    page.goto("/analyses/")
    page.get_by_role("button", name="Analyse everybody's kinetics").click()
    expect(page.locator("main")).to_contain_text(f"0 of {len(treated)} parts are done")
    page.get_by_label("Reason").fill("asked too early")
    page.get_by_role("button", name="Cancel the run").click()
    expect(page.locator("main")).to_contain_text("The run is cancelled")

    page.goto("/analyses/")
    with page.expect_navigation():  # a page on its way out has no width
        page.get_by_role("button", name="Analyse everybody's kinetics").click()
    fits_both(page)
    worked_off(page)  # the page asks how far it is, and says so by itself
    expect(page.locator("main")).to_contain_text(f"{len(treated)} of {len(treated)} parts are done")
    fits_both(page)
    press(page, page.get_by_role("button", name="Do it again with the same inputs"))
    worked_off(page)

    expect(page.locator("main")).to_contain_text("It gave the same, to the bit.")
    fits_both(page)


def test_two_removals_are_compared(page: Page, log_in: LogIn, treated: list[Person]) -> None:
    log_in(factories.principal(Role.PATHOLOGIST).name)
    page.goto("/analyses/trials/")
    press_open(page, "Against another removal")
    page.get_by_role("combobox", name="Against").select_option("CHARCOAL")
    press(page, page.get_by_role("button", name="Compare"))
    worked_off(page)

    main = page.locator("main")
    expect(main).to_contain_text("Load left")
    expect(main.get_by_role("heading", name="Against each other")).to_be_visible()
    expect(main.locator("figure svg").first).to_be_visible()
    named = main.get_by_role("table").first.get_by_role("rowheader")
    expect(named).to_have_count(3)
    fits_both(page)


def test_the_population_is_asked_for_with_a_serial_interval_of_ones_own(
    site: Site, page: Page, log_in: LogIn
) -> None:
    population.outbreak()
    log_in(factories.principal(Role.INFECTION_CONTROL).name)
    page.goto("/analyses/population/")
    page.get_by_role("button", name="Analyse the population").click()
    worked_off(page)
    main = page.locator("main")
    expect(main).to_contain_text("serial interval of 7 ± 3 days")
    expect(main).to_contain_text("The interval is taken as known")
    expect(main.locator("figure svg").first).to_be_visible()
    fits_both(page)
    known = AnalysisRun.objects.filter(kind="EPIDEMIC").latest("pk").parts.get().outcome

    press_open(page, "Growth and reproduction")
    type_in(page, page.get_by_label("Serial interval: mean in days"), "5")
    type_in(page, page.get_by_label("Uncertainty of that mean"), "1.5")
    press(page, page.get_by_role("button", name="Analyse the population"))
    worked_off(page)

    expect(main).to_contain_text("serial interval of 5 ± 3 days")
    expect(main).to_contain_text("Its mean is uncertain by 1.50 days")
    fits_both(page)
    unsure = AnalysisRun.objects.filter(kind="EPIDEMIC").latest("pk").parts.get().outcome
    assert newest_r(unsure) != newest_r(known)


def newest_r(outcome: dict) -> float:
    return float(outcome["reproduction"]["windows"][-1]["mean"])
