"""Instruments that write LIS2-A2 almost by the book.

- Beckman Coulter Access and DxI: the specimen is O.3; a test may be reported under another code than
  it was ordered under (B12, B12II): both are mapped. Units may be numbers of its own list: set
  `units`, until then they are held.
- Trinity Premier Hb9210: the specimen is O.4; frames are numbered to 9; `---` is a value that was
  not calculated; the rows Code and Data Points are no results.
- Snibe Maglumi: records between STX and ETX without number and checksum; no status. The specimen is
  what the operator typed.
- Phadia (ImmunoCAP): one value is the concentration, its class, what it is called and more, as
  components; the allergen's code goes with the kind of antibody (`f1^sIgE`). Not seen on a wire.
- Radiometer ABL80, ABL90 and ABL800 (ABL9 names the specimen elsewhere): a parameter that was not
  measured stands there as dots and is no result; O.4 has a number of the analyser's own, which begins
  with QC for control material; O.16 names its level. Not seen on a wire.
- Bio-Rad D-10 and what else its CDM sends: a fraction's code goes with what is reported of it
  (`A1c^AREA`); rack and position stand behind the specimen. Not seen on a wire.
- Sysmex UN-series (U-WAM): each value is sent as measured and as formatted; the code says which
  (`C-CRE^RAW`). What has no value, and names of pictures, are no results. Not seen on a wire.
- Ortho VITROS: a code has what it was diluted by hand before it and by the analyser behind it
  (`1.0000+302+1.0`); tray and cup stand behind the specimen. From two published integrations.
- Roche COBAS TaqMan by AMPLILINK: the assay is in R.3 alone, and a number may have its logarithm
  behind it. The status is V; a comment says Accepted. From published sessions.
- Abbott Afinion 2 and Siemens DCA Vantage: the operator types the specimen's number as that of the
  patient (P.4, P.3); O.4 has a run number only.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.astm.options import LinkOptions
from assays.instruments.declarations import blank, says, starts
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at
from assays.instruments.values import NOT_DETECTED, Spelling

BECKMAN_ACCESS = Driver(
    name="beckman-access",
    label="Beckman Coulter Access and DxI",
    senders=(r"^ACCESS", r"^(?:UniCel )?DxI(?:\b| ?\d)"),
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
ORTHO_VITROS = Driver(
    name="ortho-vitros",
    label="Ortho VITROS",
    senders=(r"^VITROS", r"^VECI"),
    # The header names a serial number alone; nobody else writes dilutions around a code.
    marks=(r"[\r\n]R\|\d+\|\^\^\^\d+\.\d+\+\d+\+\d",),
    astm=replace(
        PLAIN,
        specimen=at("O.3.1"),
        code_starts_at="+",
        code_ends_at="+",
        no_flags=frozenset({"0"}),
    ),
)
PHADIA_IMMUNOCAP = Driver(
    name="phadia-immunocap",
    label="Phadia ImmunoCAP",
    senders=(r"\bImmunoCAP\b", r"^Phadia\b"),
    astm=replace(PLAIN, specimen=at("O.3.1"), qualifier=at("R.3.5"), value=at("R.4.1")),
)
RADIOMETER_ABL = Driver(
    name="radiometer-abl",
    label="Radiometer ABL80, ABL90 and ABL800",
    senders=(r"^ABL ?\d{2,3}\b",),
    astm=replace(
        PLAIN,
        specimen=at("O.3.1"),
        supplement=((says("R.4", *("." * n for n in range(1, 11))),),),
        control=(*PLAIN.control, (starts("O.4", "QC"),), (starts("O.16", "QCLevel"),)),
        control_name=at("O.16.2"),
    ),
)
BIORAD_CDM = Driver(
    name="biorad-d10",
    label="Bio-Rad D-10 and CDM",
    senders=(r"^Bio-Rad (?:CDM|D-10)\b", r"^D-10\b"),
    astm=replace(PLAIN, specimen=at("O.3.1"), qualifier=at("R.3.5")),
)
SYSMEX_UN = Driver(
    name="sysmex-un",
    label="Sysmex UN-series (U-WAM)",
    senders=(r"^U-WAM\b",),
    astm=replace(
        PLAIN,
        specimen=at("O.3.1"),
        value=at("R.4.1"),
        qualifier=at("R.4.2"),
        supplement=((blank("R.4.1"),), (says("R.3.7", "IF"),)),
    ),
)
ROCHE_TAQMAN = Driver(
    name="roche-taqman",
    label="Roche COBAS TaqMan (AMPLILINK)",
    senders=(r"\bAMPLILINK\b", r"\bTaqMan\b"),
    astm=replace(
        PLAIN,
        specimen=at("O.3.1"),
        spelling=Spelling(words={"Target Not Detected": NOT_DETECTED}, has_logarithm=True),
    ),
)
