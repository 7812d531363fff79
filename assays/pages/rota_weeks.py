"""A week of a group's rota as a page shows it: who is on duty when, gaps, and what to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assays.models import GroupMember, Shift, WorkGroup
from assays.queries import shifts as queries
from assays.rules import rota
from assays.rules.rota import Duty, Span
from labsys.lib.clock import bounds_of_day, hospital_day
from labsys.lib.moments import stamp

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
FIRST_YEAR, LAST_YEAR = 2000, 2200
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


@dataclass(frozen=True)
class Day:
    """A column: a calendar day of the hospital, and when fewer than needed are on duty in it."""

    on: date
    gaps: Sequence[Span]


@dataclass(frozen=True)
class Put:
    """A shift in the column of the day it begins, or of the first day shown where it began before."""

    shift: Shift
    began_before: bool
    ends_later: bool


@dataclass
class Line:
    """A row: somebody, and their shifts by day; `hours` are those of all groups in this week."""

    name: str
    principal_id: int
    hours: float
    days: list[list[Put]] = field(default_factory=lambda: [[] for _day in range(7)])


@dataclass(frozen=True)
class Week:
    """A week of one group."""

    monday: date
    start: datetime
    end: datetime
    days: Sequence[Day]
    lines: Sequence[Line]
    gaps: Sequence[Span]
    warnings: Sequence[str]
    shifts: Sequence[Shift]

    @property
    def code(self) -> str:
        return code_of(self.monday)

    @property
    def earlier(self) -> str:
        return code_of(self.monday - WEEK)

    @property
    def later(self) -> str:
        return code_of(self.monday + WEEK)


def code_of(day: date) -> str:
    """Return the week of a day as links name it: 2026-W48."""
    year, week, _day = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def monday_of(text: str, *, at: datetime) -> date:
    """Return the Monday that a link names; of what is no week, that of the present one."""
    match = _WEEK.fullmatch(text)
    if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        try:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError:
            pass
    today = hospital_day(at)
    return today - timedelta(days=today.weekday())


def week(group: WorkGroup, monday: date, members: Iterable[GroupMember]) -> Week:
    """Return a week of a group with its gaps and warnings, in a constant number of queries."""
    days = [monday + timedelta(days=number) for number in range(7)]
    bounds = [bounds_of_day(day) for day in days]
    start, end = bounds[0][0], bounds[-1][1]
    found = queries.between(group, start, end)
    duties = queries.duties(found)
    names = {one.principal_id: one.principal.display_name for one in members}
    names |= {one.principal_id: one.principal.display_name for one in found}
    # Rest before and after the week counts, and so does what they do for other groups.
    around = queries.of_principals(names, start - rota.LONGEST, end + rota.LONGEST)
    every = queries.duties(around)
    hours = rota.hours(every, start, end)
    lines = {
        who: Line(name, who, round(hours.get(who, timedelta(0)) / HOUR, 1))
        for who, name in sorted(names.items(), key=lambda one: one[1])
    }
    for shift in found:
        place = max(0, (hospital_day(shift.starts_at) - monday).days)
        last = hospital_day(shift.ends_at - timedelta(microseconds=1))
        lines[shift.principal_id].days[place].append(
            Put(shift, shift.starts_at < start, last > days[place])
        )
    return Week(
        monday=monday,
        start=start,
        end=end,
        days=[
            Day(day, rota.gaps(duties, since, until, needed=group.needed))
            for day, (since, until) in zip(days, bounds, strict=True)
        ],
        lines=list(lines.values()),
        gaps=rota.gaps(duties, start, end, needed=group.needed),
        warnings=_warnings(every, names, hours, start, end),
        shifts=found,
    )


def _warnings(
    every: Sequence[Duty],
    names: dict[int, str],
    hours: dict[int, timedelta],
    start: datetime,
    end: datetime,
) -> list[str]:
    told = [
        _("%(who)s rests %(hours).1f h between %(since)s and %(until)s; 11 h are due.")
        % {
            "who": names[one.who],
            "hours": one.length / HOUR,
            "since": stamp(one.from_),
            "until": stamp(one.until),
        }
        for one in rota.short_rests(every)
        if one.until > start and one.from_ < end
    ]
    told += [
        _("%(who)s is on duty for %(hours).1f h this week; 48 h are the most on average.")
        % {"who": names[who], "hours": length / HOUR}
        for who, length in hours.items()
        if length > rota.MOST_A_WEEK
    ]
    return told


@dataclass(frozen=True)
class Planned:
    """A shift as it would be put a week later, and what stands against it."""

    shift: Shift
    starts_at: datetime
    ends_at: datetime
    against: str


def planned(
    group: WorkGroup, found: Sequence[Shift], monday: date, *, at: datetime
) -> list[Planned]:
    """Return this week's shifts a week later, each with what stands against it, as putting would."""
    begun = [one for one in found if hospital_day(one.starts_at) >= monday]
    people = {one.principal_id for one in begun}
    moved = [
        (one, queries.same_hour(one.starts_at, WEEK), queries.same_hour(one.ends_at, WEEK))
        for one in begun
    ]
    if not moved:
        return []
    since, until = min(one[1] for one in moved), max(one[2] for one in moved)
    others = queries.of_principals(people, since, until)
    duties = {Duty(one.starts_at, one.ends_at, one.principal_id): one for one in others}
    memberships = list(GroupMember.objects.filter(group=group, principal__in=people))
    made = []
    for shift, starts_at, ends_at in moved:
        wanted = Duty(starts_at, ends_at, shift.principal_id)
        clash = rota.clash(duties, wanted)
        against = ""
        if clash is not None:
            other = duties[clash]
            against = _("on duty then already: %(group)s, from %(since)s to %(until)s") % {
                "group": other.group.name,
                "since": stamp(other.starts_at),
                "until": stamp(other.ends_at),
            }
        elif not any(_lasts(one, wanted) for one in memberships):
            against = _("no member of this group throughout that time")
        elif ends_at <= at:
            against = _("would be over already")
        made.append(Planned(shift, starts_at, ends_at, against))
    return made


def _lasts(member: GroupMember, duty: Duty) -> bool:
    is_theirs = member.principal_id == duty.who and member.since <= duty.starts_at
    return is_theirs and (member.until is None or member.until >= duty.ends_at)


def lacking(span: Span, needed: int) -> str:
    """Say how many are missing in a gap."""
    if span.on_duty == 0:
        return _("nobody on duty")
    return ngettext(
        "%(there)d on duty, %(needed)d needed", "%(there)d on duty, %(needed)d needed", span.on_duty
    ) % {"there": span.on_duty, "needed": needed}
