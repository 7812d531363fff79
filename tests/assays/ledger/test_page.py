"""The ledger's page: the same lines as the command's, for those who answer for it."""

from __future__ import annotations

import pytest

from labsys.accounts.roles import Role
from labsys.work.models import WorkItem
from tests.assays.ledger import day
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def text_for(role: Role) -> str:
    response = client_of(role).get("/ledger/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_shows_buckets_ages_sums_and_the_verdict(sender) -> None:
    day.work(sender)

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

    text = text_for(Role.PATHOLOGIST)

    assert "The ledger does not balance." in text
    assert f'<span class="code">{lost.subject_id}</span>' in text


def test_the_auditor_sees_that_work_is_parked_but_not_what_it_said(sender) -> None:
    day.work(sender)

    text = text_for(Role.AUDITOR)

    assert "Parked work" in text
    assert "cannot read this" not in text


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.PHLEBOTOMIST, Role.ADMINISTRATOR])
def test_others_do_not_see_it(role) -> None:
    assert client_of(role).get("/ledger/").status_code == 403
