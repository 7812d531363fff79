"""The home page shows each person what waits for them, and costs the same few queries for all."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from labsys.accounts.models import User
from labsys.accounts.roles import Role
from labsys.lib import navigation
from labsys.lib.navigation import Group, Tone
from tests import factories
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A menu entry and cards of our own, whatever the apps offer."""
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(navigation, "_waiting", {})
    navigation.register(
        "Parked work", "admin:index", "work.item.view", group=Group.SYSTEM, query="parked=1"
    )
    navigation.register("Our events", "home", "audit.event.view", group=Group.RECORD)
    navigation.register_waiting(
        "Work to decide",
        "admin:index",
        "work.item.decide",
        count=lambda principal: navigation.capped(User.objects.all()),
        detail="Parked after repeated failure",
        tone=Tone.URGENT,
    )


def test_a_person_sees_the_entries_and_cards_of_their_roles(offered: None) -> None:
    page = client_of(Role.QUALITY_MANAGER).get("/").content.decode()

    assert 'href="/admin/?parked=1"' in page
    assert "Work to decide" in page
    assert '<span class="card-count">1</span>' in page
    assert "Our events" not in page


def test_a_card_with_nothing_waiting_is_not_called_urgent(
    offered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_waiting", {})
    navigation.register_waiting(
        "Work to decide", "home", "work.item.decide", count=lambda who: 0, tone=Tone.URGENT
    )

    page = client_of(Role.QUALITY_MANAGER).get("/").content.decode()

    assert "card-none" in page
    assert "urgent" not in page


def test_more_than_a_page_can_say_is_said_with_a_plus(offered: None) -> None:
    navigation.register_waiting("Many", "home", "work.item.decide", count=lambda who: 1000)

    assert "999+" in client_of(Role.QUALITY_MANAGER).get("/").content.decode()


def test_somebody_without_a_role_is_told_so(offered: None) -> None:
    page = client_of().get("/").content.decode()

    assert "no role yet" in page
    assert "Parked work" not in page


def test_the_home_page_costs_the_session_the_roles_and_one_query_per_card(
    offered: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(Role.QUALITY_MANAGER, Role.PRIVACY_OFFICER)

    with django_assert_max_num_queries(5):
        answer = client.get("/")

    assert answer.status_code == 200


def test_cards_that_count_rows_cost_one_question_together(
    offered: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    principal = factories.principal(Role.QUALITY_MANAGER)
    assert principal.roles  # asked for once
    for name, rows in (("home", User.objects.none()), ("login", User.objects.filter(pk__lt=0))):
        navigation.register_waiting(
            name,
            name,
            "work.item.decide",
            count=lambda who, rows=rows: navigation.capped(rows),  # type: ignore[misc]
        )
    navigation.register_waiting("seven", "logout", "work.item.decide", count=lambda who: 7)

    with django_assert_num_queries(1):
        counted = {card.label: count for card, count in navigation.waiting_for(principal)}

    assert counted == {
        "Work to decide": User.objects.count(),
        "home": 0,
        "login": 0,
        "seven": 7,
    }
