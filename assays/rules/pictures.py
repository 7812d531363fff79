"""Pictures that somebody gives: judged by their header alone, before a pixel is decoded.

What a file is, its content says; a name that says otherwise is refused, since one of the two is a
mistake. Whether the pixels can be decoded is found by the process apart that draws and counts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from assays.rules import picture_headers
from assays.rules.picture_headers import NoHeader
from labsys.lib.wording import Refused, cited
from labsys.lib.wording import gettext_noop as _

MOST_PIXELS = 50_000_000
MOST_BYTES = 200 * 1024 * 1024
LEAST_SIDE = 48
MOST_RATIO = 40
MOST_NAME = 200
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "TIFF": "image/tiff"}
ENDINGS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}


class PictureRefused(Refused):
    """A file that cannot be taken as a picture."""

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(code, message, **params)
        self.field = "file"


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a picture says: its media type and its size in pixels as stored."""

    media_type: str
    width: int
    height: int


def inspect(file: IO[bytes], *, name: str, size: int) -> Header:
    """Return what the header of a picture says.

    Raises PictureRefused: NAME, FILE_EMPTY, FILE_TOO_LARGE, NOT_A_PICTURE, ENDING,
    TOO_MANY_PIXELS, PICTURE_SMALL.
    """
    shown, ending = _named(name)
    if size <= 0:
        raise PictureRefused("FILE_EMPTY", _("%(name)s is empty."), name=shown)
    if size > MOST_BYTES:
        raise PictureRefused(
            "FILE_TOO_LARGE",
            _("%(name)s has %(size)d MB; at most %(most)d MB are taken."),
            name=shown,
            size=-(-size // 2**20),
            most=MOST_BYTES // 2**20,
        )
    format_, width, height = _header(file, shown)
    if format_ != ENDINGS[ending]:
        raise PictureRefused(
            "ENDING",
            _("%(name)s holds a %(found)s picture, which its name does not say. Export it again."),
            name=shown,
            found=format_,
        )
    _check_size(width, height, shown)
    return Header(MEDIA_TYPES[format_], width, height)


def _named(name: str) -> tuple[str, str]:
    ending = PurePath(name).suffix.lower()
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise PictureRefused(
            "NAME",
            _("A file's name has 1 to %(most)d printable characters."),
            most=MOST_NAME,
        )
    if ending not in ENDINGS:
        raise PictureRefused(
            "ENDING_UNKNOWN",
            _("%(name)s is not named as a picture: PNG, JPEG and TIFF are taken."),
            name=cited(name),
        )
    return cited(name), ending


def _header(file: IO[bytes], shown: str) -> tuple[str, int, int]:
    try:
        found = picture_headers.read(file)
    except NoHeader as error:
        raise PictureRefused(
            "NOT_A_PICTURE",
            _("%(name)s is no picture in PNG, JPEG or TIFF that can be read."),
            name=shown,
        ) from error
    return found.kind, found.width, found.height


def _check_size(width: int, height: int, shown: str) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many(shown, width * height)
    if min(width, height) < LEAST_SIDE or max(width, height) > MOST_RATIO * min(width, height):
        raise PictureRefused(
            "PICTURE_SMALL",
            _(
                "%(name)s is %(width)d x %(height)d pixels; a field has at least %(least)d each way."
            ),
            name=shown,
            width=width,
            height=height,
            least=LEAST_SIDE,
        )


def _too_many(shown: str, pixels: int) -> PictureRefused:
    return PictureRefused(
        "TOO_MANY_PIXELS",
        _("%(name)s has %(pixels)s pixels; at most %(most)d are decoded. Save single fields."),
        name=shown,
        pixels=pixels,
        most=MOST_PIXELS,
    )
