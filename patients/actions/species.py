"""The species the hospital looks after."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import InvalidInput
from patients.actions.gateway import claiming, insert, required
from patients.models import Species


def add(*, by: Principal, at: datetime, code: str, name: str) -> Species:
    """Add a species; it has no reference range until somebody establishes one."""
    policy.check(by, "patients.location.manage")
    name = required(name, field="name", what=_("Give the species a name."))
    taken = InvalidInput(_("This code is in use already."), field="code")
    with (
        claiming({"patients_species_code_key": taken}),
        acting(by=by, at=at, action="patients.species.add"),
    ):
        return insert(Species(code=code, name=name))
