"""Blood group serology: what these instruments send is kept and held, none of it is filed.

Immucor Echo and NEO (ASTM): a grade, a grade and a score for each reaction, then the
interpretation. Bio-Rad IH-1000 (ASTM): the states R and S instead of a result status, reagent lots
in the comments. Both name the patient.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import ASTM
from assays.instruments.drivers.driver import Driver

_SEROLOGY = replace(ASTM, out_of_scope="Blood group serology")

IMMUCOR = Driver(
    name="immucor",
    label="Immucor Echo and NEO",
    senders=(r"^(?:Galileo )?(?:Echo|NEO)\b",),
    marks=(r"^H\|[^\r\n]*\|(?:Echo|NEO)\|",),  # a host's orders to it
    astm=_SEROLOGY,
)
BIORAD_IH1000 = Driver(
    name="biorad-ih1000", label="Bio-Rad IH-1000", senders=(r"^Bio-Rad\b",), astm=_SEROLOGY
)
