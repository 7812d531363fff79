"""Contents in a bucket: kept and read as in a folder; a bucket that is away is said to be, in words."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from labsys.lib import contents
from labsys.lib.contents import ContentDamaged, ContentsAway
from tests.lib import bucket as buckets
from tests.lib.bucket import ACCESS_KEY, SECRET_KEY, Bucket

FIELD = b"a field of a film"


@pytest.fixture
def bucket(monkeypatch) -> Iterator[Bucket]:
    with buckets.served() as server:
        monkeypatch.setitem(storages._storages, "contents", server.storage())
        yield server


def key(sha256: str) -> str:
    return f"{buckets.NAME}/lab/{sha256[:2]}/{sha256}"


def test_what_is_put_comes_back_by_its_hash_and_is_written_once(bucket) -> None:
    held = contents.put(ContentFile(FIELD))
    bucket.asked.clear()

    again = contents.put(ContentFile(FIELD))

    assert again == held
    assert contents.read(held.sha256) == b"".join(contents.stream(held.sha256)) == FIELD
    assert bucket.objects == {key(held.sha256): FIELD}
    assert not [one for one in bucket.asked if one.startswith("PUT")]


def test_a_large_file_goes_and_comes_in_parts(bucket) -> None:
    content = os.urandom(20 * 1024 * 1024 + 7)

    held = contents.put(ContentFile(content))

    assert contents.read(held.sha256) == content
    assert len([one for one in bucket.asked if "partNumber" in one]) > 1


def test_what_is_gone_or_changed_is_never_read_and_is_mended(bucket) -> None:
    held = contents.put(ContentFile(FIELD))
    bucket.objects[key(held.sha256)] = FIELD.upper()
    with pytest.raises(ContentDamaged, match="is not what was stored"):
        contents.read(held.sha256)
    with pytest.raises(ContentDamaged, match="is not what was stored"):
        list(contents.stream(held.sha256))
    del bucket.objects[key(held.sha256)]
    with pytest.raises(ContentDamaged, match="is not in the storage"):
        contents.read(held.sha256)

    contents.put(ContentFile(FIELD))

    assert contents.read(held.sha256) == FIELD


def closed(bucket: Bucket) -> None:
    bucket.shutdown()
    bucket.server_close()


def full(bucket: Bucket) -> None:
    bucket.fails_with = 503


def cut(bucket: Bucket) -> None:
    bucket.cuts_off = True


@pytest.mark.parametrize("trouble", [closed, full, cut])
def test_a_bucket_that_is_away_keeps_nothing_and_says_so(bucket, trouble) -> None:
    trouble(bucket)

    with pytest.raises(ContentsAway, match="nothing was kept") as refused:
        contents.put(ContentFile(FIELD))

    assert refused.value.status == 503
    assert bucket.objects == {}


@pytest.mark.parametrize("trouble", [cut, full])
def test_what_cannot_be_read_for_now_is_not_called_damaged(bucket, trouble) -> None:
    held = contents.put(ContentFile(FIELD))
    trouble(bucket)

    for read in (contents.read, lambda sha256: list(contents.stream(sha256))):
        with pytest.raises(ContentsAway):
            read(held.sha256)


def test_no_key_address_or_name_of_the_bucket_is_told_or_logged(
    bucket, caplog, monkeypatch
) -> None:
    wrong = bucket.storage(LABSYS_CONTENTS_S3_ACCESS_KEY="AKIAWRONG")
    monkeypatch.setitem(storages._storages, "contents", wrong)
    caplog.set_level(logging.INFO)

    with pytest.raises(ContentsAway) as refused:
        contents.put(ContentFile(FIELD))

    said = str(refused.value) + caplog.text
    assert "the storage of contents cannot be used: botocore.exceptions.ClientError" in caplog.text
    for secret in (ACCESS_KEY, "AKIAWRONG", SECRET_KEY, bucket.endpoint, buckets.NAME + "/"):
        assert secret not in said
