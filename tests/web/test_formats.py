"""Dates and numbers mean one thing, whatever the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import engines
from django.utils import translation

LANGUAGES = ["en", "fr"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ambiguous_date_is_refused(language: str) -> None:
    with translation.override(language), pytest.raises(forms.ValidationError):
        forms.DateField().clean("03/02/1987")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_can_be_typed_as_the_calendar_writes_it(language: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean("1987-02-03") == date(1987, 2, 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_numbers_are_written_without_doubt(language: str) -> None:
    template = engines["django"].from_string("{{ on }}|{{ at }}|{{ value }}")

    with translation.override(language):
        shown = template.render(
            {"on": date(1987, 4, 3), "at": datetime(1987, 4, 3, 14, 5), "value": Decimal("1234.5")}
        )

    month = {"en": "Apr", "fr": "Avr"}[language]
    assert shown == f"3 {month} 1987|3 {month} 1987 14:05|1234.5"
