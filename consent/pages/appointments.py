"""Appointments of a day: booked, moved, cancelled, missed; and calendars to take along."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.pages.acts import OK, attempt
from consent.actions import appointments
from consent.actions.appointments import PLAN
from consent.models import Appointment, RoundSlot
from consent.pages.boards import day_asked
from consent.pages.forms import ClinicianField
from consent.pages.reach import principal_of, programme_named
from consent.queries import appointments as queries
from consent.queries.calendars import calendar_for
from consent.rules.appointments import AppointmentKind
from consent.templatetags.rounds import KINDS
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.moments import stamp
from patients import queries as registry
from patients.forms import MomentField
from patients.models import Location

VIEW = "consent.appointment.view"
ORDER = (AppointmentKind.BOTH, AppointmentKind.MEDICAL, AppointmentKind.PSYCHOLOGICAL)


class MissedField(forms.ModelChoiceField):
    """An appointment that was missed, by its time and what it was for."""

    def label_from_instance(self, obj: Appointment) -> str:
        return f"{stamp(obj.starts_at)}, {KINDS[obj.kind]}"


class TimeForm(forms.Form):
    """When, where and with whom somebody is to be examined."""

    starts_at = MomentField(label=gettext_lazy("Begins"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=5, max_value=480, initial=30
    )
    place = forms.ModelChoiceField(
        label=gettext_lazy("Place"), queryset=Location.objects.none(), required=False
    )
    with_whom = ClinicianField(
        label=gettext_lazy("With"), queryset=Principal.objects.none(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        begins = self.fields["starts_at"]
        begins.widget.attrs["step"] = 300
        begins.help_text = _("By the hospital's clock (%(zone)s).") % {"zone": settings.TIME_ZONE}
        self._offer("place", Location.objects.filter(is_active=True).order_by("name"))
        self._offer("with_whom", queries.clinicians())

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = rows

    def given(self) -> dict[str, Any]:
        """Return what the action takes."""
        found = dict(self.cleaned_data)
        # Minutes are added in UTC: by the wall clock a night in March or October has another length.
        found["starts_at"] = found["starts_at"].astimezone(UTC)
        found["ends_at"] = found["starts_at"] + timedelta(minutes=found.pop("minutes"))
        return found


class BookForm(TimeForm):
    """The same, for what, and whether it makes up for one that was missed."""

    field_order = ("kind", "starts_at", "minutes", "place", "with_whom", "make_up_of")
    kind = forms.ChoiceField(
        label=gettext_lazy("For"), choices=[(one.value, KINDS[one]) for one in ORDER]
    )
    make_up_of = MissedField(
        label=gettext_lazy("Makes up for"), queryset=Appointment.objects.none(), required=False
    )

    def __init__(self, *args: Any, slot: RoundSlot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missed = queries.missed_by(slot.person_id, at=database_now())
        self._offer("make_up_of", missed)
        if not missed.exists():
            del self.fields["make_up_of"]

    def given(self) -> dict[str, Any]:
        found = super().given()
        return {**found, "kind": AppointmentKind(found["kind"])}


class CancelForm(forms.Form):
    """Why an appointment is cancelled, if there is anything to say."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, if one was given"), required=False, max_length=200
    )


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def day(request: HttpRequest, code: str) -> HttpResponse:
    """Show the appointments of one day."""
    principal, now = principal_of(request), database_now()
    programme = programme_named(code)
    today = hospital_day(now)
    asked = day_asked(request, today)
    behind = Appointment.objects.filter(pk=number(request.GET.get("after")))
    found, more = queries.page_of_day(
        programme,
        asked,
        principal=principal,
        after=behind.values_list("starts_at", "pk").first(),
    )
    reads.record(
        by=principal, purpose="appointment", objects=found, person_id=lambda row: row.person_id
    )
    address = f"{reverse('appointments', args=[code])}?day="
    week = queries.week_of(programme, asked, principal=principal)
    context = {
        "programme": programme,
        "day": asked,
        "today": today,
        "rows": [(row, queries.shown_state(row, at=now)) for row in found],
        "week": [(one, count, f"{address}{one}") for one, count in week],
        "before": f"{address}{asked - timedelta(days=7)}",
        "after": f"{address}{asked + timedelta(days=7)}",
        "first": f"{address}{asked}" if "after" in request.GET else "",
        "next": f"{address}{asked}&after={more[1]}" if more else "",
        "may_plan": policy.can(principal, PLAN),
        "may_examine": any(policy.can(principal, one) for one in queries.EXAMINE),
        "now": now,
    }
    return render(request, "consent/appointments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PLAN)
def book(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Book a time for a check of somebody's open round."""
    principal = principal_of(request)
    rows = RoundSlot.objects.filter(pk=slot_id).select_related("programme", "person")
    slot = policy.scope(principal, rows, PLAN).first()
    if slot is None:
        raise Http404
    missed = slot.appointments.filter(pk=number(request.GET.get("makes_up_for"))).first()
    first = {"make_up_of": missed.pk, "kind": missed.kind} if missed else {}
    form = BookForm(request.POST or None, slot=slot, initial=first)
    return _answered(
        request,
        form,
        appointments.book,
        slot,
        _("Book an appointment"),
        done=_("Booked."),
        slot=slot,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PLAN)
def move(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Give an appointment another time, place or clinician."""
    found = _found(request, appointment_id)
    first = {
        "starts_at": found.starts_at,
        "minutes": round((found.ends_at - found.starts_at) / timedelta(minutes=1)),
        "place": found.place_id,
        "with_whom": found.with_whom_id,
    }
    form = TimeForm(request.POST or None, initial=first)
    return _answered(
        request,
        form,
        appointments.move,
        found.slot,
        _("Move the appointment"),
        done=_("Moved."),
        appointment=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PLAN)
def cancel(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Cancel an appointment."""
    found = _found(request, appointment_id)
    form = CancelForm(request.POST or None, label_suffix="")
    return _answered(
        request,
        form,
        appointments.cancel,
        found.slot,
        _("Cancel the appointment"),
        done=_("Cancelled."),
        appointment=found,
    )


@require_http_methods(["POST"])
@requires(PLAN)
def miss(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Record that somebody did not come."""
    found = _found(request, appointment_id)
    attempt(request, appointments.miss, done=_("Recorded as missed."), appointment=found)
    return redirect(_day_of(found))


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def calendar(request: HttpRequest) -> HttpResponse:
    """Give a participant their own appointments, or a clinician theirs without names."""
    text = calendar_for(principal_of(request), at=database_now())
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="appointments.ics"'
    answer["Cache-Control"] = "no-store"
    return answer


def _found(request: HttpRequest, appointment_id: int) -> Appointment:
    rows = Appointment.objects.filter(pk=appointment_id).select_related(
        "slot__programme", "slot__person"
    )
    found: Appointment | None = policy.scope(principal_of(request), rows, PLAN).first()
    if found is None:
        raise Http404
    return found


def _answered(
    request: HttpRequest,
    form: Any,
    act: Any,
    slot: RoundSlot,
    title: str,
    /,
    *,
    done: str,
    **of: Any,
) -> HttpResponse:
    status = OK
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.given() if isinstance(form, TimeForm) else form.cleaned_data
            tried = attempt(request, act, beside=form, done=done, **of, **given)
            if tried.status == OK:
                return redirect(_day_of(tried.made))
            status = tried.status
    now = database_now()
    context = {
        "banner": registry.banner(slot.person, at=now),
        "person": slot.person,
        "programme": slot.programme,
        "slot": slot,
        "others": [
            (one, queries.shown_state(one, at=now))
            for one in queries.standing_for([slot.pk])[slot.pk]
        ],
        "form": form,
        "title": title,
    }
    return render(request, "consent/appointment.html", context, status=status)


def _day_of(found: Appointment) -> str:
    address = reverse("appointments", args=[found.slot.programme.code])
    return f"{address}?day={hospital_day(found.starts_at)}"
