"""Work groups: which there are, who works in one, and whom it looks after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import work_groups as actions
from assays.actions.shifts import may_plan
from assays.models import GroupMember, GroupPatient, WorkGroup
from assays.pages.acts import OK, attempt
from assays.queries import shifts
from assays.queries import work_groups as queries
from labsys.accounts.models import Principal, PrincipalKind
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from patients.forms import MomentField, PersonField, fill_in, now

VIEW = "assays.group.view"
PATIENTS = "assays.group.patients"
WORK = "assays.group.work"
UNFIT = 422


class GroupForm(forms.Form):
    """What forms of these pages have in common."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class MemberForm(GroupForm):
    """Somebody who is to work in the group."""

    principal = forms.ModelChoiceField(label=gettext_lazy("Who"), queryset=None)
    since = MomentField(label=gettext_lazy("From"), initial=now)
    until = MomentField(
        label=gettext_lazy("Until (left empty: until further notice)"), required=False
    )
    is_lead = forms.BooleanField(label=gettext_lazy("Leads the group"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Principal.objects.filter(kind=PrincipalKind.PERSON, is_active=True)
        self.fields["principal"].queryset = people.select_related("user").order_by("name")  # type: ignore[attr-defined]
        self.fields["principal"].label_from_instance = _named  # type: ignore[attr-defined]


class PatientForm(GroupForm):
    """A patient whom the group is to look after."""

    person = PersonField(permission=actions.ASSIGN)
    question = forms.CharField(
        label=gettext_lazy("What the group is asked"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    since = MomentField(label=gettext_lazy("From"), initial=now)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the groups with who is on duty now and next."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    context = {
        "at": at,
        "groups": queries.listed(by, at=at),
        "may_manage": policy.can(by, actions.MANAGE),
    }
    return render(request, "assays/groups/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def show(request: HttpRequest, group_code: str) -> HttpResponse:
    """Show one group; whoever may adds members and patients, or ends their time in it."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    group = found(group_code)
    asked = request.POST.get("act", "") if request.method == "POST" else ""
    member_form = MemberForm(request.POST if asked == "member" else None, prefix="member")
    patient_form = PatientForm(request.POST if asked == "patient" else None, prefix="patient")
    fill_in(patient_form, by=by, permission=actions.ASSIGN)
    status = OK
    if request.method == "POST":
        status = _act(request, group, asked, member_form, patient_form)
        if status == OK:
            return redirect("work-group", group.code)
    sees_patients = policy.can(by, PATIENTS)
    patients = queries.patients(by, group, at=at) if sees_patients else []
    rows = [one.row for one in patients]
    reads.record(by=by, purpose="work-group", objects=rows, person_id=lambda row: row.person_id)
    context = {
        **about(by, group, at),
        "members": queries.members(group, at=at),
        "patients": patients,
        "sees_patients": sees_patients,
        "on_duty": shifts.on_duty([group], at),
        "member_form": member_form if policy.can(by, actions.MANAGE) else None,
        "patient_form": patient_form if policy.can(by, actions.ASSIGN) else None,
        "may_manage": policy.can(by, actions.MANAGE),
        "may_assign": policy.can(by, actions.ASSIGN),
    }
    return render(request, "assays/groups/show.html", context, status=status)


def found(code: str) -> WorkGroup:
    """Return a group by its code, or Http404."""
    group: WorkGroup | None = WorkGroup.objects.filter(code=code).first()
    if group is None:
        raise Http404
    return group


def about(by: Any, group: WorkGroup, at: datetime) -> dict[str, Any]:
    """Return what the pages of one group have in common."""
    is_member = queries.is_member(by, group, at=at)
    return {
        "at": at,
        "group": group,
        "is_member": is_member,
        "opens_worklist": may_list(by, is_member=is_member),
        "opens_hand_overs": is_member and policy.can(by, WORK),
        "may_plan": group.is_active and may_plan(by, group, at=at),
    }


def may_list(by: Any, *, is_member: bool) -> bool:
    """Say whether a group's worklist opens: to its members, and to whoever reaches every patient."""
    held = policy.reaches(by, PATIENTS)
    return policy.ANY in held or (is_member and bool(held))


def _act(
    request: HttpRequest,
    group: WorkGroup,
    asked: str,
    member_form: MemberForm,
    patient_form: PatientForm,
) -> int:
    by = request.principal  # type: ignore[attr-defined]
    if asked == "member" and policy.can(by, actions.MANAGE):
        if not member_form.is_valid():
            return UNFIT
        return attempt(
            request,
            actions.add_member,
            beside=member_form,
            done=_("They work in this group now and see its patients."),
            group=group,
            **member_form.cleaned_data,
        ).status
    if asked == "patient" and policy.can(by, actions.ASSIGN):
        if not patient_form.is_valid():
            return UNFIT
        return attempt(
            request,
            actions.add_patient,
            beside=patient_form,
            done=_("The group looks after this patient."),
            group=group,
            **patient_form.cleaned_data,
        ).status
    reason = request.POST.get("reason", "").replace("\x00", "")[:2000]
    row = request.POST.get("row", "")
    key = int(row) if row.isascii() and row.isdigit() and len(row) < 19 else 0  # noqa: PLR2004
    if asked == "end-member" and policy.can(by, actions.MANAGE):
        member = GroupMember.objects.filter(group=group, pk=key).select_related("principal").first()
        if member is None:
            raise Http404
        done = _("Their time in this group has ended.")
        return attempt(request, actions.end_member, done=done, member=member, reason=reason).status
    if asked == "end-patient" and policy.can(by, actions.ASSIGN):
        rows = policy.scope(by, GroupPatient.objects.filter(group=group, pk=key), actions.ASSIGN)
        patient = rows.select_related("person").first()
        if patient is None:
            raise Http404
        done = _("The group's care for this patient has ended.")
        return attempt(
            request, actions.end_patient, done=done, patient=patient, reason=reason
        ).status
    if asked in ("member", "patient", "end-member", "end-patient"):
        raise NotAllowed(_("Your role does not allow this."))
    return UNFIT


def _named(principal: Any) -> str:
    return f"{principal.display_name} ({principal.name})"
