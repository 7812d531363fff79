"""Instruments' keys: shown once, limited in time and place, two at once while one replaces another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from labsys.accounts.actions import keys
from labsys.accounts.authentication import AccessKeyAuthentication
from labsys.accounts.models import AccessKey, Principal
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Principal:
    return factories.principal(Role.ADMINISTRATOR)


@pytest.fixture
def instrument() -> Principal:
    return factories.instrument_principal()


def issue(instrument: Principal, by: Principal, **given: Any) -> keys.NewKey:
    return keys.issue(principal=instrument, by=by, **{"at": database_now(), **given})


def opens(token: str, address: str = "10.1.2.3", scheme: str = "Instrument") -> Principal | None:
    request = APIRequestFactory().get(
        "/", HTTP_AUTHORIZATION=f"{scheme} {token}", REMOTE_ADDR=address
    )
    found = AccessKeyAuthentication().authenticate(Request(request))
    return found[0] if found else None


def test_a_key_opens_for_its_instrument(administrator: Principal, instrument: Principal) -> None:
    made = issue(instrument, administrator)

    assert opens(made.token) == instrument


def test_the_token_is_kept_nowhere(administrator: Principal, instrument: Principal) -> None:
    made = issue(instrument, administrator)

    row = AccessKey.objects.filter(pk=made.key.pk).values().get()
    event = AuditEvent.objects.get(model="accounts.accesskey", pk_of=made.key.pk)
    secret = made.token.partition(".")[2]
    assert len(secret) == 43  # 256 bits
    assert secret not in str(row) + str(event.body)
    assert made.token.startswith(row["hint"])
    assert "digest" not in event.body["row"]


def test_a_key_lasts_ninety_days_and_no_longer(
    administrator: Principal, instrument: Principal
) -> None:
    at = database_now()

    made = issue(instrument, administrator, at=at)

    assert made.key.expires_at == at + timedelta(days=90)
    for wrong in (timedelta(days=90, seconds=1), timedelta(0), timedelta(days=-1)):
        with pytest.raises(InvalidInput):
            issue(instrument, administrator, valid_for=wrong)


def test_an_expired_key_opens_nothing(administrator: Principal, instrument: Principal) -> None:
    long_ago = database_now() - timedelta(days=91)
    made = issue(instrument, administrator, at=long_ago)

    with pytest.raises(AuthenticationFailed):
        opens(made.token)


def test_two_keys_are_valid_at_once_and_a_third_is_refused(
    administrator: Principal, instrument: Principal
) -> None:
    old, new = issue(instrument, administrator), issue(instrument, administrator)

    assert opens(old.token) == opens(new.token) == instrument
    with pytest.raises(Conflict, match="two keys"):
        issue(instrument, administrator)
    keys.revoke(key=old.key, by=administrator, at=database_now(), reason="replaced")
    with pytest.raises(AuthenticationFailed):
        opens(old.token)
    assert issue(instrument, administrator).key.pk


def test_a_key_is_revoked_once_with_a_reason(
    administrator: Principal, instrument: Principal
) -> None:
    key = issue(instrument, administrator).key

    with pytest.raises(InvalidInput, match="Say why"):
        keys.revoke(key=key, by=administrator, at=database_now(), reason=" ")
    keys.revoke(key=key, by=administrator, at=database_now(), reason="lost")
    with pytest.raises(Conflict, match="already"):
        keys.revoke(key=key, by=administrator, at=database_now(), reason="lost")


def test_a_key_opens_only_from_its_ranges(administrator: Principal, instrument: Principal) -> None:
    made = issue(instrument, administrator, networks=["10.1.0.0/16", " fd00::/8 "])

    assert made.key.networks == ["10.1.0.0/16", "fd00::/8"]
    assert opens(made.token, "10.1.9.9") == instrument
    assert opens(made.token, "::ffff:10.1.9.9") == instrument
    with pytest.raises(AuthenticationFailed, match="address"):
        opens(made.token, "10.2.0.1")


@pytest.mark.parametrize("wrong", ["10.1.2.3/16", "anywhere", ""])
def test_what_is_no_range_is_refused_by_name(
    administrator: Principal, instrument: Principal, wrong: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        issue(instrument, administrator, networks=["10.0.0.0/8", wrong])

    assert refusal.value.field == "networks"
    assert f"“{wrong}”" in str(refusal.value)


def test_only_instruments_get_keys_and_only_administrators_give_them(
    administrator: Principal, instrument: Principal
) -> None:
    with pytest.raises(InvalidInput, match="is none"):
        issue(administrator, administrator)
    with pytest.raises(NotAllowed):
        issue(instrument, factories.principal(Role.PATHOLOGIST))


@pytest.mark.parametrize("token", ["", "x", "00000000." + "A" * 43, "é", "a b c", "x" * 10_000])
def test_an_unknown_key_is_refused(token: str) -> None:
    with pytest.raises(AuthenticationFailed):
        opens(token)


def test_another_scheme_is_left_to_others() -> None:
    assert opens("whatever", scheme="Basic") is None


def test_authentication_by_key_costs_two_queries_with_its_permission(
    administrator: Principal, instrument: Principal, django_assert_num_queries: Any
) -> None:
    token = issue(instrument, administrator).token

    with django_assert_num_queries(2):
        found = opens(token)
        assert found is not None
        assert found.roles == {"instrument"}
