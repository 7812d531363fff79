"""The reason that goes on record with whatever somebody might ask about later."""

from __future__ import annotations

from django.utils.translation import gettext as _

from labsys.lib.errors import InvalidInput


def check_reason(reason: str, *, field: str = "reason") -> None:
    """Raise InvalidInput, naming the field, for a reason that says nothing."""
    if not reason.strip():
        raise InvalidInput(_("Say why, in a few words."), field=field)
