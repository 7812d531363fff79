"""Micrographs are given, counted and looked through on pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import Micrograph, Specimen
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib import contents
from tests import factories
from tests.assays.analyses import films
from tests.assays.analyses.films import given, png, saved, upload
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Any:
    return client_of(Role.TECHNOLOGIST)


@pytest.fixture
def specimen() -> Specimen:
    return films.specimen()


def page_of(specimen: Specimen) -> str:
    return f"/specimens/{specimen.accession}/micrographs/"


def test_many_fields_are_given_at_once_counted_and_shown_with_what_was_found(
    client, specimen
) -> None:
    page = page_of(specimen)

    said = client.post(
        page, {"files": [upload(png(1), "a.png"), upload(png(2), "b.png")]}, follow=True
    ).content.decode()
    asked = client.post(f"{page}count/", follow=True).content.decode()
    work_off()
    shown = text_of(client, page)
    first = Micrograph.objects.get(name="a.png")
    field = client.get(f"/micrographs/{first.pk}/").content.decode()

    assert "2 micrographs were taken in." in said
    assert "0 of 2 parts are done" in asked
    assert "24 red, 0 white, 2 foreign" in shown
    assert ">83.33<" in shown
    assert "needs a verified red-cell count of this specimen" in shown
    assert field.count('class="body-red_cells"') >= 24
    assert 'viewBox="-0.5 -0.5 480 360"' in field
    assert "field 1 of 2" in field
    assert first.content.sha256 in field


def test_a_refused_file_does_not_keep_the_others_out(client, specimen) -> None:
    answer = client.post(
        page_of(specimen),
        {
            "files": [
                upload(saved("JPEG"), "a.png"),
                upload(png(1), "b.png"),
                upload(films.bomb(), "c.png"),
            ],
        },
        follow=True,
    )
    shown = answer.content.decode()

    assert "holds a JPEG picture, which its name does not say" in shown
    assert "has 400000000 pixels; at most 50000000 are decoded" in shown
    assert "1 micrograph was taken in." in shown
    assert Micrograph.objects.get().name == "b.png"


def test_the_script_of_the_page_is_told_of_each_file(client, specimen) -> None:
    page = page_of(specimen)

    taken = client.post(page, {"files": upload(png(1))}, headers={"X-Labsys-Upload": "1"})
    again = client.post(page, {"files": upload(png(1))}, headers={"X-Labsys-Upload": "1"})
    broken = client.post(page, {"files": upload(b"no")}, headers={"X-Labsys-Upload": "1"})
    none = client.post(page, {}, headers={"X-Labsys-Upload": "1"})

    assert (taken.status_code, taken.json()["said"]) == (201, "taken in")
    assert (again.status_code, broken.status_code, none.status_code) == (409, 422, 422)
    assert "is no picture in PNG, JPEG or TIFF" in broken.json()["said"]


def test_without_a_file_the_page_says_what_is_missing(client, specimen) -> None:
    answer = client.post(page_of(specimen), {"um_per_pixel": "0.1"})

    assert answer.status_code == 422
    assert "Choose 1 to 50 files." in answer.content.decode()


def test_pictures_go_to_those_who_may_see_them_alone(client, specimen) -> None:
    (row,) = given(specimen, factories.principal(Role.TECHNOLOGIST), png(1))
    before = client.get(f"/micrographs/{row.pk}/picture/")
    work_off()

    for name, kind in (("picture", "image/jpeg"), ("thumbnail", "image/jpeg")):
        answer = client.get(f"/micrographs/{row.pk}/{name}/")
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert answer["X-Content-Type-Options"] == "nosniff"
    original = client.get(f"/micrographs/{row.pk}/original/")
    assert b"".join(original.streaming_content) == png(1)
    assert original["Content-Disposition"] == 'attachment; filename="field-1.png"'
    assert before.status_code == 404
    assert ReadEvent.objects.filter(purpose="micrograph.file", pk_of=row.pk).count() == 1
    nurse = client_of(Role.NURSE)
    assert nurse.get(f"/micrographs/{row.pk}/picture/").status_code == 403
    ward = client_of(Role.WARD_DOCTOR)  # who does not care for this person
    assert ward.get(f"/micrographs/{row.pk}/picture/").status_code == 404
    assert ward.get(page_of(specimen)).status_code == 404


def test_a_picture_that_was_damaged_in_the_storage_is_not_shown(client, specimen) -> None:
    (row,) = given(specimen, factories.principal(Role.TECHNOLOGIST), png(1))
    storage = storages["contents"]
    path = storage.path(contents.name_of(row.content.sha256))
    with open(path, "r+b") as file:
        file.write(b"other bytes")

    answer = client.get(f"/micrographs/{row.pk}/original/")

    assert answer.status_code == 503
    assert "does not hold this picture as it was given" in answer.content.decode()
    with open(path, "wb") as file:
        file.write(png(1))


def test_a_field_is_withdrawn_with_a_reason(client, specimen) -> None:
    (row,) = given(specimen, factories.principal(Role.TECHNOLOGIST), png(1))

    refused = client.post(f"/micrographs/{row.pk}/withdraw/", {"reason": ""}, follow=True)
    done = client.post(f"/micrographs/{row.pk}/withdraw/", {"reason": "wrong film"}, follow=True)

    assert "Say why the micrograph is withdrawn." in refused.content.decode()
    assert "it is counted no more" in done.content.decode()
    assert "No micrograph was given yet." in done.content.decode()
    assert "wrong film" in text_of(client, f"/micrographs/{row.pk}/")


def test_a_field_that_cannot_be_used_says_why_on_its_page_and_in_the_run(client, specimen) -> None:
    (row,) = given(specimen, factories.principal(Role.TECHNOLOGIST), png(1)[:-4000])
    client.post(f"{page_of(specimen)}count/")
    work_off()

    shown = text_of(client, page_of(specimen))

    assert "is damaged or cut short" in shown
    assert "No field could be counted; each says why below." in shown
    assert "is damaged or cut short" in text_of(client, f"/micrographs/{row.pk}/")
    part = row.specimen.person.analysis_parts.get()
    assert "is damaged or cut short" in text_of(client, f"/analyses/{part.run_id}/")


def test_a_page_of_many_fields_asks_no_more_than_one_of_few(client, specimen) -> None:
    by = factories.principal(Role.TECHNOLOGIST)
    given(specimen, by, png(1))
    client.post(f"{page_of(specimen)}count/")
    work_off()
    client.get(page_of(specimen))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(page_of(specimen))
    given(specimen, by, png(2), png(3), png(4), png(5))
    client.post(f"{page_of(specimen)}count/")
    work_off()
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(specimen))

    assert len(many) == len(few)


def test_the_specimen_leads_to_its_micrographs(client, specimen) -> None:
    assert page_of(specimen) in client.get(f"/specimens/{specimen.accession}/").content.decode()
