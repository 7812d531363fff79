"""Wordings entered over the interface: drafted by one psychologist, approved by another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent.models import QuestionnaireText
from consent.queries.questionnaire_texts import wordings_at
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.calls import counted, get, is_problem, post
from tests.clients import client_of
from tests.factories import principal

pytestmark = pytest.mark.django_db
TEXTS = "/api/v1/questionnaire-texts"


def body(**changes: object) -> dict[str, object]:
    words = [[value, f"Invented {value}"] for value in range(6)]
    return {
        "name": "WHO-5",
        "language": "en",
        "title": "Invented title",
        "items": [f"Invented item {number}" for number in range(1, 6)],
        "options": [words] * 5,
        "licence": "Invented licence",
        "effective_from": (database_now() + timedelta(seconds=1)).isoformat(),
        **changes,
    }


def test_a_wording_is_drafted_listed_approved_and_asked() -> None:
    author, other = principal(Role.PSYCHOLOGIST), principal(Role.PSYCHOLOGIST)

    made = post(author, TEXTS, body())
    number = made.json()["id"]
    alone = post(author, f"{TEXTS}/{number}/approve")
    approved = post(other, f"{TEXTS}/{number}/approve")
    listed = get(author, TEXTS, name="WHO-5").json()["questionnaire_texts"]

    assert (made.status_code, approved.status_code) == (201, 200), made.content
    assert is_problem(alone, 403)
    assert approved.json()["approved_by"] == other.name
    assert [(one["id"], one["items"][4]) for one in listed] == [(number, "Invented item 5")]
    later = database_now() + timedelta(seconds=2)
    assert wordings_at(later, language="en")["WHO-5"].title == "Invented title"


def test_a_draft_is_discarded_and_never_approved() -> None:
    author, other = principal(Role.PSYCHOLOGIST), principal(Role.PSYCHOLOGIST)
    number = post(author, TEXTS, body()).json()["id"]

    gone = post(author, f"{TEXTS}/{number}/discard")

    assert (gone.status_code, gone.json()["discarded_at"] is None) == (200, False)
    assert is_problem(post(other, f"{TEXTS}/{number}/approve"), 409)


def test_a_draft_that_is_sent_again_is_drafted_once() -> None:
    client, said = client_of(principal(Role.PSYCHOLOGIST)), body()
    key = {"HTTP_IDEMPOTENCY_KEY": "draft-1"}

    first, again = (
        client.post(TEXTS, said, content_type="application/json", **key) for _each in range(2)
    )

    assert (first.status_code, again.headers.get("Idempotency-Replayed")) == (201, "true")
    assert first.json()["id"] == again.json()["id"]
    assert QuestionnaireText.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "MoCA"}, "name"),
        ({"items": ["one"]}, "items"),
        ({"items": "five"}, "items"),
        ({"items": [7] * 5}, "items"),
        ({"options": [[[0, "no"]]] * 5}, "options"),
        ({"options": "none"}, "options"),
        ({"options": [[[0]]] * 5}, "options"),
        ({"options": [[["0", "no"]]] * 5}, "options"),
        ({"licence": ""}, "licence"),
        ({"language": "xx-none"}, "language"),
        ({"effective_from": "2001-01-01T00:00:00Z"}, "effective_from"),
    ],
)
def test_what_is_wrong_with_a_wording_is_told_by_its_field(changes, field) -> None:
    refused = post(principal(Role.PSYCHOLOGIST), TEXTS, body(**changes))

    assert is_problem(refused, 422, field)
    assert not QuestionnaireText.objects.exists()


def test_the_list_asks_as_many_questions_however_many_there_are() -> None:
    author = principal(Role.PSYCHOLOGIST)
    post(author, TEXTS, body())
    one = counted(author, TEXTS)
    for _each in range(3):
        post(author, TEXTS, body())

    assert (one, counted(author, TEXTS)) == ((1, one[1]), (4, one[1]))
