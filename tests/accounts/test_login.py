"""The journey of logging in: one page, one answer to every failure, a lock on the pair that guesses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import hashers
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from labsys.accounts.actions import upkeep, users
from labsys.accounts.models import LoginSession, User
from labsys.accounts.pages import LONGEST_PASSWORD, WRONG
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories

LIMIT = settings.AXES_FAILURE_LIMIT


@pytest.fixture
def user(db: None) -> User:
    return factories.principal(Role.NURSE, name="nurse.one").user


def attempt(
    username: str,
    password: str = "wrong",
    *,
    client: Client | None = None,
    address: str = "192.0.2.1",
    **more: Any,
) -> HttpResponse:
    return (client or Client()).post(
        reverse("login"),
        {"username": username, "password": password, **more},
        REMOTE_ADDR=address,
    )


def is_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


def test_a_person_logs_in_goes_where_they_wanted_and_logs_out(user: User) -> None:
    client = Client()
    wanted = client.get(reverse("admin:index"), follow=True)
    page = wanted.redirect_chain[-1][0]

    answer = client.post(page, {"username": " Nurse.ONE ", "password": factories.PASSWORD})

    assert answer.status_code == 302
    assert client.get(answer["Location"], follow=True).status_code == 200
    session = LoginSession.objects.get(user=user)
    assert client.post(reverse("logout")).status_code == 302
    assert not is_in(client)
    session.refresh_from_db()
    assert session.end_reason == "LOGOUT"


def test_the_way_back_leads_to_this_site_alone(user: User) -> None:
    client = Client()

    answer = client.post(
        reverse("login") + "?next=https://elsewhere.example/",
        {"username": user.username, "password": factories.PASSWORD},
    )

    assert answer["Location"] == reverse("home")


def test_logging_out_needs_a_post_and_the_token(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="labsys.accounts.backends.PrincipalBackend")

    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).status_code == 403
    assert is_in(client)


def test_logging_in_needs_the_token(user: User) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = attempt(user.username, factories.PASSWORD, client=client)

    assert answer.status_code == 403
    assert not is_in(client)


@pytest.fixture
def closed(user: User) -> Iterator[User]:
    users.deactivate(
        user=user,
        by=factories.principal(Role.ADMINISTRATOR),
        at=database_now(),
        reason="left",
    )
    return user


def visible(answer: HttpResponse) -> str:
    """Return the page without the token, which differs every time, and what was typed."""
    text = answer.content.decode()
    token = text.partition('csrfmiddlewaretoken" value="')[2][:64]
    return text.replace(token, "").replace("nobody.here", "nurse.one")


def test_no_failure_tells_whether_the_name_exists_or_the_login_is_open(closed: User) -> None:
    unknown = attempt("nobody.here")
    shut = attempt(closed.username, factories.PASSWORD)
    open_user = factories.principal(name="nurse.two").user
    wrong = attempt(open_user.username)
    wrong_text = visible(wrong).replace("nurse.two", "nurse.one")

    assert unknown.status_code == shut.status_code == wrong.status_code
    assert visible(unknown) == visible(shut) == wrong_text
    assert str(WRONG) in wrong_text


@pytest.mark.parametrize("username", ["nobody.here", "nurse.one"])
def test_every_failure_costs_one_hash(
    closed: User, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = hashers.MD5PasswordHasher.encode

    def counting(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counting)

    attempt(username)

    assert hashed == ["wrong"]


def test_a_pair_is_locked_after_too_many_failures_even_for_the_right_password(user: User) -> None:
    answers = [attempt(user.username).status_code for _ in range(LIMIT)]

    assert answers == [200] * (LIMIT - 1) + [429]
    locked = attempt(user.username, factories.PASSWORD)
    assert locked.status_code == 429
    assert locked["Retry-After"] == "900"
    assert not LoginSession.objects.filter(user=user).exists()


def test_the_lock_is_on_the_pair_alone(user: User) -> None:
    other = factories.principal(name="nurse.two").user
    for _ in range(LIMIT):
        attempt(user.username, address="192.0.2.1")

    elsewhere = attempt(user.username, factories.PASSWORD, address="192.0.2.2")
    colleague = attempt(other.username, factories.PASSWORD, address="192.0.2.1")

    assert elsewhere.status_code == colleague.status_code == 302


def test_another_browser_or_way_of_writing_the_name_is_the_same_pair(user: User) -> None:
    for number in range(LIMIT):
        Client().post(
            reverse("login"),
            {"username": ["nurse.one", "NURSE.ONE", " nurse.one"][number % 3], "password": "x"},
            REMOTE_ADDR="192.0.2.1",
            HTTP_USER_AGENT=f"browser {number}",
        )

    assert attempt(user.username, factories.PASSWORD).status_code == 429


def test_an_unknown_name_is_locked_like_a_known_one(db: None) -> None:
    answers = [attempt("nobody.here").status_code for _ in range(LIMIT + 1)]

    assert answers == [200] * (LIMIT - 1) + [429, 429]


def test_the_lock_opens_again_and_guessing_on_does_not_prolong_it(user: User) -> None:
    for _ in range(LIMIT):
        attempt(user.username)
    AccessAttempt.objects.update(attempt_time=database_now() - timedelta(minutes=14))
    attempt(user.username)
    AccessAttempt.objects.update(attempt_time=database_now() - timedelta(minutes=15, seconds=1))

    assert attempt(user.username, factories.PASSWORD).status_code == 302


def test_a_login_forgives_earlier_failures(user: User) -> None:
    for _ in range(LIMIT - 1):
        attempt(user.username)
    attempt(user.username, factories.PASSWORD)

    answers = [attempt(user.username).status_code for _ in range(LIMIT - 1)]

    assert answers == [200] * (LIMIT - 1)


def test_many_guesses_at_once_are_judged_one_by_one(fresh_database: str) -> None:
    user = factories.principal(Role.NURSE).user
    statuses: list[int] = []

    def guess() -> None:
        try:
            statuses.append(attempt(user.username).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(LIMIT + 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] * (LIMIT - 1) + [429] * 7


def test_attempts_keep_neither_password_nor_token(user: User) -> None:
    attempt(user.username, "a-secret-guess", csrfmiddlewaretoken="the-token")

    kept = str(AccessAttempt.objects.values().get())
    assert "a-secret-guess" not in kept
    assert "the-token" not in kept


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("", ""),
        ("x" * 10_000, "y"),
        ("nurse.one", "y" * (LONGEST_PASSWORD + 1)),
        ("nurse\x00one", "y"),
        ("nurse.one", "y\x00"),
        ("é" * 200, "ü" * 200),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ],
)
def test_whatever_is_typed_gets_the_form_again(user: User, username: str, password: str) -> None:
    answer = attempt(username, password)

    assert answer.status_code == 200
    assert b"<form" in answer.content


def test_old_attempts_are_forgotten_and_the_table_is_bounded(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        attempt(f"name-{number}")
    first = AccessAttempt.objects.order_by("id").first()
    assert first is not None
    AccessAttempt.objects.filter(pk=first.pk).update(
        attempt_time=database_now() - timedelta(hours=2)
    )

    upkeep.forget_old(by=factories.seed(), at=database_now())
    assert AccessAttempt.objects.count() == 4
    monkeypatch.setattr(upkeep, "MOST_ATTEMPTS", 3)
    upkeep.forget_old(by=factories.seed(), at=database_now())

    left = AccessAttempt.objects.order_by("id").values_list("username", flat=True)
    assert list(left) == ["name-2", "name-3", "name-4"]


def test_a_given_password_must_be_changed_before_anything_else(db: None) -> None:
    made = users.create(
        username="newcomer",
        full_name="Newcomer",
        first_roles=(Role.NURSE,),
        by=factories.seed(),
        at=database_now(),
    )
    client = Client()
    attempt("newcomer", made.password, client=client)
    change = reverse("password_change")

    for page in (reverse("home"), reverse("admin:index")):
        assert client.get(page, follow=True).redirect_chain[-1][0] == change
    answer = client.post(
        change,
        {"old": made.password, "new": "four plain words here", "again": "four plain words here"},
    )

    assert answer["Location"] == reverse("login")
    assert client.get(reverse("home")).status_code == 302
    attempt("newcomer", "four plain words here", client=client)
    assert is_in(client)


NEW = "four plain words here"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"old": "wrong"}, "old"),
        ({"again": "five plain words here"}, "again"),
        ({"new": "short", "again": "short"}, "new"),
        ({"new": factories.PASSWORD, "again": factories.PASSWORD}, "new"),
        ({"new": ""}, "new"),
    ],
)
def test_a_password_that_cannot_be_taken_is_said_so_at_its_field(
    user: User, given: dict[str, str], field: str
) -> None:
    client = Client()
    client.force_login(user, backend="labsys.accounts.backends.PrincipalBackend")
    typed = {"old": factories.PASSWORD, "new": NEW, "again": NEW, **given}

    answer = client.post(reverse("password_change"), typed)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    user.refresh_from_db()
    assert hashers.check_password(factories.PASSWORD, user.password)


def test_guessing_the_old_password_is_locked_out_like_a_login(user: User) -> None:
    client = Client(REMOTE_ADDR="192.0.2.1")
    client.force_login(user, backend="labsys.accounts.backends.PrincipalBackend")
    typed = {"old": "wrong", "new": NEW, "again": NEW}

    for _ in range(LIMIT):
        answer = client.post(reverse("password_change"), typed)

    assert answer.status_code == 429
    right = client.post(reverse("password_change"), {**typed, "old": factories.PASSWORD})
    assert right.status_code == 429
    user.refresh_from_db()
    assert hashers.check_password(factories.PASSWORD, user.password)
