"""How a refusal is said to whoever reads it, and where on a form it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from labsys.lib.errors import InvalidInput, InvalidInputs, Refusal
from labsys.lib.wording import Refused


def sentence(refusal: Refusal) -> str:
    """Return a refusal in the reader's language."""
    if isinstance(refusal, Refused):
        return _(refusal.message) % refusal.params  # noqa: INT002
    return str(refusal)


def kept(refusal: Mapping[str, Any] | None) -> str:
    """Return a refusal that a row keeps (`Refused.to_json`) in the reader's language."""
    if refusal is None:
        return ""
    try:
        return str(_(refusal["message"]) % refusal["params"])  # noqa: INT002
    except (KeyError, TypeError, ValueError):
        return str(refusal["sentence"])


def refuse(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show a refusal beside the field that it names, or above the form."""
    told = [(refusal.field, sentence(refusal))] if isinstance(refusal, InvalidInput) else []
    if isinstance(refusal, InvalidInputs):
        told = list(refusal.errors)
    for field, why in told or [("", sentence(refusal))]:
        form.add_error(field if field in form.fields else None, why)
