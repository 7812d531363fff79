"""What is sent to instruments and other systems: the queue, what is on the line, what is left."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assays.actions import dispatches
from assays.actions.dispatches import DECIDE
from assays.models import Dispatch, DispatchEvent, TransmissionFrame
from assays.pages.acts import OK, attempt
from assays.queries import outbox as queries
from assays.queries import overtaken
from assays.queries.concerned import told_of
from assays.queries.outbox import LEFT, WAITING, Chosen
from assays.rules.dispatching import DISPATCH, DispatchKind, DispatchStatus
from assays.rules.dispatching import LEFT as DISPATCH_LEFT
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number, text
from labsys.lib.choices import choices

VIEW = "assays.transmission.view"
SHOWN_BYTES = 64 * 1024
SHOWN_FRAMES = 200
LONGEST_TEXT = 200
MOVES = {"retry": dispatches.retry, "withdraw": dispatches.withdraw}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=DECIDE)
def index(request: HttpRequest) -> HttpResponse:
    """Show what is sent, the newest first, and how much waits where; decide about ticked ones."""
    status = OK
    if request.method == "POST":
        status = _decide_many(request)
        if status == OK:
            return HttpResponseRedirect(f"{reverse('outbox')}?{request.GET.urlencode()}")
    chosen, before = _chosen(request), number(request.GET.get("before", ""))
    page, asked = queries.page(chosen, before=before), _asked(_chosen(request))
    context: dict[str, Any] = {
        "page": page,
        "lines": queries.lines(),
        "chosen": chosen,
        "instruments": queries.receivers(),
        "statuses": choices(DispatchStatus),
        "groups": [(LEFT, _("waits for a decision")), (WAITING, _("waits to be sent"))],
        "kinds": choices(DispatchKind),
        "may_decide": policy.can(_principal(request), DECIDE),
        "decidable": _DECIDABLE,
        "offers": any(one.status in _DECIDABLE for one in page.rows),
        "reason": text(request.POST, "reason"),
        "wrong": _missing(request),
        "ticked": _ticked(request),
        "newest": "?" + urlencode(asked) if before is not None else "",
        "older": "?" + urlencode({**asked, "before": page.before}) if page.before else "",
    }
    return render(request, "assays/outbox.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=DECIDE)
def show(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Show one message: what it says, each attempt, what was answered; decide about it."""
    dispatch = _find(_principal(request), dispatch_id)
    status = OK
    if request.method == "POST":
        status = _decide(request, dispatch)
        if status == OK:
            return HttpResponseRedirect(reverse("dispatch", args=[dispatch.pk]))
        dispatch.refresh_from_db()
    _record(_principal(request), dispatch)
    events = dispatch.events.select_related("recorded_by__user", "session").order_by("pk")
    now = DispatchStatus(dispatch.status)
    may_decide = policy.can(_principal(request), DECIDE)
    is_left = may_decide and now in DISPATCH_LEFT
    why_not = overtaken.why(dispatch) if is_left else ""
    content = bytes(dispatch.content)
    context: dict[str, Any] = {
        "dispatch": dispatch,
        "content": content[:SHOWN_BYTES],
        "is_cut": len(content) > SHOWN_BYTES,
        "size": len(content),
        "may_see_order": dispatch.order is not None
        and policy.can(_principal(request), "assays.order.view", dispatch.order),
        "answer": bytes(dispatch.answer)[:SHOWN_BYTES],
        "events": events,
        "frames": _frames(dispatch),
        "may_retry": is_left and not why_not,
        "why_not": why_not,
        "may_withdraw": may_decide and DISPATCH.can_move(now, _WITHDRAWN),
        "reason": text(request.POST, "reason"),
        "wrong": _missing(request),
    }
    return render(request, "assays/dispatch.html", context, status=status)


_WITHDRAWN, _SENDING = DispatchStatus.WITHDRAWN, DispatchStatus.SENDING
_DECIDABLE = [state for state in DispatchStatus if DISPATCH.can_move(state, _WITHDRAWN)]


def _principal(request: HttpRequest) -> Principal:
    found: Principal = request.principal  # type: ignore[attr-defined]
    return found


def _find(principal: Principal, dispatch_id: int) -> Dispatch:
    rows = policy.scope(principal, Dispatch.objects.all())
    found: Dispatch | None = (
        rows.filter(pk=dispatch_id)
        .select_related("instrument", "specimen", "order", "recorded_by__user")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _record(principal: Principal, dispatch: Dispatch) -> None:
    """Put the read on record, for the person whom the message is about."""
    reads.record(by=principal, purpose="dispatch", objects=[dispatch], person_id=told_of)


def _frames(dispatch: Dispatch) -> list[TransmissionFrame]:
    """Return what left and what was answered in the last attempt, until the next message's turn."""
    sent = dispatch.events.filter(new=_SENDING).order_by("-pk").first()
    if sent is None or sent.session_id is None:
        return []
    rows = TransmissionFrame.objects.filter(
        session_id=sent.session_id,
        verdict__in=["SENT", "ANSWER", "STRAY"],
        at__gte=sent.recorded_at,
    )
    turn = (
        DispatchEvent.objects.filter(
            session_id=sent.session_id, new=_SENDING, recorded_at__gt=sent.recorded_at
        )
        .order_by("recorded_at", "pk")
        .first()
    )
    if turn is not None:
        rows = rows.filter(at__lt=turn.recorded_at)
    return list(rows.order_by("sequence", "id")[:SHOWN_FRAMES])


def _decide(request: HttpRequest, dispatch: Dispatch) -> int:
    move = text(request.POST, "move", most=20)
    if move not in MOVES:
        messages.error(request, _("Choose what is to be done."))
        return 422
    if _missing(request):
        return 422
    act = partial(MOVES[move], dispatch=dispatch, reason=text(request.POST, "reason"))
    done = _("It is sent again.") if move == "retry" else _("Withdrawn.")
    return attempt(request, act, done=done).status


def _decide_many(request: HttpRequest) -> int:
    """Decide the same of every ticked message; each by itself, so that one keeps no other back."""
    move = text(request.POST, "move", most=20)
    ids = _ticked(request)
    if move not in MOVES or not ids:
        messages.error(request, _("Tick messages, and choose what is to be done."))
        return 422
    if _missing(request):
        return 422
    rows = policy.scope(_principal(request), Dispatch.objects.filter(pk__in=ids))
    reason, worst, done = text(request.POST, "reason"), OK, 0
    for dispatch in rows.order_by("pk"):
        tried = attempt(request, MOVES[move], dispatch=dispatch, reason=reason)
        worst, done = max(worst, tried.status), done + (tried.status == OK)
    if done:
        said = ngettext("%(n)d message was decided.", "%(n)d messages were decided.", done)
        messages.success(request, said % {"n": done})
    return OK if done else worst


def _missing(request: HttpRequest) -> str:
    """Return what is said beside the reason, where none was given for what was to be done."""
    is_asked = request.method == "POST" and not text(request.POST, "reason")
    return _("Say why, in a few words: the reason stays on record.") if is_asked else ""


def _ticked(request: HttpRequest) -> list[int]:
    return [n for given in request.POST.getlist("dispatch") if (n := number(given)) is not None]


def _chosen(request: HttpRequest) -> Chosen:
    status, kind = request.GET.get("status", ""), request.GET.get("kind", "")
    return Chosen(
        instrument=number(request.GET.get("instrument", "")),
        status=status if status in (LEFT, WAITING, *DispatchStatus) else "",
        kind=kind if kind in list(DispatchKind) else "",
        text=request.GET.get("q", "").strip().replace("\x00", "")[:LONGEST_TEXT],
    )


def _asked(chosen: Chosen) -> dict[str, Any]:
    given = {
        "instrument": chosen.instrument,
        "status": chosen.status,
        "kind": chosen.kind,
        "q": chosen.text,
    }
    return {name: value for name, value in given.items() if value}
