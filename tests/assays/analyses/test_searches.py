"""A profile is searched in the catalogue as it stands: exactly, never in a stale one, within reach."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assays.actions import nanite_profiles
from assays.actions.analyses.runs import ANALYSE
from assays.models import AnalysisPart, AnalysisRun, DataExport, NaniteProfile
from assays.numerics.profiles import Catalogue, Profile, counted
from assays.pages.analyses import searches as pages
from assays.queries.analyses import profile_catalogue
from assays.rules.analyses import catalogues, doing, searches
from assays.tasks import analyses as tasks
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused
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


def made(wanted: Any = None) -> tuple[catalogues.Opened, list[profile_catalogue.Step]]:
    """Make and open a catalogue as a process does that holds nothing yet, and say in which steps."""
    catalogues._held.clear()
    wanted = wanted or head()
    steps = []
    while (step := profile_catalogue.step(wanted)) is not None:
        steps.append(step)
        answer = doing.do(doing.make(step.folder, step.before, step.after), [step.new, step.gone])
        assert answer == {"outcome": {}}
    return catalogues.opened(profile_catalogue.folder_of(wanted)), steps


def same(opened: catalogues.Opened, rows: Any) -> None:
    """A catalogue answers as one that is made of these rows afresh."""
    afresh = Catalogue({str(one.uid): Profile(one.content["markers"]) for one in rows})
    assert list(opened.catalogue.ids()) == list(afresh.ids())
    for one in rows:
        asked = Profile(one.content["markers"])
        assert opened.catalogue.search(asked, 10) == afresh.search(asked, 10)
    profiles = [Profile(one.content["markers"]) for one in rows]
    copies: dict[str, Counter[str]] = {}
    for profile in profiles:
        for marker, alleles in profile.markers.items():
            copies.setdefault(marker, Counter()).update(alleles)
    assert opened.counts == copies
    if len(rows) >= 5:
        assert searches.counted(opened.counts) == counted(profiles, minimum=None)


def corrected(one: NaniteProfile, alleles: tuple[int, int]) -> NaniteProfile:
    return recorded(content(alleles, 8), specimen=one.specimen, corrects=one, reason="misread")


def withdraw(one: NaniteProfile) -> None:
    nanite_profiles.withdraw(
        profile=one, reason="mix-up", by=factories.principal(Role.PATHOLOGIST), at=database_now()
    )


def searched(client: Any, one: NaniteProfile, **more: str) -> list[AnalysisPart]:
    """Search with a profile, however often it is to be tried again; return the parts of that run."""
    form = {"by": "jaccard", "k": "5", "frequencies": "none", "theta": "0", "relation": "identity"}
    client.post(f"/nanite-profiles/{one.uid}/search/", form | more)
    for _attempt in range(MAX_ATTEMPTS + 1):
        work_off()
        WorkItem.objects.filter(state="PENDING").update(available_at=database_now())
    return list(AnalysisRun.objects.latest("pk").parts.all())


def test_the_catalogue_is_made_once_and_then_of_what_is_new() -> None:
    rows = alike()
    opened, steps = made()
    same(opened, rows)
    assert [one.before for one in steps] == [""]
    opened, steps = made()
    same(opened, rows)
    assert steps == []
    rows.append(recorded(content((11, 40), 8)))
    opened, (step,) = made()
    same(opened, rows)
    assert (step.before != "", step.new.count(b"markers"), step.gone) == (True, 0, b"[]")
    assert str(rows[-1].uid).encode() in step.new
    assert str(rows[0].uid).encode() not in step.new


def test_a_corrected_or_withdrawn_profile_is_taken_out_and_nothing_else_is_read_again() -> None:
    rows = alike()
    made()
    newer = corrected(rows[0], (17, 18))
    opened, (step,) = made()
    same(opened, [*rows[1:], newer])
    assert (str(rows[0].uid).encode() in step.gone, str(rows[1].uid).encode() in step.new) == (
        True,
        False,
    )
    withdraw(newer)
    opened, (step,) = made()
    same(opened, rows[1:])
    assert (step.before != "", step.new) == (True, b"[]")


def test_what_was_recorded_and_corrected_since_is_never_put_in() -> None:
    rows = alike()
    made()
    first = recorded(content((40, 41), 8))
    newer = corrected(first, (42, 43))
    opened, (step,) = made()

    same(opened, [*rows, newer])
    assert str(first.uid).encode() not in step.new


def test_an_older_question_is_answered_of_the_catalogue_as_it_was() -> None:
    rows = alike()
    then = head()
    newer = corrected(rows[0], (17, 18))
    newest, _steps = made()
    opened, _steps = made(then)

    same(opened, rows)
    same(newest, [*rows[1:], newer])
    assert made(then)[1] == made()[1] == []


@pytest.mark.parametrize("seed", range(4))
def test_however_it_came_about_it_is_as_if_made_afresh(seed, monkeypatch) -> None:
    """Recorded, corrected and withdrawn in any order, asked at any moment, in steps of any size."""
    draw = random.Random(seed)  # noqa: S311 - an arbitrary order, the same each time
    monkeypatch.setattr(profile_catalogue, "MOST_NEW", draw.randint(1, 4))
    monkeypatch.setattr(profile_catalogue, "MOST_GONE", draw.randint(1, 3))
    standing = alike(3)
    asked = [(head(), list(standing))]
    for number in range(24):
        act = draw.random()
        if act < 0.4 or len(standing) < 3:
            standing.append(recorded(content((11, 13 + number % 5), draw.randint(2, 8))))
        else:
            one = standing.pop(draw.randrange(len(standing)))
            if act < 0.7:
                standing.append(corrected(one, (11, 20 + number % 3)))
            else:
                withdraw(one)
        asked.append((head(), list(standing)))
        if draw.random() < 0.3:
            same(made()[0], standing)

    for wanted, rows in [asked[-1], draw.choice(asked), draw.choice(asked)]:
        same(made(wanted)[0], rows)


def test_a_catalogue_that_is_damaged_is_made_again(client, tmp_path) -> None:
    rows = alike()
    same(made()[0], rows)
    path = profile_catalogue.folder_of(head())
    for file in (next(path.glob("segment-*.bin")), path / "counts.json", path / "manifest.json"):
        raw = bytearray(file.read_bytes())
        raw[len(raw) // 2] ^= 0xFF
        file.write_bytes(raw)
        catalogues._held.clear()
        (part,) = searched(client, rows[0], k="2")
        assert [hit["profile"] for hit in part.outcome["hits"]] == [str(x.uid) for x in rows[1:3]]
        same(made()[0], rows)


def test_a_folder_of_another_database_is_not_gone_on_from(tmp_path) -> None:
    rows = alike()
    made()
    path = profile_catalogue.folder_of(head())
    other = catalogues.State(head()["position"], head()["position"], "0" * 64)
    path.rename(path.with_name(other.name))
    opened, (step,) = made()

    assert step.before == ""
    same(opened, rows)


def test_a_catalogue_that_is_damaged_whenever_it_is_made_is_given_up(client, monkeypatch) -> None:
    rows = alike(2)

    def gone(_path: Path) -> None:
        raise catalogues.Gone("its disk forgets")

    monkeypatch.setattr(catalogues, "opened", gone)
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


def test_few_catalogues_are_kept_and_nothing_half_written(tmp_path) -> None:
    folder = tmp_path / "profile-catalogue"
    alike(2)
    made()
    (folder / "manifest.json").write_text("{}")
    left = folder / ".draft-1-x"
    left.mkdir()
    os.utime(left, (0, 0))
    for number in range(catalogues.KEPT + 3):
        recorded(content((11, 30 + number)))
        made()
    names = [one.name for one in folder.iterdir()]

    assert len(names) == catalogues.KEPT + 1
    assert all(catalogues.State.named(name) is not None for name in names)
    assert profile_catalogue.folder_of(head()).name in names


def test_a_catalogue_that_no_row_of_the_database_names_is_refused() -> None:
    alike(2)
    with pytest.raises(Refused, match="not in this database"):
        profile_catalogue.step({"position": 2, "chain": "0" * 64})


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
