"""The entry grid: whose specimens it shows, in which order, and to whom."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from assays.models import Result
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from tests import factories
from tests.assays import laboratory
from tests.assays.recording.gridded import GRID, page, typed
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def test_the_first_page_says_which_sections_have_something_to_type(assays, client) -> None:
    laboratory.specimen([assays["HGB"]], priority=0)
    laboratory.specimen([assays["HGB"]])

    text = client.get(GRID).content.decode()

    assert "?section=CBC" in text
    assert re.search(r'CBC</th><td class="num">2</td>\s*<td class="num">.*?1', text, re.DOTALL)


def test_the_grid_shows_whose_specimens_they_are_stat_first(assays, client) -> None:
    routine = laboratory.specimen([assays["HGB"]])
    urgent = laboratory.specimen(list(assays.values()), priority=0)

    answer = client.get(GRID, {"section": "CBC"})

    text = answer.content.decode()
    assert text.index(urgent.accession) < text.index(routine.accession)
    for specimen in (routine, urgent):
        assert specimen.person.mrn in text
        assert f'name="v-{specimen.pk}-{assays["HGB"].pk}"' in text
    assert "4 May 1990" in text
    assert f'name="v-{routine.pk}-{assays["WBC"].pk}"' not in text, "not ordered, so no cell"
    assert "10 – 20" in text
    assert "0.5 – 100" in text
    assert "×10³/µL" in text, "units are shown as they are printed"
    assert ReadEvent.objects.filter(purpose="enter").count() == 2


@pytest.mark.parametrize(
    ("status", "item_status", "order_status"),
    [
        ("COLLECTED", "ORDERED", "ACTIVE"),
        ("EXPECTED", "ORDERED", "ACTIVE"),
        ("DISPOSED", "ORDERED", "ACTIVE"),
        ("RECEIVED", "CANCELLED", "ACTIVE"),
        ("RECEIVED", "COMPLETED", "COMPLETED"),
        ("RECEIVED", "HELD", "ACTIVE"),
        ("RECEIVED", "ORDERED", "ON_HOLD"),
    ],
)
def test_what_takes_no_value_is_not_listed(
    assays, client, status, item_status, order_status
) -> None:
    specimen = laboratory.specimen(
        [assays["HGB"]], status=status, item_status=item_status, order_status=order_status
    )

    text = client.get(GRID, {"all": "1"}).content.decode()

    assert specimen.accession not in text


def test_scanned_specimens_are_shown_in_the_order_of_their_scans(assays, client) -> None:
    one, two = laboratory.specimen([assays["HGB"]]), laboratory.specimen([assays["HGB"]])

    text = client.get(GRID, {"scan": [two.accession, one.accession]}).content.decode()

    assert text.index(two.accession) < text.index(one.accession)


def test_a_scan_into_an_open_page_keeps_what_was_typed(assays, client) -> None:
    one, two = laboratory.specimen([assays["HGB"]]), laboratory.specimen([assays["HGB"]])
    sent = page(one, move="add", scan=two.accession) | typed(one, assays["HGB"], "13.")

    text = client.post(GRID, sent).content.decode()

    assert two.accession in text
    assert 'value="13."' in text
    assert not Result.objects.exists()


@pytest.mark.parametrize("scan", ["2600000000", "x", "'", "\x00", "9" * 900, "٣٤٥"])
def test_a_number_that_names_nothing_is_said_and_left_out(assays, client, scan) -> None:
    one = laboratory.specimen([assays["HGB"]])

    answer = client.post(GRID, page(one, move="add", scan=scan))

    assert answer.status_code == 200
    assert one.accession in answer.content.decode()


def test_what_is_recorded_is_shown_read_only_with_its_count(assays, client) -> None:
    one = laboratory.specimen(list(assays.values()))
    client.post(GRID, page(one) | typed(one, assays["HGB"], "13.2"))

    shown = client.get(GRID, {"section": "CBC"}).content.decode()

    assert ">13.2<" in shown
    assert "1 value" in shown
    assert f'name="v-{one.pk}-{assays["HGB"].pk}"' not in shown
    assert f'name="v-{one.pk}-{assays["WBC"].pk}"' in shown


@pytest.mark.parametrize("role", [Role.NURSE, Role.PHLEBOTOMIST, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_may_not_enter_results_sees_no_grid(assays, role) -> None:
    one = laboratory.specimen([assays["HGB"]])
    client = client_of(factories.principal(role))

    assert client.get(GRID).status_code == 403
    assert client.post(GRID, page(one) | typed(one, assays["HGB"], "13")).status_code == 403
    assert not Result.objects.exists()


def test_pages_follow_each_other_until_all_specimens_were_shown(
    assays, client, monkeypatch
) -> None:
    monkeypatch.setattr("assays.queries.entry.LISTED_ROWS", 2)
    specimens = [laboratory.specimen([assays["HGB"]], priority=n % 2 * 3) for n in range(5)]
    seen, address = [], GRID + "?section=CBC"

    while address:
        text = client.get(address).content.decode()
        seen += re.findall(r'name="row" value="(\d+):', text)
        found = re.search(r'href="(\?[^"]*after=[^"]*)"', text)
        address = GRID + found.group(1).replace("&amp;", "&") if found else ""

    assert sorted(map(int, seen)) == sorted(one.pk for one in specimens)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("after", ["x", "1-", "-1", "9" * 40 + "-1", "\x00"])
def test_an_address_that_was_tampered_with_shows_the_first_page(assays, client, after) -> None:
    one = laboratory.specimen([assays["HGB"]])

    answer = client.get(GRID, {"section": "CBC", "after": after, "panel": after, "saved": after})

    assert answer.status_code == 200
    assert one.accession in answer.content.decode() or after == "1-"


def counted(client, django_assert_max_num_queries, most: int) -> int:
    with django_assert_max_num_queries(most) as context:
        client.get(GRID, {"section": "CBC"})
    return len(context)


def test_the_grid_costs_the_same_however_many_specimens_it_shows(
    assays, client, django_assert_max_num_queries
) -> None:
    laboratory.specimen(list(assays.values()))
    client.get(GRID, {"section": "CBC"})
    few = counted(client, django_assert_max_num_queries, 40)
    for _number in range(6):
        laboratory.specimen(list(assays.values()))

    many = counted(client, django_assert_max_num_queries, 40)

    assert many == few


def test_the_menu_leads_to_the_grid(assays, client) -> None:
    assert f'href="{reverse("entry")}"' in client.get("/").content.decode()
