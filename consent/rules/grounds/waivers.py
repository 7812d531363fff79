"""Consent: a signature under a text still accepted, and no withdrawal since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from consent.rules.answers import Judgement, Reason, refuse
from consent.rules.facts import (
    CapacityFinding,
    Reference,
    Signature,
    WaiverText,
    Withdrawal,
)
from consent.rules.grounds.capacities import lacking
from consent.rules.signing import objection
from consent.rules.views import View


def waiver(view: View) -> Judgement:
    """Ask for a signature, under a text still accepted, later than every withdrawal.

    A signature and a withdrawal of the same moment leave the person withdrawn. For a minor a
    guardian signs, and the signature ends when the person is shown to be of age. Nobody is held to
    their own signature while a clinician finds that they cannot decide: who could not say no has not
    said yes. That undoes no signature, and makes nobody withdrawn who signed again.
    """
    texts = [one for one in view.facts.waiver_texts if _concerns(view, one)]
    signatures = [
        (one, text)
        for one in view.facts.signatures
        for text in texts
        if text.id == one.text and _counts(view, one, text, texts)
    ]
    withdrawals = [one for one in view.facts.withdrawals if _has_withdrawn(view, one)]
    fresh = [
        (one, text)
        for one, text in signatures
        if all(one.signed_at > _effective_at(withdrawal) for withdrawal in withdrawals)
    ]
    if withdrawals and not fresh:
        return refuse(Reason.WITHDRAWN, *(_withdrawal(one) for one in withdrawals))
    fresh = [(one, text) for one, text in fresh if _is_able(view, one)]
    if not fresh:
        return refuse(Reason.NO_WAIVER, *(_capacity(one) for one in lacking(view, view.at)))
    accepted = [one for one, text in fresh if not _is_superseded(view, text, texts)]
    if not accepted:
        return refuse(Reason.WAIVER_SUPERSEDED, *(_signature(one) for one, _text in fresh))
    latest = max(accepted, key=lambda one: (one.signed_at, one.id))
    return Judgement(relied_on=(_signature(latest),))


def _concerns(view: View, text: WaiverText) -> bool:
    return view.knows(text.recorded_at) and text.programme in (None, view.programme.id)


def _counts(view: View, one: Signature, text: WaiverText, texts: Sequence[WaiverText]) -> bool:
    """Say whether a signature counts; signing a text that another had replaced is worth nothing.

    A text may be signed before it takes effect: the signature then counts from that moment.
    """
    recorded_at = max(one.recorded_at, text.recorded_at)
    if not view.speaks_for(one.signed_at, text.effective_from, recorded_at=recorded_at):
        return False
    if view.takes_back(one.annulled_at):
        return False
    if objection(view, by_guardian=one.by_guardian, signed_at=one.signed_at) is not None:
        return False
    return not any(
        one.signed_at >= max(later.effective_from, later.recorded_at)
        for later in texts
        if _follows(later, text)
    )


def _is_able(view: View, one: Signature) -> bool:
    """Say whether whoever signed could decide, then and now."""
    return one.by_guardian or not (lacking(view, one.signed_at) or lacking(view, view.at))


def _is_superseded(view: View, text: WaiverText, texts: Sequence[WaiverText]) -> bool:
    return any(_follows(later, text) and later.supersedes_at <= view.at for later in texts)


def _follows(later: WaiverText, text: WaiverText) -> bool:
    return (later.effective_from, later.version) > (text.effective_from, text.version)


def _has_withdrawn(view: View, one: Withdrawal) -> bool:
    return one.programme in (None, view.programme.id) and view.speaks_against(
        one.effective_at, recorded_at=one.recorded_at
    )


def _effective_at(one: Withdrawal) -> datetime:
    """Withdrawal takes effect at once, even where a later moment was written down."""
    return min(one.effective_at, one.recorded_at)


def _signature(one: Signature) -> Reference:
    return Reference(kind="signature", id=one.id)


def _capacity(one: CapacityFinding) -> Reference:
    return Reference(kind="capacity", id=one.id)


def _withdrawal(one: Withdrawal) -> Reference:
    return Reference(kind="withdrawal", id=one.id)
