"""Whether somebody may leave on a programme, decided from facts at the moment it is asked.

Nothing here is ever stored as the answer: a pass lapses although no job runs, and the answer for
a past moment stays what it was, because what was recorded later is not known at that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from consent.rules.answers import Clearance, Ground, Judgement, Reason, Status, refuse
from consent.rules.facts import CheckKind, Facts, Reference, in_utc
from consent.rules.grounds.checks import checks
from consent.rules.grounds.nanites import nanites
from consent.rules.grounds.persons import age, enrolment, identity
from consent.rules.grounds.safety import findings, quarantine
from consent.rules.grounds.waivers import waiver
from consent.rules.instants import instants
from consent.rules.programmes import Programme
from consent.rules.views import View

__all__ = ["Clearance", "Ground", "Reason", "Status", "decide"]


def decide(
    facts: Facts, *, programme: Programme, at: datetime, known_at: datetime | None = None
) -> Clearance:
    """Decide clearance at one moment, with what was recorded up to `known_at` (default: `at`).

    What was recorded later than `known_at` is ignored. With `known_at` later than `at` the answer
    is given in hindsight, which may refuse whom the answer of that moment cleared, and never the
    other way round. With `known_at` earlier it foretells: if nothing further is recorded.

    The answer holds every reason at once, the facts behind each, the facts relied on, and for
    somebody cleared the first moment at which these same facts no longer clear.
    """
    at = in_utc(at)
    known_at = at if known_at is None else in_utc(known_at)
    version = programme.version_at(at, known_at=known_at)
    grounds, relied_on = _judge(facts, programme, at, known_at)
    return Clearance(
        programme=programme.id,
        programme_version=None if version is None else version.number,
        at=at,
        known_at=known_at,
        grounds=grounds,
        relied_on=relied_on,
        valid_until=None if grounds else _valid_until(facts, programme, at, known_at),
    )


def _judge(
    facts: Facts, programme: Programme, at: datetime, known_at: datetime
) -> tuple[tuple[Ground, ...], tuple[Reference, ...]]:
    judgements = tuple(_judgements(facts, programme, at, known_at))
    return _merge(judgements), _in_order(ref for one in judgements for ref in one.relied_on)


def _judgements(
    facts: Facts, programme: Programme, at: datetime, known_at: datetime
) -> Iterator[Judgement]:
    version = programme.version_at(at, known_at=known_at)
    if version is None:
        # Nobody can belong to a programme that has no rules yet, or is closed.
        yield refuse(Reason.NOT_ENROLLED)
        return
    view = View(facts=facts, programme=programme, version=version, at=at, known_at=known_at)
    for kind in CheckKind:
        yield checks(view, kind)
    for need in version.nanites:
        yield nanites(view, need)
    yield enrolment(view)
    yield waiver(view)
    yield age(view)
    yield identity(view)
    yield quarantine(view)
    yield findings(view)


def _merge(judgements: Iterable[Judgement]) -> tuple[Ground, ...]:
    """Give each reason once, in the order of the list, with all facts behind it."""
    facts: dict[Reason, list[Reference]] = {}
    for judgement in judgements:
        for ground in judgement.refusals:
            facts.setdefault(ground.reason, []).extend(ground.facts)
    if not facts:
        return ()
    return tuple(
        Ground(reason=reason, facts=_in_order(facts[reason]))
        for reason in Reason
        if reason in facts
    )


def _in_order(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """Drop repeats and sort, so that the order in which facts were fetched never shows."""
    return tuple(sorted(set(references), key=lambda one: (one.kind, one.id)))


def _valid_until(
    facts: Facts, programme: Programme, at: datetime, known_at: datetime
) -> datetime | None:
    """Return the first later moment at which the same facts refuse.

    What mostly ends a clearance is judged first, and the first refusal is enough.
    """
    for moment in sorted(one for one in instants(facts, programme) if one > at):
        if any(one.refusals for one in _judgements(facts, programme, moment, known_at)):
            return moment
    return None
