"""The languages an instrument speaks."""

from __future__ import annotations

from enum import StrEnum


class Dialect(StrEnum):
    """How a message is written; the same words as `TransmissionMessage.Dialect`."""

    HTTP = "HTTP"
    ASTM = "ASTM"
    HL7 = "HL7"
