"""Issuing passes: only to who is cleared in that instant, and never past the clearance."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.translation import gettext as _

from consent.actions.postings import NotCleared
from consent.models import GatePass, Programme
from consent.queries import clearances, passes
from consent.queries.facts import lock
from consent.queries.programmes import check_open
from consent.rules.passes import expiry
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict
from patients.models import Person

ISSUE = "consent.pass.issue"


def issue(*, person: Person, programme: Programme, by: Principal, at: datetime) -> GatePass:
    """Issue a pass for a quarter of an hour, or for as long as the clearance lasts if shorter."""
    policy.check(by, ISSUE, person)
    with acting(by=by, at=at, action="consent.pass.issue"):
        lock([person.pk])
        check_open(programme, database_now())
        now = database_now()
        answer = clearances.clearance_of(person, programme, at=now)
        if not answer.is_cleared:
            raise NotCleared(answer)
        name, _key = passes.signing()
        issued_at = now.replace(microsecond=0)
        expires_at = expiry(issued_at, answer.valid_until)
        if expires_at <= now:
            raise Conflict(_("This clearance ends within a second; no pass is worth that."))
        made: GatePass = GatePass.objects.create(
            uid=uuid.uuid4(),
            person=person,
            programme=programme,
            issued_at=issued_at,
            expires_at=expires_at,
            key_id=name,
            recorded_at=now,
            recorded_by=by,
        )
        return made
