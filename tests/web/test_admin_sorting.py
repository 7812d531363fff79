"""A list of the admin is sorted by a column only where all of its rows are on its pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labsys.accounts.roles import EXCLUSIVE, WITHOUT_FORMS, Role
from labsys.lib import admin_lists
from patients.models import Person
from tests import factories
from tests.patients import people

pytestmark = pytest.mark.django_db
PERSONS = "admin:patients_person_changelist"
MRN = "0"  # the number of the column
SORTING = "too many to sort by a column"
BACKEND = "labsys.accounts.backends.PrincipalBackend"


def client_of(*roles: Role) -> Client:
    client = Client()
    client.force_login(factories.principal(*roles).user, backend=BACKEND)
    return client


@pytest.fixture
def three() -> list[Person]:
    return [people.person(family=family) for family in ("Okafor", "Haddad", "Lindqvist")]


def shown(client: Client, order: str, **query: str) -> list[str]:
    """Return the MRNs of the list in their order."""
    answer = client.get(reverse(PERSONS), {"o": order, **query})
    assert answer.status_code == 200
    return [row.mrn for row in answer.context["cl"].result_list]


def test_a_list_whose_rows_are_all_there_is_sorted_by_a_column(three: list[Person]) -> None:
    client = client_of(Role.INFECTION_CONTROL)
    numbers = sorted(one.mrn for one in three)

    assert shown(client, MRN) == numbers
    assert shown(client, f"-{MRN}") == numbers[::-1]
    page = client.get(reverse(PERSONS), {"o": MRN}).content.decode()
    assert 'aria-sort="ascending"' in page
    assert SORTING not in page


def test_a_longer_list_says_so_and_keeps_its_own_order(
    three: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_lists, "COUNT_LIMIT", 2)
    client = client_of(Role.INFECTION_CONTROL)

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse(PERSONS), {"o": MRN})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert SORTING in page
    assert "aria-sort" not in page
    assert 'href="?o=' not in page
    listed = [row.pk for row in answer.context["cl"].result_list]
    assert listed == sorted(listed, reverse=True)
    assert [one["sql"] for one in asked if 'ORDER BY "patients_person"."mrn"' in one["sql"]] == []


def test_a_search_that_finds_few_may_be_sorted(
    three: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_lists, "COUNT_LIMIT", 2)
    other = people.person(family="Okafor", given="Zoe")
    client = client_of(Role.INFECTION_CONTROL)

    found = shown(client, MRN, q="okafor")

    assert found == sorted([three[0].mrn, other.mrn])


def test_who_sees_some_patients_sorts_what_is_near(
    three: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_lists, "NEAR_LIMIT", 2)
    ward = people.ward()
    for one in three:
        people.admitted(one, ward)
    client = Client()
    client.force_login(people.doctor_of(ward).user, backend=BACKEND)

    answer = client.get(reverse(PERSONS), {"o": MRN})

    assert answer.status_code == 200
    assert SORTING in answer.content.decode()


def test_no_list_is_sorted_as_a_whole_whatever_is_asked(
    monkeypatch: pytest.MonkeyPatch, rf: RequestFactory
) -> None:
    """Of each list, by every column and by what is none: longer than its pages, it stays as it is."""
    monkeypatch.setattr(admin_lists, "COUNT_LIMIT", -1)
    monkeypatch.setattr(admin_lists, "NEAR_LIMIT", -1)
    by = factories.principal(*(set(Role) - EXCLUSIVE - WITHOUT_FORMS))

    def order(found: admin.ModelAdmin[Any], **query: str) -> Any:
        request = rf.get("/", query)
        request.user, request.principal = by.user, by
        return found.get_changelist_instance(request).queryset.query.order_by

    for found in admin.site._registry.values():
        wanted = ".".join(["x", "999", "--1", *map(str, range(len(found.list_display)))])
        for asked in (wanted, "0", "-0", "x"):
            assert order(found, o=asked) == order(found), (found, asked)
