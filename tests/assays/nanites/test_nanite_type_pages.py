"""The pages and the interface of nanite types."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import NaniteFunction, NaniteType, NaniteTypeName
from assays.models.nanite_types import GRADES
from assays.pages import nanite_types as pages
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from tests.assays import laboratory
from tests.assays.console.transmitted import text_of
from tests.assays.nanites.profiles import content, recorded
from tests.assays.nanites.test_nanite_types import doctor, released, stated, weaver
from tests.clients import client_of

pytestmark = pytest.mark.django_db
PAGE, API = "/nanite-types/", "/api/v1/nanite-functions"
__all__ = ["doctor", "weaver"]


@pytest.fixture
def client() -> Any:
    return client_of(Role.PATHOLOGIST)


def sent(client: Any, address: str, key: str, **body: Any) -> Any:
    return client.post(
        address, body, content_type="application/json", headers={"Idempotency-Key": key}
    )


def said(**more: str) -> dict[str, str]:
    return {
        "statement": "Binds iron.",
        "grade": "OBSERVED",
        "basis": "Ferritin fell.",
        "sources": "",
        **more,
    }


def test_a_type_is_described_said_to_do_something_corrected_and_withdrawn(client) -> None:
    source = released()
    made = client.post(f"{PAGE}new/", {"code": "NT-3", "name": "miner"}, follow=True)
    one = NaniteType.objects.get()
    address = f"{PAGE}{one.pk}/functions/new/"
    without = client.post(address, said())
    client.post(address, said(sources=f"{source.pk}"), follow=True)
    first = NaniteFunction.objects.get()
    corrected = client.post(
        f"{address}?corrects={first.pk}",
        said(sources=str(source.pk), statement="Binds free iron.", reason="only free iron"),
        follow=True,
    ).content.decode()
    second = NaniteFunction.objects.latest("pk")
    withdrawn = client.post(
        f"/nanite-functions/{second.pk}/withdraw/", {"reason": "a mix-up"}, follow=True
    )

    assert "NT-3" in made.content.decode()
    assert without.status_code == 422
    assert "OBSERVED needs 1 sources" in without.content.decode()
    assert "Binds free iron." in corrected
    assert "corrects statement" in corrected
    assert f"/results/{source.pk}/" in corrected
    assert ReadEvent.objects.filter(person_id=source.person_id, purpose="nanite type").exists()
    assert "Nothing is said of this type yet." in withdrawn.content.decode()
    assert "a mix-up" in withdrawn.content.decode()


def test_a_type_is_named_anew_on_its_page(client, weaver) -> None:
    client.post(f"{PAGE}{weaver.pk}/rename/", {"name": "spinner", "reason": "it spins"})
    refused = client.post(f"{PAGE}{weaver.pk}/rename/", {"name": "spinner", "reason": "again"})

    assert NaniteTypeName.objects.count() == 2
    assert "spinner" in text_of(client, PAGE)
    assert "called so already" in refused.content.decode()


def test_sources_beyond_reach_are_counted_and_not_named(client, weaver, doctor) -> None:
    source = released()
    stated(weaver, doctor, grade="OBSERVED", sources=[source.pk])
    nurse = client_of(Role.NURSE)
    page = nurse.get(f"{PAGE}{weaver.pk}/").content.decode()

    assert "1 beyond your reach" in page
    assert f"/results/{source.pk}/" not in page
    assert nurse.get(f"{PAGE}new/").status_code == 403


def test_a_profile_that_a_statement_rests_on_is_named_and_may_be_gone_later(client, weaver) -> None:
    one = recorded(content())
    address = f"{PAGE}{weaver.pk}/functions/new/"
    wrong = client.post(address, said(profiles="seven"))
    client.post(address, said(profiles=f"{one.position}"), follow=True)
    made = NaniteFunction.objects.get()
    page = client.get(f"{PAGE}{weaver.pk}/").content.decode()
    form = client.get(f"{address}?corrects={made.pk}").content.decode()
    before = text_of(client, f"{PAGE}{weaver.pk}/")
    client.post(f"/nanite-profiles/{one.uid}/withdraw/", {"reason": "mix-up"})

    assert "Write the numbers of at most 50 profiles" in wrong.content.decode()
    assert f"/nanite-profiles/{one.uid}/" in page
    assert "corrected or withdrawn since" not in before
    assert "corrected or withdrawn since" in text_of(client, f"{PAGE}{weaver.pk}/")
    assert f'name="profiles" value="{one.position}"' in form
    seen = ReadEvent.objects.filter(purpose="nanite type")
    assert set(seen.values_list("person_id", flat=True)) == {one.specimen.person_id}
    nurse = client_of(Role.NURSE).get(f"{PAGE}{weaver.pk}/").content.decode()
    assert "1 beyond your reach" in nurse
    assert str(one.uid) not in nurse


def test_a_source_that_is_released_no_longer_says_so(client, weaver, doctor) -> None:
    source = released()
    stated(weaver, doctor, grade="OBSERVED", sources=[source.pk])
    with laboratory.setting_up():
        type(source).objects.filter(pk=source.pk).update(status="SUPERSEDED")

    assert "released no longer" in text_of(client, f"{PAGE}{weaver.pk}/")


def test_the_list_costs_the_same_however_many_there_are(client, weaver, doctor) -> None:
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    for number in range(4):
        stated(weaver, doctor)
        client.post(f"{PAGE}new/", {"code": f"NT-9{number}", "name": f"n{number}"})
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(one)


def test_every_grade_is_explained() -> None:
    assert set(pages.TONES) == set(pages.MEANINGS) == {grade for grade, _label in GRADES}


def test_types_and_statements_are_written_and_read_over_the_interface(client) -> None:
    source = released()
    body = {"code": "NT-4", "name": "guard"}
    first, again, other = (
        sent(client, "/api/v1/nanite-types", "k1", **body),
        sent(client, "/api/v1/nanite-types", "k1", **body),
        sent(client, "/api/v1/nanite-types", "k1", **{**body, "name": "x"}),
    )
    id_ = first.json()["id"]
    name = sent(client, "/api/v1/nanite-type-names", "k", type=id_, name="ward", reason="it wards")
    profile = recorded(content())
    stating = {"type": id_, **said(), "sources": [source.pk], "profiles": [profile.position]}
    made = sent(client, API, "k2", **stating)
    replayed = sent(client, API, "k2", **stating)
    gone = sent(client, API, "k3", withdraws=made.json()["id"], reason="wrong")
    listed = client.get(API, {"type": id_}).json()["nanite_functions"]

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert name.status_code == made.status_code == replayed.status_code == gone.status_code == 201
    assert made.json() == replayed.json()
    assert made.json()["sources"] == [source.pk]
    assert made.json()["profiles"] == [profile.position]
    assert [one["id"] for one in listed] == [gone.json()["id"], made.json()["id"]]
    assert listed[1]["corrected_by"] == gone.json()["id"]
    assert client.get("/api/v1/nanite-types").json()["nanite_types"][0]["name"] == "ward"
    assert len(client.get("/api/v1/nanite-type-names").json()["nanite_type_names"]) == 2


@pytest.mark.parametrize(
    ("more", "status", "told"),
    [
        ({"sources": "17"}, 422, "sources"),
        ({"sources": [True]}, 422, "sources"),
        ({"profiles": ["x"]}, 422, "profiles is a list"),
        ({"profiles": [10**12]}, 422, "not in your reach"),
        ({"grade": "SURE", "sources": []}, 422, "grade"),
        ({"type": None}, 422, "type"),
        ({"type": 10**9}, 404, "reach"),
        ({"colour": "red"}, 422, "colour"),
        ({"basis": 7}, 422, "basis"),
    ],
)
def test_a_body_that_cannot_be_used_is_told(client, weaver, more, status, told) -> None:
    body = {"type": weaver.pk, **said(), "sources": [], "grade": "CONJECTURED", **more}
    answer = sent(client, API, "k", **body)

    assert answer.status_code == status
    assert told in answer.content.decode()
    assert not NaniteFunction.objects.exists()
