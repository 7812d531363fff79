"""The weekly checks: a pass that still holds, and no refusal left standing."""

from __future__ import annotations

from datetime import datetime

from consent.rules.answers import Ground, Judgement, Reason
from consent.rules.facts import Check, CheckKind, CheckOutcome, Reference
from consent.rules.programmes import CheckRequirement
from consent.rules.views import Known, View

MISSING = {
    CheckKind.MEDICAL: Reason.MEDICAL_MISSING,
    CheckKind.PSYCHOLOGICAL: Reason.PSYCH_MISSING,
}
LAPSED = {
    CheckKind.MEDICAL: Reason.MEDICAL_LAPSED,
    CheckKind.PSYCHOLOGICAL: Reason.PSYCH_LAPSED,
}
REFUSED = {
    (CheckKind.MEDICAL, CheckOutcome.REFERRED): Reason.MEDICAL_REFERRED,
    (CheckKind.MEDICAL, CheckOutcome.FAILED): Reason.MEDICAL_FAILED,
    (CheckKind.PSYCHOLOGICAL, CheckOutcome.REFERRED): Reason.PSYCH_REFERRED,
    (CheckKind.PSYCHOLOGICAL, CheckOutcome.FAILED): Reason.PSYCH_FAILED,
}


def checks(view: View, kind: CheckKind) -> Judgement:
    """Judge one kind of check.

    A refusal stands whether or not the programme asks for this kind, until a pass names it; a
    pass is asked for only where it does. A pass that covered less than the programme asks neither
    clears nor lifts for it.
    """
    need = view.version.check_need(kind)
    asks = frozenset[str]() if need is None else need.asks
    standing = standing_refusals(view, kind, asks)
    refusals = [
        Ground(reason=reason, facts=tuple(_check(one) for one in refused))
        for (reason_kind, outcome), reason in REFUSED.items()
        if reason_kind is kind and (refused := [one for one in standing if one.outcome is outcome])
    ]
    if need is None:
        return Judgement(refusals=tuple(refusals))
    latest = latest_pass(view, kind, asks)
    if latest is None:
        refusals.append(Ground(reason=MISSING[kind]))
    elif view.at >= lapses_at(latest, need):
        refusals.append(Ground(reason=LAPSED[kind], facts=(_check(latest),)))
    else:
        return Judgement(refusals=tuple(refusals), relied_on=(_check(latest),))
    return Judgement(refusals=tuple(refusals))


def passes(view: Known, kind: CheckKind, asks: frozenset[str]) -> list[Check]:
    """Return the passes that cover what is asked and have come into force, lapsed or not."""
    return [
        one
        for one in view.facts.checks
        if one.kind is kind
        and one.outcome is CheckOutcome.PASSED
        and (one.covers is None or asks <= one.covers)
        and view.speaks_for(one.performed_at, recorded_at=one.recorded_at)
        and not view.takes_back(one.annulled_at)
    ]


def latest_pass(view: Known, kind: CheckKind, asks: frozenset[str]) -> Check | None:
    """Return the pass that was performed last, thus lapses last."""
    return max(passes(view, kind, asks), key=lambda one: (one.performed_at, one.id), default=None)


def lapses_at(one: Check, need: CheckRequirement) -> datetime:
    return one.performed_at + need.validity


def standing_refusals(
    view: Known, kind: CheckKind, asks: frozenset[str] = frozenset()
) -> list[Check]:
    """Return the FAILED and REFERRED checks that no later pass that covers `asks` lifted by name.

    Whoever records a pass is shown these, so as to name those that it lifts.
    """
    refused = [
        one
        for one in view.facts.checks
        if one.kind is kind
        and (kind, one.outcome) in REFUSED
        and view.speaks_against(one.performed_at, recorded_at=one.recorded_at)
    ]
    if not refused:
        return []
    passed = passes(view, kind, asks)
    return [one for one in refused if not any(_lifts(later, one) for later in passed)]


def _lifts(later: Check, refused: Check) -> bool:
    return refused.id in later.lifts and later.performed_at > refused.performed_at


def _check(one: Check) -> Reference:
    return Reference(kind="check", id=one.id)
