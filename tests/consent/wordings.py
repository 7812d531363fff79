"""A hospital's own wording of a questionnaire, invented: no published text is written down here."""

from __future__ import annotations

from typing import Any

from consent.actions import questionnaire_texts
from consent.models import QuestionnaireText
from consent.rules.definitions import questionnaire
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.factories import principal


def draft(by: Principal, name: str = "WHO-5", **more: Any) -> QuestionnaireText:
    """Draft invented words, from now on."""
    asked, at = questionnaire(name), database_now()
    language = more.get("language", "en")
    given = {
        "language": language,
        "title": f"{name} as we ask it",
        "instruction": f"Invented instruction, {language}.",
        "items": [
            f"Invented item {n} of {name}, {language}" for n in range(1, len(asked.items) + 1)
        ],
        "options": [[(value, f"answer {value}") for value in one] for one in asked.options],
        "licence": "Permission of an invented publisher, no. 7.",
        "effective_from": at,
        **more,
    }
    return questionnaire_texts.draft(name=name, by=by, at=at, **given)


def entered(name: str = "WHO-5", **more: Any) -> QuestionnaireText:
    """Draft and approve invented words by two psychologists."""
    text = draft(principal(Role.PSYCHOLOGIST), name, **more)
    return questionnaire_texts.approve_text(
        text=text, by=principal(Role.PSYCHOLOGIST), at=database_now()
    )
