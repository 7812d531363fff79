"""What the pages about exposed people share: who asks, whom they reach, and whom they were shown."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest

from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients.models import Agent, Person


def principal_of(request: HttpRequest) -> Principal:
    """Return who asks."""
    found: Principal = request.principal  # type: ignore[attr-defined]
    return found


def person_or_404(by: Principal, uid: uuid.UUID, permission: str) -> Person:
    """Return a person by public id; not there and not in reach look alike."""
    rows = policy.scope(by, Person.objects.filter(uid=uid), permission)
    found: Person | None = rows.first()
    if found is None:
        raise Http404
    return found


def agent_or_404(agent_id: int) -> Agent:
    """Return an agent by its id."""
    found: Agent | None = Agent.objects.filter(pk=agent_id).first()
    if found is None:
        raise Http404
    return found


def looked_at(by: Principal, purpose: str, people: Iterable[Person]) -> None:
    """Put on record who was shown."""
    reads.record(by=by, purpose=purpose, objects=list(people), person_id=lambda one: one.pk)


def acted(request: HttpRequest, form: forms.Form, act: Any, **given: Any) -> int:
    """Call an action with what a valid form says; return 200, or the status of the refusal."""
    try:
        act(by=principal_of(request), at=database_now(), **given)
    except Refusal as refusal:
        refuse(form, refusal)
        return refusal.status
    return 200
