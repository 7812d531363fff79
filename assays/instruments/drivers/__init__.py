"""The drivers by name."""

from __future__ import annotations

from assays.instruments.dialects import Dialect
from assays.instruments.drivers import recognising
from assays.instruments.drivers.abbott_alinity_m import ABBOTT_ALINITY_M
from assays.instruments.drivers.abbott_architect import ABBOTT_ARCHITECT
from assays.instruments.drivers.abbott_m2000 import ABBOTT_M2000
from assays.instruments.drivers.autobio import AUTOBIO_AUTOLUMO
from assays.instruments.drivers.beckman_dxh import BECKMAN_DXH
from assays.instruments.drivers.biosystems import BIOSYSTEMS_BA
from assays.instruments.drivers.blood_groups import BIORAD_IH1000, IMMUCOR, ORTHO_VISION
from assays.instruments.drivers.cepheid_genexpert import CEPHEID_GENEXPERT
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.euroimmun_analyzer import EUROIMMUN_ANALYZER
from assays.instruments.drivers.generic import HL7_ORU_OUL, LIS2A2
from assays.instruments.drivers.genrui import GENRUI
from assays.instruments.drivers.hologic_panther import HOLOGIC_PANTHER
from assays.instruments.drivers.horiba import HORIBA_PENTRA, HORIBA_YUMIZEN
from assays.instruments.drivers.mindray import MINDRAY_BC, MINDRAY_BS
from assays.instruments.drivers.near_patient import (
    BODITECH_ICHROMA,
    EDAN_I15,
    PIXCELL_HEMOSCREEN,
)
from assays.instruments.drivers.own_texts import ARKRAY_SPOTCHEM_EL, BIOMERIEUX_MINI_VIDAS
from assays.instruments.drivers.plain_astm import (
    ABBOTT_AFINION,
    BECKMAN_ACCESS,
    BIORAD_CDM,
    ORTHO_VITROS,
    PHADIA_IMMUNOCAP,
    RADIOMETER_ABL,
    ROCHE_TAQMAN,
    SIEMENS_DCA_VANTAGE,
    SNIBE_MAGLUMI,
    SYSMEX_UN,
    TRINITY_PREMIER,
)
from assays.instruments.drivers.roche import ROCHE_COBAS_4800, ROCHE_COBAS_PRO, ROCHE_COBAS_X800
from assays.instruments.drivers.roche_astm import (
    ROCHE_COBAS_6000,
    ROCHE_COBAS_C111,
    ROCHE_COBAS_C311,
    ROCHE_COBAS_E411,
)
from assays.instruments.drivers.siemens_centaur import SIEMENS_CENTAUR
from assays.instruments.drivers.ss_mix2 import SS_MIX2
from assays.instruments.drivers.sysmex import SYSMEX_CS, SYSMEX_XN
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

__all__ = ["ALL", "Driver", "UnknownDriver", "by_the_book", "find", "names", "suggest"]

ALL = (
    LIS2A2,
    HL7_ORU_OUL,
    ABBOTT_AFINION,
    ABBOTT_ALINITY_M,
    ABBOTT_ARCHITECT,
    ABBOTT_M2000,
    ARKRAY_SPOTCHEM_EL,
    AUTOBIO_AUTOLUMO,
    BECKMAN_ACCESS,
    BECKMAN_DXH,
    BIOMERIEUX_MINI_VIDAS,
    BIORAD_CDM,
    BIORAD_IH1000,
    CEPHEID_GENEXPERT,
    EUROIMMUN_ANALYZER,
    GENRUI,
    HOLOGIC_PANTHER,
    HORIBA_PENTRA,
    HORIBA_YUMIZEN,
    IMMUCOR,
    PHADIA_IMMUNOCAP,
    RADIOMETER_ABL,
    ROCHE_COBAS_C111,
    ROCHE_COBAS_C311,
    ROCHE_COBAS_E411,
    ROCHE_COBAS_6000,
    ROCHE_COBAS_4800,
    ROCHE_COBAS_PRO,
    ROCHE_COBAS_X800,
    ROCHE_TAQMAN,
    # HL7
    BIOSYSTEMS_BA,
    BODITECH_ICHROMA,
    EDAN_I15,
    MINDRAY_BC,
    MINDRAY_BS,
    ORTHO_VISION,
    ORTHO_VITROS,
    PIXCELL_HEMOSCREEN,
    SS_MIX2,
    SIEMENS_CENTAUR,
    SIEMENS_DCA_VANTAGE,
    SNIBE_MAGLUMI,
    SYSMEX_CS,
    SYSMEX_UN,
    SYSMEX_XN,
    TRINITY_PREMIER,
)
_BY_NAME = {driver.name: driver for driver in ALL}


class UnknownDriver(Refused):
    """There is no driver of this name."""


def find(name: str) -> Driver:
    """Return the driver of a name, or raise UnknownDriver with the names there are."""
    if name not in _BY_NAME:
        raise UnknownDriver(
            "unknown_driver",
            _("There is no driver “%(name)s”; there are %(known)s."),
            name=name[:60],
            known=", ".join(names()),
        )
    return _BY_NAME[name]


def names(dialect: Dialect | None = None) -> list[str]:
    """Return the names of all drivers, or of those that speak a dialect."""
    return [driver.name for driver in ALL if dialect is None or driver.speaks(dialect)]


def suggest(raw: bytes) -> str | None:
    """Return the driver of the family that wrote these bytes, None where that cannot be said.

    A suggestion is for people: no message is ever filed by it.
    """
    return recognising.suggest(raw, ALL)


def by_the_book(dialect: Dialect) -> str:
    """Return the driver of instruments that write this dialect as its standard has it."""
    return (HL7_ORU_OUL if dialect is Dialect.HL7 else LIS2A2).name
