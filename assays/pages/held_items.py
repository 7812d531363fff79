"""Held items worked off: read again, or rejected with a reason, one by one or several at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assays.actions import held_decisions, held_items
from assays.actions.signatures import Signing
from assays.models import Instrument, TransmissionItem
from assays.pages.transmissions import VIEW
from assays.queries import held_list
from assays.queries.held_list import Chosen
from assays.rules.signatures import Meaning
from labsys.accounts.permissions import requires
from labsys.accounts.step_ups import StepUpForm
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal

DECIDE = held_items.DECIDE
MOVES: dict[str, Callable[..., Any]] = {
    "again": held_items.ask_again,
    "reject": held_items.reject,
}
SIGNED = {
    "accept": (held_decisions.accept_as_measured, Meaning.ACCEPTED, held_decisions.ENTER),
    "correct": (held_decisions.take_as_correction, Meaning.CORRECTED, held_decisions.CORRECT),
    "append": (held_decisions.add_to_report, Meaning.APPENDED, held_decisions.AMEND),
}
UNKNOWN = "unknown"
LONGEST_REASON = 500


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=DECIDE)
def index(request: HttpRequest) -> HttpResponse:
    """Show what is held and why, or carry out what was ticked."""
    if request.method == "POST":
        return _carry_out(request)
    return _page(request, request.GET, ticked=[])


def _carry_out(request: HttpRequest) -> HttpResponse:
    ticked = [one for text in request.POST.getlist("item") if (one := number(text)) is not None]
    move = request.POST.get("move", "")
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    if move not in (*MOVES, *SIGNED) or not ticked:
        messages.warning(request, _("Tick the items first, then choose what to do with them."))
        return _page(request, request.POST, ticked=ticked, reason=reason, status=422)
    if not reason:
        wrong = _("Say why, in a few words: the reason stays on record with each item.")
        return _page(request, request.POST, ticked=ticked, wrong=wrong, status=422)
    form = StepUpForm(request.POST, request=request, label_suffix="") if move in SIGNED else None
    if form is not None and not form.is_valid():
        return _page(request, request.POST, ticked=ticked, reason=reason, form=form, status=422)
    done = _decide(request, _move(move, form), ticked[: held_list.PAGE], reason)
    if done:
        messages.success(request, _done_words(move, done))
    asked = _asked(_chosen(request.POST))
    address = reverse("held-items") + (f"?{urlencode(asked)}" if asked else "")
    return HttpResponseRedirect(address)


def _move(move: str, form: StepUpForm | None) -> Callable[..., Any]:
    """Return what is done to each item; what is signed, with the password given."""
    if form is None:
        return MOVES[move]
    action, meaning, _permission = SIGNED[move]
    return partial(action, signing=Signing(form.step_up, meaning))


def _decide(
    request: HttpRequest, act: Callable[..., Any], ticked: Sequence[int], reason: str
) -> int:
    """Do one thing to each item by itself; what is refused is said, and stops nothing else."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, TransmissionItem.objects.filter(pk__in=ticked), DECIDE)
    done = 0
    for item in held_list.with_messages(rows).order_by("pk"):
        try:
            if act is held_items.ask_again and item.message.instrument_id is None:
                raise Refusal(_("First say in the message which instrument sent it."))
            act(item=item, by=principal, at=database_now(), reason=reason)
        except Refusal as refusal:
            named = {"message": item.message_id, "position": item.position, "why": refusal}
            words = _("Message %(message)d, position %(position)d: %(why)s") % named
            messages.error(request, words)
        else:
            done += 1
    return done


def _page(
    request: HttpRequest,
    given: Any,
    *,
    ticked: Sequence[int],
    reason: str = "",
    wrong: str = "",
    form: StepUpForm | None = None,
    status: int = 200,
) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    chosen = _chosen(given)
    asked = _asked(chosen)
    after = number(given.get("after", ""))
    page = held_list.page(chosen, after=after)
    counts = held_list.counts()
    instruments = Instrument.objects.in_bulk([pk for pk in counts.by_instrument if pk is not None])
    place = {**asked, "after": after} if after is not None else asked
    is_all_ticked = given.get("tick") == "all"
    context: dict[str, Any] = {
        "page": page,
        "at": database_now(),
        "chosen": chosen,
        "asked": place,
        "counts": counts,
        "holds": [
            (code, counts.by_hold[code]) for code in held_list.known_holds([*counts.by_hold])
        ],
        "instruments": sorted(instruments.values(), key=lambda one: one.code),
        "unknown": UNKNOWN,
        "has_unknown": bool(counts.by_instrument[None]),
        "ticked": {item.pk for item in page.items} if is_all_ticked else set(ticked),
        "tick_all": "?" + urlencode({**place, "tick": "all"}),
        "tick_none": "?" + urlencode(place),
        "reason": reason,
        "wrong": wrong,
        "may_decide": policy.can(principal, DECIDE),
        "may_map": policy.can(principal, "assays.catalogue.draft"),
        "signed": [
            name for name, (*_act, right) in SIGNED.items() if policy.reaches(principal, right)
        ],
        "form": form or StepUpForm(request=request, label_suffix=""),
    }
    if after is not None:
        context["first"] = "?" + urlencode(asked)
    if page.after is not None:
        context["next"] = "?" + urlencode({**asked, "after": page.after})
    return render(request, "assays/held_items.html", context, status=status)


def _chosen(given: Any) -> Chosen:
    instrument = given.get("instrument", "")
    return Chosen(
        hold=given.get("hold", "").replace("\x00", "")[:32],
        instrument=number(instrument),
        is_unknown_source=instrument == UNKNOWN,
        message=number(given.get("message", "")),
    )


def _asked(chosen: Chosen) -> dict[str, Any]:
    asked = {
        "hold": chosen.hold,
        "instrument": UNKNOWN if chosen.is_unknown_source else chosen.instrument,
        "message": chosen.message,
    }
    return {name: value for name, value in asked.items() if value not in (None, "")}


def _done_words(move: str, count: int) -> str:
    if move in SIGNED:
        return ngettext("%(n)d item signed.", "%(n)d items signed.", count) % {"n": count}
    if move == "reject":
        words = ngettext("%(n)d item rejected.", "%(n)d items rejected.", count)
    else:
        words = ngettext(
            "%(n)d item will be read again in a moment.",
            "%(n)d items will be read again in a moment.",
            count,
        )
    return words % {"n": count}
