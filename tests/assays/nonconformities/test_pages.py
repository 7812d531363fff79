"""The pages of nonconformities: reported, worked off, listed and taken out as a file."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assays.actions import nonconformities
from assays.models import DataExport, Nonconformity
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def reported(by, **given) -> Nonconformity:
    given = {"kind": "STORAGE", "summary": "Freezer open.", **given}
    return nonconformities.report(by=by, at=database_now(), **given)


def test_a_nonconformity_is_worked_off_by_its_page(client, manager, worker) -> None:
    row = reported(worker)
    where = reverse("nonconformity", args=[row.pk])

    def step(who: Client, **data):
        return who.post(where, {"seen": row.events.latest("pk").pk, **data})

    step(client, move="investigate")
    step(client, move="correct", corrective_action="Mended.", root_cause="Worn.")
    refused = step(client, move="close", effectiveness="None since.")
    step(client_of(manager), move="close", effectiveness="None since.")

    row.refresh_from_db()
    assert refused.status_code == 403
    assert (row.status, row.root_cause, row.closed_by) == ("CLOSED", "Worn.", manager)


def test_a_step_from_a_stale_page_is_refused_and_says_so(client, worker) -> None:
    row = reported(worker)
    where = reverse("nonconformity", args=[row.pk])
    seen = row.events.latest("pk").pk
    client.post(where, {"seen": seen, "move": "investigate"})

    answer = client.post(where, {"seen": seen, "move": "describe", "root_cause": "x"})

    assert answer.status_code == 409
    assert "has changed since you opened it" in answer.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "NOTHING", "summary": "x"},
        {"kind": "OTHER"},
        {"kind": "OTHER", "summary": "x", "accession": "2600000000"},
        {"kind": "OTHER", "summary": "x", "instrument": "nothing"},
        {"kind": "OTHER", "summary": "x" * 4001},
    ],
)
def test_a_report_that_cannot_stand_is_shown_again(client, data) -> None:
    assert client.post(reverse("nonconformity-new"), data).status_code == 422
    assert not Nonconformity.objects.exists()


def test_a_nurse_reports_and_sees_only_her_own(worker) -> None:
    other = reported(worker)
    nurse = client_of(factories.principal(Role.NURSE))

    nurse.post(reverse("nonconformity-new"), {"kind": "OTHER", "summary": "Label fell off."})

    page = nurse.get(reverse("nonconformities")).content.decode()
    assert "Label fell off." in page
    assert "Freezer open." not in page
    assert nurse.get(reverse("nonconformity", args=[other.pk])).status_code == 403
    assert nurse.post(reverse("nonconformities-export")).status_code == 403


def test_the_file_of_the_list_holds_no_formula(client, worker) -> None:
    reported(worker, summary="=cmd|' /C calc'!A0")

    answer = client.post(reverse("nonconformities-export"), {"status": "ALL"})

    text = answer.content.decode()
    assert "'=cmd" in text
    assert ",=cmd" not in text
    taken = DataExport.objects.get()
    assert (taken.kind, taken.parameters, taken.by) == (
        "nonconformities",
        {"status": "ALL"},
        worker,
    )


@pytest.mark.parametrize(
    "query",
    [
        {"status": "ALL"},
        {"status": "NONE", "kind": "x", "severity": "x", "after": "x"},
        {"overdue": "1", "mine": "1"},
        {"after": "9" * 30},
    ],
)
def test_any_filter_is_answered(client, worker, query) -> None:
    reported(worker)

    assert client.get(reverse("nonconformities"), query).status_code == 200
