"""Programmes in the admin's lists and forms: chosen by what they are called now, not by code alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from consent.models import Programme


def called(programme: Programme) -> str:
    """Return what a programme is called now, with the code by which its rows are listed."""
    return f"{programme.name} ({programme.code})"


class ProgrammeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the programmes, by name."""

    def label_from_instance(self, obj: Programme) -> str:
        return called(obj)


class ProgrammeFilter(admin.RelatedFieldListFilter):
    """Narrows a list to the rows of one programme, by name."""

    def field_choices(self, field: Any, request: Any, model_admin: Any) -> list[tuple[int, str]]:
        found = ((one.pk, called(one)) for one in Programme.objects.all())
        return sorted(found, key=lambda choice: (choice[1].casefold(), choice[0]))


class ByProgramme:
    """For the admin of what is recorded about a programme: it is chosen by its name."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.related_model is Programme:
            kwargs.setdefault("form_class", ProgrammeChoice)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


admin.FieldListFilter.register(
    lambda field: field.related_model is Programme, ProgrammeFilter, take_priority=True
)
