"""Whoever types at the server's terminal is known by their password."""

from __future__ import annotations

import io
import sys

import pytest
from django.conf import settings

from labsys.accounts import terminal
from labsys.accounts.actions import users
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.fixture
def author() -> Principal:
    return factories.principal(Role.QUALITY_MANAGER, name="author")


def test_the_right_password_says_who_it_is(author: Principal, monkeypatch) -> None:
    typed(monkeypatch, factories.PASSWORD)

    assert terminal.person(" Author") == author


def test_a_wrong_name_and_a_wrong_password_read_the_same(author: Principal, monkeypatch) -> None:
    said = set()
    for name, password in (("nobody", factories.PASSWORD), ("author", "a guess"), ("author", "")):
        typed(monkeypatch, password)
        with pytest.raises(NotAllowed) as refused:
            terminal.person(name)
        said.add(str(refused.value))

    assert len(said) == 1


def test_somebody_who_was_deactivated_is_nobody(author: Principal, monkeypatch) -> None:
    users.deactivate(
        user=author.user,
        by=factories.principal(Role.ADMINISTRATOR),
        at=database_now(),
        reason="left",
    )
    typed(monkeypatch, factories.PASSWORD)

    with pytest.raises(NotAllowed):
        terminal.person("author")


def test_guessing_is_locked_out(author: Principal, monkeypatch) -> None:
    for _guess in range(settings.AXES_FAILURE_LIMIT):
        typed(monkeypatch, "a guess")
        with pytest.raises(NotAllowed):
            terminal.person("author")

    typed(monkeypatch, factories.PASSWORD)
    with pytest.raises(NotAllowed):
        terminal.person("author")


def test_a_password_that_somebody_else_gave_is_changed_first(monkeypatch) -> None:
    made = users.create(
        username="fresh",
        full_name="Fresh One",
        must_change=True,
        by=factories.principal(Role.ADMINISTRATOR),
        at=database_now(),
    )
    typed(monkeypatch, made.password)

    with pytest.raises(NotAllowed, match="choose a password"):
        terminal.person("fresh")
