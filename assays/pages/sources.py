"""Saying which instrument sent a message, where its sender names none, or none alone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import held_items
from assays.models import Instrument
from assays.pages.transmissions import find, number
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence

LONGEST_REASON = 500


@require_http_methods(["POST"])
@requires(held_items.DECIDE)
def assign(request: HttpRequest, message_id: int) -> HttpResponse:
    """Have a message read as one of the instrument that was chosen."""
    principal = request.principal  # type: ignore[attr-defined]
    message = find(principal, message_id)
    back = HttpResponseRedirect(reverse("transmission", args=[message_id]))
    instruments = policy.scope(principal, Instrument.objects.all())
    instrument = instruments.filter(pk=number(request.POST.get("instrument", "")) or 0).first()
    if instrument is None:
        messages.error(request, _("Choose the instrument that sent this message."))
        return back
    try:
        held_items.assign(
            message=message,
            instrument=instrument,
            by=principal,
            at=database_now(),
            reason=request.POST.get("reason", "").strip()[:LONGEST_REASON],
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("The message will be read in a moment."))
    return back
