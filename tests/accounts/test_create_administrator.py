"""The first administrator is made by a command, once."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command

from labsys.accounts.management.commands import create_administrator
from labsys.accounts.models import User
from labsys.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_administrator", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_administrator_gets_a_password_printed_once() -> None:
    said = run("first.admin", "First Admin")

    user = User.objects.get(username="first.admin")
    password = said.partition("shown this once: ")[2].split()[0]
    assert check_password(password, user.password)
    assert user.principal.roles == {"administrator"}
    assert user.must_change_password
    assert AuditEvent.objects.get(model="accounts.user").action == "accounts.user.create"


def test_a_second_one_is_made_only_by_force() -> None:
    run("first.admin", "First Admin")

    with pytest.raises(CommandError, match="administrator already"):
        run("second.admin", "Second Admin")
    run("second.admin", "Second Admin", "--force")

    assert User.objects.count() == 2


def test_a_password_may_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["four plain words here", "four plain words here"])
    monkeypatch.setattr(create_administrator.getpass, "getpass", lambda prompt: next(typed))

    said = run("first.admin", "First Admin", "--ask")

    user = User.objects.get()
    assert check_password("four plain words here", user.password)
    assert not user.must_change_password
    assert "four plain" not in said


@pytest.mark.parametrize(
    ("typed", "said"), [(["a", "b"], "differ"), (["short", "short"], "too short")]
)
def test_a_password_that_cannot_be_taken_makes_nobody(
    monkeypatch: pytest.MonkeyPatch, typed: list[str], said: str
) -> None:
    answers = iter(typed)
    monkeypatch.setattr(create_administrator.getpass, "getpass", lambda prompt: next(answers))

    with pytest.raises(CommandError, match=said):
        run("first.admin", "First Admin", "--ask")

    assert not User.objects.exists()


def test_no_account_exists_before_it_is_made() -> None:
    assert not User.objects.exists()
