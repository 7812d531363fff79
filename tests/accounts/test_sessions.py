"""Logins lapse, are few, never outlive their cause, and polling does not keep them alive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from labsys.accounts.actions import roles, sessions, users
from labsys.accounts.middleware import POLL_HEADER
from labsys.accounts.models import LoginSession, User
from labsys.accounts.permissions import ANYONE_LOGGED_IN, polled, requires
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, NotAllowed
from labsys.web.urls import urlpatterns as all_urls
from tests import factories

pytestmark = pytest.mark.django_db
IDLE = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
ABSOLUTE = timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
COOKIE = settings.SESSION_COOKIE_NAME


@polled
@requires(ANYONE_LOGGED_IN)
def polling(request: HttpRequest) -> HttpResponse:
    return HttpResponse("still here")


urlpatterns = [*all_urls, path("polling", polling)]


@pytest.fixture
def user() -> User:
    return factories.principal(Role.NURSE).user


def log_in(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    answer = client.post(
        reverse("login"), {"username": user.username, "password": factories.PASSWORD}
    )
    assert answer.status_code == 302
    return client


def is_in(client: Client, page: str = "home", **headers: Any) -> bool:
    return client.get(reverse(page), **headers).status_code == 200


def moved_back(by: timedelta, *, started: bool = False) -> None:
    """Let the database's clock be later by so much, as seen from the logins."""
    for session in LoginSession.objects.all():
        times = {"seen_at": session.seen_at - by}
        if started:
            times["started_at"] = session.started_at - by
        LoginSession.objects.filter(pk=session.pk).update(**times)


def test_an_unused_login_ends_after_fifteen_minutes(user: User) -> None:
    client = log_in(user)
    moved_back(IDLE)

    assert not is_in(client)

    session = LoginSession.objects.get()
    assert session.end_reason == "IDLE"
    moved_back(-IDLE)
    assert not is_in(client)


def test_a_login_in_use_goes_on(user: User) -> None:
    client = log_in(user)
    for _ in range(3):
        moved_back(IDLE - timedelta(seconds=20))
        assert is_in(client)


def test_a_login_ends_after_twelve_hours_however_busy(user: User) -> None:
    client = log_in(user)
    moved_back(ABSOLUTE, started=True)
    LoginSession.objects.update(seen_at=database_now())

    assert not is_in(client)
    assert LoginSession.objects.get().end_reason == "ABSOLUTE"


@pytest.mark.urls(__name__)
def test_polling_never_keeps_a_login_alive(user: User) -> None:
    client = log_in(user)
    moved_back(IDLE - timedelta(minutes=1))
    before = LoginSession.objects.get().seen_at

    assert client.get("/polling").status_code == 200
    assert is_in(client, headers={POLL_HEADER: "1"})

    assert LoginSession.objects.get().seen_at == before
    moved_back(timedelta(minutes=1))
    assert client.get("/polling").status_code == 302


@pytest.mark.parametrize(
    "flag", ["skip_timeout_reset=1", "keepalive=1", "poll=0", "session_idle_seconds=999999"]
)
def test_no_flag_of_the_client_keeps_a_lapsed_login(user: User, flag: str) -> None:
    client = log_in(user)
    moved_back(IDLE)

    answer = client.get(f"{reverse('home')}?{flag}", headers={POLL_HEADER: "0"})

    assert answer.status_code == 302


def test_logging_in_gives_a_new_key_and_the_old_one_opens_nothing(user: User) -> None:
    client = Client()
    planted = "planted0by0somebody0else00000000"
    client.cookies[COOKIE] = planted

    log_in(user, client)

    assert client.cookies[COOKIE].value != planted
    other = Client()
    other.cookies[COOKIE] = planted
    assert not is_in(other)


def test_logging_in_again_replaces_the_login(user: User) -> None:
    client = log_in(user)
    first = client.cookies[COOKIE].value

    log_in(user, client)

    assert client.cookies[COOKIE].value != first
    reasons = LoginSession.objects.order_by("id").values_list("end_reason", flat=True)
    assert list(reasons) == ["REPLACED", ""]
    other = Client()
    other.cookies[COOKIE] = first
    assert not is_in(other)


def test_a_fourth_login_ends_the_oldest(user: User) -> None:
    clients = [log_in(user) for _ in range(4)]

    assert [is_in(client) for client in clients] == [False, True, True, True]
    assert LoginSession.objects.order_by("id").first().end_reason == "PARALLEL"


def test_other_peoples_logins_do_not_count(user: User) -> None:
    client = log_in(user)
    for _ in range(3):
        log_in(factories.principal(Role.NURSE).user)

    assert is_in(client)


def test_every_session_ends_with_its_cause(user: User) -> None:
    administrator = factories.principal(Role.ADMINISTRATOR)
    given = {"by": administrator, "at": database_now()}
    principal = user.principal
    causes = {
        "role given": lambda: roles.grant(
            principal=principal, role=Role.SCREENING_OFFICER, **given
        ),
        "role taken": lambda: roles.revoke(
            grant=principal.role_grants.first(), reason="moved", **given
        ),
        "ended by an administrator": lambda: [
            sessions.end(session=each, reason="ADMINISTRATOR", **given)
            for each in LoginSession.objects.filter(user=user, ended_at=None)
        ],
        "closed": lambda: users.deactivate(user=user, reason="left", **given),
    }
    still_in = []
    for name, cause in causes.items():
        clients = [log_in(user), log_in(user)]
        cause()
        still_in += [name for client in clients if is_in(client)]

    assert still_in == []


def test_a_changed_password_ends_every_session(user: User) -> None:
    clients = [log_in(user), log_in(user)]
    new = "four plain words here"

    clients[0].post(
        reverse("password_change"), {"old": factories.PASSWORD, "new": new, "again": new}
    )

    assert [is_in(client) for client in clients] == [False, False]


def test_a_password_changed_behind_the_actions_ends_sessions_too(user: User) -> None:
    client = log_in(user)
    from labsys.audit.context import acting

    with acting(by=factories.seed(), at=database_now(), action="test"):
        User.objects.filter(pk=user.pk).update(password="md5$x$" + "0" * 32)

    assert not is_in(client)
    assert LoginSession.objects.get().end_reason == "PASSWORD"


def test_the_tables_hold_no_key_that_would_open(user: User) -> None:
    client = log_in(user)
    key = client.cookies[COOKIE].value

    kept = str(list(Session.objects.values())) + str(list(LoginSession.objects.values()))

    assert key not in kept
    for stolen in (Session.objects.get().session_key, LoginSession.objects.get().session_key):
        thief = Client()
        thief.cookies[COOKIE] = stolen
        assert not is_in(thief)


def test_only_oneself_or_an_administrator_ends_a_login(user: User) -> None:
    log_in(user)
    session = LoginSession.objects.get()

    with pytest.raises(NotAllowed):
        sessions.end(
            session=session,
            reason="ADMINISTRATOR",
            by=factories.principal(Role.PATHOLOGIST),
            at=database_now(),
        )
    sessions.end(session=session, reason="LOGOUT", by=user.principal, at=database_now())
    with pytest.raises(Conflict, match="already ended"):
        sessions.end(session=session, reason="LOGOUT", by=user.principal, at=database_now())


def test_who_is_logged_in_costs_two_queries(
    user: User, rf: Any, django_assert_num_queries: Any
) -> None:
    client = log_in(user)
    client.get(reverse("home"))

    with django_assert_num_queries(2) as seen:
        client.post(reverse("set_theme"), {"theme": "dark"})

    assert ["django_session" in query["sql"] for query in seen.captured_queries] == [True, False]


def test_health_and_login_pages_ask_nobody_who_they_are(
    user: User, django_assert_num_queries: Any
) -> None:
    client = log_in(user)

    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200
        assert Client().get(reverse("login")).status_code == 200


def test_pages_of_a_login_are_kept_by_no_cache(user: User) -> None:
    answer = log_in(user).get(reverse("home"))

    assert "no-store" in answer["Cache-Control"]


def test_cookies_are_kept_from_scripts_and_other_sites(user: User) -> None:
    cookie = log_in(user).cookies[COOKIE]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]


def test_the_address_of_a_login_is_the_senders_and_not_the_headers(user: User) -> None:
    Client().post(
        reverse("login"),
        {"username": user.username, "password": factories.PASSWORD},
        REMOTE_ADDR="192.0.2.9",
        HTTP_X_FORWARDED_FOR="203.0.113.1",
    )

    assert LoginSession.objects.get().address == "192.0.2.9"


def test_the_address_behind_a_trusted_proxy_is_the_one_it_names(user: User, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]
    Client().post(
        reverse("login"),
        {"username": user.username, "password": factories.PASSWORD},
        REMOTE_ADDR="10.0.0.1",
        HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.1",
    )

    assert LoginSession.objects.get().address == "203.0.113.1"
