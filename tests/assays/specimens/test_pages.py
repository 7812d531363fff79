"""Collecting and receiving in the browser, by keyboard: scan, enter, next."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.actions import orders
from assays.models import Specimen
from assays.queries import specimens as queries
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories, laboratory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def doctor():
    return factories.principal(Role.PATHOLOGIST, name="doctor")


@pytest.fixture
def phlebotomist():
    return factories.principal(Role.PHLEBOTOMIST, name="phlebotomist")


@pytest.fixture
def technologist():
    return factories.principal(Role.TECHNOLOGIST, name="technologist")


def browser(principal) -> Client:
    client = Client()
    client.force_login(principal.user)
    return client


def bedside(order, **changes) -> dict:
    person = order.person
    return {
        "WRISTBAND": person.mrn,
        "BIRTH_DATE": person.birth_date.isoformat(),
        "collected_at": f"{database_now():%Y-%m-%dT%H:%M}",
        "specimens": list(order.specimens.values_list("pk", flat=True)),
        **changes,
    }


def test_the_list_has_the_most_urgent_first(doctor, phlebotomist) -> None:
    later = laboratory.order("TSH", by=doctor).specimens.get()
    stat = laboratory.order("TSH", by=doctor, priority=0).specimens.get()

    page = browser(phlebotomist).get(reverse("specimen-collect")).content.decode()

    assert page.index(stat.accession) < page.index(later.accession)


def test_a_held_order_is_not_collected(doctor, phlebotomist) -> None:
    order = laboratory.order("TSH", by=doctor)
    orders.hold(order=order, by=doctor, at=database_now(), reason="Patient is away.")

    page = browser(phlebotomist).get(reverse("specimen-collect")).content.decode()

    assert order.specimens.get().accession not in page


def test_every_tube_of_an_order_is_collected_after_one_check(doctor, phlebotomist) -> None:
    order = laboratory.order("CBC CMP", by=doctor)
    where = reverse("specimen-collect-order", args=[order.pk])

    answer = browser(phlebotomist).post(where, bedside(order))

    assert answer.status_code == 302
    assert set(order.specimens.values_list("status", flat=True)) == {"COLLECTED"}


def test_an_unticked_tube_stays_on_the_list(doctor, phlebotomist) -> None:
    order = laboratory.order("CBC CMP", by=doctor)
    first, second = order.specimens.order_by("id")
    where = reverse("specimen-collect-order", args=[order.pk])

    browser(phlebotomist).post(where, bedside(order, specimens=[first.pk]))

    assert Specimen.objects.get(pk=second.pk).status == "EXPECTED"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"WRISTBAND": "nobody"}, "Do not collect"),
        ({"BIRTH_DATE": ""}, "at least two different identifiers"),
        ({"BIRTH_DATE": "32 May"}, "Enter a valid date"),
        ({"specimens": []}, "This field is required"),
        ({"specimens": ["999999999"]}, "Select a valid choice"),
        ({"collected_at": "2099-01-01T00:00"}, "lies in the future"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_drawn(
    doctor, phlebotomist, changes, says
) -> None:
    order = laboratory.order("TSH", by=doctor)
    where = reverse("specimen-collect-order", args=[order.pk])

    answer = browser(phlebotomist).post(where, bedside(order, **changes))

    assert answer.status_code in (409, 422)
    assert says in answer.content.decode()
    assert order.specimens.get().status == "EXPECTED"


def test_the_bedside_page_does_not_give_the_answers_away(doctor, phlebotomist) -> None:
    order = laboratory.order("TSH", by=doctor)
    where = reverse("specimen-collect-order", args=[order.pk])

    page = browser(phlebotomist).get(where).content.decode()

    assert order.person.mrn not in page
    assert "1990" not in page


def test_a_scan_receives_and_the_field_waits_for_the_next(doctor, technologist) -> None:
    specimen = laboratory.order("TSH", by=doctor).specimens.get()
    laboratory.collect(specimen, by=technologist)
    client, where = browser(technologist), reverse("specimen-receive")

    page = client.post(where, {"scan": specimen.accession}, follow=True).content.decode()

    specimen.refresh_from_db()
    assert specimen.status == "RECEIVED"
    assert f"{specimen.accession} is received" in page
    assert "autofocus" in page


def test_a_batch_says_of_each_number_what_became_of_it(doctor, technologist) -> None:
    good = laboratory.order("TSH", by=doctor).specimens.get()
    laboratory.collect(good, by=technologist)
    uncollected = laboratory.order("CBC", by=doctor).specimens.get()
    scans = f"{good.accession}\n{uncollected.accession}\n<b>12</b>"

    answer = browser(technologist).post(reverse("specimen-receive"), {"scans": scans})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "is not recorded as collected" in page
    assert "<b>12</b>" not in page
    good.refresh_from_db()
    assert good.status == "RECEIVED"


@pytest.mark.parametrize("data", [{}, {"scan": "  "}, {"scans": "1 " * 201}])
def test_no_scan_or_too_many_is_refused(technologist, data) -> None:
    assert browser(technologist).post(reverse("specimen-receive"), data).status_code == 422


def test_a_remark_that_is_too_long_is_said_beside_it_and_everything_typed_is_kept(
    technologist,
) -> None:
    data = {"scan": "1234567890", "scans": "11\n12", "conditions": "HEM", "remark": "r" * 501}

    answer = browser(technologist).post(reverse("specimen-receive"), data)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "at most 500 characters" in page
    assert "Scan one label" not in page
    for kept in ('value="1234567890"', "11\n12", 'value="HEM" checked', "r" * 501):
        assert kept in page
    empty = browser(technologist).post(reverse("specimen-receive"), {"remark": "Cold."})
    assert empty.status_code == 422
    assert "Scan one label" in empty.content.decode()


@pytest.mark.parametrize("name", ["specimen-collect", "specimen-receive"])
def test_a_list_costs_the_same_for_one_row_and_for_ten(doctor, technologist, name: str) -> None:
    client, counts = browser(technologist), []
    client.get(reverse(name))
    for more in (1, 9):
        for _one in range(more):
            order = laboratory.order("CBC", by=doctor)
            if name == "specimen-receive":
                laboratory.collect(order.specimens.get(), by=technologist)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse(name))
        counts.append(len(found))

    assert counts[0] == counts[1]


def test_pages_follow_each_other_without_gap_or_repetition(
    doctor, technologist, monkeypatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    for priority in (3, 0, 2, 3, 0, 1, 3):
        laboratory.order("TSH", by=doctor, priority=priority)

    seen, after = [], None
    while True:
        page = queries.to_collect(technologist, after=after)
        seen += [(specimen.priority, specimen.pk) for specimen in page.specimens]
        after = page.after
        if after is None:
            break

    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize("after", ["x", "1-", "-1", "9" * 30 + "-1", "1-" + "9" * 30, "²-1"])
def test_a_cursor_that_is_none_starts_at_the_beginning(technologist, after: str) -> None:
    answer = browser(technologist).get(reverse("specimen-collect"), {"after": after})

    assert answer.status_code == 200
