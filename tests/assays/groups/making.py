"""Work groups, their members, patients, shifts and hand-overs, made by the product's own actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from assays.actions import hand_overs, shifts, work_groups
from assays.actions.hand_overs import Item
from assays.models import GroupMember, GroupPatient, HandOver, Shift, WorkGroup
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import Person
from tests import factories

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_numbers = count(1)


def manager() -> Principal:
    """Return whoever makes groups and rotas: one for all of a test."""
    found: Principal | None = Principal.objects.filter(name="group-manager").first()
    return found or factories.principal(Role.PATHOLOGIST, name="group-manager")


def group(**stated: Any) -> WorkGroup:
    """Make a group of invented code."""
    code = f"group-{next(_numbers)}"
    usual = {"code": code, "name": f"Team {code}", "kind": "REMOVAL", "aim": "lower the load"}
    return work_groups.make(by=manager(), at=database_now(), **{**usual, **stated})


def joins(who: Principal, where: WorkGroup, *, is_lead: bool = False) -> GroupMember:
    """Have somebody work in a group since yesterday."""
    at = database_now()
    given = {"group": where, "principal": who, "is_lead": is_lead}
    return work_groups.add_member(**given, since=at - DAY, by=manager(), at=at)


def member(where: WorkGroup, role: Role = Role.NURSE, *, is_lead: bool = False) -> Principal:
    """Make somebody of a role who works in a group since yesterday."""
    made = factories.principal(role)
    joins(made, where, is_lead=is_lead)
    return made


def looks_after(where: WorkGroup, person: Person, question: str = "Which way?") -> GroupPatient:
    """Have a group look after a patient since an hour ago."""
    at = database_now()
    given = {"group": where, "person": person, "question": question}
    return work_groups.add_patient(**given, since=at - HOUR, by=manager(), at=at)


def on_duty(who: Principal, where: WorkGroup, starts_at: datetime, ends_at: datetime) -> Shift:
    """Put somebody on duty."""
    return shifts.put(
        group=where,
        principal=who,
        starts_at=starts_at,
        ends_at=ends_at,
        by=manager(),
        at=database_now(),
    )


def handed(
    by: Principal, where: WorkGroup, *items: Item, note: str = "Quiet.", ago: timedelta = HOUR / 60
) -> HandOver:
    """Hand over, a minute ago."""
    return hand_overs.give(group=where, note=note, items=items, by=by, at=database_now() - ago)
