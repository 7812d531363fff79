"""Fields of a form that show by an example what belongs in them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

LONGEST = 20_000


def line(label: Any, such: str, help_text: Any, **attrs: Any) -> forms.CharField:
    """Return a field for one line; `attrs` are those of its input."""
    return _text(label, help_text, forms.TextInput(attrs=_shown(such) | attrs))


def several(label: Any, such: str, help_text: Any, **attrs: Any) -> forms.CharField:
    """Return a field for a text or a pair a line."""
    return _text(label, help_text, forms.Textarea(attrs=_shown(such) | attrs))


def choice(label: Any, choices: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, help_text=help_text)


def _text(label: Any, help_text: Any, widget: forms.Widget) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST, help_text=help_text, widget=widget
    )


def _shown(such: str) -> dict[str, Any]:
    return {"placeholder": format_lazy("{} {}", _("e.g."), such), "spellcheck": "false"}
