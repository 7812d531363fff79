"""The API is written down: for programs as OpenAPI without a warning, for people on a page."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from assays.instruments import structured
from assays.models import Result
from labsys.accounts.roles import Role
from labsys.web import interface
from tests import factories

pytestmark = pytest.mark.django_db
BACKEND = "labsys.accounts.backends.PrincipalBackend"


@pytest.fixture
def client() -> Client:
    made = Client()
    made.force_login(factories.principal(Role.TECHNOLOGIST).user, backend=BACKEND)
    return made


def test_the_interface_is_valid_openapi_without_a_warning() -> None:
    said = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=said)

    assert "/api/v1/results" in said.getvalue()


def test_programs_read_it_as_json(client) -> None:
    answer = client.get("/api/schema/")

    assert answer.status_code == 200
    assert "post" in answer.json()["paths"]["/api/v1/results"]
    assert set(answer.json()["components"]["securitySchemes"]) == {"instrumentKey", "session"}


def test_nobody_reads_it_unknown() -> None:
    assert Client().get("/api/schema/").status_code == 401
    assert Client().get("/api/").status_code == 302


def test_people_read_every_operation_on_a_page_without_script_or_style(client) -> None:
    text = client.get("/api/").content.decode()

    for path in interface.schema()["paths"]:
        assert path in text
    assert "results[].observed_at" in text
    assert "<style" not in text
    assert " style=" not in text
    assert "Idempotency-Key" in text


def test_the_example_of_a_message_is_one_that_is_taken() -> None:
    operation = interface.schema()["paths"]["/api/v1/results"]["post"]
    (example,) = operation["requestBody"]["content"]["application/json"]["examples"].values()

    entries, faults = structured.read_message(example["value"])

    assert faults == []
    assert len(entries) == 2
    assert not Result.objects.exists()
