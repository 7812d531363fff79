"""axe-core finds nothing serious on any page, for whoever may open it, in light and in the dark.

The addresses are those of the code (tests/architecture/routes.py): a new page is walked by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from playwright.sync_api import Browser, BrowserContext, Error, Page

from labsys.accounts.roles import EXCLUSIVE, Role
from labsys.lib import navigation, policy
from tests.architecture.routes import NOBODY, ONWARD, Route, discover, holders
from tests.architecture.world import QUERIES
from tests.browser import accessible
from tests.browser.conftest import Site
from tests.browser.scene import Scene
from tests.factories import PASSWORD

# Whoever works in the hospital, as one person who sees every button; and those of one role alone.
STAFF = frozenset(Role) - EXCLUSIVE - {Role.PARTICIPANT}
ALONE = (Role.ADMINISTRATOR, Role.AUDITOR, Role.PARTICIPANT)
NO_PAGE = re.compile(
    r"\.(pdf|csv|json|ics)$|/export/$|/bytes$|/(picture|thumbnail|original)/$|^/api/(schema|v1)|/jsi18n/"
    r"|^/(alerts|criticals|instruments)/table/$|/progress/$|/part/$|^/council-reports/[^/]+/document$|^/(healthz|readyz|theme|language|logout)$"
)
FORMS = ("/orders/new/", "/persons/new", "/nonconformities/new/", "/admin/patients/exposure/add/")


@pytest.fixture(scope="module")
def scene(site: Site) -> Scene:
    return Scene()


class Visit:
    """Pages opened one after the other by somebody, and what was wrong with them."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.seen: set[str] = set()

    def stranger(self) -> Page:
        """Return a page of somebody who is not logged in."""
        context = self.browser.new_context(
            base_url=self.site.url, viewport=accessible.LAPTOP, locale="en-GB", color_scheme="light"
        )
        accessible.prepare(context)
        self.contexts.append(context)
        return context.new_page()

    def log_in(self, scene: Scene, *roles: Role) -> Page:
        page = self.stranger()
        page.goto("/")
        page.get_by_label("Username").fill(scene.principal(frozenset(roles)).name)
        page.get_by_label("Password").fill(PASSWORD)
        with page.expect_navigation():
            page.get_by_role("button", name="Log in").click()
        return page

    def open(self, page: Page, who: str, address: str, **seen: bool) -> None:
        """Open an address and note what is serious there; a page seen already is left out."""
        status = self._status(page, address)
        if status == 405:  # takes forms alone
            return
        if status in (403, 404) or status >= 500:
            self.faults.append(f"{address} as {who}: answered {status}")
        if page.url not in self.seen:
            self.seen.add(page.url)
            self.look(page, who, **seen)

    def look(self, page: Page, who: str, **seen: bool) -> None:
        """Note what is serious on the page as it stands open."""
        for fault in accessible.faults(page, **seen):
            self.faults.append(f"{page.url.removeprefix(self.site.url)} as {who}: {fault}")

    def _status(self, page: Page, address: str) -> int:
        try:
            answer = page.goto(address)
        except Error:  # a file: the page that stood open stays
            return page.request.get(address).status
        return answer.status if answer is not None else 200


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    found = Visit(browser, site)
    yield found
    for context in found.contexts:
        context.close()
    assert found.faults == [], "\n" + "\n".join(found.faults)


def address_of(scene: Scene, route: Route) -> str:
    values = dict(route.fixed)
    for name in route.parameters:
        if name not in values:
            values[name] = scene.value_of(name, scene.near, route.model)
    query = QUERIES.get(route.shown, lambda world, person: "")(scene, scene.near)
    return route.address(values) + query


def routes_of(roles: frozenset[Role], opened: set[str]) -> Iterator[Route]:
    """Every page that one of these roles may open and nobody opened before."""
    for route in discover():
        if route.method != "GET" or route.needs in (NOBODY, ONWARD) or route.shown in opened:
            continue
        if not NO_PAGE.search(route.shown) and roles & set(holders(route)):
            opened.add(route.shown)
            yield route


def asked_before(route: Route, forms: set[object]) -> bool:
    """Return whether this is a move of the admin that asks what another one asked."""
    if not route.fixed or route.model is None:
        return False
    moves = {move.name: move.form for move in admin.site._registry[route.model].moves}
    form = moves.get(dict(route.fixed).get("move", ""))
    known = form is None or form in forms
    forms.add(form)
    return known


def test_axe_finds_nothing_serious_on_any_page(scene: Scene, visit: Visit) -> None:
    opened: set[str] = set()
    forms: set[object] = set()
    for roles in (STAFF, *(frozenset({role}) for role in ALONE)):
        who = "staff" if roles == STAFF else next(iter(roles)).value
        page = visit.log_in(scene, *roles)
        for route in routes_of(roles, opened):
            if not asked_before(route, forms):
                in_admin = route.shown.startswith("/admin/")
                is_record = in_admin and "object_id" in route.parameters
                address = address_of(scene, route)
                visit.open(page, who, address, looks=not in_admin, colours=not is_record)
    assert len(visit.seen) > 300


def test_what_the_menu_leads_to_is_as_good_with_its_filters(scene: Scene, visit: Visit) -> None:
    page = visit.log_in(scene, *STAFF)

    for entry in navigation.registered():
        if entry.query and policy.can(scene.principal(STAFF), entry.permission):
            visit.open(page, "staff", entry.url)
    visit.open(page, "staff", f"/entry/?scan={scene.waiting.accession}")
    visit.open(page, "staff", "/controls/{}/{}/".format(*scene.controls.pair))
    for menu in ("nav.menus summary", ".menu-account summary"):
        page.goto("/")
        page.locator(menu).first.click()
        visit.look(page, "staff with an open menu")


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.TECHNOLOGIST], ids=lambda role: role.value)
def test_who_sees_less_has_pages_as_good(scene: Scene, visit: Visit, role: Role) -> None:
    page = visit.log_in(scene, role)

    visit.open(page, role.value, "/")
    visit.open(page, role.value, f"/persons/{scene.near.uid}/results/")
    visit.open(page, role.value, f"/orders/{scene.bench.order.pk}/")
    visit.open(page, role.value, f"/results/{scene.critical.pk}/")
    visit.open(page, role.value, f"/reports/{scene.bench.report.pk}/")


def test_a_refused_form_says_so_to_everybody(scene: Scene, visit: Visit) -> None:
    page = visit.log_in(scene, *STAFF)

    for route in discover():
        if route.shown in FORMS and route.method == "GET":
            page.goto(address_of(scene, route))
            with page.expect_navigation():
                page.locator("main form[method=post] button:not([name=_addanother])").last.click()
            assert page.locator(".errorlist, .notice-error").count() > 0, route.shown
            visit.look(page, "staff after a refusal")


def test_pages_of_strangers_and_of_failures(scene: Scene, visit: Visit) -> None:
    page = visit.stranger()
    page.goto("/")
    visit.look(page, "a stranger")
    page = visit.log_in(scene, Role.GATE_OFFICER)

    for address in ("/no-such-page", "/worklist/"):
        page.goto(address)
        visit.look(page, "gate officer")
