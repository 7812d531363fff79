"""Declared families before they come into force: what they would change, and as a file."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assays.actions.driver_families import said
from assays.instruments import schema
from assays.models import DriverFamily, Instrument
from assays.pages.transmissions import VIEW, record_read
from assays.queries import families, family_effects
from assays.queries.family_effects import Effect
from assays.queries.messages import WIRES
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number, one_of
from labsys.lib.refusals import sentence
from labsys.lib.wording import Refused

LAST = (20, 100, 500)  # on how many of an instrument's newest messages a version is tried
SHOWN = 20


@require_safe
@requires(VIEW)
def what_if(request: HttpRequest, driverfamily_id: int) -> HttpResponse:
    """Show what a version would read otherwise in the newest messages of an instrument."""
    principal = request.principal  # type: ignore[attr-defined]
    family = _find(principal, driverfamily_id)
    last = one_of(request.GET, "last", LAST, usual=LAST[0])
    instruments = policy.scope(
        principal, Instrument.objects.filter(protocol__in=WIRES).order_by("code")
    )
    chosen = instruments.filter(pk=number(request.GET.get("instrument"))).first()
    effect, faults = None, []
    try:
        driver = families.driver_of(family)
        if chosen is not None:
            effect = family_effects.of_driver(driver, chosen, last=last)
    except schema.FamilyRefused as refused:
        faults = [said(fault) for fault in refused.faults]
    except Refused as refused:
        faults = [sentence(refused)]
    context: dict[str, Any] = {
        "family": family,
        "instruments": instruments,
        "chosen": chosen,
        "last": last,
        "choices": LAST,
        "effect": effect,
        "changed": _shown(principal, effect),
        "faults": faults,
    }
    return render(request, "assays/family_what_if.html", context)


@require_safe
@requires("assays.instrument.view")
def export(request: HttpRequest, driverfamily_id: int) -> HttpResponse:
    """Hand out a version as JSON, as it can be taken in elsewhere."""
    family = _find(request.principal, driverfamily_id)  # type: ignore[attr-defined]
    names = ("name", "label", "base", "declaration", "note")
    content = json.dumps(
        {name: getattr(family, name) for name in names}, ensure_ascii=False, indent=2
    )
    answer = HttpResponse(f"{content}\n", content_type="application/json; charset=utf-8")
    file = f"{family.name}-{family.number}.json"
    answer["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


def _find(principal: Principal, id_: int) -> DriverFamily:
    rows = policy.scope(principal, DriverFamily.objects.filter(pk=id_))
    found: DriverFamily | None = rows.first()
    if found is None:
        raise Http404
    return found


def _shown(principal: Principal, effect: Effect | None) -> list[family_effects.Changed]:
    """Return the messages that are shown; each is a look at the persons whose specimens it names."""
    shown = effect.changed[:SHOWN] if effect is not None else []
    for one in shown:
        record_read(principal, one.message, purpose="message")
    return shown
