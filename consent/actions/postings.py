"""Postings: out, decided under the person's lock in the instant they leave, and back."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.actions import recalls, transitions
from consent.models import Departure, Posting, PostingAnnulment, PostingReturn, Programme
from consent.queries import clearances
from consent.queries.facts import held, lock
from consent.queries.programmes import check_open
from consent.rules.answers import Clearance
from consent.rules.gates import GateStatus, gate_view
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment, database_now
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from labsys.lib.reasons import check_reason
from patients.actions.gateway import insert
from patients.models import Person

RECORD, LATE, RETURN = "consent.posting.record", "consent.posting.late", "consent.posting.return"
_WORDS = {
    GateStatus.NOT_CLEARED: gettext_lazy("not given"),
    GateStatus.EXPIRED: gettext_lazy("expired"),
    GateStatus.REVOKED: gettext_lazy("revoked"),
    GateStatus.INVALID: gettext_lazy("invalid"),
}


class NotCleared(Refusal):
    """Somebody who is not cleared was about to leave; `status_word` is all that the gate is told."""

    kind = "not-cleared"

    def __init__(self, answer: Clearance) -> None:
        self.status_word = gate_view(answer).status
        super().__init__(
            _("The clearance for this programme is %(word)s.") % {"word": _WORDS[self.status_word]}
        )


def post(
    *,
    person: Person,
    programme: Programme,
    by: Principal,
    at: datetime,
    destination: str = "",
    left_at: datetime | None = None,
    departure: Departure | None = None,
) -> Posting:
    """Record that somebody leaves now, if they are cleared now.

    With `left_at` it is recorded late, and they must have been cleared then, as known now. The
    moment of the decision is read once the person is locked: whatever was recorded while this
    waited for the lock counts, and whatever waits for this is recorded later.
    """
    policy.check(by, RECORD, person)
    if left_at is not None:
        policy.check(by, LATE)
        check_world_moment(left_at, at=at, field="left_at")
    with acting(by=by, at=at, action="consent.posting.post"):
        entries = lock([person.pk])
        check_open(programme, left_at or database_now())
        decided_at = database_now()
        left = decided_at if left_at is None else min(left_at, decided_at)
        _check_is_here(entries, left)
        answer = clearances.clearance_of(person, programme, at=left, known_at=decided_at)
        if not answer.is_cleared:
            raise NotCleared(answer)
        made: Posting = insert(
            Posting(
                uid=uuid.uuid4(),
                person=person,
                programme=programme,
                departure=departure,
                destination=destination.strip() or programme.named_at(left).destination,
                left_at=left,
                answered_at=decided_at,
                valid_until=answer.valid_until,
                programme_version=answer.programme_version,
                relied_on=[f"{fact.kind} {fact.id}" for fact in answer.relied_on],
                recorded_at=decided_at,
                recorded_by=by,
            )
        )
        if left_at is not None:  # recorded late: they may have lost their clearance since
            transitions.after(person_ids=[person.pk], by=by, at=at)
        return made


def _check_is_here(entries: frozenset[int], left_at: datetime) -> None:
    """Refuse to post somebody who is away, or was away at that moment."""
    postings = Posting.objects.filter(person__in=entries)
    if postings.away().exists():
        raise Conflict(_("This person is away already; record the return first."))
    later = postings.filter(annulment=None, ended_at__gt=left_at).order_by("-ended_at").first()
    if later is not None:
        raise InvalidInput(_("This person was away at that moment."), field="left_at")


def come_back(
    *, posting: Posting, returned_at: datetime, by: Principal, at: datetime, note: str = ""
) -> PostingReturn:
    """Record that somebody came back from a posting."""
    policy.check(by, RETURN, posting)
    check_world_moment(returned_at, at=at, field="returned_at")
    if returned_at < posting.left_at:
        raise InvalidInput(_("Nobody comes back before they left."), field="returned_at")
    returned_at = min(returned_at, at)  # a clock that is ahead by less than is refused
    with acting(by=by, at=at, action="consent.posting.come_back"):
        at = _end(posting, ended_at=returned_at, at=at)
        recalls.follow_return(posting=posting, returned_at=returned_at, by=by, at=at)
        made = insert(
            PostingReturn(
                posting=posting,
                returned_at=returned_at,
                note=note.strip(),
                recorded_at=at,
                recorded_by=by,
            )
        )
        transitions.after(person_ids=[posting.person_id], by=by, at=at)
        return made


def annul(*, posting: Posting, by: Principal, at: datetime, reason: str) -> PostingAnnulment:
    """Set right a posting that was recorded although nobody left."""
    policy.check(by, RECORD, posting)
    check_reason(reason)
    with acting(by=by, at=at, action="consent.posting.annul", reason=reason):
        at = _end(posting, ended_at=at, at=at)
        recalls.follow_annulment(posting=posting, reason=reason, by=by, at=at)
        return insert(
            PostingAnnulment(posting=posting, reason=reason, recorded_at=at, recorded_by=by)
        )


def _end(posting: Posting, *, ended_at: datetime, at: datetime) -> datetime:
    """Let a posting end once, and return from when on that is known.

    The filter on the open ones decides between two callers.
    """
    _entries, at = held([posting.person_id], at=at)
    if not Posting.objects.away().filter(pk=posting.pk).update(ended_at=ended_at):
        raise Conflict(_("This posting ended already."))
    return at
