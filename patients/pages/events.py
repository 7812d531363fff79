"""Events at which people were exposed, and who was at one of them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.lib.addresses import number, text
from patients.pages import contact_table
from patients.pages.contacts import CLUSTERS, look
from patients.queries import chains, contacts

LIMIT = 50
LONGEST = 200


@require_http_methods(["GET", "HEAD"])
@requires(CLUSTERS)
def listing(request: HttpRequest) -> HttpResponse:
    """List the events that exposures name, those that grew last first."""
    found = chains.events(before=number(request.GET.get("before")), limit=LIMIT + 1)
    following = found[LIMIT - 1].newest if len(found) > LIMIT else None
    context = {
        "events": [(one, "?" + urlencode({"name": one.name})) for one in found[:LIMIT]],
        "next": f"?before={following}" if following else "",
        "is_later_page": "before" in request.GET,
    }
    return render(request, "patients/events.html", context)


@require_http_methods(["GET", "HEAD"])
@requires(CLUSTERS)
def one(request: HttpRequest) -> HttpResponse:
    """Show one event with the people who were exposed at it."""
    by = request.principal  # type: ignore[attr-defined]
    name = text(request.GET, "name", most=LONGEST)
    event = chains.event(name) if name else None
    if event is None:
        raise Http404
    shown = contacts.at_event(by, event, before=number(request.GET.get("before")))
    look(by, shown.rows)
    following = urlencode({"name": name, "before": shown.next}) if shown.next else ""
    context = {
        "event": event,
        "written": contact_table.rows(shown.rows, has_event=False),
        "next": f"?{following}" if following else "",
        "is_later_page": "before" in request.GET,
    }
    return render(request, "patients/event.html", context)
