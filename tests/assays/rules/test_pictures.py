"""Pictures are judged by their header alone: what they are, how large, and whether the name is true."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import ImageFile

from assays.numerics.micrograph import pictures
from assays.rules.pictures import LEAST_SIDE, MOST_BYTES, MOST_PIXELS, PictureRefused, inspect
from tests.assays.analyses.films import bomb, saved


def judged(content: bytes, name: str = "field.png", size: int | None = None):
    return inspect(BytesIO(content), name=name, size=len(content) if size is None else size)


@pytest.mark.parametrize(
    ("kind", "name", "media_type"),
    [
        ("PNG", "a.png", "image/png"),
        ("JPEG", "a.JPG", "image/jpeg"),
        ("JPEG", "a.jpeg", "image/jpeg"),
        ("TIFF", "a.tif", "image/tiff"),
        ("TIFF", "a.b.TIFF", "image/tiff"),
    ],
)
def test_a_picture_is_known_by_its_header(kind, name, media_type) -> None:
    found = judged(saved(kind, (320, 240)), name)

    assert (found.media_type, found.width, found.height) == (media_type, 320, 240)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.png", "FILE_EMPTY"),
        (b"hello, world", "a.png", "NOT_A_PICTURE"),
        (saved("PNG")[:20], "a.png", "NOT_A_PICTURE"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "a.png", "NOT_A_PICTURE"),
        (b"%PDF-1.7\n", "a.tiff", "NOT_A_PICTURE"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "NOT_A_PICTURE"),
        (saved("GIF"), "a.png", "NOT_A_PICTURE"),
        (saved("JPEG"), "a.png", "ENDING"),
        (saved("PNG"), "a.jpg", "ENDING"),
        (saved("PNG"), "a.exe", "ENDING_UNKNOWN"),
        (saved("PNG"), "png", "ENDING_UNKNOWN"),
        (saved("PNG"), "", "NAME"),
        (saved("PNG"), "a\n.png", "NAME"),
        (saved("PNG"), "a" * 300 + ".png", "NAME"),
        (saved("PNG", (47, 64)), "a.png", "PICTURE_SMALL"),
        (saved("PNG", (50, 2100)), "a.png", "PICTURE_SMALL"),
        (bomb(7072, 7072), "a.png", "TOO_MANY_PIXELS"),
        (bomb(), "a.png", "TOO_MANY_PIXELS"),
        (bomb(2_000_000_000, 2_000_000_000), "a.png", "TOO_MANY_PIXELS"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(content, name, code) -> None:
    with pytest.raises(PictureRefused) as refused:
        judged(content, name)

    assert (refused.value.code, refused.value.field) == (code, "file")
    assert str(refused.value).endswith(".")


def test_no_pixel_is_decoded(monkeypatch) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("decoded"))

    for kind, name in (("PNG", "a.png"), ("JPEG", "a.jpg"), ("TIFF", "a.tif")):
        judged(saved(kind, (200, 100)), name)


def test_a_file_that_is_too_large_is_not_even_opened() -> None:
    with pytest.raises(PictureRefused, match=r"has 201 MB; at most 200 MB"):
        inspect(None, name="a.png", size=MOST_BYTES + 1)  # type: ignore[arg-type]


def test_fifty_million_pixels_are_taken() -> None:
    assert judged(bomb(7071, 7071)).width == 7071


def test_the_limits_are_those_of_the_count() -> None:
    assert (MOST_PIXELS, LEAST_SIDE) == (pictures.MOST_PIXELS, pictures.LEAST_SIDE)
    assert MOST_BYTES <= pictures.MOST_BYTES
