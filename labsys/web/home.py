"""The first page after logging in: what waits for this person, and where they may go."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labsys.accounts.permissions import ANYONE_LOGGED_IN, requires
from labsys.lib import navigation


@requires(ANYONE_LOGGED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show a card for each thing that waits, with its count, and the pages of this person."""
    principal = request.principal  # type: ignore[attr-defined]
    cards = [
        {
            "card": card,
            "count": count,
            "oldest": card.oldest(principal) if count and card.oldest is not None else None,
            "shown": f"{navigation.COUNT_LIMIT}+" if count > navigation.COUNT_LIMIT else str(count),
        }
        for card, count in navigation.waiting_for(principal)
    ]
    return render(request, "web/home.html", {"cards": cards})
