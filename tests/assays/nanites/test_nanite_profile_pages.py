"""The pages and the interface of profiles, and the drift of a host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import AnalysisRun, NaniteProfile
from assays.numerics.profiles.changes import METHOD, Note
from assays.pages.analyses.drift import notes_in_words
from assays.queries.analyses import profiles as queries
from assays.rules.analyses import drift
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.models import Person
from tests import factories
from tests.assays import laboratory
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.nanites.profiles import CSV, content, drifting, recorded, specimen
from tests.clients import client_of

pytestmark = pytest.mark.django_db
PAGE, API = "/nanite-profiles/", "/api/v1/nanite-profiles"


@pytest.fixture
def client() -> Any:
    return client_of(Role.TECHNOLOGIST)


@pytest.fixture
def person() -> Person:
    return laboratory.person()


def form(**more: Any) -> dict[str, Any]:
    now = database_now().strftime("%Y-%m-%dT%H:%M")
    return {"method": "panel", "observed_at": now, "content": "", "comment": "", **more}


def test_alleles_are_read_in_the_order_of_their_numbers(client) -> None:
    profile = recorded({"markers": {"N01": ["10", "9.3", "9", "X"]}})

    page = client.get(f"{PAGE}{profile.uid}/").content.decode()

    assert re.findall(r'<span class="code">(9|9\.3|10|X)</span>', page) == ["9", "9.3", "10", "X"]


def test_a_profile_is_recorded_from_a_file_corrected_and_withdrawn(client) -> None:
    drawn = specimen(weeks_ago=1)
    file = SimpleUploadedFile("profile.csv", CSV.encode())
    shown = client.post(
        f"{PAGE}new/", form(accession=drawn.accession, file=file), follow=True
    ).content.decode()
    first = NaniteProfile.objects.get()
    filled = client.get(f"{PAGE}{first.uid}/correct/").content.decode()
    corrected = client.post(
        f"{PAGE}{first.uid}/correct/",
        form(content=CSV.replace("12.0", "13"), reason="misread"),
        follow=True,
    ).content.decode()
    second = NaniteProfile.objects.latest("pk")
    old = client.get(f"{PAGE}{first.uid}/").content.decode()
    client.post(f"{PAGE}{second.uid}/withdraw/", {"reason": "mix-up"})

    assert first.content["markers"] == {"N01": ["11", "12"], "N02": ["9.3", "9.3"]}
    assert "N01,11,820,0.95" in filled
    assert "N02" in shown
    assert "misread" in corrected
    assert "no analysis takes it any more" in old
    assert ReadEvent.objects.filter(person_id=drawn.person_id, purpose="nanite profile").exists()
    assert "No profile is recorded yet" in text_of(client, PAGE)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"content": ""}, "Give a file, or paste its lines"),
        ({"content": "marker,allele\nN01\n"}, "Line 2 has 1 cells"),
        ({"content": CSV, "accession": "0000000000"}, "no such specimen"),
    ],
)
def test_what_cannot_be_recorded_is_said_on_the_form(client, given, told) -> None:
    answer = client.post(f"{PAGE}new/", form(**{"accession": specimen().accession, **given}))

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not NaniteProfile.objects.exists()


def test_the_list_costs_the_same_however_many_there_are(client, person) -> None:
    recorded(content(), of=person)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    for allele in range(4):
        recorded(content((11, 20 + allele)))
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(one)


def test_the_drift_of_a_host_is_asked_for_drawn_and_known_to_be_stale(client, person) -> None:
    drifting(person)
    page = f"/persons/{person.uid}/profiles/"
    before = text_of(client, page)
    client.post(page, {})
    work_off()
    done = client.get(page).content.decode()
    recorded(content((11, 12), 20), of=person)

    assert "No drift is reckoned yet" in before
    assert "<svg" in done
    assert "Profiles were recorded, corrected or withdrawn since" not in done
    assert "Profiles were recorded, corrected or withdrawn since" in text_of(client, page)


def test_the_drift_says_how_far_each_profile_is_from_the_first(person) -> None:
    drifting(person, weeks=4, markers=20)
    by = factories.principal(Role.PATHOLOGIST)
    (one,) = queries.courses(by, [person.pk])
    found = drift.work(drift.parameters(), one.given)

    # A marker that lost one of its two alleles shares 1 of 3; of 40 factors k less, k more of either.
    values = [drifted["value"] for drifted in found["drifts"]]
    assert values == pytest.approx([1 - (40 - k) / (40 + k) for k in range(4)])
    assert all(d["low"] <= d["value"] <= d["high"] for d in found["drifts"])
    assert found == drift.work(drift.parameters(), one.given)


def test_every_host_is_asked_for_at_once_and_one_profile_makes_no_drift(client, person) -> None:
    drifting(person, weeks=3)
    recorded(content())
    client.post(f"{PAGE}drifts/", {})
    work_off()

    run = AnalysisRun.objects.get()
    assert (run.kind, run.status, run.total, run.outcome["hosts"]) == ("DRIFT", "DONE", 1, 1)
    assert "from the first" in text_of(client, f"/analyses/{run.pk}/")


def test_corrected_profiles_and_other_methods_are_seen_in_the_inputs(person) -> None:
    first = recorded(content(), of=person, weeks_ago=2)
    recorded(content((11, 13)), of=person, weeks_ago=1)
    recorded(content((14, 15)), specimen=first.specimen, corrects=first, reason="misread")
    (one,) = queries.courses(factories.principal(Role.PATHOLOGIST))

    assert [p["content"]["markers"]["N01"] for p in one.given["profiles"]] == [
        ["14", "15"],
        ["11", "13"],
    ]


def test_who_has_nobody_in_reach_sees_no_profile(person) -> None:
    one = recorded(content(), of=person)
    stranger = client_of(Role.WARD_DOCTOR)

    assert stranger.get(f"{PAGE}{one.uid}/").status_code == 404
    assert stranger.get(f"/persons/{person.uid}/profiles/").status_code == 404
    assert f"{one.uid}" not in stranger.get(PAGE).content.decode()
    assert client_of(Role.AUDITOR).get(PAGE).status_code == 403


def test_every_note_has_words_and_the_method_is_that_of_the_numbers() -> None:
    notes = [note.value for note in Note]
    assert all(said != note for said, note in zip(notes_in_words(notes), notes, strict=True))
    assert drift.METHOD == METHOD


def test_a_drift_is_asked_for_over_the_interface(client, person) -> None:
    drifting(person, weeks=3)
    address = "/api/v1/analysis-runs"
    more = {"content_type": "application/json", "headers": {"Idempotency-Key": "d"}}
    with_limit = client.post(address, {"kind": "DRIFT", "limit": 5}, **more)
    made = client.post(address, {"kind": "DRIFT", "persons": [str(person.uid)]}, **more)
    work_off()
    answer = client.get("/api/v1/analysis-parts", {"person": str(person.uid)}).json()

    assert (with_limit.status_code, made.status_code) == (422, 201)
    assert len(answer["analysis_parts"][0]["outcome"]["drifts"]) == 3


def sent(client: Any, key: str, **body: Any) -> Any:
    return client.post(API, body, content_type="application/json", headers={"Idempotency-Key": key})


def test_profiles_are_recorded_and_read_over_the_interface(client) -> None:
    drawn = specimen()
    body = {
        "specimen": drawn.accession,
        "method": "panel",
        "observed_at": database_now().isoformat(),
        "markers": {"N01": [11, "12"]},
        "quality": {"N01": 0.9},
    }
    made, again = sent(client, "k1", **body), sent(client, "k1", **body)
    assert made.status_code == 201, made.content
    changed = {**body, "markers": {"N01": [11, 13]}, "corrects": made.json()["uid"]}
    corrected = sent(client, "k2", **changed, reason="misread")
    gone = sent(client, "k3", withdraws=corrected.json()["uid"], reason="mix-up")
    listed = client.get(API, {"specimen": drawn.accession}).json()["nanite_profiles"]

    assert [one.status_code for one in (made, again, corrected, gone)] == [201] * 4
    assert again.headers["Idempotency-Replayed"] == "true"
    assert made.json()["markers"] == {"N01": ["11", "12"]}
    assert [one["is_withdrawal"] for one in listed] == [True, False, False]
    assert listed[2]["corrected_by"] == corrected.json()["uid"]
    assert ReadEvent.objects.filter(person_id=drawn.person_id, purpose="api").exists()
    person = str(drawn.person.uid)
    assert len(client.get(API, {"person": person}).json()["nanite_profiles"]) == 3


@pytest.mark.parametrize(
    ("more", "status", "told"),
    [
        ({"markers": {}}, 422, "1 to 500 markers"),
        ({"markers": {"N01": [11]}, "quality": {"N01": 2}}, 422, "from 0"),
        ({"observed_at": "yesterday"}, 422, "observed_at"),
        ({"specimen": "0000000000"}, 404, "reach"),
        ({"corrects": "x"}, 422, "corrects"),
        ({"colour": "red"}, 422, "colour"),
    ],
)
def test_a_body_that_cannot_be_used_is_told(client, more, status, told) -> None:
    body = {
        "specimen": specimen().accession,
        "method": "panel",
        "observed_at": database_now().isoformat(),
        **content(),
        **more,
    }
    answer = sent(client, "k", **body)

    assert answer.status_code == status
    assert told in answer.content.decode()
