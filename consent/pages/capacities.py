"""Recording whether somebody has the capacity to consent."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent.actions import capacities
from consent.models import CapacityAssessment, Check
from consent.pages.forms import moment_field
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries.clearances import entries_of
from consent.rules.capacities import Capacity
from consent.rules.facts import CheckKind
from consent.templatetags.screening import CAPACITIES
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry

RECORD = "consent.capacity.record"
RECENT = timedelta(days=30)


class CheckField(forms.ModelChoiceField):
    """A psychological check that an assessment may rest on."""

    def label_from_instance(self, obj: Check) -> str:
        return f"{obj.performed_at:%Y-%m-%d %H:%M} UTC, {obj.examiner.display_name}"


class CapacityForm(forms.Form):
    """What a clinician found, when, and at which check."""

    outcome = forms.ChoiceField(
        label=_("This person"),
        choices=[("", "—"), *((one.value, CAPACITIES[one]) for one in Capacity)],
        help_text=_(
            "A judgement of yours; a questionnaire such as UBACC helps with it and does not make it. "
            "Who cannot decide now is not cleared by what they signed themselves, from when you "
            "found it until a later assessment finds that they can."
        ),
    )
    assessed_at = moment_field(_("Assessed at"))
    of_check = CheckField(
        label=_("At the psychological check of"), queryset=Check.objects.none(), required=False
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def assess(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Show what was found before, and record a new assessment."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, RECORD)
    programme = programme_named(code)
    now = database_now()
    entries = entries_of([person.pk], known_at=now)[person.pk]
    form = CapacityForm(request.POST or None, label_suffix="")
    form.fields["of_check"].queryset = _recent(principal, entries, now)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            capacities.assess(
                person=person,
                outcome=Capacity(given["outcome"]),
                of_check=given["of_check"],
                assessed_at=given["assessed_at"] or now,
                by=principal,
                at=now,
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The assessment is recorded."))
            return redirect("clearance", uid, code)
    earlier = CapacityAssessment.objects.filter(person_id__in=entries)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "form": form,
        "earlier": policy.scope(principal, earlier)
        .select_related("recorded_by__user")
        .order_by("-assessed_at", "-id")[:20],
    }
    return render(request, "consent/capacity.html", context, status=422 if form.errors else 200)


def _recent(principal: Any, entries: list[int], now: Any) -> Any:
    rows = Check.objects.filter(
        person_id__in=entries,
        kind=CheckKind.PSYCHOLOGICAL.value,
        performed_at__gt=now - RECENT,
    )
    return policy.scope(principal, rows).select_related("examiner__user").order_by("-performed_at")
