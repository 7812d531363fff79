"""Look-backs: the list, a new one for a window of time, and the results of one to decide about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from assays.actions import look_backs
from assays.actions.look_backs import CLOSE, DECIDE, OPEN
from assays.models import Instrument, LookBack, LookBackDecision, Nonconformity, Result
from assays.pages.acts import OK, attempt
from assays.queries import control_items
from assays.queries import look_backs as queries
from assays.queries.look_backs import Cursor
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence
from patients.forms import MomentField

VIEW = "assays.lookback.view"
LISTED = 50


class WindowForm(forms.Form):
    """Asks for instrument, assay and the time in which something was wrong."""

    cause = forms.ChoiceField(
        label=gettext_lazy("What was wrong"),
        choices=[one for one in LookBack.Cause.choices if one[0] != LookBack.Cause.CONTROL],
    )
    instrument = forms.ModelChoiceField(
        label=gettext_lazy("Instrument"), queryset=Instrument.objects.order_by("name")
    )
    assay = forms.ModelChoiceField(label=gettext_lazy("Assay"), queryset=None)
    since = MomentField(label=gettext_lazy("Measured from"))
    until = MomentField(label=gettext_lazy("Measured before"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["assay"].queryset = control_items.assays()  # type: ignore[attr-defined]


@require_safe
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List look-backs, the open ones or all, the newest first."""
    rows = LookBack.objects.select_related(
        "instrument", "assay__analyte", "recorded_by__user", "closed_by__user"
    )
    is_all = request.GET.get("show") == "all"
    if not is_all:
        rows = rows.filter(closed_at=None)
    before = number(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: LISTED + 1])
    context: dict[str, Any] = {
        "rows": found[:LISTED],
        "is_all": is_all,
        "may_open": policy.can(request.principal, OPEN),  # type: ignore[attr-defined]
    }
    if len(found) > LISTED:
        asked = {"show": "all"} if is_all else {}
        context["next"] = "?" + urlencode({**asked, "before": found[LISTED - 1].pk})
    return render(request, "assays/look_backs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(OPEN)
def new(request: HttpRequest) -> HttpResponse:
    """Open a look-back for a window of time."""
    is_post = request.method == "POST"
    form = WindowForm(request.POST if is_post else None, initial={"until": database_now()})
    status = OK
    if is_post:
        status = 422
        if form.is_valid():
            tried = attempt(request, look_backs.open_window, beside=form, **form.cleaned_data)
            if tried.status == OK:
                return HttpResponseRedirect(reverse("look-back", args=[tried.made.pk]))
            status = tried.status
    return render(request, "assays/look_back_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=DECIDE)
def show(request: HttpRequest, lookback_id: int) -> HttpResponse:
    """Show the results of a look-back, or carry out what was ticked."""
    look_back = _find(lookback_id)
    if request.method == "POST":
        return _decide(request, look_back)
    return _page(request, look_back, request.GET)


@require_http_methods(["POST"])
@requires(CLOSE)
def close(request: HttpRequest, lookback_id: int) -> HttpResponse:
    """Close a look-back in which everything is decided."""
    look_back = _find(lookback_id)
    by = request.principal  # type: ignore[attr-defined]
    conclusion = request.POST.get("conclusion", "")[:2000]
    try:
        look_backs.close(look_back=look_back, by=by, at=database_now(), conclusion=conclusion)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return _page(request, look_back, {"conclusion": conclusion}, status=refusal.status)
    messages.success(request, _("The look-back is closed."))
    return HttpResponseRedirect(reverse("look-back", args=[lookback_id]))


def _decide(request: HttpRequest, look_back: LookBack) -> HttpResponse:
    by = request.principal  # type: ignore[attr-defined]
    ticked = [one for text in request.POST.getlist("result") if (one := number(text)) is not None]
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "").strip()
    if not ticked or decision not in LookBackDecision.Decision.values:
        wrong = _("Tick the results first, then choose what to do with them.")
        return _page(request, look_back, request.POST, ticked=ticked, wrong=wrong, status=422)
    if not reason:
        wrong = _("Say why, in a few words: the reason stays on record with each result.")
        return _page(request, look_back, request.POST, ticked=ticked, wrong=wrong, status=422)
    rows = policy.scope(by, Result.objects.filter(pk__in=ticked[: queries.PAGE]))
    chosen = list(rows.select_related("specimen", "analyte", "order_item", "assay_version"))
    try:
        refused = look_backs.decide(
            look_back=look_back,
            chosen=chosen,
            decision=decision,
            by=by,
            at=database_now(),
            reason=reason[:1000],
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return _page(request, _find(look_back.pk), request.POST, status=refusal.status)
    if refused:
        wrong = _("Nothing was done: what keeps it from being done stands beside each value.")
        why = {pk: sentence(one) for pk, one in refused.items()}
        return _page(
            request, look_back, request.POST, ticked=ticked, wrong=wrong, refused=why, status=409
        )
    done = len(chosen)
    words = ngettext("Decided about %(n)d result.", "Decided about %(n)d results.", done)
    messages.success(request, words % {"n": done})
    after = Cursor.read(request.POST.get("after", ""))
    query = "?" + urlencode({"after": str(after)}) if after is not None else ""
    return HttpResponseRedirect(reverse("look-back", args=[look_back.pk]) + query)


def _find(id_: int) -> LookBack:
    rows = LookBack.objects.select_related(
        "instrument", "assay__analyte", "hold", "recorded_by__user", "closed_by__user"
    )
    found: LookBack | None = rows.filter(pk=id_).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    look_back: LookBack,
    given: Any,
    *,
    ticked: list[int] | None = None,
    wrong: str = "",
    refused: Mapping[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    by = request.principal  # type: ignore[attr-defined]
    after = Cursor.read(given.get("after", ""))
    # Whoever opens no patient's record sees how many results are left, and none of them.
    sees_results = policy.can(by, "assays.result.view")
    page = queries.page(look_back, after=after) if sees_results else None
    if page is not None and page.rows:
        shown = [row.result for row in page.rows]
        reads.record(by=by, purpose="look-back", objects=shown, person_id=_person)
    why = refused or {}
    context: dict[str, Any] = {
        "look_back": look_back,
        "page": page,
        "lines": [(row, why.get(row.result.pk, "")) for row in page.rows] if page else [],
        "after": str(after or ""),
        "ends_at": queries.ends_at(look_back),
        "counts": queries.counts(look_back),
        "nonconformity": _nonconformity(look_back),
        "decisions": [
            (LookBackDecision.Decision.HOLD, _("Hold")),
            (LookBackDecision.Decision.REPEAT, _("Ask for a repeat")),
            (LookBackDecision.Decision.CORRECT, _("Have it corrected")),
            (LookBackDecision.Decision.INFORM, _("Inform the readers")),
            (LookBackDecision.Decision.ACCEPT, _("Let it stand")),
        ],
        "ticked": set(ticked or ()),
        "wrong": wrong,
        "reason": given.get("reason", ""),
        "conclusion": given.get("conclusion", ""),
        "may_decide": look_back.closed_at is None and policy.can(by, DECIDE),
        "may_close": look_back.closed_at is None and policy.can(by, CLOSE),
    }
    if after is not None:
        context["first"] = reverse("look-back", args=[look_back.pk])
    if page is not None and page.after is not None:
        context["next"] = "?" + urlencode({"after": str(page.after)})
    return render(request, "assays/look_back.html", context, status=status)


def _person(result: Result) -> int:
    return result.person_id


def _nonconformity(look_back: LookBack) -> Nonconformity | None:
    rows = Nonconformity.objects.filter(
        source_table=LookBack._meta.db_table, source_id=look_back.pk
    )
    found: Nonconformity | None = rows.order_by("id").first()
    return found
