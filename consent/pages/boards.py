"""The board of the weekly round: who is due, who passed, who must be recalled now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from consent.models import Programme
from consent.queries import clearances, screening
from consent.rules.answers import Clearance
from consent.rules.board import BoardEntry, DueState, board_state
from consent.rules.clearance import decide
from consent.rules.psychological import ScreeningCode
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients.models import Person

ORDER = {
    DueState.OVERDUE: 0,
    DueState.WITHIN_GRACE: 1,
    DueState.NEVER: 2,
    DueState.DUE: 3,
    DueState.CURRENT: 4,
}


@dataclass(frozen=True)
class BoardRow:
    """One member of a programme on the board."""

    person: Person
    clearance: Clearance
    entries: tuple[BoardEntry, ...]
    codes: tuple[ScreeningCode, ...]

    @property
    def urgency(self) -> tuple[int, str]:
        """Whoever has lost or is about to lose clearance comes first."""
        worst = min((ORDER[entry.state] for entry in self.entries), default=5)
        return (worst, self.person.mrn)


@require_http_methods(["GET", "HEAD"])
@requires("consent.board.view")
def board(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show the weekly round: who is due, who passed, who must be recalled now."""
    programmes = list(Programme.objects.filter(is_active=True).order_by("name"))
    programme = next((one for one in programmes if one.code == code), None)
    if code and programme is None:
        raise Http404
    programme = programme or (programmes[0] if programmes else None)
    now = database_now()
    rows = board_rows(programme, request.principal, now) if programme else []  # type: ignore[attr-defined]
    counts = {
        "cleared": sum(row.clearance.is_cleared for row in rows),
        "not_cleared": sum(not row.clearance.is_cleared for row in rows),
    }
    context = {
        "programmes": programmes,
        "programme": programme,
        "rows": rows,
        "counts": counts,
        "now": now,
    }
    return render(request, "consent/board.html", context)


def board_rows(programme: Programme, principal: Any, now: datetime) -> list[BoardRow]:
    """Return every member's row, the most urgent first, in a constant number of queries."""
    ids = clearances.members(programme)
    people = policy.scope(principal, Person.objects.listed().filter(pk__in=ids))
    rules, facts = clearances.gathered(ids, programme, known_at=now)
    answers = {person: decide(known, programme=rules, at=now) for person, known in facts.items()}
    codes = screening.codes_of(answers, facts)
    rows = [
        BoardRow(
            person=person,
            clearance=answers[person.pk],
            entries=board_state(facts[person.pk], programme=rules, at=now),
            codes=codes[person.pk],
        )
        for person in people
    ]
    return sorted(rows, key=lambda row: row.urgency)
