"""What somebody in the laboratory has to look at about an order that was placed."""

from __future__ import annotations

from enum import StrEnum


class NoticeKind(StrEnum):
    DUPLICATE = "DUPLICATE"  # it repeats an earlier order, and whoever ordered was not asked
    TUBE = "TUBE"  # a tube that the hospital names could not be assigned to a specimen
