"""Quarantine in the admin: the order with its course, lifted by a button that asks the criteria."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.actions import quarantine_releases
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import quarantine_breaches, quarantine_rules
from patients.models import QuarantineRule
from tests.clients import client_of
from tests.consent import nanites
from tests.consent.actions.test_quarantine_releases import asked, lift
from tests.factories import principal
from tests.patients import people
from tests.patients.admin_forms import errors, moved, typed
from tests.patients.quarantined import exposed, ordered, rule

pytestmark = pytest.mark.django_db
LIST = reverse("admin:patients_quarantineorder_changelist")


def test_a_button_lifts_only_what_its_criteria_let_go() -> None:
    order, client = asked(), client_of(people.infection_control())

    refused = moved(client, order, "lift", lifted_at=typed(database_now()), reason="well")
    nanites.released(order.person, 12)
    moved(client, order, "lift", lifted_at=typed(database_now()), reason="low load")

    assert "criteria of this quarantine are not met" in str(errors(refused))
    order.refresh_from_db()
    assert order.lift.reason == "low load"


def test_an_order_shows_what_moved_it_and_what_broke_it() -> None:
    officer, at, person = people.infection_control(), database_now(), people.person()
    rule()
    exposed(person, at)
    order = ordered(person)
    exposed(person, database_now())
    quarantine_breaches.record(
        by=officer, at=at, order=order, kind="LEFT", seen_at=at, place="dock 7", witness="guard"
    )

    page = client_of(officer).get(reverse("admin:patients_quarantineorder_change", args=[order.pk]))

    assert page.status_code == 200
    assert "dock 7" in page.content.decode()
    assert order.extensions.count() == 1


def test_a_rule_is_approved_by_the_button_of_somebody_else() -> None:
    by = people.infection_control()
    drafted = quarantine_rules.draft(
        by=by,
        at=database_now(),
        agent="dust",
        kind="HOME",
        days=5,
        review_every_days=1,
        source="policy",
    )

    own = moved(client_of(by), drafted, "approve")
    assert QuarantineRule.objects.get().approved_at is None
    moved(client_of(people.infection_control()), drafted, "approve")

    assert "drafted this rule yourself" in own.content.decode()
    assert QuarantineRule.objects.get().approved_at is not None


def test_what_was_asked_and_judged_is_looked_at_and_not_changed() -> None:
    order, officer = asked(), people.infection_control()
    request = quarantine_releases.ask(
        by=officer, at=database_now(), order=order, reason="palliative care"
    )
    quarantine_releases.agree(by=people.infection_control(), at=database_now(), asked=request)
    client = client_of(officer)

    for model in ("quarantinerelease", "releaserequest"):
        page = client.get(reverse(f"admin:consent_{model}_changelist"))
        assert page.status_code == 200
        assert client.get(reverse(f"admin:consent_{model}_add")).status_code == 403
    assert client_of(principal(Role.AUDITOR)).get(LIST).status_code == 403


def test_the_list_asks_as_many_questions_of_many_as_of_few() -> None:
    client, counts = client_of(people.infection_control()), []
    rule()
    for more in (2, 5):
        for _each in range(more):
            lift(ordered()) if more == 2 else exposed(ordered().person, database_now())
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
