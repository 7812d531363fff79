"""SS-MIX2: the standardized storage of Japanese hospitals, HL7 2.5 OUL^R22 in ISO 2022-JP.

MSH-18 repeats: nothing or ASCII, and behind `~` what is switched to by escape sequences (ISO IR87).
Where it names nothing, the profile demands these. Codes are JLAC10. Results are those of a hospital's
laboratory: the specimen and its number are theirs.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import HL7
from assays.instruments.drivers.driver import Driver

SS_MIX2 = Driver(
    name="ss-mix2",
    label="SS-MIX2 (HL7 of Japanese hospitals)",
    marks=(r"\|SS-MIX2(?:_[0-9.a-z]+)?\b",),
    hl7=replace(HL7, charset="ISO IR87"),
)
