"""Who came back and is not yet free to go, and what the physician concludes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assays.pages.acts import OK, attempt
from consent.actions import returns
from consent.actions.returns import EVALUATE, WANTING
from consent.models import PostingReturn
from consent.pages.reach import principal_of
from consent.queries import returns as queries
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from patients import queries as registry
from patients.forms import MomentField
from patients.models import QuarantineOrder

VIEW = "consent.return.view"
CHECKS = {
    "medical": "consent.medical.record",
    "psychological": "consent.psychological.record",
    "outcomes": "consent.check.view",
    "evaluate": EVALUATE,
    "open": "consent.clearance.view",
}


class FreeForm(forms.Form):
    """That somebody is free to go."""

    comment = forms.CharField(
        label=_("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ApartForm(forms.Form):
    """The quarantine that a finding asks for."""

    kind = forms.ChoiceField(label=_("Quarantine"), choices=QuarantineOrder.Kind.choices)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
    ends_at = MomentField(
        label=_("Ends at"), required=False, help_text=_("Left empty: until it is lifted.")
    )


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show who came back and is not yet free to go, the longest first."""
    principal = principal_of(request)
    now, after = database_now(), number(request.GET.get("after"))
    page = queries.page(principal, at=now, after=after)
    reads.record(
        by=principal,
        purpose="returns",
        objects=[one.row.posting for one in page.rows],
        person_id=lambda one: one.person_id,
    )
    context = {
        "page": page,
        "now": now,
        "first": "?" if after is not None else "",
        "next": f"?after={page.after}" if page.after else "",
        "may": {name: policy.can(principal, each) for name, each in CHECKS.items()},
    }
    return render(request, "consent/returns.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=EVALUATE)
def evaluate(request: HttpRequest, return_id: int) -> HttpResponse:
    """Show what was done since the return; say that somebody is free to go, or order quarantine."""
    principal = principal_of(request)
    permission = EVALUATE if request.method == "POST" else VIEW
    rows = policy.scope(principal, PostingReturn.objects.filter(pk=return_id), permission)
    row = queries.listed(rows).first()
    if row is None:
        raise Http404
    is_apart = request.POST.get("move") == "apart"
    bound = request.POST if request.method == "POST" else None
    free = FreeForm(None if is_apart else bound, label_suffix="", prefix="free")
    apart = ApartForm(bound if is_apart else None, label_suffix="", prefix="apart")
    form, status = (apart if is_apart else free), OK
    if request.method == "POST":
        status = 422
        if form.is_valid():
            act = returns.keep_apart if is_apart else returns.free
            given = {"posting_return": row, **form.cleaned_data}
            said = _("Quarantine is ordered.") if is_apart else _("%(name)s is free to go.")
            done = said % {"name": row.posting.person.display_name}
            tried = attempt(request, act, beside=form, done=done, **given)
            if tried.status == OK:
                return redirect("returns")
            status = tried.status
    now = database_now()
    person = row.posting.person
    reads.record(by=principal, purpose="return", objects=[row.posting], person_id=person.pk)
    (one,) = queries.standing([row], at=now)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": row.posting.programme,
        "one": one,
        "wanting": [WANTING[lack] for lack in one.lacking],
        "free": free,
        "apart": apart,
        "may": _may(principal, person),
    }
    return render(request, "consent/return.html", context, status=status)


def _may(principal: Any, person: Any) -> dict[str, bool]:
    return {name: policy.can(principal, each, person) for name, each in CHECKS.items()}
