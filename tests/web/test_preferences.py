"""The look and the language of the pages are remembered for this browser."""

from __future__ import annotations

import pytest

from labsys.accounts.roles import Role
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def test_a_chosen_look_is_kept_and_leads_back_to_the_page() -> None:
    client = client_of(Role.NURSE)

    answer = client.post("/theme", {"theme": "dark", "next": "/admin/"})

    assert answer.headers["Location"] == "/admin/"
    assert 'data-theme="dark"' in client.get("/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_choice_leads_nowhere_else(elsewhere: str) -> None:
    answer = client_of(Role.NURSE).post("/theme", {"theme": "dark", "next": elsewhere})

    assert answer.headers["Location"] == "/"


def test_an_unknown_look_is_not_kept() -> None:
    client = client_of(Role.NURSE)

    client.post("/theme", {"theme": '"><script>'})

    assert 'data-theme="auto"' in client.get("/").content.decode()


def test_a_chosen_language_is_kept() -> None:
    client = client_of(Role.NURSE)

    client.post("/language", {"language": "fr", "next": "/"})

    assert '<html lang="fr"' in client.get("/").content.decode()


@pytest.mark.parametrize("address", ["/theme", "/language"])
def test_a_link_cannot_change_the_choice(address: str) -> None:
    assert client_of(Role.NURSE).get(address).status_code == 405
