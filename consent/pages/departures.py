"""Departures: planning them, and the list at the gate from which people leave."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.pages.acts import OK, attempt
from consent.actions import departures
from consent.actions.departures import PLAN, RECORD, Leaving
from consent.documents import manifests
from consent.models import Departure, DepartureMember
from consent.pages.forms import ProgrammeField
from consent.pages.reach import principal_of
from consent.queries import departures as queries
from consent.queries.departures import Line
from consent.rules.departures import DepartureState
from consent.rules.gates import GateStatus
from consent.templatetags.clearance import gate_tone, gate_words
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused
from patients.forms import MomentField
from patients.models import Person
from patients.rules import mrn

VIEW = "consent.departure.view"


class PlanForm(forms.Form):
    """When a departure leaves, on which programme, and where to."""

    programme = ProgrammeField()
    leaves_at = MomentField(label=gettext_lazy("Leaves at"))
    destination = forms.CharField(label=gettext_lazy("Destination"), max_length=120, required=False)


class PeopleForm(forms.Form):
    """People by their record numbers, as scanned or pasted."""

    people = forms.CharField(
        label=gettext_lazy("Record numbers (MRN)"),
        max_length=20_000,
        help_text=gettext_lazy("One per line, or separated by blanks or commas."),
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.principal = principal

    def clean_people(self) -> list[Person]:
        numbers = self.cleaned_data["people"].replace(",", " ").split()
        for one in numbers:
            try:
                mrn.check(one)
            except Refused as refused:
                raise ValidationError(_(refused.message) % refused.params) from refused  # noqa: INT002
        rows = policy.scope(self.principal, Person.objects.filter(mrn__in=numbers))
        found = {one.mrn: one for one in rows}
        if missing := [one for one in numbers if one not in found]:
            raise ValidationError(
                _("Nobody in your reach has the number %(number)s.") % {"number": missing[0]}
            )
        return [found[one] for one in numbers]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=PLAN)
def index(request: HttpRequest) -> HttpResponse:
    """Show the departures that are planned, or all; plan one."""
    form, status = PlanForm(request.POST or None, label_suffix=""), OK
    if request.method == "POST":
        status = 422
        if form.is_valid():
            tried = attempt(request, departures.plan, beside=form, **form.cleaned_data)
            if tried.status == OK:
                return redirect("departure", tried.made.uid)
            status = tried.status
    shows_all = request.GET.get("show") == "all"
    after = number(request.GET.get("after"))
    page = queries.page(shows_all=shows_all, after=after)
    context = {
        "page": page,
        "shows_all": shows_all,
        "form": form,
        "may_plan": policy.can(principal_of(request), PLAN),
        "first": "?show=all" if after is not None else "",
        "next": f"?show=all&after={page.after}" if page.after else "",
    }
    return render(request, "consent/departures.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def show(request: HttpRequest, departure_uid: uuid.UUID) -> HttpResponse:
    """Show everybody on the list with the gate's word; let them leave, one or all who may."""
    principal = principal_of(request)
    departure = _departure(departure_uid)
    form, status = PeopleForm(None, principal=principal, label_suffix=""), OK
    if request.method == "POST":
        if request.POST.get("move") == "add":
            form = PeopleForm(request.POST, principal=principal, label_suffix="")
        status = _act(request, departure, form)
        if status == OK:
            return redirect("departure", departure.uid)
        departure.refresh_from_db()
    now = database_now()
    lines = queries.lines(departure, at=now)
    _look(principal, "departure", lines)
    is_planned = departure.state == DepartureState.PLANNED
    may_plan = is_planned and policy.can(principal, PLAN)
    may_record = is_planned and policy.can(principal, RECORD)
    context = {
        "departure": departure,
        "lines": _rows(lines),
        "now": now,
        "form": form,
        "counts": _counts(lines),
        "may_plan": may_plan,
        "may_record": may_record,
        "may_act": may_plan or may_record,
    }
    return render(request, "consent/departure.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def manifest(request: HttpRequest, departure_uid: uuid.UUID) -> HttpResponse:
    """Give the list as a PDF, with the words of this moment; each giving is on record."""
    departure = _departure(departure_uid)
    now = database_now()
    lines = queries.lines(departure, at=now)
    _look(principal_of(request), "manifest", lines)
    content = manifests.pdf(_printed(departure, lines, now), _words(), at=now)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="departure-{departure.pk}.pdf"'
    return answer


def _act(request: HttpRequest, departure: Departure, form: PeopleForm) -> int:
    match request.POST.get("move"):
        case "add":
            if not form.is_valid():
                return 422
            given = {"departure": departure, "people": form.cleaned_data["people"]}
            return attempt(request, departures.add, beside=form, **given).status
        case "remove" if member := _member(request, departure):
            return attempt(request, departures.remove, member=member).status
        case "leave" if member := _member(request, departure):
            return _depart(request, departure, [member.person])
        case "depart":
            return _depart(request, departure, None)
        case "close":
            done = _("The departure is closed.")
            return attempt(request, departures.close, departure=departure, done=done).status
        case "cancel":
            done = _("The departure is cancelled.")
            return attempt(request, departures.cancel, departure=departure, done=done).status
    messages.error(request, _("Choose somebody of this departure, and what to do."))
    return 422


def _depart(request: HttpRequest, departure: Departure, people: Sequence[Person] | None) -> int:
    tried = attempt(request, departures.depart, departure=departure, people=people)
    if tried.status == OK:
        _say(request, tried.made)
    return tried.status


def _say(request: HttpRequest, found: Leaving) -> None:
    """Say who left and who stayed, with the gate's word alone."""
    if found.left:
        messages.success(request, _("Left: %(number)d.") % {"number": len(found.left)})
    stayed = [f"{person.mrn} {gate_words(word)}" for person, word in found.stayed]
    stayed += [f"{person.mrn} {_('away already')}" for person in found.away]
    if stayed:
        messages.warning(request, _("Stayed: %(who)s.") % {"who": ", ".join(stayed)})
    if found.waiting:
        messages.warning(
            request,
            _("%(number)d more wait to be decided: press again.") % {"number": found.waiting},
        )


def _departure(uid: uuid.UUID) -> Departure:
    found = Departure.objects.filter(uid=uid).select_related("programme").first()
    if found is None:
        raise Http404
    return found


def _member(request: HttpRequest, departure: Departure) -> DepartureMember | None:
    rows = departure.members.filter(pk=number(request.POST.get("member")), removed_at=None)
    found: DepartureMember | None = rows.select_related("departure", "person").first()
    return found


def _counts(lines: Sequence[Line]) -> dict[str, int]:
    gone = sum(line.posting is not None for line in lines)
    ready = sum(line.is_ready for line in lines)
    return {"gone": gone, "ready": ready, "others": len(lines) - gone - ready}


def _rows(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return what stands in each line, in texts: hundreds are shown, and a template is slow at it."""
    left, away, until = str(_("Left")), str(_("Away already")), str(_("until %(until)s"))
    words = {one: (gate_tone(one), str(gate_words(one))) for one in GateStatus}
    months = {number: str(name) for number, name in MONTHS_3.items()}
    rows = []
    for line in lines:
        person, ended, note = line.member.person, line.view.valid_until, ""
        tone, word = words[line.view.status]
        if line.posting is not None:
            tone, word, note = "info", left, _day(line.posting.left_at, months)
        elif line.is_away:
            tone, word = "abnormal", away
        elif ended is not None:
            note = until % {"until": _day(ended, months)}
        row = {"id": str(line.member.pk), "name": person.display_name, "mrn": person.mrn}
        told = {"tone": tone, "word": word, "note": note}
        rows.append(row | told | {"is_here": line.posting is None, "is_ready": line.is_ready})
    return rows


def _day(moment: datetime, months: Mapping[int, str]) -> str:
    local = localtime(moment)
    return f"{local:%d} {months[local.month]} {local:%H:%M}"


def _look(principal: Principal, purpose: str, lines: Sequence[Line]) -> None:
    shown = [line.member for line in lines]
    reads.record(by=principal, purpose=purpose, objects=shown, person_id=lambda one: one.person_id)


def _printed(departure: Departure, lines: Sequence[Line], now: datetime) -> dict[str, Any]:
    return {
        "programme": departure.programme.named_at(departure.leaves_at).name,
        "destination": departure.destination or "–",
        "leaves_at": _moment(departure.leaves_at),
        "as_of": _moment(now),
        "lines": [
            {
                "name": line.member.person.display_name,
                "mrn": line.member.person.mrn,
                "word": str(_("Away") if line.is_away else gate_words(line.view.status)),
                "until": _until(line.view.valid_until) if line.is_ready else "",
                "left": _moment(line.posting.left_at) if line.posting else "",
            }
            for line in lines
        ],
    }


def _until(moment: datetime | None) -> str:
    return _("until %(moment)s") % {"moment": _moment(moment)} if moment else ""


def _moment(moment: datetime | None) -> str:
    return date_format(localtime(moment), "j M Y H:i", use_l10n=False) if moment else ""


def _words() -> dict[str, str]:
    return {
        "title": _("Departure"),
        "page": _("page"),
        "destination": _("Destination"),
        "leaves": _("Leaves"),
        "number": _("People"),
        "as_of": _("As of"),
        "not_live": _("not live"),
        "person": _("Person"),
        "number_of_record": _("Record number"),
        "clearance": _("Clearance"),
        "left": _("Left"),
        "gate": _("At the gate"),
        "moment": _("Date and time"),
    }
