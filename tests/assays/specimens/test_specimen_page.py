"""The page of one specimen: what it shows, decides, keeps and hands on."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.actions import specimens
from assays.models import (
    CustodyTransfer,
    Specimen,
)
from assays.rules import conditions, rejection
from assays.templatetags.laboratory import checked_words, condition_words, rejection_words
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.storage.test_pages import box
from tests.clients import client_of

pytestmark = pytest.mark.django_db


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
    nurse = client_of(factories.principal(Role.NURSE))

    assert nurse.get(reverse("specimen", args=[specimen.accession])).status_code == 404


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
