"""Who belongs to a programme; belonging is voluntary and ends at any time."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from consent.actions import rounds, transitions
from consent.models import Enrolment, EnrolmentEnd, Programme
from consent.queries.facts import held
from consent.queries.programmes import check_open
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment, database_now
from labsys.lib.errors import Conflict, InvalidInput
from patients.models import Person


def enrol(
    *, person: Person, programme: Programme, started_at: datetime, by: Principal, at: datetime
) -> Enrolment:
    """Enrol a person from a moment on."""
    policy.check(by, "consent.enrolment.record")
    check_world_moment(started_at, at=at, field="started_at")
    with acting(by=by, at=at, action="consent.enrolment.enrol"):
        entries, at = held([person.pk], at=at)
        check_open(programme, database_now())
        if Enrolment.objects.filter(person__in=entries, programme=programme, end=None).exists():
            raise Conflict(
                _("This person is enrolled in %(name)s already.") % {"name": programme.name}
            )
        made: Enrolment = Enrolment.objects.create(
            person=person,
            programme=programme,
            started_at=started_at,
            recorded_by=by,
            recorded_at=at,
        )
        transitions.after(person_ids=[person.pk], by=by, at=at)
        rounds.follow(entries=entries, by=by, at=at)
        return made


def end(
    *, enrolment: Enrolment, ended_at: datetime, by: Principal, at: datetime, reason: str = ""
) -> EnrolmentEnd:
    """End an enrolment; no reason is required."""
    policy.check(by, "consent.enrolment.record")
    check_world_moment(ended_at, at=at, field="ended_at")
    if ended_at < enrolment.started_at:
        raise InvalidInput(_("It cannot end before it began."), field="ended_at")
    with acting(by=by, at=at, action="consent.enrolment.end", reason=reason):
        entries, at = held([enrolment.person_id], at=at)
        if EnrolmentEnd.objects.filter(enrolment=enrolment).exists():
            raise Conflict(_("This enrolment has ended already."))
        made: EnrolmentEnd = EnrolmentEnd.objects.create(
            enrolment=enrolment, ended_at=ended_at, reason=reason, recorded_by=by, recorded_at=at
        )
        transitions.after(person_ids=[enrolment.person_id], by=by, at=at)
        rounds.follow(entries=entries, by=by, at=at)
        return made
