"""The rota of a work group: a week at a glance, shifts put and cancelled, a week planned as the last."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import shifts as actions
from assays.models import Shift, WorkGroup
from assays.pages import rota_weeks
from assays.pages.acts import OK, attempt
from assays.pages.rota_weeks import Week
from assays.pages.work_groups import UNFIT, GroupForm, about, found
from assays.queries import shifts as queries
from assays.queries import work_groups as groups
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from patients.forms import MomentField

VIEW = "assays.group.view"


class ShiftForm(GroupForm):
    """Who is to be on duty, from when until when."""

    principal = forms.ModelChoiceField(label=gettext_lazy("Who"), queryset=None)
    starts_at = MomentField(label=gettext_lazy("From"))
    ends_at = MomentField(label=gettext_lazy("Until"))

    def __init__(self, *args: Any, members: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Principal.objects.filter(pk__in=members).select_related("user").order_by("name")
        self.fields["principal"].queryset = people  # type: ignore[attr-defined]
        self.fields["principal"].label_from_instance = lambda one: one.display_name  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def show(request: HttpRequest, group_code: str) -> HttpResponse:
    """Show a week of a group's rota with its gaps, and plan it."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    group = found(group_code)
    context = about(by, group, at)
    given = request.POST if request.method == "POST" else request.GET
    members = groups.members(group, at=at)
    monday = rota_weeks.monday_of(given.get("week", ""), at=at)
    week = rota_weeks.week(group, monday, members)
    asked = request.POST.get("act", "") if request.method == "POST" else ""
    form = ShiftForm(
        request.POST if asked == "put" else None,
        members=[one.principal_id for one in members],
        initial={name: _moment(request.GET.get(name, "")) for name in ("starts_at", "ends_at")},
    )
    status = OK
    if request.method == "POST":
        status, shown = _act(request, group, week, asked, form, may_plan=context["may_plan"])
        if status == OK:
            query = urlencode({"week": shown})
            return redirect(f"{reverse('work-group-rota', args=[group.code])}?{query}")
    context |= {
        "week": week,
        "gaps": [(one, rota_weeks.lacking(one, group.needed)) for one in week.gaps],
        "this_week": rota_weeks.code_of(rota_weeks.monday_of("", at=at)),
        "on_duty": queries.on_duty([group], at),
        "following": queries.following([group], at),
        "form": form if context["may_plan"] else None,
        "cancelling": _shift(group, given.get("cancel", "")) if context["may_plan"] else None,
    }
    if context["may_plan"] and "plan" in given:
        planned = rota_weeks.planned(group, week.shifts, week.monday, at=at)
        context["planned"] = planned
        context["stands_against"] = any(one.against for one in planned)
        context["is_planning"] = True
    return render(request, "assays/groups/rota.html", context, status=status)


def _act(
    request: HttpRequest,
    group: WorkGroup,
    week: Week,
    asked: str,
    form: ShiftForm,
    *,
    may_plan: bool,
) -> tuple[int, str]:
    """Do what was asked; return its status, and the week to be shown then."""
    if asked not in ("put", "cancel", "plan"):
        return UNFIT, week.code
    if not may_plan:
        raise NotAllowed(_("The rota of this group is made by its lead."))
    if asked == "put":
        if not form.is_valid():
            return UNFIT, week.code
        done, given = _("The shift stands in the rota."), {"group": group, **form.cleaned_data}
        return attempt(request, actions.put, beside=form, done=done, **given).status, week.code
    if asked == "cancel":
        shift = _shift(group, request.POST.get("cancel", ""))
        if shift is None:
            raise Http404
        reason = request.POST.get("reason", "").replace("\x00", "")[:2000]
        done = _("The shift is cancelled; it stays on record.")
        tried = attempt(request, actions.cancel, done=done, shift=shift, reason=reason)
        return tried.status, week.code
    begun = [one for one in week.shifts if one.starts_at >= week.start]
    done = _("The next week is planned as this one.")
    given = {"group": group, "shifts": begun, "later": rota_weeks.WEEK}
    return attempt(request, actions.plan_again, done=done, **given).status, week.later


def _shift(group: WorkGroup, text: str) -> Shift | None:
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 - as ids go
        return None
    rows = queries.standing().filter(group=group, pk=int(text))
    shift: Shift | None = rows.select_related("group", "principal__user").first()
    return shift


def _moment(text: str) -> datetime | None:
    """Return a moment that a link proposes for the form; whoever typed the link sees an empty field."""
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    if found is None or found.tzinfo is None or not 2000 <= found.year <= 2200:  # noqa: PLR2004
        return None
    return found
