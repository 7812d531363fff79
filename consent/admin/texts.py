"""A text in several languages as a form takes it: one field for each, and one for a further language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ROWS = 8
FURTHER = "further"
FURTHER_CODE = "further_code"


class TextsWidget(forms.MultiWidget):
    """A field of text for each language of the product, and one whose language is typed."""

    template_name = "consent/texts_widget.html"

    def __init__(self) -> None:
        self.words = {
            **dict(settings.LANGUAGES),
            FURTHER_CODE: _("Code of a further language, such as de"),
            FURTHER: _("Text in it"),
        }
        widgets: dict[str, forms.Widget] = {
            code: forms.Textarea(attrs={"rows": ROWS, "lang": code})
            for code, _name in settings.LANGUAGES
        }
        widgets[FURTHER_CODE] = forms.TextInput(attrs={"maxlength": 12, "spellcheck": "false"})
        widgets[FURTHER] = forms.Textarea(attrs={"rows": ROWS})
        super().__init__(widgets)

    def decompress(self, value: Any) -> list[str]:
        body = value if isinstance(value, dict) else {}
        known = [body.get(code, "") for code, _name in settings.LANGUAGES]
        others = [code for code in sorted(body) if code not in dict(settings.LANGUAGES)][:1]
        return [*known, *(others or [""]), *([body[code] for code in others] or [""])]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        parts = context["widget"]["subwidgets"]
        context["widget"]["parts"] = list(zip(parts, self.words.values(), strict=True))
        return context


class TextsField(forms.MultiValueField):
    """Language code -> text, of those languages in which something is written."""

    def __init__(self, **kwargs: Any) -> None:
        fields = [forms.CharField(required=False) for _part in range(len(settings.LANGUAGES) + 2)]
        super().__init__(fields, require_all_fields=False, widget=TextsWidget(), **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        if not data_list:
            return {}
        *texts, code, further = data_list
        codes = [one for one, _name in settings.LANGUAGES]
        body = dict(zip(codes, texts, strict=True))
        if bool(code) != bool(further):
            raise ValidationError(_("A further language needs its code and its text."))
        if code in body:
            raise ValidationError(
                _("%(code)s has a field of its own above."), params={"code": code}
            )
        body |= {code: further} if code else {}
        return {one: text for one, text in body.items() if text}
