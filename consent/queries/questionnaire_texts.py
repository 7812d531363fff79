"""In which words each questionnaire is asked now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType

from django.db.models.functions import Greatest

from consent.models import QuestionnaireText
from consent.rules.definitions import questionnaires
from consent.rules.wordings import Wording, shipped


def wordings_at(at: datetime, *, language: str) -> dict[str, Wording]:
    """Return the words of every questionnaire, in a language where there are any in it.

    The hospital's text of that language comes first, then what ships, then any of the hospital's.
    """
    found = {name: shipped(asked) for name, asked in questionnaires().items()}
    for text in sorted(_in_force(at), key=lambda one: (one.language == language, one.language)):
        words = found.get(text.name)
        if words and (text.language == language or not words.has_text):
            found[text.name] = wording_of(text)
    return found


def languages_at(at: datetime) -> list[str]:
    """Return the languages in which at least one questionnaire can be asked."""
    ours = {one.language for one in questionnaires().values() if one.language}
    return sorted(ours | {text.language for text in _in_force(at)})


def wordings_used(texts: Iterable[int]) -> dict[str, Wording]:
    """Return the words of the texts with these ids by questionnaire, and else what ships."""
    rows = QuestionnaireText.objects.filter(pk__in=list(texts))
    found = {name: shipped(asked) for name, asked in questionnaires().items()}
    return found | {row.name: wording_of(row) for row in rows}


def wording_of(text: QuestionnaireText) -> Wording:
    return Wording(
        name=text.name,
        language=text.language,
        title=text.title,
        instruction=text.instruction,
        items=tuple(text.items),
        options=tuple(MappingProxyType(dict(one)) for one in text.options),
        licence=text.licence,
        source=str(text),
        text=text.pk,
    )


def _in_force(at: datetime) -> list[QuestionnaireText]:
    """Return the newest approved text of each questionnaire and language."""
    approved = QuestionnaireText.objects.filter(approved_at__isnull=False)
    begun = approved.alias(applies_from=Greatest("effective_from", "approved_at"))
    rows = begun.filter(applies_from__lte=at).order_by("applies_from", "number")
    return list({(row.name, row.language): row for row in rows}.values())
