"""Runs over all profiles: groups of hosts with factors in common, and every profile read again."""

from __future__ import annotations

from typing import Any

import pytest

from assays.models import AnalysisPart, AnalysisRun
from assays.numerics.profiles.groups import METHOD, Note
from assays.pages.analyses.profile_runs import notes_in_words
from assays.queries.analyses import profiles as queries
from assays.rules.analyses import groups, reprofiles
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.errors import InvalidInput
from tests import factories
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.nanites.profiles import content, recorded
from tests.clients import client_of

pytestmark = pytest.mark.django_db
RUNS = "/api/v1/analysis-runs"


@pytest.fixture
def client() -> Any:
    return client_of(Role.PATHOLOGIST)


def of_one_source(hosts: int = 12, together: int = 4) -> list[Any]:
    """Record hosts of which the first few share the alleles of six markers that nobody else has."""
    found = []
    for number in range(hosts):
        one = {"markers": {f"N{n:02}": [f"{100 * number + n}"] for n in range(1, 13)}}
        if number < together:
            one["markers"] |= {f"N{n:02}": ["7"] for n in range(1, 7)}
        found.append(recorded(one))
    return found


def test_hosts_of_one_source_are_found_with_what_they_share(client) -> None:
    rows = of_one_source()
    client.post(
        "/nanite-profiles/groups/",
        {"adjustment": "holm", "alpha": "0.05", "least_hosts": "3", "least_factors": "2"},
    )
    work_off()
    run, part = AnalysisRun.objects.get(), AnalysisPart.objects.get()
    (group,) = part.outcome["groups"]
    page = text_of(client, f"/profile-groups/{part.pk}/")

    assert run.status == "DONE"
    assert set(group["hosts"]) == {str(one.uid) for one in rows[:4]}
    assert group["factors"] == [f"N{n:02}/7" for n in range(1, 7)]
    assert 0 <= group["p"] <= group["p_adjusted"] <= 1
    assert all(one.specimen.person.mrn in page for one in rows[:4])
    assert "N06/7" in page
    assert f"/profile-groups/{part.pk}/" in client.get(f"/analyses/{run.pk}/").content.decode()
    assert ReadEvent.objects.filter(
        purpose="profile groups", person_id=rows[0].specimen.person_id
    ).exists()


def test_the_newest_profile_of_each_host_is_compared() -> None:
    one = recorded(content(), weeks_ago=2)
    newer = recorded(content((11, 13)), of=one.specimen.person)
    other = recorded(content((11, 14)))
    (given,) = queries.newest_of_hosts(factories.principal(Role.PATHOLOGIST))

    assert {host["profile"] for host in given.given["hosts"]} == {str(newer.uid), str(other.uid)}


def test_one_host_makes_no_group() -> None:
    recorded(content())
    with pytest.raises(InvalidInput, match="two hosts or more"):
        queries.newest_of_hosts(factories.principal(Role.PATHOLOGIST))


def read_again(client: Any, **parameters: float) -> AnalysisRun:
    client.post("/nanite-profiles/reprofile/", {"intensity": "0", "quality": "0"} | parameters)
    return AnalysisRun.objects.latest("pk")


def faint() -> list[Any]:
    """Record profiles with a faint allele and a poor marker each."""
    found = []
    for number in range(5):
        one = content((11, 12), 3)
        one["intensities"] = {"N01": {"11": 900.0, "12": 40.0 + number}}
        one["quality"] = {"N02": 0.4 + number / 10}
        found.append(recorded(one))
    return found


def test_all_profiles_are_read_again_part_by_part(client, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PER_PART", 2)
    faint()
    run = read_again(client, intensity="42", quality="0.5")
    work_off()
    run.refresh_from_db()

    assert (run.status, run.total) == ("DONE", 3)
    # Two alleles are below 42, one marker of two alleles is below 0.5.
    assert [run.outcome[name] for name in ("profiles", "differ", "lost", "empty")] == [5, 2, 4, 0]
    assert "2 of 2 would differ" in text_of(client, f"/analyses/{run.pk}/")


def test_a_repetition_reads_the_same_rows_though_one_was_corrected_since(client) -> None:
    rows = faint()
    run = read_again(client, intensity="42")
    work_off()
    recorded(content((17, 18), 3), specimen=rows[0].specimen, corrects=rows[0], reason="misread")
    client.post(f"/analyses/{run.pk}/repeat/", {})
    work_off()
    first, second = AnalysisRun.objects.order_by("pk")
    later = read_again(client, intensity="42")
    work_off()
    later.refresh_from_db()

    assert first.outcome_digest == second.outcome_digest != ""
    assert later.outcome["differ"] == first.outcome["differ"] - 1


def test_they_are_asked_for_over_the_interface(client) -> None:
    faint()
    more = {"content_type": "application/json"}
    answers = [
        client.post(RUNS, {"kind": kind, **body}, headers={"Idempotency-Key": key}, **more)
        for key, kind, body in (
            ("a", "GROUPS", {"parameters": {"alpha": 0.01}}),
            ("b", "REPROFILE", {"parameters": {"quality": 0.5}}),
            ("c", "GROUPS", {"parameters": {"alpha": "x"}}),
            ("d", "REPROFILE", {"parameters": {"quality": 2}}),
            ("e", "GROUPS", {"persons": []}),
            ("f", "SEARCH", {}),
            ("g", "GROUPS", {"parameters": {"colour": 1}}),
        )
    ]
    assert [one.status_code for one in answers] == [201, 201, 422, 422, 422, 422, 422]


def test_every_note_has_words_and_the_method_is_that_of_the_numbers() -> None:
    notes = [note.value for note in Note]
    assert all(said != note for said, note in zip(notes_in_words(notes), notes, strict=True))
    assert groups.METHOD == METHOD
    assert reprofiles.PER_PART == 500
