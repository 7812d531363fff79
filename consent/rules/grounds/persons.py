"""Who somebody is: alive and enrolled, old enough, and the person they are taken for."""

from __future__ import annotations

from datetime import datetime

from consent.rules.ages import reaches_age_at
from consent.rules.answers import Judgement, Reason, refuse
from consent.rules.facts import BirthRecord, Death, Enrolment, IdentityCheck, Reference
from consent.rules.views import View


def enrolment(view: View) -> Judgement:
    """Ask for an enrolment that holds; whoever is recorded as dead belongs to no programme."""
    deaths = [one for one in view.facts.deaths if _is_dead(view, one)]
    if deaths:
        return refuse(Reason.NOT_ENROLLED, *(Reference(kind="death", id=one.id) for one in deaths))
    current = [one for one in view.facts.enrolments if _is_enrolled(view, one)]
    if not current:
        return refuse(Reason.NOT_ENROLLED)
    return Judgement(relied_on=tuple(Reference(kind="enrolment", id=one.id) for one in current))


def _is_enrolled(view: View, one: Enrolment) -> bool:
    if one.programme != view.programme.id:
        return False
    if not view.speaks_for(one.start, recorded_at=one.recorded_at):
        return False
    end_known = view.knows(one.end_recorded_at or one.recorded_at)
    return not (one.end is not None and end_known and one.end <= view.at)


def _is_dead(view: View, one: Death) -> bool:
    """Say whether a death counts: set right later, it stood until then, in hindsight too."""
    if not view.speaks_against(one.died_at or one.recorded_at, recorded_at=one.recorded_at):
        return False
    return one.replaced_at is None or not view.speaks_for(recorded_at=one.replaced_at)


def age(view: View) -> Judgement:
    """Refuse whoever cannot be shown to be old enough."""
    years = view.version.required_age_years
    if years is None:
        return Judgement()
    standing, decisive = decisive_births(view)
    if standing is None:
        return refuse(Reason.UNDER_AGE)
    doubtful = [one for one in decisive if not _shows_age(view, one, years, at=view.at)]
    if doubtful:
        return refuse(Reason.UNDER_AGE, *(Reference(kind="birth", id=one.id) for one in doubtful))
    return Judgement(relied_on=(Reference(kind="birth", id=standing.id),))


def is_shown_of_age(view: View, moment: datetime) -> bool:
    """Say whether somebody was surely of age at a moment, by every record that decides."""
    years = view.version.majority_years
    standing, decisive = decisive_births(view)
    return standing is not None and (
        years is None or all(_shows_age(view, one, years, at=moment) for one in decisive)
    )


def may_be_minor(view: View, moment: datetime) -> bool:
    """Say whether no record that decides shows somebody of age at a moment."""
    years = view.version.majority_years
    _standing, decisive = decisive_births(view)
    return years is not None and not any(
        _shows_age(view, one, years, at=moment) for one in decisive
    )


def decisive_births(view: View) -> tuple[BirthRecord | None, list[BirthRecord]]:
    """Return the record that stood at the moment asked about, and all that have to agree with it.

    Every later one that is known decides as well, so that hindsight never makes anybody older, nor
    younger where a guardian signed.
    """
    known = [one for one in view.facts.births if view.knows(one.recorded_at)]
    standing = max(
        (one for one in known if one.recorded_at <= view.at),
        key=lambda one: (one.recorded_at, one.id),
        default=None,
    )
    decisive = [
        one
        for one in known
        if one.recorded_at > view.at
        or (standing is not None and one.recorded_at == standing.recorded_at)
    ]
    return standing, decisive


def _shows_age(view: View, birth: BirthRecord, years: int, *, at: datetime) -> bool:
    latest = birth.latest_birth_date
    if latest is None:
        return False
    return reaches_age_at(latest, years=years, zone=view.programme.zone) <= at


def identity(view: View) -> Judgement:
    """Ask for a confirmation that no doubt has followed; of two at one moment, doubt wins."""
    doubts = [one for one in view.facts.identity if _doubts(view, one)]
    confirmations = [
        one
        for one in view.facts.identity
        if one.is_confirmed and view.speaks_for(one.happened_at, recorded_at=one.recorded_at)
    ]
    standing = [
        one
        for one in confirmations
        if all(one.happened_at > _effective_at(doubt) for doubt in doubts)
    ]
    if standing:
        latest = max(standing, key=lambda one: (one.happened_at, one.id))
        return Judgement(relied_on=(Reference(kind="identity", id=latest.id),))
    return refuse(
        Reason.IDENTITY_UNCONFIRMED, *(Reference(kind="identity", id=one.id) for one in doubts)
    )


def _doubts(view: View, one: IdentityCheck) -> bool:
    return not one.is_confirmed and view.speaks_against(
        one.happened_at, recorded_at=one.recorded_at
    )


def _effective_at(doubt: IdentityCheck) -> datetime:
    return min(doubt.happened_at, doubt.recorded_at)
