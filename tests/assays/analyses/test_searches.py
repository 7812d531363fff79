"""A profile is searched in the catalogue as it stands: exactly, never in a stale one, within reach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assays.actions import nanite_profiles
from assays.actions.analyses.runs import ANALYSE
from assays.models import AnalysisPart, AnalysisRun, DataExport, NaniteProfile
from assays.pages.analyses import searches as pages
from assays.queries.analyses import profile_catalogue
from assays.rules.analyses import catalogues, doing
from assays.tasks import analyses as tasks
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from labsys.work.confinement import Confinement
from labsys.work.models import WorkItem
from labsys.work.queue import MAX_ATTEMPTS
from tests import factories
from tests.assays import laboratory
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.nanites.profiles import content, recorded
from tests.clients import client_of

pytestmark = pytest.mark.django_db
API = "/api/v1/profile-searches"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path
    catalogues._held.clear()


@pytest.fixture
def client() -> Any:
    return client_of(Role.PATHOLOGIST)


def alike(count: int = 6) -> list[NaniteProfile]:
    """Record hosts of which each shares one marker less with the first."""
    found = []
    for number in range(count):
        one = content((11, 12), 8)
        for changed in range(1, number + 1):
            one["markers"][f"N{changed:02}"] = [str(20 + number), "30"]
        found.append(recorded(one))
    return found


def head() -> Any:
    return profile_catalogue.newest()


def searched(client: Any, one: NaniteProfile, **more: str) -> list[AnalysisPart]:
    """Search with a profile, however often it is to be tried again; return the parts of that run."""
    form = {"by": "jaccard", "k": "5", "frequencies": "none", "theta": "0", "relation": "identity"}
    client.post(f"/nanite-profiles/{one.uid}/search/", form | more)
    for _attempt in range(MAX_ATTEMPTS + 1):
        work_off()
        WorkItem.objects.filter(state="PENDING").update(available_at=database_now())
    return list(AnalysisRun.objects.latest("pk").parts.all())


def test_a_catalogue_that_is_damaged_whenever_it_is_made_is_given_up(client, monkeypatch) -> None:
    rows = alike(2)

    def gone(_path: Path) -> None:
        raise catalogues.Gone("its disk forgets")

    monkeypatch.setattr(catalogues, "mapped", gone)
    (part,) = searched(client, rows[0])

    assert part.refusal["code"] == "FAULT"
    assert "its disk forgets" in part.refusal["given_up"]["error"]


def test_it_is_computed_apart_and_within_limits(client, monkeypatch) -> None:
    rows = alike()
    apart = Confinement("assays.rules.analyses.doing:do", megabytes=1024, seconds=40)
    monkeypatch.setattr(tasks, "COMPUTER", apart)
    monkeypatch.setattr(doing, "do", None)  # in this process nothing is computed
    (part,) = searched(client, rows[0], k="2")
    client.post("/nanite-profiles/reprofile/", {"intensity": "1", "quality": "0.1"})
    work_off()
    apart.close()
    monkeypatch.setattr(tasks, "COMPUTER", Confinement(apart._function, megabytes=1, seconds=40))
    (second,) = searched(client, rows[0], k="2")

    assert [hit["profile"] for hit in part.outcome["hits"]] == [str(x.uid) for x in rows[1:3]]
    assert AnalysisRun.objects.get(kind="REPROFILE").outcome["profiles"] == len(rows)
    assert second.refusal["code"] in ("CRASH", "MEMORY")


def test_making_it_goes_on_where_it_was_left_and_lets_others_go_first(client, monkeypatch) -> None:
    rows = alike()
    monkeypatch.setattr(profile_catalogue, "MOST_NEW", 2)
    monkeypatch.setattr(tasks, "SLICE_SECONDS", 0.0)
    asked: list[str] = []
    ask = tasks.COMPUTER.ask
    monkeypatch.setattr(
        tasks.COMPUTER,
        "ask",
        lambda question, given=(): asked.append(question["do"]) or ask(question, given),
    )
    (part,) = searched(client, rows[0], k="2")
    item = WorkItem.objects.get(kind=ANALYSE, subject_id=part.pk)

    assert asked == ["make", "make", "make", "work", "combine"]
    assert item.attempts == 1
    assert part.outcome["searched"] == len(rows)


def test_a_search_is_asked_for_and_shows_what_is_shared(client) -> None:
    rows = alike()
    form = {"by": "jaccard", "k": "3", "frequencies": "catalogue", "theta": "0.01"}
    address = f"/nanite-profiles/{rows[0].uid}/search/"
    client.post(address, {**form, "relation": "identity"})
    work_off()
    part = AnalysisPart.objects.get()
    page = text_of(client, f"/profile-searches/{part.pk}/")

    assert AnalysisRun.objects.get().status == "DONE"
    assert [hit["profile"] for hit in part.outcome["hits"]] == [str(one.uid) for one in rows[1:4]]
    # Of 8 markers with two alleles each one is lost: 14 shared of 18.
    assert part.outcome["hits"][0]["score"] == pytest.approx(14 / 18)
    assert part.outcome["match"]["log10"] < 0
    assert "6 profiles, every one" in page
    assert "one unrelated host in" in page
    assert "counted from the catalogue itself" in page
    assert "N08/11" in page
    persons = {one.specimen.person_id for one in rows[1:4]}
    seen = ReadEvent.objects.filter(purpose="profile search", person_id__in=persons)
    assert set(seen.values_list("person_id", flat=True)) == persons
    assert "Searches with this profile" in text_of(client, address)
    recorded(content((50, 51), 8))
    assert "as it was then" in text_of(client, f"/profile-searches/{part.pk}/")


def test_by_likelihood_ratio_it_needs_frequencies(client) -> None:
    rows = alike()
    address = f"/nanite-profiles/{rows[0].uid}/search/"
    form = {"by": "likelihood_ratio", "k": "3", "theta": "0.01", "relation": "full-sibs"}
    refused = client.post(address, {**form, "frequencies": "none"})
    client.post(address, {**form, "frequencies": "catalogue"})
    work_off()
    hits = AnalysisPart.objects.get().outcome["hits"]

    assert refused.status_code == 422
    assert "needs allele frequencies" in refused.content.decode()
    ratios = [hit["log10_likelihood_ratio"] for hit in hits]
    assert ratios == sorted(ratios, reverse=True)
    assert len(hits) == 3


def test_hosts_beyond_reach_are_shown_by_a_label_alone(client) -> None:
    doctor = factories.principal(Role.WARD_DOCTOR)
    assay = laboratory.assays(PROFILED={})["PROFILED"]
    mine = laboratory.specimen([assay], requester=doctor)
    own, other = recorded(content(), specimen=mine), recorded(content((11, 13)))
    form = {"by": "jaccard", "k": "5", "frequencies": "none", "theta": "0", "relation": "identity"}
    client.post(f"/nanite-profiles/{own.uid}/search/", form)
    work_off()
    part = AnalysisPart.objects.get()
    near = client_of(doctor).get(f"/profile-searches/{part.pk}/").content.decode()
    stranger = client_of(Role.WARD_DOCTOR).get(f"/profile-searches/{part.pk}/")

    assert "another host" in near
    assert str(other.uid)[:8] in near
    assert str(other.uid) not in near
    assert other.specimen.person.mrn not in near
    assert other.specimen.accession not in near
    assert stranger.status_code == 404


def test_what_was_found_is_taken_along_on_record(client) -> None:
    rows = alike(3)
    form = {"by": "shared", "k": "5", "frequencies": "none", "theta": "0", "relation": "identity"}
    client.post(f"/nanite-profiles/{rows[0].uid}/search/", form)
    work_off()
    part = AnalysisPart.objects.get()
    answer = client.post(f"/profile-searches/{part.pk}/export/")
    lines = answer.content.decode().splitlines()

    taken = DataExport.objects.get()
    assert (taken.kind, taken.row_count) == ("profile-search", 2)
    assert lines[0].split(",") == list(pages.COLUMNS)
    assert str(rows[1].uid) in lines[1]


def test_a_search_is_asked_for_over_the_interface_and_repeats_to_the_bit(client) -> None:
    rows = alike()
    body = {"profile": str(rows[0].uid), "k": 2, "frequencies": "catalogue"}
    more = {"content_type": "application/json", "headers": {"Idempotency-Key": "s"}}
    made, replayed = client.post(API, body, **more), client.post(API, body, **more)
    work_off()
    recorded(content((17, 18), 8), specimen=rows[1].specimen, corrects=rows[1], reason="x")
    run = AnalysisRun.objects.get()
    client.post(f"/analyses/{run.pk}/repeat/", {})
    work_off()
    second = AnalysisRun.objects.latest("pk")

    assert (made.status_code, replayed.status_code) == (201, 201)
    assert replayed.headers["Idempotency-Replayed"] == "true"
    assert (second.status, second.outcome_digest) == ("DONE", run.outcome_digest)
    (part,) = client.get("/api/v1/analysis-parts", {"run": run.pk}).json()["analysis_parts"]
    assert part["outcome"]["hits"][0]["profile"] == str(rows[1].uid)


@pytest.mark.parametrize(
    ("more", "status", "told"),
    [
        ({"by": "luck"}, 422, "Rank by one of"),
        ({"k": 0}, 422, "Ask for 1 to"),
        ({"k": True}, 422, "Ask for 1 to"),
        ({"theta": 0.5}, 422, "Theta"),
        ({"theta": "x"}, 422, "Theta"),
        ({"relation": "cousin"}, 422, "relation"),
        ({"frequencies": 10**9}, 422, "not in force"),
        ({"frequencies": []}, 422, "frequencies"),
        ({"profile": "x"}, 422, "profile"),
        ({"profile": "00000000-0000-4000-8000-000000000000"}, 404, "reach"),
    ],
)
def test_a_question_that_cannot_be_used_is_told(client, more, status, told) -> None:
    body = {"profile": str(recorded(content()).uid), **more}
    answer = client.post(
        API, body, content_type="application/json", headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code == status
    assert told in answer.content.decode()


def test_a_withdrawn_profile_is_not_searched_with(client) -> None:
    one = recorded(content())
    nanite_profiles.withdraw(
        profile=one, reason="x", by=factories.principal(Role.PATHOLOGIST), at=database_now()
    )
    body = {"profile": str(one.uid)}
    answer = client.post(
        API, body, content_type="application/json", headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code == 422
    assert "search with what stands" in answer.content.decode()
