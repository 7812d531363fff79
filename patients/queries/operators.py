"""Who did something, where that is not who records it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal, PrincipalKind
from labsys.lib.errors import InvalidInput


def operator_called(name: str) -> Principal:
    """Return the person who logs in by this name; raises InvalidInput where nobody does."""
    found = Principal.objects.filter(name=name.strip(), kind=PrincipalKind.PERSON).first()
    if found is None:
        raise InvalidInput(_("Nobody has this user name."), field="operator")
    return found
