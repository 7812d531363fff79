"""Recalling somebody who is away and no longer cleared. It prevents nothing and asks of nobody.

Opened where a lost clearance is noticed; what happened may be written down later, with its moment.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.translation import gettext as _

from consent.actions import deliveries
from consent.models import Check, ClearanceTransition, Posting, Recall, RecallStep
from consent.queries import recalls as queries
from consent.queries.clearances import clearance_of
from consent.queries.facts import lock
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.recalls import AWAY, BY_HAND, RECALL, RecallState, due, may_be_cancelled
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.clock import check_world_moment, database_now
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

WORK = "consent.recall.work"
LONGEST = 500
_STILL = [state.value for state in AWAY]


def open_recall(
    *, posting: Posting, transition: ClearanceTransition, by: Principal, at: datetime
) -> Recall:
    """Begin to bring somebody back; while a recall of the posting runs, that one is returned.

    Its clock runs from the moment at which they lost their clearance, however late that is noticed.
    """
    programme = posting.programme
    lost_at = max(transition.changed_at, posting.left_at)
    row = {
        "uid": str(uuid.uuid4()),
        "person_id": posting.person_id,
        "programme_id": programme.pk,
        "posting_id": posting.pk,
        "transition_id": transition.pk,
        "due_at": due(lost_at, within=queries.within(programme, at=lost_at)),
        "state": RecallState.OPEN.value,
        "ended_at": None,
        "recorded_by_id": by.pk,
        "recorded_at": at,
    }
    with acting(by=by, at=at, action="consent.recall.open"):
        bulk.insert(Recall, [row], is_repeatable=True)
        found: Recall = Recall.objects.get(posting=posting, ended_at=None)
        if str(found.uid) == row["uid"]:
            deliveries.tell_of_recall(recall=found, by=by, at=at)
        return found


def step(
    *,
    recall: Recall,
    to: RecallState,
    happened_at: datetime,
    by: Principal,
    at: datetime,
    note: str = "",
) -> RecallStep:
    """Write down that somebody was located or informed, or that the recall is cancelled.

    A return is recorded on the posting (`postings.come_back`), an examination is a medical check;
    both are followed by themselves.
    """
    policy.check(by, WORK, recall)
    if to not in BY_HAND or to is RecallState.RETURNED:
        raise InvalidInput(_("This step follows from another record."), field="to")
    check_world_moment(happened_at, at=at, field="happened_at")
    if len(note) > LONGEST:
        raise InvalidInput(
            _("At most %(most)d characters, please.") % {"most": LONGEST}, field="note"
        )
    with acting(by=by, at=at, action="consent.recall.step", reason=note):
        if to is RecallState.CANCELLED:
            # Decided under the lock of the person, as whatever takes their clearance away is.
            lock([recall.person_id])
            at = max(at, database_now())
        held = _held(recall)
        earliest = max([held.posting.left_at, *_moments(held)])
        if happened_at < earliest:
            raise InvalidInput(
                _("An earlier step happened later than that; check the moment."),
                field="happened_at",
            )
        if to is RecallState.CANCELLED:
            _check_cancel(held, note, at)
        return _move(held, to, min(happened_at, at), note, by=by, at=at)


def follow_return(*, posting: Posting, returned_at: datetime, by: Principal, at: datetime) -> None:
    """Write down in the recall of a posting that somebody came back; called by that act.

    A return that is written down after the check that followed it ends the recall with that check.
    """
    found = Recall.objects.filter(posting=posting, state__in=_STILL).first()
    if found is None:
        return
    with acting(by=by, at=at, action="consent.recall.follow_return"):
        held = _held(found)
        if any(returned_at < moment for moment in _moments(held)):
            raise InvalidInput(
                _("Somebody located or informed them later than that; check the moment."),
                field="returned_at",
            )
        _move(held, RecallState.RETURNED, returned_at, "", by=by, at=at)
        examined_at = queries.examined_since(posting.person_id, returned_at, known_at=at)
        if examined_at is not None:
            _move(_held(found), RecallState.EXAMINED, examined_at, "", by=by, at=at)


def follow_annulment(*, posting: Posting, reason: str, by: Principal, at: datetime) -> None:
    """Cancel the recall of a posting on which nobody left; called by the act that says so."""
    found = Recall.objects.filter(posting=posting, state__in=_STILL).first()
    if found is not None:
        with acting(by=by, at=at, action="consent.recall.follow_annulment", reason=reason):
            _move(_held(found), RecallState.CANCELLED, at, reason, by=by, at=at)


def follow_check(*, check: Check, entries: frozenset[int], by: Principal, at: datetime) -> None:
    """End the recalls of whoever was examined after they came back; called by that act."""
    if check.kind != CheckKind.MEDICAL or check.outcome == CheckOutcome.INCOMPLETE:
        return
    rows = Recall.objects.filter(
        person__in=entries,
        state=RecallState.RETURNED,
        posting__returned__returned_at__lte=check.performed_at,
    )
    for found in rows.order_by("id"):
        with acting(by=by, at=at, action="consent.recall.follow_check"):
            _move(_held(found), RecallState.EXAMINED, check.performed_at, "", by=by, at=at)


def parsed_step(text: object) -> RecallState:
    """Return a step from its code; InvalidInput where nobody writes such a one down."""
    if isinstance(text, str) and text in RecallState.__members__ and RecallState(text) in BY_HAND:
        return RecallState(text)
    codes = ", ".join(one for one in RecallState if one in BY_HAND)
    raise InvalidInput(_("A step is one of %(codes)s.") % {"codes": codes}, field="to")


def _held(recall: Recall) -> Recall:
    rows = Recall.objects.select_for_update(of=("self",)).select_related("posting", "programme")
    found: Recall = rows.get(pk=recall.pk)
    return found


def _moments(recall: Recall) -> list[datetime]:
    return list(recall.steps.values_list("happened_at", flat=True))


def _check_cancel(recall: Recall, note: str, at: datetime) -> None:
    check_reason(note, field="note")
    answer = clearance_of(recall.person, recall.programme, at=at)
    if may_be_cancelled(RecallState(recall.state), answer):
        return
    if recall.state == RecallState.RETURNED:
        raise Conflict(
            _(
                "This person is back and not cleared: the recall ends with a medical check, or is "
                "cancelled when they are cleared again, withdrew, are no longer enrolled, or died."
            )
        )
    raise Conflict(
        _(
            "This person is away and not cleared: a recall is cancelled when they are cleared "
            "again or recorded as deceased, or with the posting where nobody left."
        )
    )


def _move(
    recall: Recall,
    to: RecallState,
    happened_at: datetime,
    note: str,
    *,
    by: Principal,
    at: datetime,
) -> RecallStep:
    old = RecallState(recall.state)
    if not RECALL.can_move(old, to):
        raise Conflict(
            _("This recall is %(state)s; that step cannot follow.")
            % {"state": recall.get_state_display()}
        )
    ends = to in (RecallState.EXAMINED, RecallState.CANCELLED)
    rows = Recall.objects.filter(pk=recall.pk, state=old)
    if not rows.update(state=to, ended_at=at if ends else None):
        raise Conflict(_("Somebody else moved this recall meanwhile."))
    made: RecallStep = RecallStep.objects.create(
        recall=recall,
        old=old,
        new=to,
        happened_at=happened_at,
        note=note.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    return made
