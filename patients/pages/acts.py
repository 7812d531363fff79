"""What the pages of controllers share: who asks, whom they reach, one act and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse, sentence
from patients.models import Person

OK, UNFIT = 200, 422


def principal_of(request: HttpRequest) -> Principal:
    """Return who asks."""
    found: Principal = request.principal  # type: ignore[attr-defined]
    return found


def person_in_reach(by: Principal, uid: uuid.UUID, permission: str) -> Person:
    """Return a person by public id, or Http404: not there and not in reach look alike."""
    found: Person | None = policy.scope(by, Person.objects.filter(uid=uid), permission).first()
    if found is None:
        raise Http404
    return found


def unknown(request: HttpRequest) -> int:
    """Say that the form named nothing that this page does."""
    messages.error(request, _("Choose what to do."))
    return UNFIT


def attempt(
    request: HttpRequest,
    act: Callable[..., Any],
    *,
    form: forms.BaseForm | None = None,
    done: Any = "",
    **given: Any,
) -> tuple[int, Any]:
    """Call an action as whoever is logged in; return its status and what it made.

    A refusal is shown beside the field of the form that it names, or above the page.
    """
    try:
        made = act(by=principal_of(request), at=database_now(), **given)
    except Refusal as refusal:
        if form is not None:
            refuse(form, refusal)
        else:
            messages.error(request, sentence(refusal))
        return refusal.status, None
    if done:
        messages.success(request, done)
    return OK, made
