"""Reading micrographs that nobody has vouched for: content decides, and size before decoding."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph.quantiles import quantile
from assays.numerics.refusals import Unusable
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

MOST_PIXELS = 50_000_000
MOST_BYTES = 256 * 1024 * 1024
LEAST_SIDE = 48
MOST_RATIO = 40
FORMATS = ("PNG", "JPEG", "TIFF")
SATURATED = 254
MUCH_SATURATED = 0.02
LEAST_LIGHT = 24
# Below this spread of grey levels a field shows nothing: noise of a camera alone has 1 to 3.
LEAST_SPREAD = 4.0

Pixels = NDArray[np.uint8]
Given = str | os.PathLike[str] | bytes | NDArray[Any]


class PictureNote(StrEnum):
    """What was done to a picture before anything in it was counted."""

    SEVERAL_PAGES = "only_the_first_page_was_counted"
    TURNED = "turned_upright_as_its_exif_says"
    GREY = "no_colour_only_red_cells_told_apart"
    SIXTEEN_BITS = "sixteen_bits_reduced_to_eight"
    TRANSPARENT = "transparency_laid_on_white"
    SATURATED = "parts_are_saturated"
    CHANNELS = "channels_taken_as_blue_green_red"


@dataclass(frozen=True, slots=True)
class Picture:
    """``pixels`` are (height, width, 3) in blue, green, red, upright, of 8 bits."""

    pixels: Pixels
    has_colour: bool
    from_array: bool
    notes: tuple[PictureNote, ...]


def read(given: Given) -> Picture:
    """Return the picture in a file, in bytes or in an array of numbers.

    Raises Unusable: FILE_UNREADABLE, FILE_EMPTY, FILE_TOO_LARGE, NOT_A_PICTURE, PICTURE_DAMAGED,
    TOO_MANY_PIXELS, PICTURE_SHAPE, PICTURE_SMALL, PICTURE_NOT_NUMBERS, PICTURE_DARK, PICTURE_BLANK.
    """
    if isinstance(given, np.ndarray):
        picture = _of_array(given)
    elif isinstance(given, bytes | bytearray | memoryview):
        picture = _of_bytes(bytes(given), _("The picture"))
    elif isinstance(given, str | os.PathLike):
        picture = _of_bytes(_contents(Path(given)), Path(given).name)
    else:
        raise Unusable(
            "NOT_A_PICTURE",
            _("%(given)s is no picture: give a path, the bytes of a file, or an array."),
            given=cited(given),
        )
    return _judged(picture)


def _contents(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise Unusable(
                "FILE_TOO_LARGE",
                _("%(name)s has %(size)d bytes; at most %(most)d are read."),
                name=path.name,
                size=size,
                most=MOST_BYTES,
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable(
            "FILE_UNREADABLE",
            _("%(name)s cannot be read: %(why)s."),
            name=cited(path.name),
            why=getattr(error, "strerror", None) or type(error).__name__,
        ) from error


def _of_bytes(content: bytes, name: str) -> Picture:
    from PIL import Image, ImageOps

    if not content:
        raise Unusable("FILE_EMPTY", _("%(name)s is empty."), name=name)
    notes: list[PictureNote] = []
    with warnings.catch_warnings():
        # Pillow warns of odd metadata and of large pictures; size is judged here, before decoding.
        warnings.simplefilter("ignore")
        try:
            image = Image.open(BytesIO(content), formats=FORMATS)
            width, height = image.size
        except Image.DecompressionBombError as error:
            raise _too_many(name, None) from error
        except MemoryError:
            raise  # too much for this process; whether it is damaged is not known
        except Exception as error:  # noqa: BLE001 - decoders raise whatever a damaged file makes them
            raise Unusable(
                "NOT_A_PICTURE",
                _("%(name)s is no picture in PNG, JPEG or TIFF that can be read."),
                name=name,
            ) from error
        _check_size(width, height, name)
        try:
            if getattr(image, "n_frames", 1) > 1:
                notes.append(PictureNote.SEVERAL_PAGES)
                image.seek(0)
            image.load()
            upright: Image.Image = image
            if image.getexif().get(0x0112, 1) in range(2, 9):
                notes.append(PictureNote.TURNED)
                upright = ImageOps.exif_transpose(image)
            pixels, has_colour = _channels(upright, notes)
        except (Unusable, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - as above
            raise Unusable(
                "PICTURE_DAMAGED",
                _(
                    "%(name)s is damaged or cut short: its picture cannot be decoded. Save it again."
                ),
                name=name,
            ) from error
    return Picture(pixels, has_colour, False, tuple(notes))


def _channels(image: Any, notes: list[PictureNote]) -> tuple[Pixels, bool]:
    from PIL import Image

    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        notes.append(PictureNote.SIXTEEN_BITS)
        return _eight_bits(np.asarray(image)), False
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        notes.append(PictureNote.TRANSPARENT)
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    has_colour = image.mode not in {"1", "L"}
    # A copy less: of 50 million pixels, the decoder's own is 200 MB.
    return _turned(np.asarray(image if image.mode == "RGB" else image.convert("RGB"))), has_colour


def _of_array(given: NDArray[Any]) -> Picture:
    if given.ndim not in (2, 3) or (given.ndim == 3 and given.shape[2] not in (1, 3, 4)):
        raise Unusable(
            "PICTURE_SHAPE",
            _("An array of shape %(shape)s is no picture: give (height, width) or with 3 colours."),
            shape=given.shape,
        )
    _check_size(given.shape[1], given.shape[0], _("The array"))
    if given.dtype.kind not in "buif":
        raise Unusable("PICTURE_NOT_NUMBERS", _("The array does not hold numbers."))
    if given.dtype.kind == "f" and not np.isfinite(given).all():
        raise Unusable("PICTURE_NOT_NUMBERS", _("The array holds values that are not finite."))
    notes: list[PictureNote] = []
    if given.dtype != np.uint8:
        if given.dtype.kind in "iu" and given.dtype.itemsize > 1:
            notes.append(PictureNote.SIXTEEN_BITS)
        given = _levels(given)
    if given.ndim == 3 and given.shape[2] == 4:
        notes.append(PictureNote.TRANSPARENT)
        alpha = given[..., 3:].astype(np.uint16)
        given = ((given[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    if given.ndim == 2 or given.shape[2] == 1:
        grey = given.reshape(given.shape[:2])
        return Picture(np.repeat(grey[..., None], 3, axis=2), False, True, tuple(notes))
    return Picture(_turned(given), True, True, tuple(notes))


def _turned(pixels: NDArray[Any]) -> Pixels:
    """Return the channels in the other order."""
    import cv2

    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2BGR), np.uint8)


def _levels(given: NDArray[Any]) -> Pixels:
    """Return 8 bits of an array of other numbers: 0 to 1 if floats are within, else to the largest."""
    top = float(given.max())
    if float(given.min()) < 0:
        raise Unusable("PICTURE_NOT_NUMBERS", _("The array holds values below 0; light has none."))
    if given.dtype.kind == "f" and top <= 1:
        top = 1.0
    elif top <= 255:
        top = 255.0
    return np.clip(np.rint(given.astype(np.float64) * (255 / top)), 0, 255).astype(np.uint8)


def _eight_bits(grey: NDArray[Any]) -> Pixels:
    if not np.isfinite(grey).all():
        raise Unusable("PICTURE_NOT_NUMBERS", _("The picture holds values that are not finite."))
    return np.repeat(_levels(grey)[..., None], 3, axis=2)


def _check_size(width: int, height: int, name: str) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many(name, width * height)
    if min(width, height) < LEAST_SIDE or max(width, height) > MOST_RATIO * min(width, height):
        raise Unusable(
            "PICTURE_SMALL",
            _(
                "%(name)s is %(width)d x %(height)d pixels; a field has at least %(least)d each way."
            ),
            name=name,
            width=width,
            height=height,
            least=LEAST_SIDE,
        )


def _too_many(name: str, pixels: int | None) -> Unusable:
    return Unusable(
        "TOO_MANY_PIXELS",
        _("%(name)s has %(pixels)s pixels; at most %(most)d are decoded. Save single fields."),
        name=name,
        pixels=pixels or _("too many"),
        most=MOST_PIXELS,
    )


def _judged(picture: Picture) -> Picture:
    """Return the picture with notes on its light; one that shows nothing is refused."""
    step = max(1, min(picture.pixels.shape[:2]) // 160)
    sample = np.ascontiguousarray(picture.pixels[::step, ::step])
    blue, green, red = (np.ascontiguousarray(sample[..., channel]) for channel in range(3))
    brightest = np.maximum(np.maximum(blue, green), red)
    least = np.minimum(np.minimum(blue, green), red)
    light = quantile(brightest, 0.99)
    if light < LEAST_LIGHT:
        raise Unusable("PICTURE_DARK", _("The field is dark: no light came through. Expose again."))
    if quantile(green, 0.995) - quantile(green, 0.005) < LEAST_SPREAD or float(green.std()) < 1:
        raise Unusable(
            "PICTURE_BLANK", _("The field is blank: nothing in it differs from the rest.")
        )
    notes = list(picture.notes)
    has_colour = picture.has_colour and int((brightest - least).max()) > 3
    if not has_colour:
        notes.append(PictureNote.GREY)
    if float((least >= SATURATED).mean()) > MUCH_SATURATED:
        notes.append(PictureNote.SATURATED)
    return Picture(picture.pixels, has_colour, picture.from_array, tuple(notes))
