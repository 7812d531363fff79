"""What is no usable picture is refused by name; what is one is read as it is meant."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from assays.numerics.micrograph import count
from assays.numerics.micrograph.pictures import MOST_PIXELS, PictureNote, read
from assays.numerics.refusals import NoSolution, Unusable
from tests.assays.numerics.micrograph.scenes import scene

SCENE = scene(seed=5, cells=30)
PIXELS = SCENE.pixels


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """Return a small PNG whose head claims any size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + name
            + content
            + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


REFUSED = [
    ("FILE_EMPTY", b""),
    ("NOT_A_PICTURE", b"GIF89a" + b"\0" * 100),
    ("NOT_A_PICTURE", b"%PDF-1.7"),
    ("NOT_A_PICTURE", None),
    ("NOT_A_PICTURE", 5),
    ("NOT_A_PICTURE", SCENE.as_bytes("BMP")),
    ("NOT_A_PICTURE", SCENE.as_bytes("PNG")[:20]),
    ("PICTURE_DAMAGED", SCENE.as_bytes("PNG")[:5000]),
    ("PICTURE_DAMAGED", SCENE.as_bytes("JPEG")[:5000]),
    ("PICTURE_DAMAGED", png_that_claims(640, 480)),
    ("TOO_MANY_PIXELS", png_that_claims(50_000, 50_000)),
    ("TOO_MANY_PIXELS", png_that_claims(10_000, 5_001)),
    ("PICTURE_SMALL", png_that_claims(20, 20)),
    ("PICTURE_SMALL", png_that_claims(9000, 60)),
    ("PICTURE_SMALL", np.zeros((0, 10, 3), np.uint8)),
    ("PICTURE_SHAPE", np.zeros((100, 100, 2), np.uint8)),
    ("PICTURE_SHAPE", np.zeros(100, np.uint8)),
    ("PICTURE_NOT_NUMBERS", np.full((100, 100, 3), np.nan)),
    ("PICTURE_NOT_NUMBERS", np.full((100, 100, 3), -1.0)),
    ("PICTURE_NOT_NUMBERS", np.full((100, 100), "a")),
    ("PICTURE_DARK", np.zeros((200, 200, 3), np.uint8)),
    ("PICTURE_BLANK", np.full((200, 200, 3), 200, np.uint8)),
    ("PICTURE_BLANK", np.full((200, 200, 3), 255, np.uint8)),
    ("FILE_UNREADABLE", "absent/field.png"),
    ("FILE_UNREADABLE", "with\0null.png"),
]


@pytest.mark.parametrize(("code", "picture"), REFUSED)
def test_what_cannot_be_used_is_refused_by_name(code: str, picture: Any) -> None:
    with pytest.raises(Unusable) as told:
        count(picture)

    assert told.value.code == code
    assert str(told.value).endswith(".")


def test_one_more_pixel_than_allowed_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(Unusable, match=str(MOST_PIXELS)):
        read(np.lib.stride_tricks.as_strided(np.zeros(1, np.uint8), (50_001, 1000), (0, 0)))


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    file = tmp_path / "field.txt"
    file.write_bytes(SCENE.as_bytes("TIFF"))

    assert np.array_equal(read(file).pixels[..., ::-1], PIXELS)
    assert count(str(file)).red_cells == count(PIXELS).red_cells


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_formats_without_loss_hold_the_same_pixels(kind: str) -> None:
    found = read(SCENE.as_bytes(kind))

    assert np.array_equal(found.pixels[..., ::-1], PIXELS)
    assert found.notes == ()


def test_a_jpeg_in_four_inks_is_counted() -> None:
    image = Image.fromarray(PIXELS).convert("CMYK")

    assert len(count(saved(image, "JPEG", quality=95)).red_cells) == 30


def test_transparency_is_laid_on_white() -> None:
    layer = Image.fromarray(np.dstack([PIXELS, np.full(PIXELS.shape[:2], 255, np.uint8)]))

    found = read(saved(layer, "PNG"))

    assert found.notes == (PictureNote.TRANSPARENT,)
    assert np.array_equal(found.pixels[..., ::-1], PIXELS)
    assert np.array_equal(read(np.asarray(layer)).pixels, found.pixels)


def test_only_the_first_page_is_counted() -> None:
    pages = [Image.fromarray(PIXELS), Image.fromarray(255 - PIXELS)]
    file = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])

    found = read(file)

    assert found.notes == (PictureNote.SEVERAL_PAGES,)
    assert np.array_equal(found.pixels[..., ::-1], PIXELS)


def test_a_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    found = read(saved(Image.fromarray(PIXELS), "PNG", exif=exif))

    assert found.notes == (PictureNote.TURNED,)
    assert np.array_equal(found.pixels[..., ::-1], np.rot90(PIXELS, -1))


@pytest.mark.parametrize("top", [255, 4095, 65535])
def test_sixteen_bits_are_reduced(top: int) -> None:
    grey = PIXELS[..., 1].astype(np.uint16) * (top // 255)

    found = count(saved(Image.fromarray(grey), "PNG"))

    assert len(found.red_cells) == 30
    assert PictureNote.SIXTEEN_BITS in found.notes
    assert PictureNote.GREY in found.notes


def test_floats_from_0_to_1_are_taken_as_such() -> None:
    assert count(PIXELS / 255.0).red_cells == count(PIXELS).red_cells


def test_saturation_is_noted() -> None:
    bright = np.clip(PIXELS.astype(int) + 60, 0, 255).astype(np.uint8)

    found = count(bright)

    assert PictureNote.SATURATED in found.notes
    assert len(found.red_cells) == 30


@settings(max_examples=60, deadline=None)
@given(
    cut=st.integers(0, 60_000),
    changed=st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 255)), max_size=8),
)
def test_a_damaged_file_is_counted_or_refused_and_nothing_else(
    cut: int, changed: list[tuple[int, int]]
) -> None:
    content = bytearray(JPEG[: max(cut, 0)] if cut < len(JPEG) else JPEG)
    for place, value in changed:
        if place < len(content):
            content[place] = value
    try:
        read(bytes(content))
    except Unusable:
        pass


JPEG = SCENE.as_bytes("JPEG", quality=60)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    height=st.integers(48, 160),
    width=st.integers(48, 160),
    kind=st.sampled_from(["noise", "blocks", "slope", "stripes"]),
)
def test_whatever_the_pixels_are_there_is_a_count_or_a_reason(
    seed: int, height: int, width: int, kind: str
) -> None:
    rng = np.random.default_rng(seed)
    made = {
        "noise": lambda: rng.integers(0, 256, (height, width, 3)),
        "blocks": lambda: np.kron(
            rng.integers(0, 256, (8, 8, 3)), np.ones((height // 8 + 1, width // 8 + 1, 1), int)
        )[:height, :width],
        "slope": lambda: np.linspace(0, 255, height * width * 3).reshape(height, width, 3),
        "stripes": lambda: np.broadcast_to(rng.integers(0, 256, (1, width, 1)), (height, width, 3)),
    }[kind]()
    try:
        found = count(np.ascontiguousarray(made.astype(np.uint8)))
    except (Unusable, NoSolution):
        return
    for one in (*found.red_cells, *found.white_cells, *found.foreign_bodies):
        assert np.isfinite([one.x, one.y, one.radius]).all()
        assert one.radius > 0
