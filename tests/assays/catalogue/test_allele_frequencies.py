"""Tables of allele frequencies: brought from a file, approved by another, taken by a search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assays.models import AlleleFrequencies, AnalysisPart
from assays.numerics.profiles import Profile, match_probability
from assays.numerics.profiles.frequencies import Frequencies
from assays.rules.allele_frequencies import FrequenciesRefused, check_people, read_csv
from labsys.accounts.roles import Role
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.nanites.profiles import content, recorded
from tests.clients import client_of

HEAD = "marker,allele,frequency\n"
TABLE = HEAD + "".join(f"N{n:02},{a},0.25\n" for n in range(1, 7) for a in (11, 12, 13))
PAGE = "/catalogue/allele-frequencies/"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "COLUMNS"),
        ("marker,frequency\n", "COLUMNS"),
        (HEAD, "EMPTY"),
        (HEAD + "N01,11\n", "LINE"),
        (HEAD + "N01,11,1.2\n", "FREQUENCY"),
        (HEAD + "N01,11,-0.2\n", "FREQUENCY"),
        (HEAD + "N01,11,nan\n", "FREQUENCY"),
        (HEAD + "N01,11,0.6\nN01,12,0.6\n", "SUM"),
        (HEAD + "N01,11,0\n", "SUM"),
        (HEAD + "N01,11,0.1\nN01,11.0,0.1\n", "TWICE"),
        (HEAD + "vWA,16,0.1\nVWA,17,0.1\n", "MARKER_TWICE"),
        (HEAD + ",11,0.1\n", "NAME"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(text, code) -> None:
    with pytest.raises(Exception) as refused:  # noqa: PT011 - its code is asked below
        read_csv(text.encode())
    assert refused.value.code == code


def test_a_table_is_read_with_alleles_named_as_profiles_name_them() -> None:
    assert read_csv((HEAD + "N01,11.0,0.25\nN01,9.30,.5\n").replace(",", ";").encode()) == {
        "N01": {"11": 0.25, "9.3": 0.5}
    }
    with pytest.raises(FrequenciesRefused, match="5 people or more"):
        check_people(4)


def form(**more: Any) -> dict[str, Any]:
    return {
        "code": "station",
        "population": "people of the station",
        "source": "counted here",
        "people": "100",
        "content": SimpleUploadedFile("table.csv", TABLE.encode()),
        "note": "The first.",
        **more,
    }


@pytest.mark.django_db
def test_a_table_is_taken_by_searches_once_somebody_else_approved_it(
    tmp_path: Path, settings: Any
) -> None:
    settings.VAR_DIR = tmp_path
    author, other = client_of(Role.PATHOLOGIST), client_of(Role.PATHOLOGIST)
    one = recorded(content((11, 12)))
    recorded(content((11, 13)))
    author.post(f"{PAGE}new/", form())
    version = AlleleFrequencies.objects.get()
    search = {"by": "jaccard", "k": "5", "theta": "0.02", "relation": "identity"}
    address = f"/nanite-profiles/{one.uid}/search/"
    early = author.post(address, {**search, "frequencies": str(version.pk)})
    author.post(f"{PAGE}{version.pk}/approve/")
    version.refresh_from_db()
    own = version.status
    other.post(f"{PAGE}{version.pk}/approve/")
    other.post(f"{PAGE}{version.pk}/activate/", {"active_from": ""})
    author.post(address, {**search, "frequencies": str(version.pk)})
    work_off()
    part = AnalysisPart.objects.get()

    assert (early.status_code, own) == (422, "DRAFT")
    assert "station v1" in text_of(author, PAGE)
    assert "counted here" in text_of(author, f"{PAGE}{version.pk}/")
    expected = match_probability(
        Profile(one.content["markers"]), Frequencies(read_csv(TABLE.encode()), 100), theta=0.02
    )
    assert part.outcome["match"]["log10"] == expected.log10
    assert part.outcome["frequencies"]["version"] == 1
    assert "station v1" in text_of(author, f"/profile-searches/{part.pk}/")


@pytest.mark.django_db
def test_a_file_that_cannot_be_used_is_told_and_drafts_nothing() -> None:
    client = client_of(Role.PATHOLOGIST)
    wrong = SimpleUploadedFile("table.csv", (HEAD + "N01,11,2\n").encode())
    answer = client.post(f"{PAGE}new/", form(content=wrong))

    assert answer.status_code == 422
    assert "it is a number from 0 to 1" in answer.content.decode()
    assert not AlleleFrequencies.objects.exists()
    assert client_of(Role.NURSE).get(f"{PAGE}new/").status_code == 403
