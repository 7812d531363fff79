"""Instruments that write LIS2-A2 almost by the book.

- Beckman Coulter Access and DxI: the specimen is O.3; a test may be reported under another code than
  it was ordered under (B12, B12II): both are mapped. Units may be numbers of its own list: set
  `units`, until then they are held.
- Trinity Premier Hb9210: the specimen is O.4; frames are numbered to 9; `---` is a value that was
  not calculated; the rows Code and Data Points are no results.
- Snibe Maglumi: records between STX and ETX without number and checksum; no status. The specimen is
  what the operator typed.
- Abbott Afinion 2 and Siemens DCA Vantage: the operator types the specimen's number as that of the
  patient (P.4, P.3); O.4 has a run number only.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.astm.options import LinkOptions
from assays.instruments.declarations import starts
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at
from assays.instruments.values import Spelling

BECKMAN_ACCESS = Driver(
    name="beckman-access",
    label="Beckman Coulter Access and DxI",
    senders=(r"^ACCESS", r"^DxI\b"),
    astm=replace(PLAIN, specimen=at("O.3.1")),
    orders=(replace(ordering.ASTM, reported_as={"B12": "B12II"}),),
)
TRINITY_PREMIER = Driver(
    name="trinity-premier",
    label="Trinity Biotech Premier Hb9210",
    link=LinkOptions(numbering=10),
    senders=(r"^PREMIER\b",),
    astm=replace(
        PLAIN,
        specimen=at("O.4"),
        supplement=((starts("R.3.4", "Code", "Data Poin"),),),
        spelling=Spelling(units={"mMol HbA1c/mol Hb": "mmol/mol"}),
    ),
)
SNIBE_MAGLUMI = Driver(
    name="snibe-maglumi",
    label="Snibe Maglumi",
    link=LinkOptions(frameless=True),
    senders=(r"^Maglumi\b",),
    astm=replace(PLAIN, specimen=at("O.3.1")),
    orders=(ordering.ASTM,),
)
ABBOTT_AFINION = Driver(
    name="abbott-afinion",
    label="Abbott Afinion 2",
    senders=(r"^Afinion\b",),
    astm=replace(PLAIN, specimen=at("P.4"), patient=None),
)
SIEMENS_DCA_VANTAGE = Driver(
    name="siemens-dca-vantage",
    label="Siemens DCA Vantage",
    senders=(r"^DCA Vantage\b",),
    astm=replace(PLAIN, specimen=at("P.3"), patient=None),
)
