"""Entering a hospital's wording in the admin: lines typed, refusals beside their field, two persons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import QuestionnaireText
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.admin.test_forms import split
from tests.consent.wordings import draft
from tests.factories import principal

pytestmark = pytest.mark.django_db
ADD = "admin:consent_questionnairetext_add"


def given(**more: str) -> dict[str, str]:
    return {
        "name": "WHO-5",
        "language": "fr",
        "title": "WHO-5 of this hospital",
        "instruction": "",
        "items": "1. one\n2. two\n3. three\n4. four\n5. five",
        "options": "\n".join(f"{value} word {value}" for value in range(6)),
        "licence": "Licence no. 7 of an invented publisher.",
        **split(database_now() + timedelta(minutes=5), "effective_from"),
        **more,
    }


def move(client, text, name: str):
    return client.post(reverse("admin:consent_questionnairetext_move", args=[text.pk, name]))


def test_a_psychologist_enters_a_text_and_another_approves_it() -> None:
    author, other = client_of(Role.PSYCHOLOGIST), client_of(Role.PSYCHOLOGIST)

    answer = author.post(reverse(ADD), given())
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    text = QuestionnaireText.objects.get()
    own, approved = move(author, text, "approve"), move(other, text, "approve")

    assert (own.status_code, approved.status_code) == (422, 302)
    assert text.items == ["one", "two", "three", "four", "five"]
    assert text.options[4] == [[value, f"word {value}"] for value in range(6)]
    page = other.get(reverse("admin:consent_questionnairetext_change", args=[text.pk]))
    assert "three<br>0 word 0" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("items", "one\ntwo", "has 5 items, not 2"),
        ("items", "", "required"),
        ("options", "0 only", "every answer"),
        ("options", "never", "begin with the answer"),
        ("language", "zz", "by its code"),
        ("licence", " ", "required"),
        ("name", "WHO-6", "valid choice"),
        ("name", "", "required"),
    ],
)
def test_what_does_not_fit_is_an_error_of_its_field(field, value, said) -> None:
    answer = client_of(Role.PSYCHOLOGIST).post(reverse(ADD), given(**{field: value}))

    assert said in str(answer.context["adminform"].form.errors[field])
    assert not QuestionnaireText.objects.exists()


def test_others_enter_none() -> None:
    for role in (Role.QUALITY_MANAGER, Role.EXAMINING_PHYSICIAN, Role.SCREENING_OFFICER):
        assert client_of(role).post(reverse(ADD), given()).status_code in (302, 403)
    assert not QuestionnaireText.objects.exists()


def test_the_list_asks_as_many_questions_however_long_it_is() -> None:
    author, client = principal(Role.PSYCHOLOGIST), client_of(Role.PSYCHOLOGIST)
    address = reverse("admin:consent_questionnairetext_changelist")
    client.get(address)
    asked = []
    for more in (2, 6):
        for _each in range(more):
            draft(author)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1]
