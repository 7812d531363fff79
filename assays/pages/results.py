"""One result with everything behind it, and the buttons that move it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from assays.actions import result_checks, results
from assays.models import Result, ResultHold
from assays.pages import shown
from assays.pages.result_acts import ACTS, Act
from assays.queries import bench, beside, signatures, worklist
from assays.rules.reference_intervals import Resolution
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires, requires_by
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.admin import ReasonForm
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse, sentence
from patients import queries as registry


def find(principal: Principal, result_id: int) -> Result:
    """Return the result if it is in reach; Http404 otherwise (the two look alike)."""
    rows = worklist.with_evaluations(policy.scope(principal, Result.objects.filter(pk=result_id)))
    # Planning more than ten joins takes far longer than fetching some of what they join apart.
    found: Result | None = (
        rows.select_related(
            *("instrument", "corrects", "order_item__order", "transmission_item", "signature"),
            "assay_version__assay",
        )
        .prefetch_related("plausibility_override__recorded_by__user")
        .first()
    )
    if found is None:
        raise Http404
    Principal.objects.fill_in([found], "entered_by", "recorded_by", "verified_by", "released_by")
    return found


@require_http_methods(["GET", "HEAD"])
@requires("assays.result.view")
def show(request: HttpRequest, result_id: int) -> HttpResponse:
    """Show one result: value, range, flags with their trace, who did what, earlier values."""
    principal = request.principal  # type: ignore[attr-defined]
    return _page(request, find(principal, result_id), {})


@sensitive_post_parameters("password")
@require_http_methods(["POST"])
@requires_by("move", {name: act.permission for name, act in ACTS.items()})
def move(request: HttpRequest, result_id: int, move: str) -> HttpResponse:
    """Do what one of the page's buttons says, from the state the page showed."""
    principal = request.principal  # type: ignore[attr-defined]
    result = find(principal, result_id)
    act = ACTS[move]
    policy.check(principal, act.permission, result)
    form = _form(request, result, move, bound=True)
    if not form.is_valid():
        return _page(request, result, {move: form}, status=422)
    try:
        act.act(
            result=result,
            by=principal,
            at=database_now(),
            expected=_expected(request, result),
            **_given(request, result, act, form),
        )
    except Refusal as refusal:
        refuse(form, refusal)
        messages.error(request, sentence(refusal))
        return _page(request, find(principal, result_id), {move: form}, status=refusal.status)
    messages.success(request, _("%(label)s: done.") % {"label": act.label})
    return HttpResponseRedirect(reverse("result", args=[result_id]))


@require_http_methods(["POST"])
@requires("assays.result.hold")
def clear_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Clear one hold, with what was found."""
    principal = request.principal  # type: ignore[attr-defined]
    hold = ResultHold.objects.select_related("result__specimen", "result__analyte").filter(
        pk=hold_id
    )
    found = hold.first()
    if found is None or not policy.can(principal, "assays.result.view", found.result):
        raise Http404
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            results.clear_hold(
                hold=found, by=principal, at=database_now(), reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            messages.error(request, sentence(refusal))
            status = refusal.status
        else:
            messages.success(request, _("The hold is cleared."))
            return HttpResponseRedirect(reverse("result", args=[found.result_id]))
    else:
        messages.error(request, _("Say what was found before you clear a hold."))
        status = 422
    return _page(request, find(principal, found.result_id), {}, status=status, clearing=found.pk)


def _about(result: Result) -> str:
    return f"result {result.pk}"


def _given(request: HttpRequest, result: Result, act: Act, form: Any) -> dict[str, Any]:
    """Return what the form asks, as the action takes it.

    Who signs brings what this server showed them: they sign nothing that they have not seen, and
    a form that is sent twice is not signed twice.
    """
    given = dict(form.cleaned_data)
    if act.is_signed:
        for name in ("password", "meaning", "remark"):
            given.pop(name, None)
        principal = request.principal  # type: ignore[attr-defined]
        seen = shown.read(request.POST.get("shown", ""), by=principal, about=_about(result))
        given["signing"] = replace(form.signing, seen=seen)
    return given


def _expected(request: HttpRequest, result: Result) -> ResultStatus:
    """Return the state that the page showed when its button was pressed."""
    expected = request.POST.get("expected", "")
    return ResultStatus(expected) if expected in list(ResultStatus) else ResultStatus(result.status)


def _page(
    request: HttpRequest,
    result: Result,
    forms_shown: dict[str, Any],
    status: int = 200,
    clearing: int | None = None,
) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    reads.record(by=principal, purpose="result", objects=[result], person_id=result.person_id)
    row = worklist.rows([result])[0]
    context = {
        "banner": registry.banner(result.person, at=database_now()),
        "result": result,
        "resolution": Resolution.from_json(result.reference),
        "events": result.events.select_related("recorded_by__user").order_by("id"),
        "buttons": _buttons(request, result, forms_shown),
        "is_own": result_checks.is_own(result, principal),
        "may_clear": policy.can(principal, "assays.result.hold", result),
        "clearing": clearing,
        "typed": request.POST,
        "may_see_message": policy.can(principal, "assays.transmission.view"),
        "may_see_signatures": policy.can(principal, "assays.signature.view", result),
        "lots": bench.lots_of_result(result) if policy.can(principal, "assays.bench.view") else [],
        "signed": signatures.of_result(result.pk),
        **beside.of(result, row, principal),
        "shown": shown.token([row.shown], to=principal, about=_about(result)),
    }
    return render(request, "assays/result.html", context, status=status)


def _buttons(
    request: HttpRequest, result: Result, forms_shown: dict[str, Any]
) -> list[dict[str, Any]]:
    principal = request.principal  # type: ignore[attr-defined]
    is_own = result_checks.is_own(result, principal)
    return [
        {
            "name": name,
            "act": act,
            "form": forms_shown.get(name) or _form(request, result, name),
        }
        for name, act in ACTS.items()
        if act.applies(result)
        and policy.can(principal, act.permission, result)
        and not (is_own and name in ("verify", "release", "choose"))
    ]


def _form(request: HttpRequest, result: Result, name: str, *, bound: bool = False) -> Any:
    data = request.POST if bound else None
    return ACTS[name].form(data, request=request, result=result, auto_id=f"{name}-%s")
