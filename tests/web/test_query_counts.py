"""Every entry of the menu and every list of the admin asks few questions, whatever there is to list.

The shipped catalogue has hundreds of rows: a list that asks something of each of them asks more.
"""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labsys.accounts.models import User
from labsys.accounts.roles import Role
from labsys.lib import navigation
from tests import factories

MOST = 33
ROLES = (
    Role.TECHNOLOGIST,
    Role.PATHOLOGIST,
    Role.WARD_DOCTOR,
    Role.QUALITY_MANAGER,
    Role.ADMINISTRATOR,
)


def addresses_of(principal: object) -> list[str]:
    entries = [one.url for part in navigation.sections_for(principal) for one in part.entries]
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]
    return list(dict.fromkeys(["/", *entries, *lists]))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_list_asks_few_questions(role: Role) -> None:
    principal = factories.principal(role)
    client = Client()
    client.force_login(
        User.objects.get(principal=principal),
        backend="labsys.accounts.backends.PrincipalBackend",
    )
    asked = {}

    for address in addresses_of(principal):
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        assert answer.status_code in (200, 302, 403), address
        asked[address] = len(captured)

    assert {address: number for address, number in asked.items() if number > MOST} == {}
