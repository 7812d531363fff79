"""What one shift hands over to the next: given, set right, taken by name, and worked off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assays.models import (
    GroupPatient,
    HandOver,
    HandOverItem,
    HandOverItemEnd,
    HandOverTaken,
    WorkGroup,
)
from assays.queries import shifts
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import locks, policy
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients import queries as registry
from patients.actions.gateway import claiming, correcting, insert, required
from patients.models import Person

WORK = "assays.group.work"
MOST_ITEMS = 50


@dataclass(frozen=True)
class Item:
    """Something that stays to be done, of a patient of the group or of nobody."""

    text: str
    priority: str
    person: Person | None = None


def give(
    *, group: WorkGroup, note: str, items: Sequence[Item], by: Principal, at: datetime
) -> HandOver:
    """Hand over to whoever comes next."""
    _check_member(by, group, at=at)
    _check_said(note, items)
    with acting(by=by, at=at, action="assays.handover.give"):
        return _insert(group, note, items, by=by, at=at)


def correct(
    *,
    hand_over: HandOver,
    note: str,
    items: Sequence[Item],
    reason: str,
    by: Principal,
    at: datetime,
) -> HandOver:
    """Say a hand-over again, in place of the one named; whoever took that one takes this too.

    What is open about patients out of the reach of whoever sets it right is said again as it was.
    """
    _check_member(by, hand_over.group, at=at)
    if hand_over.recorded_by_id != by.pk:
        raise NotAllowed(_("A hand-over is set right by whoever gave it."))
    _check_said(note, items)
    with correcting(hand_over, by=by, at=at, action="assays.handover.correct", reason=reason):
        _hold(hand_over)
        made = _insert(hand_over.group, note, items, by=by, at=at, corrects=hand_over)
        _insert_items(made, _unseen(hand_over, by), by=by, at=at)
        return made


def take(*, hand_over: HandOver, by: Principal, at: datetime) -> HandOverTaken:
    """Take a hand-over by name: it was read and understood."""
    _check_member(by, hand_over.group, at=at)
    if hand_over.recorded_by_id == by.pk:
        raise NotAllowed(_("A hand-over is taken by somebody else than gave it."))
    twice = {"assays_handovertaken_once_each": Conflict(_("You took this hand-over already."))}
    with claiming(twice), acting(by=by, at=at, action="assays.handover.take"):
        _hold(hand_over)
        _check_standing(hand_over)
        return insert(HandOverTaken(hand_over=hand_over, recorded_at=at, recorded_by=by))


def finish(*, item: HandOverItem, done: str, by: Principal, at: datetime) -> HandOverItemEnd:
    """Write down what was done about an item."""
    _check_member(by, item.hand_over.group, at=at)
    done = required(done, field="done", what=_("Say what was done."))
    twice = {"assays_handoveritemend_item_id_key": Conflict(_("Somebody finished this meanwhile."))}
    with claiming(twice), acting(by=by, at=at, action="assays.handover.finish"):
        _hold(item.hand_over)
        _check_standing(item.hand_over)
        return insert(HandOverItemEnd(item=item, done=done, recorded_at=at, recorded_by=by))


def _insert(
    group: WorkGroup,
    note: str,
    items: Sequence[Item],
    *,
    by: Principal,
    at: datetime,
    corrects: HandOver | None = None,
) -> HandOver:
    _check_patients(group, items, at=at)
    made = HandOver(group=group, handed_at=at, note=note.strip(), corrects=corrects)
    made.recorded_at, made.recorded_by = at, by
    insert(made)
    _insert_items(made, items, by=by, at=at)
    return made


def _insert_items(made: HandOver, items: Sequence[Item], *, by: Principal, at: datetime) -> None:
    for item in items:
        row = HandOverItem(hand_over=made, person=item.person, priority=item.priority)
        row.text = required(item.text, field="text", what=_("Say what stays to be done."))
        row.recorded_at, row.recorded_by = at, by
        insert(row)


def _unseen(hand_over: HandOver, by: Principal) -> list[Item]:
    """Return what is open about patients out of reach: whoever sets right could not say it again."""
    shown = policy.scope(by, HandOverItem.objects.filter(hand_over=hand_over)).values("pk")
    rows = HandOverItem.objects.filter(hand_over=hand_over, end=None).exclude(pk__in=shown)
    rows = rows.select_related("person").order_by("pk")
    return [Item(one.text, one.priority, one.person) for one in rows]


def _hold(hand_over: HandOver) -> None:
    """Hold a hand-over: it is taken or worked off before it is set right, or not at all."""
    locks.hold(f"assays.handover {hand_over.pk}")


def _check_member(by: Principal, group: WorkGroup, *, at: datetime) -> None:
    policy.check(by, WORK)
    if not shifts.now(group.members.filter(principal_id=by.pk), at).exists():
        raise NotAllowed(_("Only members of the group hand over and take over."))


def _check_said(note: str, items: Sequence[Item]) -> None:
    if not note.strip() and not items:
        raise InvalidInput(_("Say what is handed over: a note, or items."), field="note")
    if len(items) > MOST_ITEMS:
        raise InvalidInput(
            _("At most %(most)d items are handed over at once.") % {"most": MOST_ITEMS},
            field="items",
        )


def _check_patients(group: WorkGroup, items: Sequence[Item], *, at: datetime) -> None:
    """Refuse items about somebody whom the group does not look after."""
    theirs = GroupPatient.objects.filter(group=group)
    theirs = theirs.filter(since__lte=at).exclude(until__lte=at)
    known = set(registry.entries_of(theirs.values_list("person_id", flat=True)))
    for item in items:
        if item.person is not None and item.person.pk not in known:
            raise InvalidInput(
                _("%(mrn)s is no patient of this group.") % {"mrn": item.person.mrn}, field="person"
            )


def _check_standing(hand_over: HandOver) -> None:
    if HandOver.objects.filter(corrects=hand_over).exists():
        raise Conflict(_("This hand-over was set right meanwhile; take the newer one."))
