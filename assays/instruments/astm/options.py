"""How a family, or one instrument, frames otherwise than LIS1-A says.

What is not declared is the standard: frames numbered 1 to 7 and 0 again, each with its checksum.
"""

from __future__ import annotations

from dataclasses import dataclass

from assays.instruments.astm.scanning import FRAME_LIMIT
from assays.instruments.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOptions:
    """`frameless`: ENQ, STX records ETX, EOT, without number and checksum; each of the four is a
    token that its sender may wait to have acknowledged. `numbering`: how many numbers there are
    before they begin again at 0; `first` is that of the first frame. `limit` is that of a frame
    with its overhead, in bytes. Without `has_checksum` a checksum may stand there and is not looked
    at: damage of the text then goes unnoticed.
    """

    frameless: bool = False
    has_checksum: bool = True
    numbering: int = 8
    first: int = 1
    limit: int = FRAME_LIMIT

    def with_settings(self, settings: Settings) -> LinkOptions:
        """Return the options of one instrument: what it is set to goes before its family's."""
        own = settings
        return LinkOptions(
            frameless=self.frameless if own.frameless is None else own.frameless,
            has_checksum=self.has_checksum if own.checksum is None else own.checksum,
            numbering=own.frame_numbers or self.numbering,
            first=self.first if own.first_frame is None else own.first_frame,
            limit=own.frame_limit or self.limit,
        )


STANDARD = LinkOptions()
