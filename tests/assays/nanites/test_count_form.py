"""Typing a count in the admin, and reading what was calculated from it."""

from __future__ import annotations

import pytest
from django.test import Client

from assays.models import NaniteCount, Result, Signature
from labsys.accounts.roles import Role
from tests import factories
from tests.assays import laboratory as moments
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.nanites.test_nanites import pass_through, specimen

pytestmark = pytest.mark.django_db
BACKEND = "labsys.accounts.backends.PrincipalBackend"
ADD = "/admin/assays/nanitecount/add/"
__all__ = ["specimen"]


@pytest.fixture
def client() -> Client:
    made = Client()
    made.force_login(factories.principal(Role.TECHNOLOGIST).user, backend=BACKEND)
    return made


def sent(specimen, **more: str) -> dict[str, str]:
    now = moments.database_now()
    return {
        "accession": specimen.accession,
        "observed_at_0": now.strftime("%Y-%m-%d"),
        "observed_at_1": now.strftime("%H:%M:%S"),
        "method": "film",
        "fields_counted": "210 2\n195 0\n\n220, 3",
        "comment": "",
        **more,
    }


def test_the_form_is_filled_in_as_far_as_possible(client, specimen) -> None:
    page = client.get(ADD, {"accession": specimen.accession})

    assert page.status_code == 200
    assert specimen.accession in page.content.decode()


def test_a_typed_count_is_recorded_and_shown_with_its_limits(client, specimen) -> None:
    answer = client.post(ADD, sent(specimen))
    assert answer.status_code == 302, answer.content.decode()
    work_off()

    made = NaniteCount.objects.get()
    text = client.get(f"/admin/assays/nanitecount/{made.pk}/change/").content.decode()

    assert [(one.red_cells, one.nanites) for one in made.fields.all()] == [
        (210, 2),
        (195, 0),
        (220, 3),
    ]
    assert "8.00" in text
    assert "3 fields, 625 red cells, 5 nanites" in text
    assert "95 %" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fields_counted": ""}, "required"),
        ({"fields_counted": "210"}, "Line 1"),
        ({"fields_counted": "210 2\n***"}, "Line 2"),
        ({"fields_counted": "210 2.5"}, "Line 1"),
        ({"fields_counted": "0 0"}, "1 to 100000 red cells"),
        ({"fields_counted": "9999999 1"}, "too large"),
        ({"fields_counted": "٢١٠ 2"}, "Line 1"),
        ({"accession": "2600000000"}, "no such specimen"),
        ({"method": ""}, "required"),
        ({"observed_at_0": "2126-01-01"}, "future"),
        ({"observed_at_0": "soon"}, "valid date"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(client, specimen, change, said) -> None:
    answer = client.post(ADD, sent(specimen, **change))

    assert answer.status_code in (200, 422)
    assert said in answer.content.decode()
    assert not NaniteCount.objects.exists()


def test_a_count_is_corrected_by_a_button(client, specimen) -> None:
    client.post(ADD, sent(specimen))
    work_off()
    first = NaniteCount.objects.get()

    answer = client.post(
        f"/admin/assays/nanitecount/{first.pk}/move/correct/",
        {"fields_counted": "210 4\n195 2", "comment": "a field was missed"},
    )
    work_off()

    assert answer.status_code == 302
    second = NaniteCount.objects.get(corrects=first)
    assert second.comment == "a field was missed"
    assert Result.objects.filter(corrects__isnull=False).count() == 1


def test_the_button_asks_for_the_password_once_a_value_is_released(client, specimen) -> None:
    client.post(ADD, sent(specimen))
    work_off()
    pass_through(Result.objects.get())
    first = NaniteCount.objects.get()
    address = f"/admin/assays/nanitecount/{first.pk}/move/correct/"
    doctor = Client()
    doctor.force_login(factories.principal(Role.PATHOLOGIST).user, backend=BACKEND)
    given = {"fields_counted": "210 4\n195 2", "comment": "a field was missed"}

    asked = doctor.get(address).content.decode()
    without = doctor.post(address, given)
    wrong = doctor.post(address, {**given, "password": "a guess of somebody else"})
    not_theirs = client.post(address, {**given, "password": factories.PASSWORD})
    assert NaniteCount.objects.count() == 1
    signed = doctor.post(address, {**given, "password": factories.PASSWORD})

    assert "Your password" in asked
    assert [one.status_code for one in (without, wrong, not_theirs)] == [422, 422, 422]
    assert "210 4" in wrong.content.decode()
    assert signed.status_code == 302
    assert Signature.objects.filter(meaning="CORRECTED").count() == 1


def test_who_may_not_enter_results_may_not_count(specimen) -> None:
    client = Client()
    client.force_login(factories.principal(Role.NURSE).user, backend=BACKEND)

    assert client.get(ADD).status_code == 403
    assert client.post(ADD, sent(specimen)).status_code == 403
