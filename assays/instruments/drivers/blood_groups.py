"""Blood group serology: what these instruments send is kept and held, none of it is filed.

Immucor Echo and NEO (ASTM): a grade, a grade and a score for each reaction, then the
interpretation. Bio-Rad IH-1000 (ASTM): the states R and S instead of a result status, reagent lots
in the comments. Both name the patient. Ortho VISION (ASTM, HL7; not seen on a wire): the code is
component 1 of R.3; Windows letters where the message names no character set. In H.5 of an IH-1000
stands its maker alone: analysers of that maker for haemoglobins add a model.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import ASTM, HL7
from assays.instruments.drivers.driver import Driver
from assays.instruments.segments import at

_WHAT = "Blood group serology"
_SEROLOGY = replace(ASTM, out_of_scope=_WHAT)

IMMUCOR = Driver(
    name="immucor",
    label="Immucor Echo and NEO",
    senders=(r"^(?:Galileo )?(?:Echo|NEO)\b",),
    marks=(r"^H\|[^\r\n]*\|(?:Echo|NEO)\|",),  # a host's orders to it
    astm=_SEROLOGY,
)
BIORAD_IH1000 = Driver(
    name="biorad-ih1000",
    label="Bio-Rad IH-1000",
    senders=(r"^Bio-Rad\Z",),
    astm=_SEROLOGY,
)
ORTHO_VISION = Driver(
    name="ortho-vision",
    label="Ortho VISION",
    senders=(r"\bVISION\b",),
    astm=replace(
        _SEROLOGY,
        charset="WINDOWS-1252",
        specimen=at("O.3.1"),
        code=at("R.3.1", "R.3.4"),
        ordered=at("O.5.1", "O.5.4"),
    ),
    hl7=replace(HL7, charset="WINDOWS-1252", out_of_scope=_WHAT),
)
