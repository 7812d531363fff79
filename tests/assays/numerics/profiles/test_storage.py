"""A catalogue in a folder: shared, appended to, replaced, damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assays.numerics.profiles import Catalogue
from assays.numerics.profiles.storage import MANIFEST
from assays.numerics.refusals import Unusable
from tests.assays.numerics.profiles.simulated import frequencies, hosts, people

HELD = hosts(400, 80, 0.2, seed=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Catalogue(HELD).save(tmp_path / "kept", source="7")
    return tmp_path / "kept"


@pytest.mark.parametrize("compiled", [False, True])
def test_what_is_opened_answers_as_what_was_saved(folder: Path, compiled: bool) -> None:
    opened = Catalogue.open(folder, source="7")

    for asked in list(HELD.values())[:5]:
        assert opened.search(asked, 50, compiled=compiled) == Catalogue(HELD).search(asked, 50)


def test_second_copies_are_kept(tmp_path: Path) -> None:
    drawn = people(frequencies(seed=1), 20, seed=2)
    Catalogue(drawn).save(tmp_path)

    opened = Catalogue.open(tmp_path)

    assert opened.profile("P0003").copies() == drawn["P0003"].copies()
    assert opened.search(drawn["P0003"], 3, by="shared") == Catalogue(drawn).search(
        drawn["P0003"], 3, by="shared"
    )


def test_an_empty_catalogue_is_kept_too(tmp_path: Path) -> None:
    Catalogue().save(tmp_path)
    Catalogue({"a": []}).save(tmp_path / "one")

    assert len(Catalogue.open(tmp_path)) == 0
    assert Catalogue.open(tmp_path / "one").search(["x"])[0].id == "a"


def test_appending_writes_what_is_new_alone_and_readers_learn_of_it(folder: Path) -> None:
    reader = Catalogue.open(folder)
    before = {file.name for file in folder.glob("segment-*")}

    writer = Catalogue.open(folder).append({"new": {"F0001", "F9999"}})
    writer.save(folder, source="8")

    assert before < {file.name for file in folder.glob("segment-*")}
    assert (reader.is_stale(), writer.is_stale(), len(reader)) == (True, False, 400)
    assert Catalogue.open(folder, source="8").search({"F9999"}, 1)[0].id == "new"


def test_small_segments_become_one_and_old_readers_go_on(folder: Path) -> None:
    reader = Catalogue.open(folder)
    grown = reader
    for number in range(9):
        grown = grown.append({f"new{number}": {"F0001", f"N{number}"}})
    grown.save(folder)

    assert len(list(folder.glob("segment-*"))) == 2
    opened = Catalogue.open(folder)
    held = {**HELD, **{f"new{n}": {"F0001", f"N{n}"} for n in range(9)}}
    for asked in ({"F0001", "N3"}, HELD["H007"]):
        assert opened.search(asked, 30) == Catalogue(held).search(asked, 30)
    assert reader.search(HELD["H007"], 1)[0].id == "H007"


def test_another_folder_shares_what_is_the_same(folder: Path, tmp_path: Path) -> None:
    grown = Catalogue.open(folder).append({"new": {"F0001"}})
    grown.save(tmp_path / "next", source="8")
    (file,) = folder.glob("segment-*")

    assert (tmp_path / "next" / file.name).stat().st_ino == file.stat().st_ino
    file.unlink()
    assert len(Catalogue.open(tmp_path / "next", source="8")) == 401


@pytest.mark.parametrize("compiled", [False, True])
def test_what_is_taken_out_is_as_if_it_had_never_been_there(folder: Path, compiled: bool) -> None:
    more = {f"new{n}": {"F0001", f"N{n}"} for n in range(5)}
    gone = ["H007", "H399", "new3", "nobody", *(f"H{n:03}" for n in range(100, 160))]
    opened = Catalogue.open(folder).append(more).without(gone)
    opened.save(folder, source="8")
    afresh = Catalogue({k: v for k, v in {**HELD, **more}.items() if k not in gone})

    for found in (opened, Catalogue.open(folder, source="8")):
        assert (len(found), list(found.ids())) == (len(afresh), list(afresh.ids()))
        for asked in (HELD["H007"], {"F0001", "N3", "N4"}, {"N3"}, HELD["H200"]):
            for by in ("jaccard", "shared"):
                told = afresh.search(asked, 20, by=by, compiled=compiled)
                assert found.search(asked, 20, by=by, compiled=compiled) == told
    assert len(opened.without(opened.ids())) == 0


def test_another_source_is_stale(folder: Path) -> None:
    with pytest.raises(Unusable) as refused:
        Catalogue.open(folder, source="8")

    assert refused.value.code == "CATALOGUE_STALE"


def test_no_folder_holds_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as refused:
        Catalogue.open(tmp_path / "absent")

    assert refused.value.code == "CATALOGUE_ABSENT"


def test_a_changed_byte_is_noticed(folder: Path) -> None:
    (file,) = folder.glob("segment-*")
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(bytes(raw))

    with pytest.raises(Unusable, match="does not have the checksum it had. Build it anew"):
        Catalogue.open(folder)


def test_a_file_that_is_short_or_missing_is_noticed_unverified_too(folder: Path) -> None:
    (file,) = folder.glob("segment-*")
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(Unusable, match="does not have the size it had"):
        Catalogue.open(folder, verify=False)
    file.unlink()
    with pytest.raises(Unusable, match="a file is missing"):
        Catalogue.open(folder, verify=False)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("version", 99, "CATALOGUE_VERSION"),
        ("format", "other", "CATALOGUE_VERSION"),
        ("source", "changed", "CATALOGUE_DAMAGED"),
        ("checksum", "", "CATALOGUE_DAMAGED"),
    ],
)
def test_a_changed_manifest_is_noticed(folder: Path, name: str, value: object, code: str) -> None:
    manifest = folder / MANIFEST
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), name: value}))

    with pytest.raises(Unusable) as refused:
        Catalogue.open(folder)

    assert refused.value.code == code


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"\xff", b"null"])
def test_a_manifest_that_is_none_is_noticed(folder: Path, raw: bytes) -> None:
    (folder / MANIFEST).write_bytes(raw)

    with pytest.raises(Unusable) as refused:
        Catalogue.open(folder)

    assert refused.value.code == "CATALOGUE_DAMAGED"
