"""A profile is searched in the catalogue as it stands: exactly, never in a stale one, within reach."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assays.actions import nanite_profiles
from assays.models import AnalysisPart, AnalysisRun, DataExport, NaniteProfile
from assays.numerics.profiles import Catalogue, Profile, counted
from assays.pages.analyses import searches as pages
from assays.queries.analyses import profile_catalogue
from assays.rules.analyses import searches
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused
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
    profile_catalogue._held.clear()


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


def again(how: str, wanted: Any = None) -> profile_catalogue.Opened:
    """Open as a process does that holds nothing yet, and see how it came by the catalogue."""
    profile_catalogue._held.clear()
    opened = profile_catalogue.opened(wanted or head())
    assert opened.how == how
    return opened


def same(opened: profile_catalogue.Opened, rows: Any) -> None:
    """A catalogue answers as one that is made of these rows afresh."""
    afresh = Catalogue({str(one.uid): Profile(one.content["markers"]) for one in rows})
    assert list(opened.catalogue.ids()) == list(afresh.ids())
    for one in rows:
        asked = Profile(one.content["markers"])
        assert opened.catalogue.search(asked, 10) == afresh.search(asked, 10)
    told = counted([Profile(one.content["markers"]) for one in rows], minimum=None)
    assert searches.counted(opened.counts) == told


def test_the_catalogue_is_built_mapped_and_appended_to() -> None:
    rows = alike()
    same(again("built"), rows)
    same(again("mapped"), rows)
    rows.append(recorded(content((11, 40), 8)))
    same(again("appended"), rows)
    assert profile_catalogue.opened(head()).how == "appended"


def test_a_corrected_or_withdrawn_profile_is_in_no_catalogue_any_more() -> None:
    rows = alike()
    again("built")
    newer = recorded(
        content((17, 18), 8), specimen=rows[0].specimen, corrects=rows[0], reason="misread"
    )
    same(again("built"), [*rows[1:], newer])
    nanite_profiles.withdraw(
        profile=newer,
        reason="mix-up",
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
    )
    same(again("built"), rows[1:])


def test_what_was_recorded_and_corrected_since_is_left_out_when_appended() -> None:
    rows = alike()
    again("built")
    first = recorded(content((40, 41), 8))
    newer = recorded(content((42, 43), 8), specimen=first.specimen, corrects=first, reason="x")

    same(again("appended"), [*rows, newer])


def test_an_older_question_is_answered_of_the_catalogue_as_it_was() -> None:
    rows = alike()
    then = head()
    recorded(content((17, 18), 8), specimen=rows[0].specimen, corrects=rows[0], reason="x")
    newest = again("built")

    same(again("built_in_memory", then), rows)
    assert again("mapped").source == newest.source


def test_a_folder_that_is_damaged_or_of_another_database_is_built_anew(tmp_path) -> None:
    rows = alike()
    again("built")
    folder = tmp_path / "profile-catalogue"
    (segment,) = folder.glob("segment-*.bin")
    raw = bytearray(segment.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    segment.write_bytes(raw)
    same(again("built"), rows)
    (folder / "counts.json").write_text("{}")
    same(again("built"), rows)
    counts = json.dumps({"source": f"{head()['position']}:{'0' * 64}", "counts": {}})
    (folder / "counts.json").write_text(counts)
    same(again("built"), rows)


def test_a_catalogue_that_no_row_of_the_database_names_is_refused() -> None:
    alike(2)
    with pytest.raises(Refused, match="not in this database"):
        profile_catalogue.opened({"position": 2, "chain": "0" * 64})


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
