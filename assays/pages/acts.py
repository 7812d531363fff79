"""What pages that act share: try one act, say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse, sentence

OK = 200


@dataclass(frozen=True)
class Tried:
    """What came of an act: 200 and what it made, or the status of its refusal."""

    status: int
    made: Any = None


def attempt(
    request: HttpRequest,
    act: Callable[..., Any],
    *,
    beside: forms.BaseForm | None = None,
    done: Any = "",
    **given: Any,
) -> Tried:
    """Call an action as the person logged in.

    A refusal is shown beside the field of the form `beside` that it names, or above the page.
    """
    try:
        made = act(by=request.principal, at=database_now(), **given)  # type: ignore[attr-defined]
    except Refusal as refusal:
        if beside is not None:
            refuse(beside, refusal)
        else:
            messages.error(request, sentence(refusal))
        return Tried(refusal.status)
    if done:
        messages.success(request, done)
    return Tried(OK, made)
