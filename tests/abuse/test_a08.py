"""A08 (BD Synapsys CVE-2022-30277): a laboratory workstation's session did not expire."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from labsys.accounts.models import LoginSession
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = ["home", "worklist", "admin:index", "password_change"]


def test_the_limit_is_fifteen_minutes() -> None:
    assert settings.SESSION_IDLE_SECONDS == 15 * 60
    assert settings.SESSION_ABSOLUTE_SECONDS == 12 * 3600


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("unused", "is_open"), [(14 * 60, True), (15 * 60, False)])
def test_a_workstation_left_alone_closes(page: str, unused: int, is_open: bool) -> None:
    client = Client()
    backend = "labsys.accounts.backends.PrincipalBackend"
    client.force_login(factories.principal(Role.PATHOLOGIST).user, backend=backend)
    LoginSession.objects.update(seen_at=database_now() - timedelta(seconds=unused))

    assert (client.get(reverse(page)).status_code == 200) == is_open


def test_the_api_closes_with_the_login() -> None:
    client = Client()
    backend = "labsys.accounts.backends.PrincipalBackend"
    client.force_login(factories.principal(Role.GATE_OFFICER).user, backend=backend)
    LoginSession.objects.update(seen_at=database_now() - timedelta(minutes=15))
    nobody = "00000000-0000-0000-0000-000000000000"

    assert client.get(reverse("api-clearance", args=[nobody])).status_code == 401
