"""Saying whose login is a guardian's of which minor, and that it is so no longer."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from consent.models import Guardianship
from consent.queries import guardians as queries
from consent.queries.facts import held
from labsys.accounts.models import Principal, PrincipalKind
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.models import Person, PersonAccount

MANAGE = "consent.guardian.manage"


def link(
    *,
    person: Person,
    principal: Principal,
    relationship: str,
    basis: str,
    by: Principal,
    at: datetime,
) -> Guardianship:
    """Record that a login is that of a guardian of a minor; whether they may sign is asked as they do."""
    policy.check(by, MANAGE, person)
    relationship, basis = relationship.strip(), basis.strip()
    if not relationship:
        raise InvalidInput(_("Say what the guardian is to the person."), field="relationship")
    if not basis:
        raise InvalidInput(_("Say how it was checked who the guardian is."), field="basis")
    if principal.kind != PrincipalKind.PERSON or not principal.is_active:
        raise InvalidInput(_("Choose the login of somebody who may log in."), field="principal")
    if principal.pk == by.pk:
        raise InvalidInput(_("Nobody makes themselves a guardian."), field="principal")
    with acting(by=by, at=at, action="consent.guardian.link"):
        entries, at = held([person.pk], at=at)
        if PersonAccount.objects.filter(principal=principal, person__in=entries).exists():
            raise InvalidInput(
                _("This login is the person's own; a guardian has another."), field="principal"
            )
        if queries.guardianship(principal, entries) is not None:
            raise Conflict(_("This login is recorded as their guardian's already."))
        made: Guardianship = Guardianship.objects.create(
            person=person,
            principal=principal,
            relationship=relationship,
            basis=basis,
            recorded_by=by,
            recorded_at=at,
        )
        return made


def end(*, guardianship: Guardianship, by: Principal, at: datetime) -> Guardianship:
    """Record that a login is a guardian's no longer; what they signed before stands."""
    policy.check(by, MANAGE, guardianship)
    with acting(by=by, at=at, action="consent.guardian.end"):
        _entries, at = held([guardianship.person_id], at=at)
        rows = Guardianship.objects.filter(pk=guardianship.pk, ended_at=None)
        if not rows.update(ended_at=at, ended_by=by):
            raise Conflict(_("This was ended already."))
        guardianship.refresh_from_db()
        return guardianship
