"""How a family, or one instrument, frames otherwise than LIS1-A says.

What is not declared is the standard: frames numbered 1 to 7 and 0 again, each with its checksum.
"""

from __future__ import annotations

from dataclasses import dataclass

from assays.instruments.astm.scanning import FRAME_LIMIT
from assays.instruments.settings import Settings

# E1381-95: the text of a frame has at most 240 characters.
TEXT_LIMIT = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOptions:
    """`frameless`: ENQ, STX records ETX, EOT, without number and checksum; each of the four is a
    token that its sender may wait to have acknowledged. `numbering`: how many numbers there are
    before they begin again at 0; `first` is that of the first frame. `limit` is that of a frame
    with its overhead, in bytes. Without `has_checksum` a checksum may stand there and is not looked
    at: damage of the text then goes unnoticed.

    What is sent to it has at most `text_limit` bytes of text in a frame: 240 (E1381-95), or 63,993
    where it takes the frames of LIS01-A2. Each record begins a frame of its own, save where
    `joins_records`: then a frame is filled up to the limit, wherever records end.
    """

    frameless: bool = False
    has_checksum: bool = True
    numbering: int = 8
    first: int = 1
    limit: int = FRAME_LIMIT
    text_limit: int = TEXT_LIMIT
    joins_records: bool = False

    def with_settings(self, settings: Settings) -> LinkOptions:
        """Return the options of one instrument: what it is set to goes before its family's."""
        own = settings
        return LinkOptions(
            frameless=self.frameless if own.frameless is None else own.frameless,
            has_checksum=self.has_checksum if own.checksum is None else own.checksum,
            numbering=own.frame_numbers or self.numbering,
            first=self.first if own.first_frame is None else own.first_frame,
            limit=own.frame_limit or self.limit,
            text_limit=own.text_limit or self.text_limit,
            joins_records=self.joins_records if own.joins_records is None else own.joins_records,
        )


STANDARD = LinkOptions()
