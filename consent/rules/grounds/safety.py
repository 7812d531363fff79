"""What keeps somebody back at once: quarantine, and findings nobody has dealt with."""

from __future__ import annotations

from datetime import datetime

from consent.rules.answers import Judgement, Reason, refuse
from consent.rules.facts import Finding, QuarantineOrder, Reference
from consent.rules.views import View


def quarantine(view: View) -> Judgement:
    orders = [one for one in view.facts.quarantines if _is_in_force(view, one)]
    if not orders:
        return Judgement()
    facts = (Reference(kind="quarantine order", id=one.id) for one in orders)
    return refuse(Reason.QUARANTINED, *facts)


def _is_in_force(view: View, one: QuarantineOrder) -> bool:
    """Say whether an order keeps back now; each of several overlapping ones refuses by itself.

    Who really was apart is kept back for the programme's span after the end as well.
    """
    if not view.knows(one.recorded_at) or view.at < one.start:
        return False
    end = _end(view, one)
    if end is not None and _clears_at(view, one, end) <= view.at:
        return False
    lifted_at = one.lifted_at
    return lifted_at is None or not view.speaks_for(
        _clears_at(view, one, lifted_at), recorded_at=one.lift_recorded_at or lifted_at
    )


def _end(view: View, one: QuarantineOrder) -> datetime | None:
    """Return the end that holds: an extension moves it later, once it is known."""
    if one.end is None:
        return None
    later = (more.end for more in one.extensions if view.knows(more.recorded_at))
    return max([one.end, *later])


def _clears_at(view: View, one: QuarantineOrder, ended_at: datetime) -> datetime:
    return ended_at + view.version.quarantine_clear if ended_at > one.start else ended_at


def findings(view: View) -> Judgement:
    """Refuse on every critical or held nanite result that was recorded, released or not."""
    still_open = [one for one in view.facts.findings if _is_open(view, one)]
    if not still_open:
        return Judgement()
    facts = (Reference(kind="finding", id=one.id) for one in still_open)
    return refuse(Reason.OPEN_FINDING, *facts)


def _is_open(view: View, one: Finding) -> bool:
    if not view.speaks_against(one.found_at, recorded_at=one.recorded_at):
        return False
    return one.cleared_at is None or not view.speaks_for(recorded_at=one.cleared_at)
