"""Appointments for the checks of a round: booked, moved, kept, missed, cancelled."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.models import Appointment, RoundSlot
from consent.models.appointments import CLINICIAN_ONCE, PERSON_ONCE
from consent.queries.appointments import (
    booked_between,
    came_for,
    left_booked,
    made_up_for,
    waiting_for_the_other,
)
from consent.queries.facts import lock
from consent.rules.appointments import (
    APPOINTMENT,
    AppointmentKind,
    AppointmentState,
    TimeProblem,
    covers,
    overlaps,
    time_problem,
)
from consent.rules.facts import CheckKind
from consent.rules.rounds import SlotState
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import locks, policy
from labsys.lib.clock import bounds_of_day, hospital_day
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from labsys.lib.moments import stamp
from patients.actions.gateway import claiming, insert
from patients.models import Location

PLAN = "consent.appointment.plan"
EXAMINES = {
    AppointmentKind.MEDICAL: ("consent.medical.record",),
    AppointmentKind.PSYCHOLOGICAL: ("consent.psychological.record",),
    AppointmentKind.BOTH: ("consent.medical.record", "consent.psychological.record"),
}
# Where one person is examined at a time; a ward or a building has room for several.
FOR_ONE = (Location.Kind.ROOM, Location.Kind.BED)
_TIMES = {
    TimeProblem.PAST: ("starts_at", gettext_lazy("This time is past.")),
    TimeProblem.ENDS_BEFORE_IT_BEGINS: ("ends_at", gettext_lazy("It ends after it begins.")),
    TimeProblem.TOO_LONG: ("ends_at", gettext_lazy("An appointment takes 8 hours at most.")),
    TimeProblem.TOO_FAR: ("starts_at", gettext_lazy("Nothing is booked beyond 92 days.")),
}
_CLINICIAN_TWICE = gettext_lazy(
    "%(who)s is booked then already: appointment %(number)s (%(times)s). "
    "Choose another time or another clinician."
)
_PLACE_TWICE = gettext_lazy(
    "%(place)s is taken then already: appointment %(number)s (%(times)s). "
    "Choose another time or another place."
)
_PERSON_TWICE = gettext_lazy(
    "This person is booked then already: appointment %(number)s (%(times)s). "
    "Choose another time, or move that appointment first."
)
_MEANWHILE = gettext_lazy("Somebody booked this time meanwhile; look at the day and choose again.")


def book(
    *,
    slot: RoundSlot,
    kind: AppointmentKind,
    starts_at: datetime,
    ends_at: datetime,
    by: Principal,
    at: datetime,
    place: Location | None = None,
    with_whom: Principal | None = None,
    make_up_of: Appointment | None = None,
) -> Appointment:
    """Book a time for a check of an open round, if need be as the make-up of one that was missed."""
    policy.check(by, PLAN, slot)
    _check_time(starts_at, ends_at, at)
    _check_whom(kind, place, with_whom)
    with claiming(_taken()), acting(by=by, at=at, action="consent.appointment.book"):
        entries = lock([slot.person_id])
        _check_open(slot)
        left_booked(at=at).filter(person__in=entries).update(
            state=AppointmentState.MISSED, ended_at=at
        )
        if make_up_of is not None:
            _check_missed(make_up_of, kind, entries)
        for other in Appointment.objects.filter(slot=slot, state=AppointmentState.BOOKED):
            if overlaps(kind, AppointmentKind(other.kind)):
                raise Conflict(
                    _("There is an appointment for this already: move it, or cancel it first.")
                )
        _check_free(starts_at, ends_at, entries=entries, with_whom=with_whom, place=place)
        return insert(
            Appointment(
                uid=uuid.uuid4(),
                slot=slot,
                person_id=slot.person_id,
                kind=kind.value,
                starts_at=starts_at,
                ends_at=ends_at,
                place=place,
                with_whom=with_whom,
                make_up_of=make_up_of,
                recorded_at=at,
                recorded_by=by,
            )
        )


def move(
    *,
    appointment: Appointment,
    starts_at: datetime,
    ends_at: datetime,
    by: Principal,
    at: datetime,
    place: Location | None = None,
    with_whom: Principal | None = None,
) -> Appointment:
    """Give an appointment another time, place or clinician; what it was stays on record."""
    policy.check(by, PLAN, appointment)
    _check_time(starts_at, ends_at, at)
    _check_whom(AppointmentKind(appointment.kind), place, with_whom)
    with claiming(_taken()), acting(by=by, at=at, action="consent.appointment.move"):
        entries = lock([appointment.person_id])
        _end(appointment, AppointmentState.MOVED, at=at)
        _check_free(starts_at, ends_at, entries=entries, with_whom=with_whom, place=place)
        return insert(
            Appointment(
                uid=appointment.uid,
                sequence=appointment.sequence + 1,
                slot_id=appointment.slot_id,
                person_id=appointment.person_id,
                kind=appointment.kind,
                starts_at=starts_at,
                ends_at=ends_at,
                place=place,
                with_whom=with_whom,
                make_up_of_id=appointment.make_up_of_id,
                recorded_at=at,
                recorded_by=by,
            )
        )


def cancel(
    *, appointment: Appointment, by: Principal, at: datetime, reason: str = ""
) -> Appointment:
    """Cancel an appointment; no reason is required."""
    policy.check(by, PLAN, appointment)
    with acting(by=by, at=at, action="consent.appointment.cancel", reason=reason):
        lock([appointment.person_id])
        return _end(appointment, AppointmentState.CANCELLED, at=at, reason=reason.strip()[:200])


def miss(*, appointment: Appointment, by: Principal, at: datetime) -> Appointment:
    """Record that somebody did not come; a make-up may be booked then."""
    policy.check(by, PLAN, appointment)
    if at < appointment.starts_at:
        raise Conflict(_("Nobody misses an appointment before it begins."))
    with acting(by=by, at=at, action="consent.appointment.miss"):
        lock([appointment.person_id])
        return _end(appointment, AppointmentState.MISSED, at=at)


def keep(
    *, entries: Iterable[int], kind: CheckKind, performed_at: datetime, by: Principal, at: datetime
) -> int:
    """Let a check that is recorded keep the appointments of its day; its recorder holds the lock.

    One for both checks is kept once the other was held too: on that day, or in the same round.
    """
    entries = list(entries)
    start, end = bounds_of_day(hospital_day(performed_at))
    old = [state for state in AppointmentState if APPOINTMENT.can_move(state, _KEPT)]
    kinds = [one.value for one in AppointmentKind if covers(one, kind)]
    with acting(by=by, at=at, action="consent.appointment.keep"):
        rows = Appointment.objects.filter(
            person__in=entries,
            kind__in=kinds,
            state__in=old,
            starts_at__lt=end,
            ends_at__gt=start,
        )
        rows = rows.exclude(pk__in=made_up_for())
        rows = rows.exclude(pk__in=waiting_for_the_other(rows, entries, kind, day=start))
        return rows.update(state=_KEPT, ended_at=at)


def see_off(*, slots: Iterable[int], by: Principal, at: datetime) -> int:
    """End what is still booked for rounds that are done: kept where a check was held on its day.

    One for both checks is kept by the one alone where nothing more is due after it.
    """
    came = came_for(slots, at=at)
    with acting(by=by, at=at, action="consent.appointment.see_off"):
        rows = Appointment.objects.filter(pk__in=came, state=AppointmentState.BOOKED)
        kept = rows.update(state=_KEPT, ended_at=at) if came else 0
    return kept + let_go(slots=slots, by=by, at=at)


def let_go(*, slots: Iterable[int], by: Principal, at: datetime) -> int:
    """Cancel what is still booked for rounds that are over."""
    with acting(by=by, at=at, action="consent.appointment.let_go"):
        rows = Appointment.objects.filter(slot__in=list(slots), state=AppointmentState.BOOKED)
        return rows.update(state=AppointmentState.CANCELLED, ended_at=at)


def give_up(*, by: Principal, at: datetime) -> int:
    """Record as missed what was booked for a day that is over; pages say so without this."""
    policy.check(by, PLAN)
    rows = left_booked(at=at)
    if not rows.exists():
        return 0
    with acting(by=by, at=at, action="consent.appointment.give_up"):
        return rows.update(state=AppointmentState.MISSED, ended_at=at)


_KEPT = AppointmentState.KEPT


def _check_time(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    for moment, field in ((starts_at, "starts_at"), (ends_at, "ends_at")):
        if moment.tzinfo is None:
            raise InvalidInput(_("The moment has no time zone."), field=field)
    problem = time_problem(starts_at, ends_at, at=at)
    if problem is not None:
        field, words = _TIMES[problem]
        raise InvalidInput(str(words), field=field)


def _check_whom(kind: AppointmentKind, place: Location | None, with_whom: Principal | None) -> None:
    if place is not None and not place.is_active:
        raise InvalidInput(_("%(place)s is closed.") % {"place": place}, field="place")
    if with_whom is not None and not (
        with_whom.is_active and any(policy.can(with_whom, one) for one in EXAMINES[kind])
    ):
        raise InvalidInput(
            _("%(who)s conducts no such check.") % {"who": with_whom.display_name},
            field="with_whom",
        )


def _check_free(
    starts_at: datetime,
    ends_at: datetime,
    *,
    entries: frozenset[int],
    with_whom: Principal | None,
    place: Location | None,
) -> None:
    """Refuse a time at which the person, whose lock is held, the clinician or the room is booked."""
    at_once = booked_between(starts_at, ends_at)
    other = at_once.filter(person__in=entries).first()
    if other is not None:
        raise Conflict(str(_PERSON_TWICE) % _then(other))
    if with_whom is not None:
        locks.hold(f"consent.appointment {with_whom.pk}")
        other = at_once.filter(with_whom=with_whom).first()
        if other is not None:
            raise Conflict(str(_CLINICIAN_TWICE) % {"who": with_whom.display_name, **_then(other)})
    if place is not None and place.kind in FOR_ONE:
        locks.hold(f"consent.appointment at {place.pk}")
        other = at_once.filter(place=place).first()
        if other is not None:
            raise Conflict(str(_PLACE_TWICE) % {"place": place, **_then(other)})


def _taken() -> dict[str, Refusal]:
    return {name: Conflict(str(_MEANWHILE)) for name in (CLINICIAN_ONCE, PERSON_ONCE)}


def _then(other: Appointment) -> dict[str, object]:
    times = f"{stamp(other.starts_at)} – {stamp(other.ends_at)[-5:]}"
    return {"number": other.pk, "times": times}


def _check_open(slot: RoundSlot) -> None:
    if not RoundSlot.objects.filter(pk=slot.pk, state=SlotState.OPEN).exists():
        raise Conflict(_("This round is over; book for the one that is open."))


def _check_missed(earlier: Appointment, kind: AppointmentKind, entries: frozenset[int]) -> None:
    found = Appointment.objects.filter(pk=earlier.pk, person__in=entries).first()
    if found is None or found.state != AppointmentState.MISSED:
        raise InvalidInput(
            _("A make-up is for an appointment that the same person missed."), field="make_up_of"
        )
    if not overlaps(AppointmentKind(found.kind), kind):
        raise InvalidInput(_("A make-up is for the same check."), field="make_up_of")
    if made_up_for().filter(make_up_of=found).exists():
        raise Conflict(_("Appointment %(number)d is made up for already.") % {"number": found.pk})


def _end(
    appointment: Appointment, to: AppointmentState, *, at: datetime, reason: str = ""
) -> Appointment:
    old = [state for state in AppointmentState if APPOINTMENT.can_move(state, to)]
    # The filter on the old state is the lock: of two racing callers one updates no row.
    rows = Appointment.objects.filter(pk=appointment.pk, state__in=old)
    if not rows.update(state=to, ended_at=at, reason=reason):
        raise Conflict(_("This appointment was moved, kept, missed or cancelled meanwhile."))
    appointment.refresh_from_db()
    return appointment
