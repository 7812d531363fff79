"""One order of quarantine: its course, its release criteria, and what may be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.pages.acts import OK, attempt
from consent.actions import quarantine_releases
from consent.models import ReleaseRequest
from consent.pages.quarantine_forms import LiftForm, ReasonForm
from consent.pages.reach import principal_of
from consent.queries.quarantine_release import no_longer_met, standing_of
from consent.rules.quarantine_release import Verdict
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from patients import queries as registry
from patients.actions import quarantine, quarantine_breaches, quarantine_reviews
from patients.forms import fill_in
from patients.models import Exposure, QuarantineOrder
from patients.pages.quarantine_forms import BreachForm, ReviewForm
from patients.queries import quarantine as found_orders
from patients.queries import quarantine_lists
from patients.queries.quarantine_lists import row_of, stands
from patients.rules.quarantine import State

VIEW = quarantine_lists.VIEW
EXPOSURES, RESULTS = "patients.exposure.view", "assays.result.view"
MEET = "patients.exposure.record"
OVER = (State.ENDED, State.LIFTED)
# Each move of the page with its form, what it needs, and its act.
MOVES: dict[str, tuple[type[forms.Form], str, Callable[..., Any]]] = {
    "review": (ReviewForm, quarantine_reviews.REVIEW, quarantine_reviews.record),
    "breach": (BreachForm, quarantine_breaches.BREACH, quarantine_breaches.record),
    "lift": (LiftForm, quarantine.LIFT, quarantine.lift),
    "ask": (ReasonForm, quarantine.LIFT, quarantine_releases.ask),
    "agree": (forms.Form, quarantine.LIFT, quarantine_releases.agree),
    "refuse": (ReasonForm, quarantine.LIFT, quarantine_releases.refuse),
    "take_back": (ReasonForm, quarantine_breaches.BREACH, quarantine_breaches.retract),
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def show(request: HttpRequest, quarantineorder_id: int) -> HttpResponse:
    """Show one order with its course and criteria; review it, record a breach, or end it."""
    principal = principal_of(request)
    order = _order(principal, quarantineorder_id)
    bound: tuple[str, forms.Form] | None = None
    status = OK
    if request.method == "POST":
        move, form, status = _act(request, principal, order)
        if status == OK:
            return redirect("quarantine-order", order.pk)
        bound = None if form is None else (move, form)
    reads.record(by=principal, purpose="quarantine", objects=[order], person_id=order.person_id)
    context = _context(principal, order, bound)
    return render(request, "consent/quarantine.html", context, status=status)


def _order(principal: Any, pk: int) -> QuarantineOrder:
    rows = policy.scope(principal, QuarantineOrder.objects.filter(pk=pk), VIEW)
    asked = ReleaseRequest.objects.select_related("answer__recorded_by__user", "recorded_by__user")
    whole = found_orders.whole(rows).select_related("lift__release__request")
    found: QuarantineOrder | None = whole.prefetch_related(
        Prefetch("release_requests", asked.order_by("id"))
    ).first()
    if found is None:
        raise Http404
    return found


def _act(
    request: HttpRequest, principal: Any, order: QuarantineOrder
) -> tuple[str, forms.Form | None, int]:
    """Try the move that the form names; return it with its form and what came of it."""
    move = request.POST.get("move", "")
    if move not in MOVES:
        messages.error(request, _("Choose what to do."))
        return move, None, 422
    made, permission, act = MOVES[move]
    if not policy.can(principal, permission, order.person):
        raise NotAllowed(_("You may not do this."))
    form = made(request.POST, prefix=move, label_suffix="")
    fill_in(form, by=principal, permission=MEET)
    if "contacts" in form.fields:
        fill_in_contacts(form, principal)
    if not form.is_valid():
        return move, form, 422
    given = {**_subject(order, move, request), **form.cleaned_data}
    done = {
        "review": _("The review is recorded."),
        "breach": _("The breach is recorded."),
        "lift": _("The quarantine is lifted."),
        "ask": _("Somebody else has to agree now."),
        "agree": _("The quarantine is lifted."),
        "refuse": _("The request is refused."),
        "take_back": _("The breach is taken back."),
    }[move]
    return move, form, attempt(request, act, beside=form, done=done, **given).status


def fill_in_contacts(form: forms.Form, principal: Any) -> None:
    """Let the field of several persons find them within the reach of who records exposures."""
    one = form.fields["contacts"].one  # type: ignore[attr-defined]
    one.by, one.permission = principal, MEET


def _subject(order: QuarantineOrder, move: str, request: HttpRequest) -> dict[str, Any]:
    """Return what a move is about: the order, its open request, or one of its breaches."""
    if move in ("agree", "refuse"):
        waiting = [one for one in order.release_requests.all() if not hasattr(one, "answer")]
        if not waiting:
            raise Http404
        return {"asked": waiting[0]}
    if move == "take_back":
        asked = request.POST.get("breach", "")
        for one in order.breaches.all():
            if str(one.pk) == asked and not one.is_retraction:
                return {"breach": one}
        raise Http404
    return {"order": order}


def _context(
    principal: Any, order: QuarantineOrder, bound: tuple[str, forms.Form] | None
) -> dict[str, Any]:
    at, person = database_now(), order.person
    state = found_orders.value(order).state(at=at)
    release = standing_of(order, at=at)
    requests = list(order.release_requests.all())
    waiting = next((one for one in requests if not hasattr(one, "answer")), None)
    may = {
        "review": policy.can(principal, quarantine_reviews.REVIEW, person),
        "breach": policy.can(principal, quarantine_breaches.BREACH, person),
        "meet": policy.can(principal, MEET),
        "lift": policy.can(principal, quarantine.LIFT, person),
        "exposures": policy.can(principal, EXPOSURES, person),
        "results": policy.can(principal, RESULTS, person),
    }
    moves = _offered(state, release.verdict, may, waiting=waiting, principal=principal)
    kept = getattr(getattr(order, "lift", None), "release", None)
    return {
        "banner": registry.banner(person, at=at),
        "person": person,
        "order": order,
        "row": row_of(order, at=at),
        "state": state,
        "is_over": state in OVER,
        "release": release,
        "kept": kept,
        "gone": no_longer_met([kept]).get(kept.pk, []) if kept else [],
        "requests": requests,
        "waiting": waiting,
        "is_own_request": waiting is not None and waiting.recorded_by_id == principal.pk,
        "breaches": [one for one in order.breaches.all() if stands(one)],
        "changed_exposures": _changed(order),
        "forms": {name: _form(name, bound) for name in moves},
        "may": may,
        "at": at,
    }


def _offered(
    state: State, verdict: Verdict, may: dict[str, bool], *, waiting: Any, principal: Any
) -> list[str]:
    """Return which moves make sense now for this reader; the action decides."""
    found = []
    if state is State.IN_FORCE and may["review"]:
        found.append("review")
    if may["breach"] and state in (State.IN_FORCE, *OVER):
        found += ["breach"]
    if may["lift"] and state not in OVER:
        if verdict in quarantine_releases.ALLOWED:
            found.append("lift")
        elif waiting is None:
            found.append("ask")
        else:
            found += ["refuse"] if waiting.recorded_by_id == principal.pk else ["agree", "refuse"]
    return found


def _form(name: str, bound: tuple[str, forms.Form] | None) -> forms.Form:
    if bound is not None and bound[0] == name:
        return bound[1]
    return MOVES[name][0](prefix=name, label_suffix="")


def _changed(order: QuarantineOrder) -> list[Exposure]:
    """Return the exposures on which the end rests that were corrected or taken back since."""
    resting = [order.basis, *(one.exposure for one in order.standing_extensions)]
    return [one for one in resting if one is not None and hasattr(one, "corrected_by")]
