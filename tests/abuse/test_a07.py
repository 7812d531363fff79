"""A07 (OpenEMR CVE-2026-25476): a flag of the client kept a session from expiring."""

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
FLAGS = ("skip_timeout_reset", "keepalive", "no_timeout", "poll", "_", "session_expiry", "seen_at")


@pytest.fixture
def lapsed() -> Client:
    client = Client()
    backend = "labsys.accounts.backends.PrincipalBackend"
    client.force_login(factories.principal(Role.NURSE).user, backend=backend)
    long_ago = database_now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    LoginSession.objects.update(seen_at=long_ago)
    return client


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("value", ["1", "0", "true", "99999999"])
def test_no_flag_revives_a_lapsed_login(lapsed: Client, flag: str, value: str) -> None:
    header = "X-" + flag.replace("_", "-").strip("-").title()
    lapsed.cookies[flag] = value

    answer = lapsed.get(f"{reverse('home')}?{flag}={value}", headers={header or "X-Flag": value})

    assert answer.status_code == 302
    assert lapsed.get(reverse("home")).status_code == 302
    assert LoginSession.objects.get().end_reason == "IDLE"
