"""What a page offers to decide about together: which rows may be ticked, and what becomes of them.

The form carries what was shown of every row it offers. What comes back is judged under the lock of
the rows: all ticked ones are verified or released, or none, and the page says what has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assays.actions import batches, result_checks
from assays.actions.batches import Scope
from assays.models import Result
from assays.pages import shown
from assays.pages.signing import ReleaseForm
from assays.queries.worklist import Row
from assays.rules.shown import digest
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence

MOVES = {
    ResultStatus.RESULTED.value: ("verify", "assays.result.verify"),
    ResultStatus.TECHNICALLY_VERIFIED.value: ("release", "assays.result.release"),
}


@dataclass(frozen=True)
class Offer:
    """One queue (a state of results) under one scope, on the page that is about it."""

    scope: Scope
    queue: str
    about: str

    @property
    def move(self) -> str:
        return MOVES.get(self.queue, ("", ""))[0]

    def rows(self, rows: Sequence[Row], principal: Principal) -> list[Row]:
        """Keep the rows that this person may tick: never their own entry."""
        permission = MOVES.get(self.queue, ("", ""))[1]
        if not permission or not policy.can(principal, permission):
            return []
        return [
            row
            for row in rows
            if not result_checks.is_own(row.result, principal)
            and row.placing.lane in batches.ALLOWED[self.scope]
        ]

    def context(self, request: HttpRequest, rows: Sequence[Row], form: Any) -> dict[str, Any]:
        """Return what the page needs to offer these rows."""
        principal = request.principal  # type: ignore[attr-defined]
        offered = self.rows(rows, principal)
        seen = [row.shown for row in offered]
        if form is None and offered and self.move == "release":
            form = ReleaseForm(None, request=request, label_suffix="")
        return {
            "offered": {row.result.pk for row in offered},
            "move": self.move if offered else "",
            "form": form,
            "shown": shown.token(seen, to=principal, about=self.about) if offered else "",
            "digest": digest(seen) if offered else "",
            "own": principal.pk,
        }


@dataclass(frozen=True)
class Answer:
    """What became of a form: where to go on, or the page again with this form and status."""

    response: HttpResponse | None = None
    form: Any = None
    status: int = 200


def decide(request: HttpRequest, offer: Offer, *, back: str) -> Answer:
    """Verify or release what was ticked, all or none; says what has changed where it was refused."""
    ticked = [one for text in request.POST.getlist("result") if (one := number(text)) is not None]
    if not ticked or not offer.move or request.POST.get("move") != offer.move:
        messages.warning(request, _("Tick the results first, then choose what to do with them."))
        return Answer(HttpResponseRedirect(back))
    form = None
    if offer.move == "release":
        form = ReleaseForm(request.POST, request=request, label_suffix="")
        if not form.is_valid():
            return Answer(form=form, status=422)
    try:
        done = _act(request, offer, ticked, form)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return Answer(status=refusal.status)
    messages.success(request, _done_words(offer.move, len(done)))
    return Answer(HttpResponseRedirect(back))


def _act(request: HttpRequest, offer: Offer, ticked: Sequence[int], form: Any) -> list[Result]:
    principal = request.principal  # type: ignore[attr-defined]
    seen = shown.read(request.POST.get("shown", ""), by=principal, about=offer.about)
    page = batches.Page(offer.scope, seen, tuple(dict.fromkeys(ticked)))
    if form is None:
        return batches.verify(page=page, by=principal, at=database_now())
    return batches.release(page=page, by=principal, at=database_now(), signing=form.signing)


def _done_words(move: str, count: int) -> str:
    if move == "release":
        return ngettext("%(n)d result released.", "%(n)d results released.", count) % {"n": count}
    return ngettext("%(n)d result verified.", "%(n)d results verified.", count) % {"n": count}
