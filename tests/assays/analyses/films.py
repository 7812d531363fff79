"""Specimens with micrographs of drawn fields."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from assays.actions import micrographs
from assays.models import Micrograph, Specimen
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.numerics.micrograph.scenes import Scene, scene


@lru_cache
def field(seed: int = 1, foreign: int = 2, cells: int = 24) -> Scene:
    return scene(
        seed=seed, width=480, height=360, cells=cells, radius=18, foreign=("disc",) * foreign
    )


@lru_cache
def png(seed: int = 1, foreign: int = 2) -> bytes:
    return field(seed, foreign).as_bytes()


def saved(kind: str, size: tuple[int, int] = (64, 64), **options: Any) -> bytes:
    """A plain picture of this kind, as its encoder writes it."""
    file = BytesIO()
    Image.new("RGB", size, (200, 150, 160)).save(file, kind, **options)
    return file.getvalue()


def bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """A PNG of few bytes whose header says that it is far too large."""
    import struct
    import zlib

    def chunk(name: bytes, body: bytes) -> bytes:
        sum_ = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", sum_)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def upload(content: bytes, name: str = "field.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def specimen() -> Specimen:
    made = laboratory.assays(FILM={})
    return laboratory.specimen([made["FILM"]])


def given(
    specimen: Specimen, by: Principal, *contents: bytes, scale: str | None = None
) -> list[Micrograph]:
    """Give these files, called field-1.png and so on."""
    return [
        micrographs.add(
            specimen=specimen,
            file=upload(content),
            name=f"field-{place}.png",
            um_per_pixel=None if scale is None else Decimal(scale),
            by=by,
            at=database_now(),
        )
        for place, content in enumerate(contents, 1)
    ]
