"""The login by which somebody reads their own page."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal, PrincipalKind
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions.gateway import claiming, insert
from patients.models import Person, PersonAccount


def link(*, by: Principal, at: datetime, person: Person, principal: Principal) -> PersonAccount:
    """Say which login is this person's own; each has one and keeps it."""
    policy.check(by, "patients.person.account", person)
    if principal.kind != PrincipalKind.PERSON:
        raise InvalidInput(_("Only a person's login can belong to a person."), field="principal")
    if principal.pk == by.pk:
        raise InvalidInput(_("Nobody gives themselves a person's page."), field="principal")
    taken = {
        "patients_personaccount_person_id_key": Conflict(_("This person has a login already.")),
        "patients_personaccount_principal_id_key": Conflict(_("This login belongs to somebody.")),
    }
    with claiming(taken), acting(by=by, at=at, action="patients.person.account"):
        return insert(
            PersonAccount(person=person, principal=principal, recorded_at=at, recorded_by=by)
        )
