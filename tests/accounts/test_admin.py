"""Logins, roles and keys in the admin: made by actions, secrets shown once, refusals as field errors."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.urls import reverse

from labsys.accounts.actions import keys
from labsys.accounts.models import AccessKey, LoginSession, RoleGrant, User
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    made = Client()
    made.force_login(
        factories.principal(Role.ADMINISTRATOR).user,
        backend="labsys.accounts.backends.PrincipalBackend",
    )
    return made


def add(model: str) -> str:
    return reverse(f"admin:accounts_{model}_add")


def move(obj: Any, name: str) -> str:
    return reverse(f"admin:accounts_{obj._meta.model_name}_move", args=[obj.pk, name])


NEW = {
    "username": "n.new",
    "full_name": "Nova New",
    "email": "",
    "roles": ["nurse", "psychologist"],
}


def test_a_new_login_shows_its_password_once(client: Client) -> None:
    answer = client.post(add("user"), NEW)

    user = User.objects.get(username="n.new")
    password = answer.context["secret"]
    assert check_password(password, user.password)
    assert password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert (
        password
        not in client.get(reverse("admin:accounts_user_change", args=[user.pk])).content.decode()
    )
    assert user.principal.roles == {"nurse", "psychologist"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"username": "n new"}, "A username starts with a letter"),
        ({"username": ""}, "This field is required"),
        ({"roles": ["administrator", "nurse"]}, "held alone"),
        ({"roles": ["instrument"]}, "not one of the available choices"),
        ({"email": "nowhere"}, "valid email"),
    ],
)
def test_a_login_that_cannot_be_made_says_why(
    client: Client, given: dict[str, Any], said: str
) -> None:
    answer = client.post(add("user"), {**NEW, **given})

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not User.objects.filter(full_name="Nova New").exists()


def test_a_taken_username_is_refused_and_nothing_is_half_made(client: Client) -> None:
    client.post(add("user"), NEW)

    answer = client.post(add("user"), {**NEW, "username": "N.New"})

    assert "taken" in answer.content.decode()
    assert User.objects.filter(full_name="Nova New").count() == 1


def test_a_reset_password_is_shown_once(client: Client) -> None:
    user = factories.principal(Role.NURSE).user

    answer = client.post(move(user, "reset-password"), {"reason": "forgotten"})

    user.refresh_from_db()
    assert check_password(answer.context["secret"], user.password)


def test_a_login_is_closed_and_opened_by_buttons(client: Client) -> None:
    user = factories.principal(Role.NURSE).user

    assert client.post(move(user, "deactivate"), {"reason": ""}).status_code == 422
    assert client.post(move(user, "deactivate"), {"reason": "left"}).status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    assert client.post(move(user, "deactivate"), {"reason": "left"}).status_code == 422
    assert client.post(move(user, "reactivate"), {"reason": "back"}).status_code == 302
    user.refresh_from_db()
    assert user.is_active


def test_a_role_is_given_and_taken_by_forms(client: Client) -> None:
    person = factories.principal(Role.NURSE)

    given = client.post(add("rolegrant"), {"principal": person.pk, "role": "psychologist"})
    again = client.post(add("rolegrant"), {"principal": person.pk, "role": "psychologist"})
    grant = RoleGrant.objects.get(principal=person, role="nurse")
    taken = client.post(move(grant, "revoke"), {"reason": "moved"})

    assert (given.status_code, again.status_code, taken.status_code) == (302, 200, 302)
    assert "already" in again.content.decode()
    left = RoleGrant.objects.filter(principal=person, revocation=None)
    assert list(left.values_list("role", flat=True)) == ["psychologist"]


def test_a_key_is_issued_once_and_revoked(client: Client) -> None:
    instrument = factories.instrument_principal()
    form = {"principal": instrument.pk, "networks": "10.1.0.0/16\n10.2.0.0/16", "days": 30}

    answer = client.post(add("accesskey"), form)

    key = AccessKey.objects.get()
    assert keys.digest(answer.context["secret"]) == bytes(key.digest)
    assert key.networks == ["10.1.0.0/16", "10.2.0.0/16"]
    assert client.post(move(key, "revoke"), {"reason": "lost"}).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_key_without_ranges_opens_from_anywhere_and_its_use_is_shown(client: Client) -> None:
    instrument = factories.instrument_principal()

    answer = client.post(
        add("accesskey"), {"principal": instrument.pk, "networks": " ", "days": 30}
    )

    assert AccessKey.objects.get().networks == []
    assert f"Authorization: Instrument {answer.context['secret']}" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [({"networks": "10.1.2.3/8"}, "networks"), ({"days": 91}, "days"), ({"days": "x"}, "days")],
)
def test_a_wrong_key_form_is_marked_at_its_field(
    client: Client, given: dict[str, Any], field: str
) -> None:
    instrument = factories.instrument_principal()

    answer = client.post(
        add("accesskey"), {"principal": instrument.pk, "networks": "", "days": 30, **given}
    )

    assert field in answer.context["adminform"].form.errors
    assert not AccessKey.objects.exists()


def test_keys_are_for_instruments_alone(client: Client) -> None:
    person = factories.principal(Role.NURSE)

    answer = client.post(add("accesskey"), {"principal": person.pk, "networks": "", "days": 30})

    assert "principal" in answer.context["adminform"].form.errors


def test_somebody_elses_login_is_ended(client: Client) -> None:
    other = Client()
    other.force_login(
        factories.principal(Role.NURSE).user, backend="labsys.accounts.backends.PrincipalBackend"
    )
    session = LoginSession.objects.latest("id")

    assert client.post(move(session, "end")).status_code == 302
    assert other.get(reverse("home")).status_code == 302


def test_secrets_stand_on_no_page(client: Client) -> None:
    instrument = factories.instrument_principal()
    administrator = User.objects.latest("id").principal
    key = keys.issue(principal=instrument, by=administrator, at=database_now()).key
    session = LoginSession.objects.latest("id")
    secrets = (bytes(key.digest).hex(), session.session_key, administrator.user.password)

    for obj in (key, session, administrator.user):
        for name in ("changelist", "change"):
            args = [obj.pk] if name == "change" else []
            page = reverse(f"admin:accounts_{obj._meta.model_name}_{name}", args=args)
            text = client.get(page).content.decode()
            assert not [secret for secret in secrets if secret in text]


@pytest.mark.parametrize("model", ["user", "rolegrant", "accesskey", "loginsession"])
def test_lists_cost_the_same_for_one_row_and_for_many(
    client: Client, model: str, django_assert_max_num_queries: Any
) -> None:
    administrator = User.objects.latest("id").principal
    for _ in range(5):
        person = factories.principal(Role.NURSE, Role.PSYCHOLOGIST)
        Client().force_login(person.user, backend="labsys.accounts.backends.PrincipalBackend")
        keys.issue(principal=factories.instrument_principal(), by=administrator, at=database_now())

    with django_assert_max_num_queries(7):
        assert client.get(reverse(f"admin:accounts_{model}_changelist")).status_code == 200


LOOKUPS = [
    ("user", "password__startswith=md5"),
    ("user", "principal__access_keys__digest=x"),
    ("user", "login_sessions__session_key__startswith=a"),
    ("loginsession", "session_key__startswith=a"),
    ("loginsession", "user__password__startswith=md5"),
    ("accesskey", "digest__startswith=a"),
    ("accesskey", "principal__user__password__startswith=md5"),
    ("rolegrant", "principal__user__password__regex=."),
]


@pytest.mark.parametrize(("model", "query"), LOOKUPS)
def test_a_filter_on_what_is_hidden_is_refused(client: Client, model: str, query: str) -> None:
    answer = client.get(reverse(f"admin:accounts_{model}_changelist") + "?" + query)

    assert answer.status_code == 400


@pytest.mark.parametrize("query", ["o=1;drop", "o=-99", "p=x", "q=%00", "q=%27%22", "is_active=x"])
def test_a_senseless_query_breaks_nothing(client: Client, query: str) -> None:
    answer = client.get(reverse("admin:accounts_user_changelist") + "?" + query)

    assert answer.status_code in (200, 302, 400)
