"""Contents are kept once, whole and durable, and read only as they were given."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from labsys.lib import contents
from labsys.lib.contents import ContentDamaged, ContentsAway
from labsys.lib.contents_settings import contents_storage


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    storage = contents.ContentStorage(location=tmp_path)
    monkeypatch.setitem(storages._storages, "contents", storage)
    return tmp_path


def files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def test_bytes_come_back_by_their_hash(folder) -> None:
    held = contents.put(ContentFile(b"a field"))

    assert held.sha256 == hashlib.sha256(b"a field").hexdigest()
    assert (held.size, contents.read(held.sha256)) == (7, b"a field")
    assert files(folder) == [folder / held.sha256[:2] / held.sha256]
    assert (folder / held.sha256[:2] / held.sha256).stat().st_mode & 0o077 == 0


def test_the_same_bytes_are_kept_once(folder, monkeypatch) -> None:
    contents.put(ContentFile(b"a field"))
    monkeypatch.setattr(contents.ContentStorage, "_save", lambda *_: pytest.fail("written again"))

    contents.put(ContentFile(b"a field"))

    assert len(files(folder)) == 1


def test_what_was_damaged_is_not_read_and_is_mended_when_given_again(folder) -> None:
    held = contents.put(ContentFile(b"a field"))
    (path,) = files(folder)
    path.write_bytes(b"A field")

    with pytest.raises(ContentDamaged, match="is not what was stored"):
        contents.read(held.sha256)
    contents.put(ContentFile(b"a field"))

    assert contents.read(held.sha256) == b"a field"


def test_what_is_gone_is_said_to_be(folder) -> None:
    with pytest.raises(ContentDamaged, match="is not in the storage"):
        contents.read("0" * 64)


def test_bytes_and_their_name_are_on_the_disk_before_put_returns(folder, monkeypatch) -> None:
    synced = []
    real = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)

    held = contents.put(ContentFile(b"a field"))

    assert synced[0].parent == folder / held.sha256[:2]
    assert synced[1:] == [folder / held.sha256[:2], folder]


def test_a_disk_that_fails_leaves_nothing_half_written(folder, monkeypatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(ContentsAway, match="nothing was kept") as refused:
        contents.put(ContentFile(b"a field"))

    assert isinstance(refused.value.__cause__, OSError)
    assert files(folder) == []


def test_a_bucket_that_is_named_is_where_contents_go() -> None:
    from storages.backends.s3 import S3Storage

    chosen = contents_storage(
        {
            "LABSYS_CONTENTS_S3_BUCKET": "films",
            "LABSYS_CONTENTS_S3_ENDPOINT": "http://127.0.0.1:9",
            "LABSYS_CONTENTS_S3_REGION": "eu-west-3",
        },
        Path("unused"),
    )
    storage = S3Storage(**chosen["OPTIONS"])

    assert chosen["BACKEND"] == "storages.backends.s3.S3Storage"
    assert (storage.bucket_name, storage.region_name) == ("films", "eu-west-3")
    # A name is never changed: it is the hash.
    assert storage.get_available_name("ab/abc") == "ab/abc"


def test_without_a_bucket_contents_go_to_a_folder() -> None:
    chosen = contents_storage({"LABSYS_CONTENTS": "/srv/contents"}, Path("var"))

    assert chosen["OPTIONS"] == {"location": "/srv/contents"}
    assert contents_storage({}, Path("var"))["OPTIONS"] == {"location": Path("var")}
