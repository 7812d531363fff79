"""Rule sets of autoverification: what they are asked, what they said, and the buttons that move them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from assays.actions import rulesets, versions
from assays.models import RuleSet
from assays.queries import rule_agreement, rule_coverage, rule_what_if
from assays.queries import rulesets as queries
from assays.rules.autoverification.agreement import Match
from assays.rules.states import VERSION, VersionStatus
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires, requires_by
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence

VIEW = "assays.ruleset.view"
# How many results a draft is tried on.
TRIED = (300, 1000, 2000)


def _approve(*, rule_set: RuleSet, by: Principal, at: datetime, reason: str) -> None:
    versions.approve(version=rule_set, by=by, at=at, reason=reason)


def _activate(*, rule_set: RuleSet, by: Principal, at: datetime, reason: str) -> None:
    versions.activate(version=rule_set, by=by, at=at)


def _retire(*, rule_set: RuleSet, by: Principal, at: datetime, reason: str) -> None:
    versions.retire(version=rule_set, by=by, at=at, reason=reason)


def _discard(*, rule_set: RuleSet, by: Principal, at: datetime, reason: str) -> None:
    versions.discard(version=rule_set, by=by, at=at, reason=reason)


def _suspend(*, rule_set: RuleSet, by: Principal, at: datetime, reason: str) -> None:
    """One press is enough: whoever has a reason at hand gives it, nobody is kept by its want."""
    rulesets.suspend(rule_set=rule_set, by=by, at=at, reason=reason or str(AT_ONCE))


AT_ONCE = _("suspended at once, no reason given")
APPROVE, DRAFT = "assays.catalogue.approve", "assays.catalogue.draft"
# name: label, permission, act, whether a reason has to be given
MOVES: dict[str, tuple[Any, str, Callable[..., Any], bool]] = {
    "suspend": (_("Suspend now"), "assays.ruleset.suspend", _suspend, False),
    "approve": (_("Approve"), APPROVE, _approve, False),
    "activate": (_("Bring into force, in the shadow"), APPROVE, _activate, False),
    "live": (_("Let it release results"), "assays.ruleset.live", rulesets.go_live, True),
    "retire": (_("Retire"), APPROVE, _retire, True),
    "discard": (_("Discard"), DRAFT, _discard, True),
}
SERIOUS = frozenset({"suspend", "retire", "discard"})
_TARGETS = {
    "approve": VersionStatus.APPROVED,
    "activate": VersionStatus.ACTIVE,
    "retire": VersionStatus.RETIRED,
    "discard": VersionStatus.DISCARDED,
}


@require_safe
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show every version of every rule set, those in force first."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, RuleSet.objects.all()).select_related("drafted_by__user")
    found = list(queries.with_modes(rows).order_by("code", "-number")[:500])
    context = {
        "in_force": [one for one in found if one.status == VersionStatus.ACTIVE],
        "drafts": [
            one for one in found if one.status in (VersionStatus.DRAFT, VersionStatus.APPROVED)
        ],
        "past": [
            one for one in found if one.status in (VersionStatus.RETIRED, VersionStatus.DISCARDED)
        ],
        "may_draft": policy.can(principal, DRAFT),
    }
    return render(request, "assays/rulesets.html", context)


def _find(principal: Principal, rule_set_id: int) -> RuleSet:
    rows = policy.scope(principal, RuleSet.objects.filter(pk=rule_set_id))
    found = queries.with_modes(rows.select_related("drafted_by__user", "approved_by__user")).first()
    if found is None:
        raise Http404
    made: RuleSet = found
    return made


@require_safe
@requires(VIEW)
def show(request: HttpRequest, rule_set_id: int) -> HttpResponse:
    """Show one version: its rules in words, how it stands, what it said and what it would change."""
    return _page(request, _find(request.principal, rule_set_id))  # type: ignore[attr-defined]


@require_http_methods(["POST"])
@requires_by("move", {name: move[1] for name, move in MOVES.items()})
def move(request: HttpRequest, rule_set_id: int, move: str) -> HttpResponse:
    """Approve, bring into force, let release, suspend, retire or discard one version."""
    principal = request.principal  # type: ignore[attr-defined]
    rule_set = _find(principal, rule_set_id)
    label, _permission, act, needs_reason = MOVES[move]
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:500]
    if needs_reason and not reason:
        messages.error(request, _("Say why, in a few words."))
        return _page(request, rule_set, asked=move, status=422)
    try:
        act(rule_set=rule_set, by=principal, at=database_now(), reason=reason)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        found = _find(principal, rule_set_id)
        return _page(request, found, asked=move, status=refusal.status)
    messages.success(request, _("%(label)s: done.") % {"label": label})
    return HttpResponseRedirect(reverse("ruleset", args=[rule_set_id]))


def _page(
    request: HttpRequest, rule_set: RuleSet, *, asked: str = "", status: int = 200
) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    standing = queries.standing_of(rule_set)
    noticed = rule_coverage.noticed(standing)
    is_draft = rule_set.status in (VersionStatus.DRAFT, VersionStatus.APPROVED)
    tried = _tried(request.GET.get("last", ""))
    context = {
        "rule_set": rule_set,
        "assays": rule_set.assays.select_related("assay__analyte").order_by("assay__analyte__code"),
        "rules": _rules(rule_set, noticed),
        "notes": [one for one in noticed if not one.rule],
        "laws": [] if is_draft else _laws(rule_set),
        "is_draft": is_draft,
        "what_if": rule_what_if.ask(rule_set, limit=tried) if is_draft else None,
        "tried": tried,
        "tries": TRIED,
        "tally": None if is_draft else _tally(rule_set),
        "false_releases": [] if is_draft else rule_agreement.false_releases(rule_set.pk),
        "may_open": policy.can(principal, "assays.result.view"),
        "may_draft": policy.can(principal, DRAFT),
        "history": _history(rule_set),
        "buttons": _buttons(principal, rule_set),
        "asked": asked,
        "typed": request.POST,
    }
    return render(request, "assays/ruleset.html", context, status=status)


def _tried(asked: str) -> int:
    return int(asked) if asked in {str(one) for one in TRIED} else TRIED[0]


def _rules(rule_set: RuleSet, noticed: Any) -> list[dict[str, Any]]:
    fired = rule_coverage.fired(rule_set.pk)
    return [
        {
            "id": rule.get("id", ""),
            "kind": rule.get("kind", ""),
            "written": rule,
            "assays": rule.get("assays", ()),
            "fired": fired.get((rule.get("id", ""), False)),
            "noticed": [one for one in noticed if one.rule == rule.get("id", "")],
        }
        for rule in rule_set.written
    ]


def _laws(rule_set: RuleSet) -> list[tuple[str, rule_coverage.Fired]]:
    fired = rule_coverage.fired(rule_set.pk)
    return [(name, one) for (name, is_fixed), one in fired.items() if is_fixed and one.held]


def _tally(rule_set: RuleSet) -> dict[str, Any]:
    tally = rule_agreement.tally(rule_set.pk)
    return {"all": tally, "rows": [(match, tally.counts[match]) for match in Match]}


def _history(rule_set: RuleSet) -> list[dict[str, Any]]:
    """Return the moves of the version and of its mode, the newest first."""
    moves = [
        {"at": one.recorded_at, "by": one.recorded_by, "what": one.new, "reason": one.reason}
        for one in rule_set.events.select_related("recorded_by__user")
    ]
    modes = [
        {"at": one.recorded_at, "by": one.recorded_by, "mode": one.mode, "reason": one.reason}
        for one in rule_set.modes.select_related("recorded_by__user")
    ]
    # Of one moment, the mode follows the move into force.
    return sorted([*moves, *modes], key=lambda one: (one["at"], "mode" in one), reverse=True)


def _buttons(principal: Principal, rule_set: RuleSet) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": label,
            "needs_reason": needs_reason,
            "is_serious": name in SERIOUS,
        }
        for name, (label, permission, _act, needs_reason) in MOVES.items()
        if _applies(name, rule_set) and policy.can(principal, permission)
    ]


def _applies(name: str, rule_set: RuleSet) -> bool:
    is_active = rule_set.status == VersionStatus.ACTIVE
    is_live = rule_set.mode == queries.Mode.LIVE.value
    if name == "suspend":
        return is_active and is_live
    if name == "live":
        return is_active and not is_live
    return VERSION.can_move(VersionStatus(rule_set.status), _TARGETS[name])
