"""The catalogue that is searched is that of its question: whole, exact, and made of what is new."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from typing import Any

import pytest

from assays.actions import nanite_profiles
from assays.models import NaniteProfile
from assays.numerics.profiles import Catalogue, Profile, counted, storage
from assays.queries.analyses import profile_catalogue
from assays.rules.analyses import catalogues, doing, searches
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused
from tests import factories
from tests.assays.analyses.test_searches import alike, client, head, own_folder, searched
from tests.assays.nanites.profiles import content, recorded

pytestmark = pytest.mark.django_db
__all__ = ["client", "own_folder"]


def made(wanted: Any = None) -> tuple[catalogues.Opened, list[profile_catalogue.Step]]:
    """Make and open a catalogue as a process does that holds nothing yet, and say in which steps."""
    catalogues._held.clear()
    wanted = wanted or head()
    steps = []
    while (step := profile_catalogue.step(wanted)) is not None:
        steps.append(step)
        answer = doing.do(doing.make(step.folder, step.before, step.after), [step.new, step.gone])
        assert answer == {"outcome": {}}
    return catalogues.mapped(profile_catalogue.folder_of(wanted)), steps


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


def test_a_catalogue_that_an_earlier_form_wrote_is_made_again(client, monkeypatch) -> None:
    rows = alike()
    with monkeypatch.context() as earlier:
        earlier.setattr(storage, "VERSION", storage.VERSION - 1)
        same(made()[0], rows)
    manifest = profile_catalogue.folder_of(head()) / storage.MANIFEST
    assert json.loads(manifest.read_bytes())["version"] == storage.VERSION - 1
    catalogues._held.clear()

    (part,) = searched(client, rows[0], k="2")

    assert [hit["profile"] for hit in part.outcome["hits"]] == [str(x.uid) for x in rows[1:3]]
    assert json.loads(manifest.read_bytes())["version"] == storage.VERSION
    same(made()[0], rows)


def test_two_spellings_of_a_marker_are_counted_and_shared_as_one(client) -> None:
    rows = [recorded({"markers": {name: ["16", "17"]}}) for name in ("vWA", "VWA", "vwa")]
    opened, _steps = made()

    (part,) = searched(client, rows[0], k="3")

    assert opened.counts == {"VWA": {"16": 3, "17": 3}}
    assert [hit["score"] for hit in part.outcome["hits"]] == [1.0, 1.0]
    assert {one for hit in part.outcome["hits"] for one in hit["factors"]} == {"vWA/16", "vWA/17"}


def test_a_folder_of_another_database_is_not_gone_on_from(tmp_path) -> None:
    rows = alike()
    made()
    path = profile_catalogue.folder_of(head())
    other = catalogues.State(head()["position"], head()["position"], "0" * 64)
    path.rename(path.with_name(other.name))
    opened, (step,) = made()

    assert step.before == ""
    same(opened, rows)


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
