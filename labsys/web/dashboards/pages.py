"""The dashboard: the newest count, arranged for reading; having the figures counted anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import dashboards as actions
from assays.models import FigureSnapshot
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.web.dashboards.presenting import agent_of, agents_of, presented, usual
from labsys.web.dashboards.shapes import Asked
from patients.forms import DayField

VIEW, ISSUE = actions.VIEW, actions.ISSUE
LONGEST_DAYS = 731
# Counted every ten minutes: what is older than this was not.
STALE = timedelta(minutes=30)


class AskedForm(forms.Form):
    """Which agent, and which days of the curves."""

    agent = forms.ChoiceField(label=gettext_lazy("Agent"), required=False)
    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("Until"))

    def __init__(self, content: Any, data: Any) -> None:
        self.usual = usual(content)
        first = {"agent": self.usual.agent, "since": self.usual.since, "until": self.usual.until}
        given = {name: data[name] for name in first if data.get(name)}
        super().__init__({**first, **given}, label_suffix="")
        field: Any = self.fields["agent"]
        field.choices = [(one["code"], one["name"]) for one in agents_of(content)]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since is None or until is None:
            return found
        if since > until:
            self.add_error("until", _("The period ends before it begins."))
        elif until > self.usual.until:
            self.add_error("until", _("The figures end before that day."))
        elif (until - since).days >= LONGEST_DAYS:
            self.add_error("since", _("Choose at most two years."))
        return found

    @property
    def asked(self) -> Asked:
        """Return what a valid form asks for."""
        found = self.cleaned_data
        return Asked(found["agent"], found["since"], found["until"])


def newest() -> FigureSnapshot | None:
    """Return the newest count."""
    found: FigureSnapshot | None = FigureSnapshot.objects.order_by("-counted_at").first()
    return found


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest) -> HttpResponse:
    """Show the newest figures of an agent; nobody is named, so no look at a patient is recorded."""
    snapshot, at = newest(), database_now()
    context: dict[str, Any] = {"snapshot": snapshot, "is_page": True}
    if snapshot is None:
        return render(request, "web/dashboard.html", context)
    form = AskedForm(snapshot.content, request.GET)
    context |= {"form": form, "is_stale": at - snapshot.counted_at > STALE}
    if not form.is_valid():
        return render(request, "web/dashboard.html", context, status=422)
    principal = request.principal  # type: ignore[attr-defined]
    context |= {
        "said": presented(snapshot.content, form.asked),
        "asked": form.asked,
        "has_agent": agent_of(snapshot.content, form.asked) is not None,
        "may_issue": policy.can(principal, ISSUE),
    }
    return render(request, "web/dashboard.html", context)


@require_http_methods(["POST"])
@requires(VIEW)
def count(request: HttpRequest) -> HttpResponse:
    """Have the figures counted now, by a worker."""
    principal = request.principal  # type: ignore[attr-defined]
    actions.ask(by=principal, at=database_now(), is_urgent=True)
    messages.success(request, _("The figures are being counted: look again in a moment."))
    return HttpResponseRedirect(reverse("dashboard"))
