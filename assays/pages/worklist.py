"""The verification worklist: look, tick, verify or release; each row keeps its own verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assays.actions import results
from assays.models import Result
from assays.queries import worklist
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal


def _verify(rows: Sequence[Result], by: Principal) -> dict[int, Refusal]:
    refused = {}
    for result in rows:
        try:
            results.verify(result=result, by=by, at=database_now())
        except Refusal as refusal:
            refused[result.pk] = refusal
    return refused


def _release(rows: Sequence[Result], by: Principal) -> dict[int, Refusal]:
    return results.release_together(results=rows, by=by, at=database_now())


# What is done with the ticked rows; each returns the refusals by result id.
MOVES: dict[str, Callable[[Sequence[Result], Principal], dict[int, Refusal]]] = {
    "verify": _verify,
    "release": _release,
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("assays.result.verify")
def show(request: HttpRequest) -> HttpResponse:
    """Show a page of the worklist, or carry out what was ticked on it."""
    if request.method == "POST":
        return _carry_out(request)
    principal = request.principal  # type: ignore[attr-defined]
    after = worklist.Cursor.read(request.GET.get("after", ""))
    chosen = {name: request.GET.get(name, "") for name in ("section", "status")}
    page = worklist.page(principal, after=after, **chosen)
    context: dict[str, Any] = {
        "page": page,
        "chosen": chosen,
        "sections": worklist.sections(),
        "is_later_page": after is not None,
        "may_release": policy.can(principal, "assays.result.release"),
        "own": principal.pk,
    }
    if page.after is not None:
        context["next"] = "?" + urlencode({**chosen, "after": str(page.after)})
    return render(request, "assays/worklist.html", context)


def _carry_out(request: HttpRequest) -> HttpResponse:
    move = MOVES.get(request.POST.get("move", ""))
    chosen = {name: request.POST[name] for name in ("section", "status") if request.POST.get(name)}
    back = HttpResponseRedirect(reverse("worklist") + ("?" + urlencode(chosen) if chosen else ""))
    numbers = [int(text) for text in request.POST.getlist("result") if text.isdigit()]
    if move is None or not numbers:
        messages.warning(request, _("Tick the results first, then choose what to do with them."))
        return back
    principal = request.principal  # type: ignore[attr-defined]
    ticked = policy.scope(principal, Result.objects.filter(pk__in=numbers[: worklist.PAGE]))
    rows = list(
        ticked.select_related("specimen", "analyte", "order_item").order_by("priority", "id")
    )
    refused = move(rows, principal)
    for refusal in refused.values():
        messages.error(request, str(refusal))
    done = len(rows) - len(refused)
    if done:
        messages.success(request, _done_words(request.POST["move"], done))
    return back


def _done_words(move: str, count: int) -> str:
    if move == "release":
        return ngettext("%(n)d result released.", "%(n)d results released.", count) % {"n": count}
    return ngettext("%(n)d result verified.", "%(n)d results verified.", count) % {"n": count}
