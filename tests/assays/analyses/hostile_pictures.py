"""Pictures that a file format allows and few expect, and pictures made to do harm."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from PIL import Image

from tests.assays.analyses import films

CELLS = 24


def pixels() -> Any:
    """A drawn field of so many red cells and nothing else, in red, green, blue."""
    return films.field(5, 0, CELLS).pixels


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return written(Image.fromarray(pixels()), "JPEG", exif=exif, quality=95)


def _sixteen(ending: str) -> bytes:
    done, encoded = cv2.imencode(ending, pixels()[..., ::-1].astype(np.uint16) * 257)
    assert done
    return bytes(encoded.tobytes())


def _transparent() -> Image.Image:
    return Image.fromarray(np.dstack([pixels(), np.full(pixels().shape[:2], 255, np.uint8)]))


@lru_cache
def usable() -> dict[str, bytes]:
    """Files that show the field of `pixels`, each in a way of its own."""
    image = Image.fromarray(pixels())
    inverted = Image.fromarray(255 - pixels())
    return {
        "four inks.jpg": written(image.convert("CMYK"), "JPEG", quality=95),
        "progressive.jpg": written(image, "JPEG", quality=95, progressive=True),
        "turned.jpg": _turned(),
        "16 bits, grey.png": written(
            Image.fromarray(pixels()[..., 1].astype(np.uint16) * 257), "PNG"
        ),
        "16 bits, colour.png": _sixteen(".png"),
        "16 bits, colour.tif": _sixteen(".tif"),
        "animated.png": written(image, "PNG", save_all=True, append_images=[inverted] * 3),
        "pages.tif": written(image, "TIFF", save_all=True, append_images=[inverted] * 3),
        "big.tif": written(image, "TIFF", big_tiff=True, compression="tiff_lzw"),
        "alpha.png": written(_transparent(), "PNG"),
        "palette.png": written(image.quantize(256), "PNG"),
        "palette with a gap.png": written(image.quantize(255), "PNG", transparency=255),
        "grey.png": written(image.convert("L"), "PNG"),
    }


@lru_cache
def harmful() -> dict[str, tuple[bytes, str]]:
    """Files whose header passes, each with the name under which a worker refuses it."""
    image = Image.fromarray(pixels())
    png, jpeg = written(image, "PNG"), written(image, "JPEG", quality=90)
    lzw = written(image, "TIFF", compression="tiff_lzw")
    return {
        "cut.png": (png[: len(png) // 2], "PICTURE_DAMAGED"),
        "cut.jpg": (jpeg[: len(jpeg) // 2], "PICTURE_DAMAGED"),
        "changed.tif": (changed(lzw), "PICTURE_DAMAGED"),
        "flipped.png": (changed(png), "PICTURE_DAMAGED"),
        "empty inside.png": (films.bomb(7000, 7000), "PICTURE_DAMAGED"),
        "bomb.png": (bomb(7000, 7000), "PICTURE_DARK"),
        "directories without end.tif": (endless(), "NOT_A_PICTURE|PICTURE_DAMAGED"),
        "one colour.png": (films.saved("PNG", (480, 360)), "PICTURE_BLANK"),
    }


def changed(content: bytes) -> bytes:
    """The same with some bytes in its middle that are others."""
    middle = len(content) // 2
    other = bytes(byte ^ 0xFF for byte in content[middle : middle + 64])
    return content[:middle] + other + content[middle + 64 :]


def bomb(width: int, height: int) -> bytes:
    """A whole PNG of some kilobytes that decodes to 3 bytes for each of its pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer, row = zlib.compressobj(9), bytes(1 + 3 * width)
    data = b"".join([*(packer.compress(row) for _row in range(height)), packer.flush()])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def tiff(entries: list[tuple[int, int, int, int]], body: bytes, following: int = 0) -> bytes:
    """A TIFF of one directory, which lies behind the body; entries are tag, type, number, value."""
    directory = b"".join(struct.pack("<HHII", *one) for one in sorted(entries))
    head = b"II*\0" + struct.pack("<I", 8 + len(body))
    return head + body + struct.pack("<H", len(entries)) + directory + struct.pack("<I", following)


def _plain(strips: int = 1) -> list[tuple[int, int, int, int]]:
    return [
        *((256, 3, 1, 640), (257, 3, 1, 480), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)),
        *((273, 4, strips, 8), (277, 3, 1, 1), (278, 3, 1, 480), (279, 4, 1, 640 * 480)),
    ]


def strips(number: int) -> bytes:
    """A TIFF that lists so many strips: 4 bytes each in the file, far more in who reads the list."""
    return tiff(_plain(number), b"\x80" * 4 * number)


def endless() -> bytes:
    """A TIFF whose directory names itself as the next one."""
    return tiff(_plain(), b"\x80" * 100, following=108)


def each() -> Iterator[tuple[str, bytes]]:
    """All of them, the usable between the harmful."""
    good = iter(usable().items())
    for name, (content, _code) in harmful().items():
        yield from ([one] if (one := next(good, None)) else [])
        yield name, content
    yield from good
