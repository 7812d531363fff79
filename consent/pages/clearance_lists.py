"""The clearance of a list of people at one moment, such as those who are to leave."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from consent.pages.forms import ProgrammeField, moment_field
from consent.pages.reach import principal_of
from consent.queries import clearances
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients.models import Person

VIEW = "consent.clearance.view"
MOST_PEOPLE = 1000
SHOWN_UNKNOWN = 20


class ListForm(forms.Form):
    """A programme, a moment, and the record numbers of the people asked about."""

    programme = ProgrammeField(to_field_name="code")
    at = moment_field(_("At"))
    numbers = forms.CharField(
        label=_("Record numbers (MRN)"),
        max_length=20_000,
        help_text=_("Typed, pasted or scanned, with blanks or lines between."),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, by: Principal, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.by = by

    def clean_numbers(self) -> list[Person]:
        """Return the people in the order of the list, each once; a number unknown refuses it."""
        wanted = list(dict.fromkeys(re.findall(r"[^\s,;]+", self.cleaned_data["numbers"])))
        if not wanted:
            raise ValidationError(_("Give at least one record number."))
        if len(wanted) > MOST_PEOPLE:
            raise ValidationError(
                _("%(given)d numbers; at most %(most)d are answered at once."),
                params={"given": len(wanted), "most": MOST_PEOPLE},
            )
        people = policy.scope(self.by, Person.objects.listed().filter(mrn__in=wanted), VIEW)
        found = {person.mrn: person for person in people}
        unknown = [number for number in wanted if number not in found]
        if unknown:
            raise ValidationError(
                _("Nobody in your reach has these numbers: %(numbers)s"),
                params={"numbers": ", ".join(one[:20] for one in unknown[:SHOWN_UNKNOWN])},
            )
        return [found[number] for number in wanted]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """Show who of a list is cleared at a moment, until when, and why the others are not."""
    principal, now = principal_of(request), database_now()
    form = ListForm(request.POST or None, by=principal)
    context: dict[str, Any] = {"form": form, "rows": None}
    if request.method == "POST" and form.is_valid():
        people, programme = form.cleaned_data["numbers"], form.cleaned_data["programme"]
        at = form.cleaned_data["at"] or now
        ids = [person.pk for person in people]
        answers = clearances.clearances_of(ids, programme, at=at)
        reads.record(
            by=principal, purpose="clearance", objects=people, person_id=lambda one: one.pk
        )
        context |= {
            "programme": programme,
            "asked_at": at,
            "rows": [(person, answers[person.pk]) for person in people],
            "cleared": sum(answer.is_cleared for answer in answers.values()),
        }
    status = 422 if form.errors else 200
    return render(request, "consent/clearance_list.html", context, status=status)
