"""Tables that somebody would look up are lists in the admin: read-only, leading to their pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays import models
from assays.actions import (
    custody,
    nonconformities,
    result_comments,
    results,
    shipments,
    specimens,
    storage,
)
from assays.actions import labels as label_actions
from assays.admin.linked import LinkedAdmin
from assays.rules.result_comments import CommentKind
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.results.test_moves import recorded

pytestmark = pytest.mark.django_db

KEPT = (
    models.Receipt,
    models.LabelPrint,
    models.CustodyTransfer,
    models.StorageUnit,
    models.StorageUnitMove,
    models.StoredSpecimen,
    models.Shipment,
    models.ShipmentLine,
    models.Nonconformity,
    models.NonconformityEvent,
    models.ResultHold,
    models.ResultComment,
)
DECIDING = (models.CalculationVersion, models.RangeSignature, models.CatalogueEvent)
LINKED = [one for one in admin.site._registry.values() if isinstance(one, LinkedAdmin)]


def browser(principal: Principal) -> Client:
    made = Client()
    made.force_login(principal.user)
    return made


def url(model: Any, name: str, *args: Any) -> str:
    return reverse(f"admin:assays_{model._meta.model_name}_{name}", args=args)


def keep(assay: models.Assay, by: Principal, number: int) -> None:
    """Let one of each happen to a specimen and to a result."""
    at = database_now()
    drawn = laboratory.specimen([assay], status="COLLECTED", collected_ago=timedelta(hours=1))
    custody.hand_over(specimens=[drawn], side="TAKES", other_name="van", by=by, at=at)
    specimens.receive_batch(scans=[drawn.accession], by=by, at=at)
    drawn.refresh_from_db()
    label_actions.record(
        specimens=[drawn],
        form="PDF",
        symbol="CODE128",
        size="50x25",
        copies=1,
        reason="",
        by=by,
        at=at,
    )
    unit = storage.build(
        code=f"box-{number}", name="Box", kind="BOX", rows=2, columns=2, by=by, at=at
    )
    storage.store(specimen=drawn, unit=unit, by=by, at=at)
    there = shipments.add_laboratory(code=f"r{number}", name="R", by=by, at=at)
    shipment = shipments.draft(destination=there, by=by, at=at)
    other = laboratory.specimen([assay], status="AVAILABLE")
    shipments.pack(shipment=shipment, specimen=other, by=by, at=at)
    nonconformities.submit(kind="STORAGE", summary="Open door.", specimen=drawn, by=by, at=at)
    result = recorded(assay, "14.0")
    results.hold(result=result, by=by, at=at, reason="look at it")
    result_comments.write(result=result, kind=CommentKind.NOTE, text="seen", by=by, at=at)


def test_a_list_costs_the_same_for_few_rows_and_for_many(worker) -> None:
    assay, client, counts = laboratory.assays(HGB={})["HGB"], browser(worker), {}
    keep(assay, worker, 0)
    for number in range(6):
        counted = {}
        for model in KEPT:
            with CaptureQueriesContext(connection) as found:
                answer = client.get(url(model, "changelist"))
            assert answer.status_code == 200
            counted[model.__name__] = len(found)
        counts[number] = counted
        keep(assay, worker, number + 1)

    assert counts[1] == counts[5]
    assert max(counts[5].values()) <= 12


def test_rows_are_looked_at_lead_to_their_pages_and_are_not_edited(worker) -> None:
    keep(laboratory.assays(HGB={})["HGB"], worker, 0)
    client = browser(worker)

    for model in KEPT:
        answer = client.get(url(model, "change", model.objects.first().pk))
        text = answer.content.decode()
        assert answer.status_code == 200, model
        assert 'name="_save"' not in text
        shown = admin.site._registry[model]
        if isinstance(shown, LinkedAdmin) and shown.address:
            row = model.objects.first()
            address = reverse(shown.address, args=[shown.led_by(row)])
            assert address in text
            assert client.get(address).status_code == 200


def test_a_look_at_a_row_of_a_patient_is_recorded(worker) -> None:
    keep(laboratory.assays(HGB={})["HGB"], worker, 0)
    hold = models.ResultHold.objects.get()

    browser(worker).get(url(models.ResultHold, "change", hold.pk))

    look = ReadEvent.objects.get(purpose="admin")
    assert (look.model, look.pk_of) == ("assays.resulthold", hold.pk)
    assert look.person_id == hold.result.person_id


def test_lists_of_what_decides_ask_few_questions_however_long(worker) -> None:
    shipped.load_catalogue()
    client = browser(worker)

    for model in DECIDING:
        with CaptureQueriesContext(connection) as found:
            answer = client.get(url(model, "changelist"))
        assert answer.status_code == 200
        assert len(found) <= 26, model


@pytest.mark.parametrize("shown", LINKED, ids=lambda one: one.model.__name__)
def test_a_search_for_nonsense_finds_nothing_and_does_not_fail(shown, worker) -> None:
    client = browser(worker)

    for text in ("x", "9" * 30, "²", "%"):
        answer = client.get(url(shown.model, "changelist"), {"q": text})
        assert answer.status_code in (200, 302, 403)


def test_a_ward_doctor_finds_only_what_is_in_reach(worker) -> None:
    keep(laboratory.assays(HGB={})["HGB"], worker, 0)
    client = browser(factories.principal(Role.WARD_DOCTOR))
    accession = models.LabelPrint.objects.get().specimen.accession

    for model in (models.Receipt, models.LabelPrint, models.CustodyTransfer, models.ResultHold):
        answer = client.get(url(model, "changelist"))
        assert answer.status_code in (200, 403)
        assert accession not in answer.content.decode()


def test_lists_are_named_in_words() -> None:
    names = [str(model._meta.verbose_name_plural) for model in admin.site._registry]

    assert not [name for name in names if name.endswith("ss") or name.startswith("eqa")]
