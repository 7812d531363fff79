"""The wording of a questionnaire: drafted by one psychologist, approved by another, never changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent.actions import questionnaire_texts
from consent.actions.programmes import SamePerson
from consent.models import QuestionnaireText
from consent.queries.questionnaire_texts import languages_at, wordings_at, wordings_used
from consent.rules.definitions import questionnaires
from labsys.accounts.roles import MACHINES, Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.records import AppendOnlyError
from tests.consent.wordings import draft, entered
from tests.factories import principal

pytestmark = pytest.mark.django_db


def test_a_draft_is_not_asked_until_another_approves_it() -> None:
    author = principal(Role.PSYCHOLOGIST)
    text = draft(author)
    assert not wordings_at(database_now(), language="en")["WHO-5"].has_text

    with pytest.raises(SamePerson):
        questionnaire_texts.approve_text(text=text, by=author, at=database_now())
    questionnaire_texts.approve_text(text=text, by=principal(Role.PSYCHOLOGIST), at=database_now())

    words = wordings_at(database_now(), language="en")["WHO-5"]
    assert words.items[4] == "Invented item 5 of WHO-5, en"
    assert (words.source, words.text) == ("WHO-5 en v1", text.pk)


def test_a_discarded_draft_is_never_asked() -> None:
    author = principal(Role.PSYCHOLOGIST)
    text = draft(author)

    questionnaire_texts.discard_text(text=text, by=author, at=database_now())

    with pytest.raises(Conflict):
        questionnaire_texts.approve_text(
            text=text, by=principal(Role.PSYCHOLOGIST), at=database_now()
        )
    assert not wordings_at(database_now(), language="en")["WHO-5"].has_text


def test_a_later_version_replaces_the_earlier_from_its_date() -> None:
    first, second = entered(), entered(title="Second")
    later = database_now() + timedelta(days=2)
    third = entered(title="Third", effective_from=later)

    assert [one.number for one in (first, second, third)] == [1, 2, 3]
    assert wordings_at(database_now(), language="en")["WHO-5"].title == "Second"
    assert wordings_at(later, language="en")["WHO-5"].title == "Third"
    assert wordings_used([first.pk])["WHO-5"].title == first.title


def test_each_language_has_its_own_text_and_what_ships_stands_in() -> None:
    entered("PHQ-9", language="fr")
    entered("UBACC", language="fr")
    now = database_now()

    french, english = wordings_at(now, language="fr"), wordings_at(now, language="en")

    assert languages_at(now) == ["en", "fr"]
    assert french["PHQ-9"].language == french["UBACC"].language == "fr"
    assert english["PHQ-9"].source == "labsys v1"
    assert english["UBACC"].language == "fr", "better another language than none"
    assert french["GAD-7"].source == "labsys v1"
    assert set(french) == set(questionnaires())


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"items": ["one"]}, "items", "has 5 items, not 1"),
        ({"items": ["a", "b", "c", "d", " "]}, "items", "Item 5"),
        ({"options": [[(0, "no"), (1, "yes")]] * 5}, "options", "numbers are fixed"),
        ({"licence": "  "}, "licence", "State the licence"),
        ({"title": " "}, "title", "has a title"),
        ({"language": "xx-klingon"}, "language", "by its code"),
        ({"language": ""}, "language", "by its code"),
        ({"items": ["a", "b", "c", "d", "\x00"]}, "items", "control character"),
    ],
)
def test_what_does_not_fit_is_refused(change, field, said) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        draft(principal(Role.PSYCHOLOGIST), **change)

    assert refused.value.field == field
    assert not QuestionnaireText.objects.exists()


def test_an_unknown_questionnaire_and_a_past_beginning_are_refused() -> None:
    author, at = principal(Role.PSYCHOLOGIST), database_now()
    with pytest.raises(InvalidInput, match="never acts backwards"):
        draft(author, effective_from=at - timedelta(days=1))
    with pytest.raises(InvalidInput, match="No questionnaire 'WHO-6'"):
        questionnaire_texts.draft(
            **{"name": "WHO-6", "language": "en", "title": "t", "items": [], "options": []},
            **{"licence": "l", "effective_from": at, "by": author, "at": at},
        )


def test_only_psychologists_draft_and_approve() -> None:
    text = draft(principal(Role.PSYCHOLOGIST))
    for role in Role:
        if role in MACHINES | {Role.PSYCHOLOGIST}:
            continue
        by = principal(role)
        with pytest.raises(NotAllowed):
            draft(by)
        with pytest.raises(NotAllowed):
            questionnaire_texts.approve_text(text=text, by=by, at=database_now())


def test_an_approved_text_is_not_changed_by_anybody() -> None:
    text = entered()

    for change in ({"title": "Changed"}, {"items": ["a"] * 5}, {"licence": "Another."}):
        with pytest.raises(AppendOnlyError):
            QuestionnaireText.objects.filter(pk=text.pk).update(**change)
    with pytest.raises(AppendOnlyError):
        text.delete()
