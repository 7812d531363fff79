"""Destroyed when nothing stands in the way, on the word of two people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from assays.actions import disposals, nonconformities, shipments, stability, storage, versions
from assays.actions.disposals import DisposalMoved, SameWitness
from assays.models import Disposal, Specimen
from assays.queries import disposals as queries
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput
from tests import factories
from tests.assays import laboratory

pytestmark = pytest.mark.django_db
LONG = timedelta(days=30)


@pytest.fixture
def witness():
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def assay(worker, witness):
    made = laboratory.assays(HGB={})["HGB"]
    retain(made, days=7, by=worker, approver=factories.principal(Role.PATHOLOGIST))
    return made


def retain(assay, *, days: int, by, approver) -> None:
    at = database_now()
    draft = stability.draft_retention(
        specimen_type=assay.specimen_type, days=days, by=by, at=at, source="house rule"
    )
    versions.approve(version=draft, by=approver, at=at)
    versions.activate(version=draft, by=approver, at=database_now())


def kept(assay, *, item_status: str = "COMPLETED", ago: timedelta = LONG, **given) -> Specimen:
    made = laboratory.specimen(
        [assay], item_status=item_status, collected_ago=ago, **{"status": "AVAILABLE", **given}
    )
    with laboratory.setting_up():
        Specimen.objects.filter(pk=made.pk).update(received_at=database_now() - ago)
    return made


def listed() -> set[Specimen]:
    return set(queries.page(at=database_now()).specimens)


def propose(by, *rows: Specimen) -> Disposal:
    ids = [row.pk for row in rows]
    at = database_now()
    return disposals.propose(specimen_ids=ids, method="autoclave", by=by, at=at)


def test_only_what_was_kept_long_enough_with_nothing_open_is_listed(assay) -> None:
    over = kept(assay)
    kept(assay, ago=timedelta(days=6))
    kept(assay, item_status="IN_PROCESS")

    assert listed() == {over}


def test_a_type_without_a_rule_is_kept(worker, witness) -> None:
    kept(laboratory.assays(HGB={})["HGB"])

    assert listed() == set()


def test_what_is_sent_away_or_under_question_is_not_listed(assay, worker) -> None:
    away, doubtful = kept(assay), kept(assay)
    at = database_now()
    there = shipments.add_laboratory(code="ref", name="Reference", by=worker, at=at)
    shipment = shipments.draft(destination=there, by=worker, at=at)
    shipments.pack(shipment=shipment, specimen=away, by=worker, at=at)
    nonconformities.report(kind="STORAGE", summary="Warm.", specimen=doubtful, by=worker, at=at)

    assert listed() == set()
    why = queries.reasons_against([away.pk, doubtful.pk], at=database_now())
    assert "shipment" in why[away.pk][0]
    assert "nonconformity" in why[doubtful.pk][0]


def test_two_people_destroy_a_batch_and_its_positions_are_free(assay, worker, witness) -> None:
    specimen = kept(assay)
    at = database_now()
    box = storage.build(code="b", name="B", kind="BOX", rows=1, columns=1, by=worker, at=at)
    storage.store(specimen=specimen, unit=box, by=worker, at=at)
    batch = propose(worker, specimen)

    disposals.confirm(disposal=batch, by=witness, at=database_now())

    specimen.refresh_from_db()
    batch.refresh_from_db()
    assert (specimen.status, batch.status, batch.decided_by) == ("DISPOSED", "CONFIRMED", witness)
    assert not specimen.stays.filter(left_at=None).exists()
    assert specimen.events.latest("pk").reason == f"batch {batch}, autoclave"


def test_whoever_took_them_out_is_not_the_witness(assay, worker) -> None:
    batch = propose(worker, kept(assay))

    with pytest.raises(SameWitness):
        disposals.confirm(disposal=batch, by=worker, at=database_now())
    with (
        pytest.raises(IntegrityError, match="confirmed_by_another"),
        transaction.atomic(),
        acting(by=worker, at=database_now(), action="tests.forge"),
    ):
        Disposal.objects.filter(pk=batch.pk).update(
            status="CONFIRMED", decided_by=worker, decided_at=database_now()
        )


def test_what_may_no_longer_be_destroyed_is_left_out_with_the_reason(
    assay, worker, witness
) -> None:
    good, wanted = kept(assay), kept(assay)
    batch = propose(worker, good, wanted)
    laboratory.add_item(wanted, laboratory.assays(WBC={})["WBC"])

    disposals.confirm(disposal=batch, by=witness, at=database_now())

    wanted.refresh_from_db()
    assert wanted.status == "AVAILABLE"
    assert "still open" in batch.lines.get(specimen=wanted).left_out
    assert batch.lines.get(specimen=good).left_out == ""


def test_a_batch_is_confirmed_once_and_not_after_it_was_withdrawn(assay, worker, witness) -> None:
    specimen = kept(assay)
    batch = propose(worker, specimen)
    disposals.withdraw(disposal=batch, by=worker, at=database_now(), reason="Wrong shelf.")

    with pytest.raises(DisposalMoved):
        disposals.confirm(disposal=batch, by=witness, at=database_now())

    assert listed() == {specimen}


def test_a_specimen_is_in_one_open_batch(assay, worker) -> None:
    specimen = kept(assay)
    propose(worker, specimen)

    assert listed() == set()
    with pytest.raises(Conflict, match="another batch"):
        propose(worker, specimen)


def test_a_batch_with_something_that_must_be_kept_is_refused(assay, worker) -> None:
    with pytest.raises(Conflict, match="may not be destroyed"):
        propose(worker, kept(assay), kept(assay, item_status="IN_PROCESS"))
    with pytest.raises(InvalidInput):
        disposals.propose(specimen_ids=[], method="x", by=worker, at=database_now())
    with pytest.raises(InvalidInput, match="does not exist"):
        disposals.propose(specimen_ids=[10**12], method="x", by=worker, at=database_now())
