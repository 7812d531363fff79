"""Finding what a page is about, within the reach of whoever asks; the rest is not found."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from consent.models import Programme
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.errors import InvalidInput
from patients.models import Person


def principal_of(request: HttpRequest) -> Principal:
    """Return who asks."""
    found: Principal = request.principal  # type: ignore[attr-defined]
    return found


def person_in_reach(principal: Principal, uid: uuid.UUID, permission: str) -> Person:
    """Return a person by public id, or Http404: not there and not in reach look alike."""
    found: Person | None = policy.scope(
        principal, Person.objects.filter(uid=uid), permission
    ).first()
    if found is None:
        raise Http404
    return found


def programme_named(code: str) -> Programme:
    """Return a programme by its code, or Http404."""
    found: Programme | None = Programme.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def moment_asked(request: HttpRequest, name: str) -> datetime | None:
    """Return a moment of the query string, read in the hospital's time zone where it names none.

    A wall clock's reading that came twice, or never, is refused and not guessed.
    """
    text = request.GET.get(name, "").strip()
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or not 1900 <= moment.year <= 2200:
        wrong = _("%(text)s is not a moment; write it like 2026-01-31T08:00.")
        raise InvalidInput(wrong % {"text": repr(text)}, field=name)
    if moment.tzinfo:
        return moment
    try:
        return from_current_timezone(moment)  # type: ignore[no-any-return]
    except ValidationError as unclear:
        twice = _(
            "The clocks were changed: %(text)s came twice that night, or not at all. Add the offset "
            "from UTC, like 2026-01-31T08:00%%2B01:00 in the address, or ask for another minute."
        )
        raise InvalidInput(twice % {"text": repr(text)}, field=name) from unclear
