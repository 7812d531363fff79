"""A06 (OpenEMR CVE-2026-33302): an explicit denial was not honoured. Here it beats every grant."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from labsys.accounts.models import Principal, RoleGrant
from labsys.accounts.roles import EXCLUSIVE, GRANTS, MACHINES, Role
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import database_now
from tests import factories

pytestmark = pytest.mark.django_db


def also(person: Principal, *roles: Role) -> Principal:
    """Give further roles behind the action's back, as a leak or an old backup would."""
    with acting(by=factories.seed(), at=database_now(), action="test.leak"):
        for role in roles:
            RoleGrant.objects.create(
                principal=person, role=role, granted_by=factories.seed(), recorded_at=database_now()
            )
    return Principal.objects.get(pk=person.pk)


@pytest.mark.parametrize("alone", sorted(EXCLUSIVE - MACHINES))
def test_who_looks_after_the_system_gains_nothing_by_clinical_roles(alone: Role) -> None:
    everything = also(factories.principal(alone), *(set(Role) - {alone} - EXCLUSIVE))

    allowed = {name for name in GRANTS if policy.can(everything, name)}

    assert allowed == {name for name, table in GRANTS.items() if alone in table}


def test_nor_by_an_address() -> None:
    both = also(factories.principal(Role.ADMINISTRATOR), Role.PATHOLOGIST, Role.TECHNOLOGIST)
    client = Client()
    client.force_login(both.user, backend="labsys.accounts.backends.PrincipalBackend")

    assert client.get(reverse("worklist")).status_code == 403
    assert client.get(reverse("admin:patients_person_changelist")).status_code == 403
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 200
