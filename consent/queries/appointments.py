"""Appointments of a day, of a person, and of a clinician."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import get_default_timezone

from consent.models import Appointment, Check, Programme
from consent.queries.clearances import entries_of
from consent.rules.appointments import AppointmentKind, AppointmentState
from consent.rules.facts import CheckKind
from labsys.accounts.models import Principal, PrincipalKind, RoleGrant
from labsys.accounts.roles import GRANTS
from labsys.lib import policy
from labsys.lib.clock import bounds_of_day, hospital_day
from patients.models import Person

LOOK_BACK = timedelta(days=92)
PAGE = 100
EXAMINE = ("consent.medical.record", "consent.psychological.record")


def present() -> QuerySet[Appointment]:
    """Return each appointment as it is now: rows that were moved are followed by another."""
    return Appointment.objects.exclude(state=AppointmentState.MOVED)


def listed(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Return appointments with all that a line of a list says, in two queries."""
    person = Prefetch("person", Person.objects.listed())
    rows = rows.select_related("slot__programme", "place", "with_whom__user", "make_up_of")
    return rows.prefetch_related(person)


def on_day(programme: Programme, day: date) -> QuerySet[Appointment]:
    """Return the appointments of a programme's rounds on a day, in the order of the clock."""
    start, end = bounds_of_day(day)
    rows = present().filter(slot__programme=programme, starts_at__gte=start, starts_at__lt=end)
    return rows.order_by("starts_at", "pk")


def _is_made_up_for() -> Exists:
    makes_up = present().exclude(state=AppointmentState.CANCELLED)
    return Exists(makes_up.filter(make_up_of=OuterRef("pk")))


def page_of_day(
    programme: Programme, day: date, *, principal: Principal, after: tuple[datetime, int] | None
) -> tuple[list[Appointment], tuple[datetime, int] | None]:
    """Return one page of a day within reach, and where the next one begins, None at the end."""
    asked = on_day(programme, day).annotate(is_made_up_for=_is_made_up_for())
    rows = policy.scope(principal, listed(asked))
    if after is not None:
        starts_at, number = after
        rows = rows.filter(Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=number))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return shown, (shown[-1].starts_at, shown[-1].pk) if len(found) > PAGE else None


def week_of(programme: Programme, day: date, *, principal: Principal) -> list[tuple[date, int]]:
    """Return each day of the week from Monday on, with how many appointments it has."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    start, end = bounds_of_day(days[0])[0], bounds_of_day(days[-1])[1]
    rows = present().filter(slot__programme=programme, starts_at__gte=start, starts_at__lt=end)
    by_day = policy.scope(principal, rows).annotate(
        day=TruncDate("starts_at", tzinfo=get_default_timezone())
    )
    counted = by_day.order_by().values("day").annotate(n=Count("pk")).values_list("day", "n")
    numbers = dict(counted)
    return [(one, numbers.get(one, 0)) for one in days]


def standing_for(slots: Sequence[int]) -> dict[int, list[Appointment]]:
    """Return what is booked for each of these rounds, and what was missed and not made up for."""
    missed = Q(state=AppointmentState.MISSED) & ~_is_made_up_for()
    rows = Appointment.objects.filter(Q(state=AppointmentState.BOOKED) | missed, slot__in=slots)
    found: dict[int, list[Appointment]] = {slot: [] for slot in slots}
    for row in rows.select_related("with_whom__user").order_by("starts_at", "pk"):
        found[row.slot_id].append(row)
    return found


def booked_between(starts_at: datetime, ends_at: datetime) -> QuerySet[Appointment]:
    """Return what is booked for any part of this time; what ends as another begins is beside it."""
    rows: QuerySet[Appointment] = Appointment.objects.filter(
        state=AppointmentState.BOOKED, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    return rows.order_by("starts_at", "pk")


def waiting_for_the_other(
    rows: QuerySet[Appointment], entries: Sequence[int], kind: CheckKind, *, day: datetime
) -> list[int]:
    """Return, as ids, which of these appointments are for both checks and had the one kind alone.

    The other kind counts if held on the day itself, or recorded since the round opened, which is when
    it counts for the round, whether this was booked by then or not.
    """
    held = Check.objects.filter(person__in=entries, annulment=None).exclude(kind=kind.value)
    return [
        row.pk
        for row in rows.filter(kind=AppointmentKind.BOTH).select_related("slot")
        if not held.filter(
            Q(performed_at__gte=day) | Q(recorded_at__gt=row.slot.recorded_at)
        ).exists()
    ]


def came_for(slots: Iterable[int], *, at: datetime) -> list[int]:
    """Return, as ids, what is booked for these rounds on a day on which a check was held.

    A check of one kind alone keeps its appointments itself: this is about those for both.
    """
    rows = Appointment.objects.filter(
        slot__in=list(slots), state=AppointmentState.BOOKED, kind=AppointmentKind.BOTH
    )
    booked = list(rows.filter(starts_at__lt=bounds_of_day(hospital_day(at))[1]))
    if not booked:
        return []
    entries = entries_of([one.person_id for one in booked], known_at=at)
    since = bounds_of_day(hospital_day(min(one.starts_at for one in booked)))[0]
    every = {entry for linked in entries.values() for entry in linked}
    checks = Check.objects.filter(person__in=every, annulment=None, performed_at__gte=since)
    held = {
        (entry, hospital_day(performed_at))
        for entry, performed_at in checks.values_list("person_id", "performed_at")
    }
    return [
        one.pk
        for one in booked
        if any((entry, hospital_day(one.starts_at)) in held for entry in entries[one.person_id])
    ]


def of_people(entries: Iterable[int], *, at: datetime) -> QuerySet[Appointment]:
    """Return somebody's appointments, those to come and those of three months past."""
    rows = listed(present()).filter(person__in=list(entries), starts_at__gte=at - LOOK_BACK)
    return rows.order_by("-starts_at", "-pk")


def with_whom(principal: Principal, *, at: datetime) -> QuerySet[Appointment]:
    """Return a clinician's appointments, those to come and those of three months past.

    One that was given to somebody else stays in it as cancelled: it was in their calendar before.
    """
    mine = Appointment.objects.filter(with_whom=principal, starts_at__gte=at - LOOK_BACK)
    later = Appointment.objects.filter(uid=OuterRef("uid"), sequence__gt=OuterRef("sequence"))
    still_mine = later.filter(with_whom=principal)
    rows = mine.filter(~Exists(still_mine)).annotate(is_given_away=Exists(later))
    return (
        rows.filter(~Q(state=AppointmentState.MOVED) | Q(is_given_away=True))
        .select_related("place")
        .order_by("starts_at", "pk")
    )


def left_booked(*, at: datetime) -> QuerySet[Appointment]:
    """Return what a day that is over left booked: nobody came, whether or not it was written down."""
    start, _end = bounds_of_day(hospital_day(at))
    rows: QuerySet[Appointment] = Appointment.objects.filter(
        state=AppointmentState.BOOKED, starts_at__lt=start, ends_at__lte=start
    )
    return rows


def made_up_for() -> QuerySet[Appointment, int]:
    """Return, as ids, the missed appointments that another one makes up for, or did."""
    stands = (AppointmentState.BOOKED, AppointmentState.KEPT)
    rows = Appointment.objects.filter(make_up_of__isnull=False, state__in=stands)
    return rows.values_list("make_up_of_id", flat=True)


def missed_by(person_id: int, *, at: datetime) -> QuerySet[Appointment]:
    """Return what somebody missed and nothing makes up for, the latest first."""
    entries = entries_of([person_id], known_at=at)[person_id]
    mine = Appointment.objects.filter(person__in=entries).exclude(pk__in=made_up_for())
    rows = mine.filter(Q(state=AppointmentState.MISSED) | Q(pk__in=left_booked(at=at)))
    return rows.order_by("-starts_at", "-pk")


def shown_state(row: Appointment, *, at: datetime) -> AppointmentState:
    """Return how an appointment stands: one of a day that is over was missed, marked so or not."""
    state = AppointmentState(row.state)
    if state is AppointmentState.BOOKED and row.ends_at <= bounds_of_day(hospital_day(at))[0]:
        return AppointmentState.MISSED
    return state


def clinicians() -> QuerySet[Principal]:
    """Return whoever may conduct a check, by name."""
    roles = {role for permission in EXAMINE for role in GRANTS[permission]}
    held = RoleGrant.objects.filter(principal=OuterRef("pk"), revocation=None, role__in=roles)
    people = Principal.objects.filter(Exists(held), kind=PrincipalKind.PERSON, is_active=True)
    return people.select_related("user").order_by("user__full_name", "pk")
