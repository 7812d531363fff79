"""Wordings of questionnaires that the hospital entered under its own licence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from consent.actions import questionnaire_texts
from consent.actions.questionnaire_texts import APPROVE, DRAFT
from consent.admin.programmes import DRAFTED, waits
from consent.models import QuestionnaireText
from consent.rules.definitions import questionnaire, questionnaires
from consent.rules.wordings import InvalidWording, read_items, read_options
from labsys.lib.admin import Move, RecordAdmin
from labsys.lib.errors import InvalidInput

LINES = {"items": True, "options": False}


def _approve(*, obj: QuestionnaireText, by: Any, at: datetime) -> Any:
    return questionnaire_texts.approve_text(text=obj, by=by, at=at)


def _discard(*, obj: QuestionnaireText, by: Any, at: datetime) -> Any:
    return questionnaire_texts.discard_text(text=obj, by=by, at=at)


@admin.register(QuestionnaireText)
class QuestionnaireTextAdmin(RecordAdmin):
    """Versions of the wordings, fixed by their hash."""

    add_permission = DRAFT
    add_fields = (
        *("name", "language", "title", "instruction", "items", "options"),
        *("licence", "effective_from"),
    )
    fields = (
        *("name", "language", "number", "title", "instruction", "words", "licence"),
        *("sha256", "effective_from", *DRAFTED),
    )
    readonly_fields = ("words",)
    list_display = ("__str__", "title", "effective_from", "approved_by", "discarded_at")
    list_filter = ("language",)
    list_select_related = ("approved_by",)
    ordering = ("-id",)
    moves = (
        Move("approve", _("Approve"), APPROVE, _approve, applies=waits, done=_("Approved.")),
        Move(
            "discard",
            _("Discard"),
            DRAFT,
            _discard,
            applies=waits,
            done=_("The draft is discarded."),
            is_serious=True,
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in LINES:
            return forms.CharField(
                label=db_field.verbose_name,
                help_text=db_field.help_text,
                required=LINES[db_field.name],
                widget=forms.Textarea(attrs={"rows": 10}),
            )
        if db_field.name == "name":
            return forms.ChoiceField(
                label=db_field.verbose_name,
                choices=[("", "—"), *((name, name) for name in questionnaires())],
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> QuestionnaireText:
        asked = questionnaire(data["name"])
        try:
            items = read_items(data["items"], asked)
            options = read_options(data["options"], asked)
        except InvalidWording as wrong:
            raise InvalidInput(str(wrong), field=wrong.part) from wrong
        return questionnaire_texts.draft(
            by=by, at=at, **{**data, "items": items, "options": options}
        )

    @admin.display(description=_("words"))
    def words(self, text: QuestionnaireText) -> Any:
        """Show each item with the words of its answers."""
        rows = (
            (text.language, item, " · ".join(f"{value} {word}".strip() for value, word in options))
            for item, options in zip(text.items, text.options, strict=True)
        )
        listed = format_html_join("", '<li lang="{0}">{1}<br>{2}</li>', rows)
        return format_html("<ol>{}</ol>", listed)
