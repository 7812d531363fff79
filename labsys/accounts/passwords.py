"""What Django's own validators let through at 15 characters: padding and repetition."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FEWEST_CHARACTERS = 6


class PredictablePasswordValidator:
    """Refuse a common password made long by digits and signs, and few characters repeated."""

    def __init__(self) -> None:
        self.common: set[str] = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        core = password.lower().strip("0123456789!?.,;:-_+*#$%&/ ")
        if core == "" or core in self.common or len(set(password.lower())) < FEWEST_CHARACTERS:
            raise ValidationError(self.get_help_text(), code="password_predictable")

    def get_help_text(self) -> str:
        return _(
            "A common password with digits around it, or a few characters repeated, is guessed."
        )
