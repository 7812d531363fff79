"""The pages of specimens, storage, custody, shipments and disposal in the browser's eyes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.actions import shipments, specimens, storage
from assays.models import (
    CustodyTransfer,
    Nonconformity,
    ReferralLaboratory,
    Shipment,
    Specimen,
    StorageUnit,
)
from assays.rules import conditions, rejection
from assays.templatetags.laboratory import checked_words, condition_words, rejection_words
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.nonconformities.test_pages import reported

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return factories.principal(Role.TECHNOLOGIST, Role.PATHOLOGIST, name="bench")


@pytest.fixture
def manager():
    return factories.principal(Role.QUALITY_MANAGER)


@pytest.fixture
def client(worker) -> Client:
    return browser(worker)


def browser(principal) -> Client:
    made = Client()
    made.force_login(principal.user)
    return made


@pytest.fixture
def assay():
    return laboratory.assays(HGB={})["HGB"]


def box(by, code: str = "box-1") -> StorageUnit:
    at = database_now()
    return storage.build(code=code, name="Box", kind="BOX", rows=2, columns=3, by=by, at=at)


def page_of(client: Client, specimen) -> str:
    return client.get(reverse("specimen", args=[specimen.accession])).content.decode()


def act(client: Client, specimen, **data):
    return client.post(reverse("specimen", args=[specimen.accession]), data)


def test_a_scan_leads_to_the_page_of_the_specimen(client, assay) -> None:
    specimen = laboratory.specimen([assay])

    answer = client.get(reverse("specimens"), {"scan": specimen.accession})

    assert answer.url == reverse("specimen", args=[specimen.accession])


@pytest.mark.parametrize("scan", ["1234567890", "<b>", "9" * 200, "12\x0034"])
def test_a_number_that_is_none_is_told(client, scan: str) -> None:
    answer = client.get(reverse("specimens"), {"scan": scan})

    assert answer.status_code in (404, 422)
    assert "<b>" not in answer.content.decode()


def test_one_page_holds_everything_about_a_specimen(client, worker, assay) -> None:
    specimen = laboratory.specimen([assay], status="AVAILABLE")
    act(client, specimen, move="divide", count="2", volumes="0.5")
    act(client, specimen, move="store", unit=box(worker).code, position="A2")
    children = list(specimen.aliquots.order_by("pk"))

    page = page_of(client, specimen)

    assert [child.volume_ml for child in children] == [children[0].volume_ml] * 2
    for words in ("Hgb", *(one.accession for one in children), "box-1 A2", "no handover recorded"):
        assert words in page


def test_a_position_that_is_none_is_refused_above_the_page(client, worker, assay) -> None:
    specimen = laboratory.specimen([assay])
    code = box(worker).code

    for data in ({"unit": code, "position": "Z9"}, {"unit": "nowhere"}):
        answer = act(client, specimen, move="store", **data)
        assert answer.status_code == 422

    assert not specimen.stays.exists()


def test_an_aliquot_of_an_unfit_specimen_is_decided_about_on_the_page(
    client, worker, assay
) -> None:
    parent = laboratory.specimen([assay], status="AVAILABLE", item_status="IN_PROCESS")
    at = database_now()
    (child,) = specimens.divide(specimen=parent, by=worker, at=at)
    specimens.reject(specimen=parent, by=worker, at=at, reason_code="RC")
    listed = client.get(reverse("aliquots-undecided")).content.decode()

    answer = act(client, parent, move="keep", aliquot=child.pk, reason="Clear.")

    assert child.accession in listed
    assert answer.status_code == 302
    assert child.decisions.get().is_kept


def test_an_aliquot_of_somebody_else_is_not_decided_about_here(client, worker, assay) -> None:
    parent = laboratory.specimen([assay], status="AVAILABLE")
    (foreign,) = specimens.divide(specimen=parent, by=worker, at=database_now())
    specimens.reject(specimen=parent, by=worker, at=database_now(), reason_code="RC")

    answer = act(client, laboratory.specimen([assay]), move="keep", aliquot=foreign.pk, reason="x")

    assert answer.status_code == 422
    assert not foreign.decisions.exists()


@pytest.mark.parametrize("move", ["keep", "refuse"])
def test_an_aliquot_of_another_tube_of_the_same_patient_is_not_decided_about_here(
    client, worker, assay, move: str
) -> None:
    unfit = laboratory.specimen([assay], status="AVAILABLE")
    (foreign,) = specimens.divide(specimen=unfit, by=worker, at=database_now())
    specimens.reject(specimen=unfit, by=worker, at=database_now(), reason_code="RC")
    other = laboratory.specimen([assay], of=unfit.person, status="AVAILABLE")
    specimens.divide(specimen=other, by=worker, at=database_now())

    forged = {"aliquot": foreign.pk, "reason": "Clear.", "reason_code": "RC"}
    answer = act(client, other, move=move, **forged)

    assert other.person_id == foreign.person_id
    assert answer.status_code == 422
    assert not foreign.decisions.exists()
    assert Specimen.objects.get(pk=foreign.pk).status == foreign.status


def test_the_page_of_a_specimen_costs_the_same_with_ten_aliquots(client, worker, assay) -> None:
    specimen, counts = laboratory.specimen([assay], status="AVAILABLE"), []
    specimens.divide(specimen=specimen, by=worker, at=database_now())
    page_of(client, specimen)
    for more in (1, 9):
        specimens.divide(specimen=specimen, by=worker, at=database_now(), count=more)
        with CaptureQueriesContext(connection) as found:
            page_of(client, specimen)
        counts.append(len(found))

    assert counts[0] == counts[1]


def test_who_does_not_reach_the_patient_does_not_open_the_page(assay) -> None:
    specimen = laboratory.specimen([assay])
    nurse = browser(factories.principal(Role.NURSE))

    assert nurse.get(reverse("specimen", args=[specimen.accession])).status_code == 404


def test_a_box_is_drawn_and_filled_by_scan(client, worker, assay) -> None:
    unit, first, second = box(worker), laboratory.specimen([assay]), laboratory.specimen([assay])
    where = reverse("storage-unit", args=[unit.pk])

    client.post(where, {"move": "store", "scan": first.accession})
    taken = client.post(where, {"move": "store", "scan": second.accession, "position": "A1"})
    page = client.get(where).content.decode()

    assert taken.status_code == 409
    assert "is taken" in taken.content.decode()
    assert first.accession in page
    assert second.accession not in page
    assert page.count("spot-free") == 5
    found = client.get(reverse("storage"), {"scan": first.accession}).content.decode()
    assert "box-1 A1" in found


def test_a_box_costs_the_same_empty_and_full(client, worker, assay) -> None:
    unit, counts = box(worker), []
    where = reverse("storage-unit", args=[unit.pk])
    client.get(where)
    for more in (1, 5):
        for _one in range(more):
            specimen = laboratory.specimen([assay])
            storage.store(specimen=specimen, unit=unit, by=worker, at=database_now())
        with CaptureQueriesContext(connection) as found:
            client.get(where)
        counts.append(len(found))

    assert counts[0] == counts[1]


def test_the_quality_manager_sees_the_grid_without_a_way_to_the_patient(
    manager, worker, assay
) -> None:
    unit, specimen = box(worker), laboratory.specimen([assay])
    storage.store(specimen=specimen, unit=unit, by=worker, at=database_now())

    page = browser(manager).get(reverse("storage-unit", args=[unit.pk])).content.decode()

    assert specimen.accession in page
    assert reverse("specimen", args=[specimen.accession]) not in page


def test_a_place_is_put_up_moved_and_taken_out_of_use(client) -> None:
    new = reverse("storage-new")
    client.post(new, {"code": "freezer", "name": "F", "kind": "FREEZER", "temperature": "FROZEN"})
    client.post(new, {"code": "b1", "name": "B", "kind": "BOX", "rows": "2", "columns": "2"})
    freezer, unit = StorageUnit.objects.order_by("pk")
    move = reverse("storage-unit-move", args=[unit.pk])

    client.post(move, {"parent": freezer.pk})
    client.post(move, {"move": "retire", "reason": "Broken."})

    unit.refresh_from_db()
    assert (unit.parent, unit.is_active) == (freezer, False)
    wrong = client.post(
        new, {"code": "b1", "name": "B", "kind": "BOX", "rows": "99", "columns": "1"}
    )
    assert wrong.status_code == 422


def test_a_move_that_is_refused_keeps_what_was_typed(client, worker) -> None:
    inner = box(worker)

    answer = client.post(
        reverse("storage-unit-move", args=[inner.pk]), {"parent": "999", "reason": "Cleaned."}
    )

    assert answer.status_code == 422
    assert "Cleaned." in answer.content.decode()


def test_a_place_goes_out_of_use_for_a_reason_that_somebody_gave(client, worker) -> None:
    unit = box(worker)

    answer = client.post(reverse("storage-unit-move", args=[unit.pk]), {"move": "retire"})

    assert answer.status_code == 422
    assert "Say why, in a few words." in answer.content.decode()
    assert StorageUnit.objects.get(pk=unit.pk).is_active


@pytest.mark.parametrize("given", ["", "To be measured again."])
def test_what_is_taken_out_has_the_reason_that_was_given_and_no_other(
    client, worker, assay, given: str
) -> None:
    specimen, unit = laboratory.specimen([assay]), box(worker)
    own_page, grid = ("specimen", specimen.accession), ("storage-unit", unit.pk)

    for name, key in (own_page, grid):
        storage.store(specimen=specimen, unit=unit, by=worker, at=database_now())
        data = {"move": "take-out", "scan": specimen.accession, "reason": given}
        assert client.post(reverse(name, args=[key]), data).status_code == 302

    assert list(specimen.stays.values_list("left_reason", flat=True)) == [given, given]


def test_a_laboratory_is_ended_for_a_reason_and_what_was_typed_is_kept(manager) -> None:
    client, page = browser(manager), reverse("referral-laboratories")
    client.post(page, {"code": "ref", "name": "Reference"})
    row = ReferralLaboratory.objects.get()

    silent = client.post(page, {"end": row.pk, "reason": " "})
    told = client.post(page, {"end": row.pk, "reason": "Closed down."})
    again = client.post(page, {"end": row.pk, "reason": "Closed twice."})

    assert (silent.status_code, told.status_code, again.status_code) == (422, 302, 409)
    assert "Say why, in a few words." in silent.content.decode()
    assert "This field is required" not in silent.content.decode()
    assert not ReferralLaboratory.objects.get().is_active
    assert AuditEvent.objects.get(action="assays.referral.end").reason == "Closed down."


def test_codes_of_a_specimens_course_are_said_in_words() -> None:
    assert checked_words(["BIRTH_DATE", "NAME", "X"]) == "birth date, full name, X"
    assert rejection_words("QS") == rejection.LABELS[rejection.RejectReason.QUANTITY]
    assert rejection_words("??") == "??"
    known = next(iter(conditions.LABELS))
    assert condition_words([known.value, "?"]) == f"{conditions.LABELS[known]}, ?"


@pytest.mark.parametrize("volumes", ["nan", "inf", "1e99", "0,5,1", "-1", "x"])
def test_volumes_that_are_none_are_said_beside_their_field(client, assay, volumes: str) -> None:
    specimen = laboratory.specimen([assay], status="AVAILABLE")

    answer = act(client, specimen, move="divide", count="1", volumes=volumes)

    assert answer.status_code == 422
    assert not specimen.aliquots.exists()


def test_what_is_typed_about_a_specimen_is_kept_when_it_is_refused(client, assay) -> None:
    specimen = laboratory.specimen([assay])

    answer = act(client, specimen, move="store", unit="nowhere", position="B2")

    assert answer.status_code == 422
    for kept in ('value="nowhere"', 'value="B2"'):
        assert kept in answer.content.decode()


def test_an_arrival_that_is_refused_keeps_its_ticks_and_remarks(client, worker, assay) -> None:
    at = database_now()
    there = shipments.add_laboratory(code="r", name="R", by=worker, at=at)
    shipment = shipments.draft(destination=there, by=worker, at=at)
    specimen = laboratory.specimen([assay], status="AVAILABLE")
    line = shipments.pack(shipment=shipment, specimen=specimen, by=worker, at=at)
    shipments.send(shipment=shipment, courier="van", by=worker, at=at)
    data = {"arrived": [line.pk, 10**9], f"condition-{line.pk}": "thawed", "unexpected": "a glove"}

    answer = client.post(reverse("shipment", args=[shipment.pk]), {**data, "move": "arrive"})

    page = answer.content.decode()
    assert answer.status_code in (409, 422)
    assert f'value="{line.pk}" checked' in page
    assert 'value="thawed"' in page
    assert 'value="a glove"' in page


def test_specimens_change_hands_together_or_not_at_all(client, assay) -> None:
    good = laboratory.specimen([assay], status="COLLECTED")
    data = {"side": "TAKES", "other": "tube post", "scans": f"{good.accession}\n123"}

    refused = client.post(reverse("custody"), data)
    done = client.post(reverse("custody"), {**data, "scans": good.accession})

    assert refused.status_code == 422
    assert "123:" in refused.content.decode()
    assert done.status_code == 302
    assert CustodyTransfer.objects.get().giver_name == "tube post"
    assert "tube post → Bench" in page_of(client, good)  # the name, not the login


def test_a_shipment_goes_there_and_back_by_its_page(client, worker, assay) -> None:
    client.post(reverse("referral-laboratories"), {"code": "ref", "name": "Reference"})
    there = ReferralLaboratory.objects.get()
    client.post(reverse("shipments"), {"destination": there.pk, "temperature": "FROZEN"})
    shipment = Shipment.objects.get()
    where = reverse("shipment", args=[shipment.pk])
    tubes = [laboratory.specimen([assay], status="AVAILABLE") for _ in range(2)]
    for tube in tubes:
        client.post(where, {"move": "pack", "scan": tube.accession})
    client.post(where, {"move": "send", "courier": "Shuttle"})
    first, second = shipment.lines.order_by("pk")
    client.post(where, {"move": "arrive", "arrived": [first.pk], f"condition-{first.pk}": ""})

    page = client.get(where).content.decode()
    manifest = client.get(reverse("shipment-manifest", args=[shipment.pk]))

    assert manifest.content.startswith(b"%PDF-")
    assert "missing" in page
    assert Nonconformity.objects.get(kind="SHIPMENT").specimen == second.specimen
    client.post(where, {"move": "WRITTEN_OFF", "line": second.pk, "remark": "Never found."})
    client.post(where, {"move": "BACK", "line": first.pk})
    client.post(where, {"move": "results", "line": first.pk})
    client.post(where, {"move": "close"})
    shipment.refresh_from_db()
    assert shipment.status == "CLOSED"


@pytest.mark.parametrize("data", [{"move": "BACK", "line": "x"}, {"move": "unpack"}, {"move": "?"}])
def test_a_step_of_no_specimen_is_refused(client, worker, data) -> None:
    at = database_now()
    there = shipments.add_laboratory(code="r", name="R", by=worker, at=at)
    shipment = shipments.draft(destination=there, by=worker, at=at)

    assert client.post(reverse("shipment", args=[shipment.pk]), data).status_code == 422


def test_a_draft_has_no_manifest(client, worker) -> None:
    at = database_now()
    there = shipments.add_laboratory(code="r", name="R", by=worker, at=at)
    shipment = shipments.draft(destination=there, by=worker, at=at)

    answer = client.get(reverse("shipment-manifest", args=[shipment.pk]))
    assert answer.status_code == 409


@pytest.mark.parametrize("name", ["nonconformities", "shipments", "disposals", "storage"])
def test_a_list_costs_the_same_for_one_row_and_for_many(client, worker, assay, name: str) -> None:
    counts = []
    at = database_now()
    there = shipments.add_laboratory(code="r", name="R", by=worker, at=at)
    client.get(reverse(name))
    for more in (1, 7):
        for number in range(more):
            specimen = laboratory.specimen([assay])
            reported(worker, specimen=specimen)
            shipments.draft(destination=there, by=worker, at=at)
            box(worker, f"b-{more}-{number}")
        with CaptureQueriesContext(connection) as found:
            client.get(reverse(name))
        counts.append(len(found))

    assert counts[0] == counts[1]


def test_a_batch_is_proposed_and_confirmed_by_its_pages(client, worker, manager, assay) -> None:
    from tests.assays.disposals.test_disposals import kept, retain

    retain(assay, days=7, by=worker, approver=factories.principal(Role.PATHOLOGIST))
    specimen = kept(assay)
    listed = client.get(reverse("disposals")).content.decode()
    nothing = client.post(reverse("disposals"), {"method": "burnt"})
    assert 'value="burnt"' in nothing.content.decode()
    client.post(reverse("disposals"), {"specimen": [specimen.pk], "method": "autoclave"})
    batch = specimen.disposal_lines.get().disposal
    where = reverse("disposal", args=[batch.pk])

    own = client.post(where, {"move": "confirm"})
    browser(manager).post(where, {"move": "confirm"})

    assert specimen.accession in listed
    assert own.status_code == 409
    assert Specimen.objects.get(pk=specimen.pk).status == "DISPOSED"
    empty = client.post(reverse("disposals"), {"specimen": ["x"], "method": "autoclave"})
    assert empty.status_code == 422
