"""Every error is a page that says what happened, or a problem document for a machine."""

from __future__ import annotations

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.http import require_POST

from labsys.accounts.roles import Role
from labsys.lib.errors import Conflict
from labsys.web import urls
from tests.clients import client_of

pytestmark = pytest.mark.django_db

ERRORS = {
    "conflict": Conflict("Result 7 was released meanwhile; load the page again."),
    "suspicious": SuspiciousOperation("secret detail"),
    "bug": ZeroDivisionError("secret detail"),
    "away": OperationalError("secret detail"),
}


def fail(request: HttpRequest, kind: str) -> HttpResponse:
    raise ERRORS[kind]


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


urlpatterns = [
    path("fail/<kind>", fail),
    path("api/form", take),
    path("api/fail/<kind>", fail),
    *urls.urlpatterns,
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture
def client() -> Client:
    client = client_of(Role.NURSE)
    client.raise_request_exception = False
    return client


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("conflict", 409, "Result 7 was released meanwhile"),
        ("suspicious", 400, "The request cannot be read"),
        ("bug", 500, "either recorded completely or not at all"),
        ("away", 503, "The database does not answer"),
    ],
)
def test_an_error_becomes_a_page_or_a_document(
    client: Client, kind: str, status: int, says: str
) -> None:
    page = client.get(f"/fail/{kind}")
    document = client.get(f"/api/fail/{kind}")

    assert page.status_code == document.status_code == status
    assert says in page.content.decode()
    assert "secret detail" not in page.content.decode() + document.content.decode()
    assert document.headers["Content-Type"] == "application/problem+json"
    assert says in document.json()["detail"]


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("kind", ["bug", "away"])
def test_the_page_of_a_failure_asks_nothing_of_the_database(
    client: Client, kind: str, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = client.get(f"/fail/{kind}")

    assert answer.status_code >= 500


def test_an_address_that_does_not_exist_is_a_page(client: Client) -> None:
    answer = client.get("/no-such-page")

    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_a_form_without_proof_of_origin_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/theme", {"theme": "dark"})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_an_address_that_takes_forms_alone_says_so_when_it_is_opened(client: Client) -> None:
    page = client.get("/logout")
    document = client.get("/api/form")

    for refused in (page, document):
        assert (refused.status_code, refused["Allow"]) == (405, "POST")
        assert "Nothing was done: this address takes POST" in refused.content.decode()
    assert "<h1" in page.content.decode()
    assert document.headers["Content-Type"] == "application/problem+json"
