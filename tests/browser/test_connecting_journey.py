"""An analyser is connected by filling in forms, tried, and its first value filed: in a real browser."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page, expect

from assays.models import Assay, CodeMapping, EndpointState, Instrument, Result, Specimen
from assays.rules.endpoints import LineState
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.listeners.listening import listening
from tests.browser.conftest import Site
from tests.processes import wait_until

LogIn = Callable[..., None]
SENT = (
    "H|\\^&|||BENCH-1|||||||P|1|20260105100000\nP|1\nO|1|{specimen}||^^^NL\n"
    "R|1|^^^NL|1200|{{nanites}}/uL||N||F||||{at:%Y%m%d%H%M%S}\nL|1|N\n"
)


@dataclass
class Bench:
    """A specimen that waits for two tests, of which one code is mapped later, by a form."""

    specimen: Specimen
    load: Assay
    ratio: Assay
    port: int


@pytest.fixture(scope="module")
def bench(site: Site) -> Iterator[Bench]:
    units = {"NL": {"unit": "{nanites}/uL"}, "NR": {"unit": "{nanites}/10*3{RBCs}"}}
    assays = laboratory.assays(**units)
    specimen = laboratory.specimen(list(assays.values()))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with listening():
        yield Bench(specimen, assays["NL"], assays["NR"], port)


def become(page: Page, context: BrowserContext, log_in: LogIn, *roles: Role) -> Principal:
    """Log out whoever it was, and log in somebody who holds these roles."""
    context.clear_cookies()
    who = factories.principal(*roles)
    log_in(who.name)
    return who


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.locator(".notice-success, .messagelist .success").first).to_be_visible()


def connect(page: Page, bench: Bench) -> Instrument:
    """Register an analyser and its port, in two forms."""
    page.goto("/admin/assays/instrument/add/")
    page.get_by_label("Code", exact=True).fill("bench-chem")
    page.get_by_label("Name", exact=True).fill("Bench chemistry")
    page.get_by_label("Protocol").select_option("ASTM")
    page.get_by_label("Driver").select_option("lis2a2")
    page.get_by_label("Address ranges").fill("the bench")
    page.get_by_label("Time zone").fill("UTC")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    # What cannot be is said beside its field, and nothing that was typed is lost.
    expect(page.locator(".errorlist").first).to_contain_text("is not a range of addresses")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Bench chemistry")
    page.get_by_label("Address ranges").fill("127.0.0.0/8")
    save(page)
    made = Instrument.objects.get(code="bench-chem")
    page.goto(f"/admin/assays/instrument/{made.pk}/change/")
    page.get_by_role("link", name="Add a connection").press("Enter")
    expect(page.get_by_label("Instrument")).to_have_value(str(made.pk))
    page.get_by_label("Way").select_option("SERVER")
    page.get_by_label("Port", exact=True).fill(str(bench.port))
    save(page)
    return made


def send(bench: Bench) -> None:
    """Have the simulator send over the port that was filled in, once the listener has opened it."""
    is_open = EndpointState.objects.filter(state=LineState.LISTENING, endpoint__port=bench.port)
    wait_until(is_open.exists, seconds=30, what="the port that was filled in")
    call_command(
        "simulate_instrument",
        *("--dialect", "astm", "--kind", "nanite", "--port", str(bench.port)),
        *("--specimen", bench.specimen.accession, "--controls", "0", "--rate", "1000"),
        stdout=StringIO(),
    )
    work_off()


def map_code(page: Page, bench: Bench) -> None:
    """Follow a held value to the form of its mapping, and draft it."""
    page.goto("/held/")
    page.get_by_role("link", name="Draft a mapping of NR").press("Enter")
    expect(page.get_by_label("Code", exact=True)).to_have_value("NR")
    page.get_by_label("Assay").select_option(str(bench.ratio.pk))
    save(page)


def approve(page: Page, mapping: CodeMapping) -> None:
    for move in ("Approve", "Bring into force"):
        page.goto(f"/admin/assays/codemapping/{mapping.pk}/change/")
        page.get_by_role("link", name=move).press("Enter")
        page.get_by_role("button", name=move).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("NR")
    work_off()


def test_an_analyser_is_connected_tried_mapped_and_its_values_are_filed(
    page: Page, context: BrowserContext, log_in: LogIn, bench: Bench
) -> None:
    become(page, context, log_in, Role.ADMINISTRATOR)
    instrument = connect(page, bench)
    laboratory.map_code(instrument, "NL", bench.load)

    become(page, context, log_in, Role.TECHNOLOGIST)
    page.goto(f"/instruments/try/?instrument={instrument.pk}")
    sent = SENT.format(specimen=bench.specimen.accession, at=database_now())
    page.get_by_label("Message", exact=True).fill(sent)
    page.get_by_role("button", name="Try it").press("Enter")
    expect(page.get_by_role("row", name=bench.specimen.accession)).to_contain_text("recorded")
    assert not Result.objects.exists()

    send(bench)
    page.goto("/instruments/")
    page.get_by_role("link", name="1 held value of Bench chemistry").press("Enter")
    expect(page.locator("tbody")).to_contain_text("code not mapped")

    become(page, context, log_in, Role.QUALITY_MANAGER)
    map_code(page, bench)
    become(page, context, log_in, Role.PATHOLOGIST)
    approve(page, CodeMapping.objects.get(code="NR"))

    page.goto("/transmissions/")
    page.get_by_label("Specimen, control id or message number").fill(bench.specimen.accession)
    page.keyboard.press("Enter")
    page.locator("tbody th a").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("filed")
    values = page.get_by_role("group", name="What became of it")
    expect(values.locator("td > .pill", has_text="recorded")).to_have_count(2)
    results = Result.objects.filter(specimen=bench.specimen)
    assert {one.analyte.code for one in results} == {"nl", "nr"}
