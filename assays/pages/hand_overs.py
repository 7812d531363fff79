"""Hand-overs of a work group: given, taken by name, worked off, and set right by a further one."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import hand_overs as actions
from assays.models import HandOver, HandOverItem, WorkGroup
from assays.pages import hand_over_forms
from assays.pages.acts import OK, attempt
from assays.pages.work_groups import UNFIT, about, found
from assays.queries import hand_overs as queries
from assays.queries import work_groups as groups
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from patients.models import Person

WORK = actions.WORK
ON_A_PAGE = 10


@require_http_methods(["GET", "HEAD", "POST"])
@requires(WORK)
def index(request: HttpRequest, group_code: str) -> HttpResponse:
    """Show what is open and what was handed over; hand over, take over, finish an item."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    group = found(group_code)
    context = _about(by, group, at)
    persons = _persons(by, group, at)
    data = request.POST if request.method == "POST" else None
    asked = data.get("act", "") if data is not None else ""
    form = hand_over_forms.NoteForm(data if asked == "give" else None)
    items = hand_over_forms.items_of(data if asked == "give" else None, persons)
    status = OK
    if request.method == "POST":
        status = _act(request, group, asked, form, items)
        if status == OK:
            return redirect("work-group-hand-overs", group.code)
    before = number(request.GET.get("before"))
    rows = queries.shown(by, queries.standing(by).filter(group=group)).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    listed = list(rows[: ON_A_PAGE + 1])
    shown = listed[:ON_A_PAGE]
    still_open = queries.open_of(by, group)
    every = [*still_open, *(item for one in shown for item in one.items.all())]
    _looked(by, every, "hand-overs")
    context |= {
        "form": form,
        "items": items,
        "open": still_open,
        "hand_overs": shown,
        "next_url": f"?before={shown[-1].pk}" if len(listed) > ON_A_PAGE else "",
        "not_handed": queries.ended_without(group, at=at) if group.is_active else None,
    }
    return render(request, "assays/groups/hand_overs.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(WORK)
def show(request: HttpRequest, group_code: str, handover_id: int) -> HttpResponse:
    """Show one hand-over, to be printed; whoever gave it sets it right by a further one."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    group = found(group_code)
    context = _about(by, group, at)
    rows = policy.scope(by, HandOver.objects.filter(group=group, pk=handover_id))
    one = queries.shown(by, rows).select_related("corrects", "corrected_by").first()
    if one is None:
        raise Http404
    newer = getattr(one, "corrected_by", None)
    may_correct = newer is None and one.recorded_by_id == by.pk
    data = request.POST if request.method == "POST" else None
    form = hand_over_forms.CorrectionForm(data, initial={"note": one.note})
    items = hand_over_forms.items_of(data, _persons(by, group, at), stated=one)
    status = OK
    if request.method == "POST":
        status, made = _correct(request, one, form, items)
        if made is not None:
            return redirect("work-group-hand-over", group.code, made.pk)
    _looked(by, list(one.items.all()), "hand-over")
    context |= {
        "one": one,
        "newer": newer,
        "form": form if may_correct else None,
        "items": items,
    }
    return render(request, "assays/groups/hand_over.html", context, status=status)


def _correct(
    request: HttpRequest, one: HandOver, form: Any, items: Any
) -> tuple[int, HandOver | None]:
    if not (items.is_bound and form.is_valid() and items.is_valid()):
        return UNFIT, None
    given = {"note": form.cleaned_data["note"], "items": hand_over_forms.said(items)}
    tried = attempt(
        request,
        actions.correct,
        beside=form,
        done=_("The hand-over is set right; the next shift takes this one."),
        hand_over=one,
        reason=form.cleaned_data["reason"],
        **given,
    )
    return tried.status, tried.made


def _act(request: HttpRequest, group: WorkGroup, asked: str, form: Any, items: Any) -> int:
    by = request.principal  # type: ignore[attr-defined]
    if asked == "give":
        if not (items.is_bound and form.is_valid() and items.is_valid()):
            return UNFIT
        return attempt(
            request,
            actions.give,
            beside=form,
            done=_("Handed over. Whoever comes next takes it by name."),
            group=group,
            note=form.cleaned_data["note"],
            items=hand_over_forms.said(items),
        ).status
    key = number(request.POST.get("row"))
    if asked == "take":
        rows = queries.standing(by).filter(group=group, pk=key).select_related("group")
        return attempt(
            request, actions.take, done=_("You took this over."), hand_over=_the(rows.first())
        ).status
    if asked == "finish":
        open_items = policy.scope(by, HandOverItem.objects.filter(hand_over__group=group, pk=key))
        said = request.POST.get("done", "").replace("\x00", "")[:2000]
        item = _the(open_items.select_related("hand_over__group").first())
        act = partial(actions.finish, item=item, done=said)
        return attempt(request, act, done=_("The item is finished.")).status
    return UNFIT


def _the(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


def _about(by: Any, group: WorkGroup, at: datetime) -> dict[str, Any]:
    context = about(by, group, at)
    if not context["is_member"]:
        raise NotAllowed(_("Only members of the group read its hand-overs."))
    return context


def _persons(by: Any, group: WorkGroup, at: datetime) -> list[Person]:
    if not policy.can(by, "assays.group.patients"):
        return []
    return [one.person for one in groups.patients(by, group, at=at)]


def _looked(by: Any, items: list[HandOverItem], purpose: str) -> None:
    """Put on record about whom items were shown."""
    objects = {one.pk: one for one in items if one.person_id is not None}.values()
    reads.record(by=by, purpose=purpose, objects=objects, person_id=lambda item: item.person_id)
