"""JSON that people type into a form: whatever it is, it is read or refused beside its field."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext_lazy as _

MOST = 200_000


class JsonField(forms.JSONField):
    """Says where it is no JSON, and shows what was typed as it was typed.

    What a table could not keep is refused: NaN, a NUL, half of a surrogate pair. A name that stands
    twice in one object is refused too, because one of the two would be lost without a word.
    """

    default_error_messages = {
        "long": _("At most %(most)d characters."),
        "invalid": _("This is not JSON: look at line %(line)d, column %(column)d."),
        "deep": _("It is nested too deeply."),
        "digits": _("It holds a number with too many digits."),
        "number": _("“%(name)s” is not a number."),
        "twice": _("The name “%(name)s” stands twice in one object."),
        "character": _("It holds a character that no text has."),
    }

    def to_python(self, value: Any) -> Any:
        if self.disabled or not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        if len(value) > MOST:
            raise self._wrong("long", most=MOST)
        try:
            found = json.loads(
                value, parse_constant=self._no_number, object_pairs_hook=self._named_once
            )
        except json.JSONDecodeError as wrong:
            raise self._wrong("invalid", line=wrong.lineno, column=wrong.colno) from wrong
        except RecursionError as wrong:
            raise self._wrong("deep") from wrong
        except ValueError as wrong:  # an integer of more digits than Python converts
            raise self._wrong("digits") from wrong
        self._check_characters(found)
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if self.disabled else None if data is None else InvalidJSONInput(data)

    def prepare_value(self, value: Any) -> Any:
        if value is None:
            return ""
        if isinstance(value, InvalidJSONInput):
            return value
        return json.dumps(value, ensure_ascii=False, indent=2, cls=self.encoder)

    def _wrong(self, code: str, **params: Any) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code, params=params)

    def _no_number(self, name: str) -> Any:
        raise self._wrong("number", name=name)

    def _named_once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, one in pairs:
            if name in found:
                raise self._wrong("twice", name=name)
            found[name] = one
        return found

    def _check_characters(self, found: Any) -> None:
        try:
            written = json.dumps(found, ensure_ascii=False)
            written.encode()
        except UnicodeEncodeError as wrong:
            raise self._wrong("character") from wrong
        except RecursionError as wrong:
            raise self._wrong("deep") from wrong
        if "\\u0000" in written.replace("\\\\", ""):
            raise self._wrong("character")
