"""Reading stored messages anew: chosen by instrument, driver and days, followed until it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assays.actions import messages
from assays.actions.held_items import DECIDE
from assays.models import Instrument, ReadingRun, TransmissionMessage
from assays.pages.transmissions import VIEW, find
from assays.queries import families
from assays.queries import rereadings as queries
from assays.queries.messages import WIRES
from assays.queries.rereadings import Chosen
from assays.rules.states import MessageStatus
from labsys.accounts.models import Principal
from labsys.accounts.permissions import polled, requires
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.choices import choices
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.moments import stamp
from labsys.lib.refusals import refuse, sentence

LONGEST_REASON = 500
MOST_DISMISSED = 50
RETRY = "work.item.decide"
_MOMENT = {"type": "datetime-local"}


class RunForm(forms.Form):
    """Which messages are read again; without a reason it only counts them."""

    instrument = forms.ModelChoiceField(
        label=gettext_lazy("Instrument"),
        queryset=Instrument.objects.none(),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    driver = forms.ChoiceField(
        label=gettext_lazy("Read by"),
        required=False,
        help_text=gettext_lazy("Instruments that are set to this driver now."),
    )
    status = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    since = forms.DateTimeField(
        label=gettext_lazy("Received from"),
        required=False,
        widget=forms.DateTimeInput(attrs=_MOMENT, format="%Y-%m-%dT%H:%M"),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Received before"),
        required=False,
        widget=forms.DateTimeInput(attrs=_MOMENT, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("What was set right: it stays on record with every value."),
    )

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        rows = Instrument.objects.filter(protocol__in=WIRES).order_by("code")
        self.fields["instrument"].queryset = policy.scope(principal, rows)  # type: ignore[attr-defined]
        known = [("", _("any driver")), *families.choices()]
        self.fields["driver"].choices = known  # type: ignore[attr-defined]
        readable = [one for one in choices(MessageStatus) if one[0] in queries.READABLE]
        self.fields["status"].choices = [("", _("All")), *readable]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Chosen:
        data = self.cleaned_data
        instrument = data.get("instrument")
        return Chosen(
            instrument=instrument.pk if instrument else None,
            driver=data.get("driver", ""),
            status=data.get("status", ""),
            since=data.get("since"),
            until=data.get("until"),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=DECIDE)
def index(request: HttpRequest) -> HttpResponse:
    """Count what would be read again, or begin; and show the runs so far."""
    principal = request.principal  # type: ignore[attr-defined]
    given = request.POST if request.method == "POST" else request.GET
    form = RunForm(given or None, principal=principal)
    counted, status = None, 200
    if form.is_bound:
        status = 422 if request.method == "POST" else 200
        if form.is_valid():
            if request.method == "POST":
                if (run := _begin(principal, form)) is not None:
                    return HttpResponseRedirect(reverse("reading-run", args=[run.pk]))
            else:
                counted = len(_ids(principal, form.chosen))
    runs = list(
        policy.scope(principal, ReadingRun.objects.select_related("asked_by__user")).order_by(
            "-pk"
        )[: queries.RUNS]
    )
    progress = queries.progress([run.pk for run in runs])
    drivers = dict(families.choices())
    context = {
        "form": form,
        "counted": counted,
        "most": queries.MOST,
        "runs": [
            (run, progress.get(run.pk, queries.Progress()), _asked_words(run, drivers))
            for run in runs
        ],
        "may_decide": policy.can(principal, DECIDE),
    }
    return render(request, "assays/reading_runs.html", context, status=status)


def _begin(principal: Principal, form: RunForm) -> ReadingRun | None:
    chosen, data = form.chosen, form.cleaned_data
    said = {
        "instrument": data["instrument"].code if data.get("instrument") else "",
        "driver": chosen.driver,
        "status": chosen.status,
        "since": chosen.since.isoformat() if chosen.since else "",
        "until": chosen.until.isoformat() if chosen.until else "",
    }
    try:
        return messages.read_again(
            message_ids=_ids(principal, chosen),
            by=principal,
            at=database_now(),
            reason=data["reason"],
            chosen={name: one for name, one in said.items() if one},
        )
    except Refusal as refusal:
        refuse(form, refusal)
        return None


def _ids(principal: Principal, chosen: Chosen) -> list[int]:
    rows = policy.scope(principal, queries.rows(chosen))
    return list(rows.values_list("pk", flat=True)[: queries.MOST + 1])


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=RETRY)
def show(request: HttpRequest, readingrun_id: int) -> HttpResponse:
    """Show how far a run is and what it found, or try again what a worker gave up."""
    principal = request.principal  # type: ignore[attr-defined]
    run = _find(principal, readingrun_id)
    if request.method == "POST":
        _retry(request, run)
        return HttpResponseRedirect(reverse("reading-run", args=[run.pk]))
    after = number(request.GET.get("after", ""))
    context = {
        **_progress(principal, run),
        "asked": _asked_words(run, dict(families.choices())),
        "page": queries.page(run, after=after),
        "failed": queries.failed_messages(run),
        "is_first": after is None,
    }
    return render(request, "assays/reading_run.html", context)


@polled
@require_safe
@requires(VIEW)
def progress(request: HttpRequest, readingrun_id: int) -> HttpResponse:
    """The part of a run's page that asks for itself anew."""
    principal = request.principal  # type: ignore[attr-defined]
    run = _find(principal, readingrun_id)
    context = {**_progress(principal, run), "is_polled": True}
    return render(request, "assays/parts/reading_progress.html", context)


@require_POST
@requires(DECIDE)
def again(request: HttpRequest, message_id: int) -> HttpResponse:
    """Have one message read again, as a run of its own."""
    principal = request.principal  # type: ignore[attr-defined]
    message = find(principal, message_id)
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    try:
        run = messages.read_again(
            message_ids=[message.pk], by=principal, at=database_now(), reason=reason
        )
    except Refusal as refusal:
        notices.error(request, sentence(refusal))
        return HttpResponseRedirect(reverse("transmission", args=[message.pk]))
    return HttpResponseRedirect(reverse("reading-run", args=[run.pk]))


@require_POST
@requires(DECIDE)
def dismiss(request: HttpRequest) -> HttpResponse:
    """Dismiss the ticked messages that broke off or were rejected; what is refused is said."""
    principal = request.principal  # type: ignore[attr-defined]
    ticked = [one for text in request.POST.getlist("message") if (one := number(text)) is not None]
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    rows = policy.scope(principal, TransmissionMessage.objects.filter(pk__in=ticked), DECIDE)
    done = 0
    for message in rows.defer("content", "reply").order_by("pk")[:MOST_DISMISSED]:
        try:
            messages.dismiss(message=message, by=principal, at=database_now(), reason=reason)
        except Refusal as refusal:
            said = {"message": message.pk, "why": sentence(refusal)}
            notices.error(request, _("Message %(message)d: %(why)s") % said)
        else:
            done += 1
    if done:
        words = ngettext("%(n)d message dismissed.", "%(n)d messages dismissed.", done)
        notices.success(request, words % {"n": done})
    elif not ticked:
        notices.warning(request, _("Tick the messages first."))
    back = ticked[0] if len(ticked) == 1 and request.POST.get("back") == "message" else None
    if back is not None:
        return HttpResponseRedirect(reverse("transmission", args=[back]))
    status = request.POST.get("status", "")
    known = status if status in tuple(messages.DISMISSABLE) else "INCOMPLETE"
    return HttpResponseRedirect(f"{reverse('transmissions')}?status={known}")


def _progress(principal: Principal, run: ReadingRun) -> dict[str, Any]:
    found = queries.progress([run.pk]).get(run.pk, queries.Progress())
    return {
        "run": run,
        "progress": found,
        "may_retry": bool(found.failed)
        and policy.can(principal, RETRY)
        and policy.can(principal, DECIDE),
    }


def _asked_words(run: ReadingRun, drivers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what was asked for, each with its name, in words; nothing where it was one message."""
    said = {name: str(one) for name, one in run.chosen.items()}
    states = {value: str(label) for value, label in choices(MessageStatus)}
    words = {
        "instrument": (_("instrument"), said.get("instrument", "")),
        "driver": (_("read by"), drivers.get(said.get("driver", ""), said.get("driver", ""))),
        "status": (_("state"), states.get(said.get("status", ""), "")),
        "since": (_("received from"), _moment(said.get("since", ""))),
        "until": (_("received before"), _moment(said.get("until", ""))),
    }
    return [words[name] for name in words if name in said]


def _moment(written: str) -> str:
    try:
        return stamp(datetime.fromisoformat(written))
    except ValueError:
        return written


def _find(principal: Principal, id_: int) -> ReadingRun:
    rows = policy.scope(principal, ReadingRun.objects.filter(pk=id_))
    found: ReadingRun | None = rows.select_related("asked_by__user").first()
    if found is None:
        raise Http404
    return found


def _retry(request: HttpRequest, run: ReadingRun) -> None:
    principal = request.principal  # type: ignore[attr-defined]
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    try:
        count = messages.retry(run=run, by=principal, at=database_now(), reason=reason)
    except Refusal as refusal:
        notices.error(request, sentence(refusal))
        return
    words = ngettext("%(n)d message is tried again.", "%(n)d messages are tried again.", count)
    notices.success(request, words % {"n": count})
