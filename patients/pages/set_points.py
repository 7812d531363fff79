"""Set-points of a patient: what is in force, drafting the next, signing it, and the courses."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.accounts.step_ups import StepUpForm
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients import queries as registry
from patients.actions import set_points
from patients.actions.set_points import DRAFT, SIGN
from patients.models import SetPoint
from patients.pages import controller_charts
from patients.pages.acts import OK, UNFIT, attempt, person_in_reach, principal_of
from patients.pages.controllers import QuantityField
from patients.queries import interventions
from patients.queries.control_signatures import digest_of, is_intact
from patients.queries.controller_overviews import overview
from patients.queries.controllers import in_force_for
from patients.rules.controllers import SIGNATURES_NEEDED

VIEW = "patients.controller.view"
ON_A_PAGE = 100


class DraftForm(forms.Form):
    """What is to be kept, within which band, and why."""

    quantity = QuantityField()
    value = forms.DecimalField(
        label=gettext_lazy("Value"),
        required=False,
        help_text=gettext_lazy("Empty: nothing is to be kept any more, and readings have no band."),
    )
    low = forms.DecimalField(
        label=gettext_lazy("Alarm below"),
        required=False,
        help_text=gettext_lazy("The limits themselves lie within the band. Empty: no limit."),
    )
    high = forms.DecimalField(label=gettext_lazy("Alarm above"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def of_person(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a patient's controllers: in force, set in fact, read, and what waits."""
    by, at = principal_of(request), database_now()
    person = person_in_reach(by, uid, VIEW)
    entries = registry.entries(person.pk)
    found = overview(entries, at=at)
    done = controller_charts.done_beside(interventions.of_persons(entries, by), found.courses)
    reads.record(by=by, purpose="controllers", objects=[person], person_id=person.pk)
    context = {
        "banner": registry.banner(person, at=at),
        "person": person,
        "found": found,
        "done": done,
        "courses": [
            (
                course,
                *controller_charts.drawn(
                    course,
                    done,
                    name=f"course-{course.quantity.code}",
                    width=560 if len(found.courses) > 1 else 760,
                ),
            )
            for course in found.courses
        ],
        "may_draft": policy.can(by, DRAFT, person),
        "at": at,
    }
    return render(request, "patients/person_controllers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DRAFT)
def draft(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Draft the next set-point of a patient."""
    by, at = principal_of(request), database_now()
    person = person_in_reach(by, uid, DRAFT)
    form = DraftForm(request.POST if request.method == "POST" else None)
    status = OK
    if request.method == "POST":
        status = UNFIT
        if form.is_valid():
            done = _("Drafted. It counts once two other people have signed it.")
            status, made = attempt(
                request, set_points.draft, form=form, done=done, person=person, **form.cleaned_data
            )
            if status == OK:
                return redirect("set-point", made.uid)
    context = {"banner": registry.banner(person, at=at), "person": person, "form": form}
    return render(request, "patients/set_point_new.html", context, status=status)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def show(request: HttpRequest, setpoint_uid: uuid.UUID) -> HttpResponse:
    """Show one version, and take its signatures."""
    by, at = principal_of(request), database_now()
    row = _found(by, setpoint_uid)
    form = StepUpForm(None, request=request, label_suffix="")
    status = OK
    if request.method == "POST":
        status, form = _act(request, row, form)
        if status == OK:
            return redirect("set-point", setpoint_uid)
        row = _found(by, setpoint_uid)
    reads.record(by=by, purpose="set-point", objects=[row], person_id=row.person_id)
    names = list(row.signatures.select_related("signed_by").order_by("position"))
    signed = sum(one.position > 0 for one in names)
    standing = in_force_for(registry.entries(row.person_id), row.quantity, at=at)
    is_open = row.discarded_at is None and signed < SIGNATURES_NEEDED
    context = {
        "banner": registry.banner(row.person, at=at),
        "row": row,
        "names": names,
        "missing": SIGNATURES_NEEDED - signed,
        "is_in_force": standing is not None and standing.id == row.pk,
        "is_draft": is_open,
        "is_intact": is_intact(row),
        "seen": digest_of(row),
        "is_own": any(one.signed_by_id == by.pk for one in names),
        "may_sign": is_open and policy.can(by, SIGN, row.person),
        "may_discard": is_open and policy.can(by, DRAFT, row.person),
        "form": form,
    }
    return render(request, "patients/set_point.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
@requires(SIGN)
def unsigned(request: HttpRequest) -> HttpResponse:
    """List the drafts that wait for signatures, those of the reader's own too, the oldest first."""
    by = principal_of(request)
    rows = policy.scope(by, SetPoint.objects.to_sign(), SIGN).counted()
    rows = rows.annotate(mrn=F("person__mrn")).select_related("quantity")
    found = list(rows.order_by("id")[:ON_A_PAGE])
    Principal.objects.fill_in(found, "recorded_by")
    reads.record(by=by, purpose="set-points", objects=found, person_id=lambda row: row.person_id)
    return render(request, "patients/set_points_unsigned.html", {"rows": found})


def _found(by: Any, uid: uuid.UUID) -> SetPoint:
    rows = policy.scope(by, SetPoint.objects.filter(uid=uid))
    seen = ("person", "quantity", "recorded_by__user", "discarded_by__user")
    found: SetPoint | None = rows.select_related(*seen).first()
    if found is None:
        raise Http404
    return found


def _act(request: HttpRequest, row: SetPoint, form: StepUpForm) -> tuple[int, StepUpForm]:
    if request.POST.get("act") == "discard":
        reason = request.POST.get("reason", "")[:500]
        done = _("The draft is discarded.")
        given = {"set_point": row, "reason": reason}
        return attempt(request, set_points.discard, done=done, **given)[0], form
    form = StepUpForm(request.POST, request=request, label_suffix="")
    if not form.is_valid():
        return UNFIT, form
    given = {"set_point": row, "seen": request.POST.get("seen", ""), "step_up": form.step_up}
    return attempt(request, set_points.sign, form=form, done=_("Signed."), **given)[0], form
