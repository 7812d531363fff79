"""The ledger's page: the same lines as the command's, for those who answer for it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import ledger_counts
from assays.models import LedgerCount
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem
from tests import factories
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.ledger import day
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def counted(by: Principal | None = None) -> LedgerCount:
    """Let a worker count what is there."""
    asked = ledger_counts.ask(by=by or factories.principal(Role.TECHNOLOGIST), at=database_now())
    work_off()
    asked.refresh_from_db()
    return asked


def text_for(role: Role) -> str:
    response = client_of(role).get("/ledger/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_shows_buckets_ages_sums_and_the_verdict(sender) -> None:
    day.work(sender)
    counted()

    text = text_for(Role.QUALITY_MANAGER)

    assert "The ledger balances" in text
    assert "held: unknown specimen" in text
    assert "results that came in an item" in text
    assert "cannot read this" in text


def test_an_imbalance_is_shown_with_its_rows(sender) -> None:
    day.work(sender)
    # Work items are no record: anybody who reaches the table can lose one.
    lost = WorkItem.objects.filter(kind="evaluate", state="DONE").first()
    WorkItem.objects.filter(pk=lost.pk).update(subject_id=999_999)
    counted()

    text = text_for(Role.PATHOLOGIST)

    assert "The ledger does not balance." in text
    assert f'<span class="code">{lost.subject_id}</span>' in text


def test_the_auditor_sees_that_work_is_parked_but_not_what_it_said(sender) -> None:
    day.work(sender)
    counted()

    text = text_for(Role.AUDITOR)

    assert "Parked work" in text
    assert "cannot read this" not in text


def test_before_any_count_the_page_says_so_and_counts_nothing_itself(sender) -> None:
    day.work(sender)

    with CaptureQueriesContext(connection) as captured:
        text = text_for(Role.TECHNOLOGIST)

    assert "No worker has counted yet" in text
    assert "The ledger balances" not in text
    assert not [one for one in captured if "statement_timeout" in one["sql"]]


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.PHLEBOTOMIST, Role.ADMINISTRATOR])
def test_others_do_not_see_it(role) -> None:
    assert client_of(role).get("/ledger/").status_code == 403
