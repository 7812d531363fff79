"""What a page shows of a picture: upright, of 8 bits, no larger than a screen can use.

The pixels are those that are counted (`micrograph.pictures.read`), so what is drawn over them lies
where it was found. Nothing but pixels goes into it: no place, date or name that a camera wrote.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from assays.numerics.micrograph.pictures import Pixels, read
from assays.numerics.refusals import Unusable
from labsys.lib.wording import gettext_noop as _

MEDIA_TYPE = "image/jpeg"
LONGEST = 2560
THUMBNAIL = 240
QUALITY = 90


@dataclass(frozen=True, slots=True)
class Views:
    """JPEG pictures of one micrograph, and its own size in pixels, upright."""

    picture: bytes
    thumbnail: bytes
    width: int
    height: int


def views(content: bytes) -> Views:
    """Return what is shown of the bytes of a PNG, JPEG or TIFF; raises Unusable as `read` does."""
    pixels = read(content).pixels
    height, width = pixels.shape[:2]
    return Views(_encoded(pixels, LONGEST), _encoded(pixels, THUMBNAIL), width, height)


def _encoded(pixels: Pixels, longest: int) -> bytes:
    height, width = pixels.shape[:2]
    share = longest / max(height, width)
    if share < 1:
        size = max(1, round(width * share)), max(1, round(height * share))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    done, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise Unusable("PICTURE_DAMAGED", _("The picture cannot be drawn."))
    return encoded.tobytes()
