"""Those exposed who are missing: how many are where, whom to look for, and what a search found."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from patients import queries
from patients.actions import sightings
from patients.models import Sighting
from patients.pages.follow_up_forms import SearchForm, SightingForm
from patients.pages.shown import acted, looked_at, person_or_404, principal_of
from patients.queries import agents, events, missing
from patients.queries.missing import LEAST_DAYS, Asked, Row
from patients.rules.whereabouts import SEEN_HOLDS, Where

WORDS = {
    Where.NOT_LOCATED: gettext_lazy("not located"),
    Where.ADMITTED: gettext_lazy("admitted"),
    Where.QUARANTINED: gettext_lazy("in quarantine"),
    Where.LOCATED: gettext_lazy("located elsewhere"),
    Where.DECEASED: gettext_lazy("deceased"),
}
EVERYBODY = "ALL"


@require_http_methods(["GET", "HEAD"])
@requires(missing.VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Count those exposed by where they are, and list the ones asked for; who was shown is recorded."""
    by, now = principal_of(request), database_now()
    days = missing.usual_days(now)
    asked, form, given = _asked(request, now, days)
    show = _show(request)
    after = number(request.GET.get("after"))
    listed = missing.listed(by, asked, show=show, at=now, after=after)
    counts = listed.counts
    people = {one for row in listed.rows for one in (row.person, *row.contacts)}
    looked_at(by, "missing people", people)
    shown = EVERYBODY if show is None else show.value
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "first_day": hospital_day(asked.since),
        "last_day": hospital_day(asked.until - timedelta(microseconds=1)),
        "days": days,
        "least": LEAST_DAYS,
        "exposed": counts.exposed,
        "exposed_url": _url(given, show=EVERYBODY),
        "tiles": [
            (where, WORDS[where], counts.by_place[where], _url(given, show=where.value))
            for where in WORDS
        ],
        "show": shown,
        "title": WORDS.get(show) if show is not None else None,
        "rows": [_in_words(row, now) for row in listed.rows],
        "next_url": listed.next and _url(given, show=shown, after=listed.next),
        "unruled": agents.unruled(by, at=now),
        "may_record": policy.can(by, sightings.PERMISSION),
        # Once for all rows.
        "outcomes": format_html_join("", '<option value="{}">{}</option>', Sighting.OUTCOMES),
        "here": urlencode({**given, "show": shown}),
        "hours": SEEN_HOLDS // timedelta(hours=1),
        "as_of": counts.as_of,
        "at": now,
    }
    return render(request, "patients/missing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(sightings.PERMISSION)
def sighting(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Record that somebody was seen, is being looked for, or was not found."""
    by, now = principal_of(request), database_now()
    person = person_or_404(by, uid, sightings.PERMISSION)
    form = SightingForm(request.POST if request.method == "POST" else None)
    back = request.POST.get("back", "") if request.method == "POST" else ""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = dict(form.cleaned_data)
            said["seen_at"] = said["seen_at"] or now
            said["reported_by"] = said["reported_by"] or by.display_name
            status = acted(request, form, sightings.record, person=person, **said)
            if status == 200:
                messages.success(request, _("Written down: %(mrn)s.") % {"mrn": person.mrn})
                # The list as it was narrowed, and nothing else, can be gone back to.
                there = reverse("missing-people") + f"?{back}" if back else None
                return redirect(there or reverse("person-follow-ups", args=[uid]))
    looked_at(by, "sighting", [person])
    context = {
        "form": form,
        "banner": queries.banner(person, at=now),
        "person": person,
        "back": back,
        "heading": _("Seen, or looked for"),
        "may_view": policy.can(by, "patients.followup.view", person),
    }
    return render(request, "patients/follow_up_form.html", context, status=status)


def _asked(
    request: HttpRequest, now: datetime, days: int
) -> tuple[Asked, SearchForm, dict[str, str]]:
    today = hospital_day(now)
    first = {"since": (today - timedelta(days=days)).isoformat(), "until": today.isoformat()}
    names = ("agent", "event", "since", "until")
    given = {**first, **{name: request.GET[name] for name in names if request.GET.get(name)}}
    form = SearchForm(
        given, agents=agents.suggested(), events=events.suggested(principal_of(request))
    )
    said = form.cleaned_data if form.is_valid() else {}
    since, until = said.get("since"), said.get("until")
    asked = Asked(
        bounds_of_day(since or today - timedelta(days=days))[0],
        bounds_of_day(until or today)[1],
        said.get("agent", ""),
        said.get("event", ""),
    )
    return asked, form, given


def _in_words(row: Row, at: datetime) -> tuple[Row, str, str]:
    """Return how long ago somebody was exposed, and what writing down of them is called."""
    days = (at - row.first_at).days
    ago = ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days}
    return row, ago, _("Write down: %(mrn)s") % {"mrn": row.person.mrn}


def _show(request: HttpRequest) -> Where | None:
    wanted = request.GET.get("show", Where.NOT_LOCATED.value)
    if wanted == EVERYBODY:
        return None
    return next((where for where in Where if where.value == wanted), Where.NOT_LOCATED)


def _url(given: dict[str, str], **more: Any) -> str:
    return "?" + urlencode({**given, **more})
