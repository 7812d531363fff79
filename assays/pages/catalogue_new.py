"""Adding a test or a panel: drafts that somebody else approves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assays.actions import catalogue
from assays.models import PanelVersion
from assays.pages import version_moves
from assays.pages.acts import attempt
from assays.pages.catalogue_forms import PanelForm, TestForm
from assays.queries import assays as queries
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number

VIEW, DRAFT = "assays.catalogue.view", "assays.catalogue.draft"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DRAFT)
def test(request: HttpRequest) -> HttpResponse:
    """Add a test as the draft of its first version."""
    form = _form(request, TestForm)
    if request.method == "POST" and form.is_valid():
        made = drafted(request, form, lambda who: catalogue.add_test(**form.given(), **who))
        if made is not None:
            return HttpResponseRedirect(reverse("assay", args=[made.assay_id]))
    return answered(request, form, _("Add a test"), reverse("catalogue"))


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def panels(request: HttpRequest) -> HttpResponse:
    """List the panels with what each holds, in force and drafted."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = queries.panel_versions(policy.scope(principal, PanelVersion.objects.all()))
    context = {
        "versions": [(one, version_moves.buttons(principal, one)) for one in rows],
        "may_draft": policy.can(principal, DRAFT),
    }
    return render(request, "assays/panels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DRAFT)
def panel(request: HttpRequest) -> HttpResponse:
    """Draft what a panel is to hold, or the next version of the one that `?from=` names."""
    form = _form(request, PanelForm, _panel_initial(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if drafted(request, form, lambda who: catalogue.draft_panel(**given, **who)) is not None:
            return HttpResponseRedirect(reverse("panels"))
    return answered(request, form, _("Draft a panel"), reverse("panels"))


def drafted(request: HttpRequest, form: Any, act: Callable[[dict[str, Any]], Any]) -> Any:
    """Do one action with who and when; what it refuses is shown beside its field."""
    done = _("Drafted. Somebody else approves it.")
    return attempt(request, lambda **who: act(who), beside=form, done=done).made


def answered(request: HttpRequest, form: Any, title: Any, back: str, **more: Any) -> HttpResponse:
    """Show a form, with what was refused."""
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": title, "back": back, **more}
    return render(request, "assays/catalogue_draft.html", context, status=status)


def _form(request: HttpRequest, kind: type[Any], initial: dict[str, Any] | None = None) -> Any:
    data = request.POST if request.method == "POST" else None
    principal = request.principal  # type: ignore[attr-defined]
    return kind(data, principal=principal, initial=initial or {})


def _panel_initial(request: HttpRequest) -> dict[str, Any]:
    principal = request.principal  # type: ignore[attr-defined]
    chosen = PanelVersion.objects.filter(pk=number(request.GET.get("from")))
    found = next(iter(queries.panel_versions(policy.scope(principal, chosen))), None)
    if found is None:
        return {}
    codes = " ".join(member.assay.analyte.code for member in found.members.all())
    return {"code": found.panel.code, "name": found.panel.name, "assays": codes}


move_panel = version_moves.of(PanelVersion, "panelversion_id", lambda version: reverse("panels"))
