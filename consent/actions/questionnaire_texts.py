"""Entering the wording of a questionnaire: drafted by one psychologist, approved by another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from consent.actions.programmes import approve, discard
from consent.models import QuestionnaireText
from consent.rules.definitions import Questionnaire, UnknownQuestionnaire, questionnaire
from consent.rules.wordings import InvalidWording, check_items
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions.gateway import check_text, claiming, insert, required

DRAFT, APPROVE = "consent.questionnaire.draft", "consent.questionnaire.approve"


def draft(
    *,
    name: str,
    language: str,
    title: str,
    items: Sequence[str],
    options: Sequence[Sequence[tuple[int, str]]],
    licence: str,
    effective_from: datetime,
    by: Principal,
    at: datetime,
    instruction: str = "",
) -> QuestionnaireText:
    """Draft a new version of a questionnaire's wording, under the licence the hospital has for it."""
    policy.check(by, DRAFT)
    asked = _known(name)
    _check_words(asked, items, options)
    licence = required(
        licence, field="licence", what="State the licence under which the hospital uses this text."
    )
    title = required(title, field="title", what="A questionnaire has a title.")
    _check_language(language)
    if effective_from < at:
        raise InvalidInput(
            _("A text never acts backwards: choose a beginning that is not past."),
            field="effective_from",
        )
    words: dict[str, Any] = {
        "title": title,
        "instruction": instruction.strip(),
        "items": [item.strip() for item in items],
        "options": [[[value, word] for value, word in one] for one in options],
    }
    taken = Conflict(_("Somebody drafted the same version in this moment; try again."))
    claims = {"consent_questionnairetext_number": taken}
    with claiming(claims), acting(by=by, at=at, action="consent.questionnaire.draft"):
        earlier = QuestionnaireText.objects.filter(name=name, language=language)
        return insert(
            QuestionnaireText(
                name=name,
                language=language,
                number=(earlier.aggregate(number=Max("number"))["number"] or 0) + 1,
                licence=licence,
                sha256=text_hash({"name": name, "language": language, **words}),
                effective_from=effective_from,
                drafted_by=by,
                recorded_at=at,
                **words,
            )
        )


def approve_text(*, text: QuestionnaireText, by: Principal, at: datetime) -> QuestionnaireText:
    """Put a drafted wording in force from its date; never by whoever drafted it."""
    policy.check(by, APPROVE)
    approved: QuestionnaireText = approve(
        version=text, by=by, at=at, action="consent.questionnaire.approve"
    )
    return approved


def discard_text(*, text: QuestionnaireText, by: Principal, at: datetime) -> QuestionnaireText:
    """Discard a draft that is not to come into force."""
    policy.check(by, DRAFT)
    discarded: QuestionnaireText = discard(
        version=text, by=by, at=at, action="consent.questionnaire.discard"
    )
    return discarded


def text_hash(words: dict[str, Any]) -> str:
    """Return the sha256 of a wording in one fixed form."""
    fixed = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(fixed.encode()).hexdigest()


def _known(name: str) -> Questionnaire:
    try:
        return questionnaire(name)
    except UnknownQuestionnaire as unknown:
        raise InvalidInput(str(unknown), field="name") from unknown


def _check_words(
    asked: Questionnaire, items: Sequence[str], options: Sequence[Sequence[tuple[int, str]]]
) -> None:
    try:
        check_items(items, asked)
    except InvalidWording as wrong:
        raise InvalidInput(str(wrong), field=wrong.part) from wrong
    if [[value for value, _word in one] for one in options] != [list(one) for one in asked.options]:
        raise InvalidInput(
            _("The answers are not those of %(name)s; its numbers are fixed.")
            % {"name": asked.name},
            field="options",
        )
    for item in items:
        check_text(item, field="items")
    for _value, word in (answer for one in options for answer in one):
        check_text(word, field="options")


def _check_language(language: str) -> None:
    try:
        get_language_info(language)
    except KeyError:
        raise InvalidInput(
            _("Name the language by its code, such as en or fr."), field="language"
        ) from None
