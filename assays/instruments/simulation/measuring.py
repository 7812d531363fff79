"""What a simulated instrument measures: plausible values of adults, the same again from one seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from assays.instruments.simulation.messages import Measurement, Sample
from labsys.lib.quantities import plain, rounded

CONTROL_CV = 0.02
# Of the middle of what is usual; as many as an instrument has kinds of control material.
CONTROL_LEVELS = (0.75, 1.0, 1.3)
# How often platelets clump, which a counter sees and cannot help.
CLUMPED = 0.05


class Kind(StrEnum):
    """What stands on the bench."""

    CBC = "cbc"
    HORMONES = "hormones"
    NANITE = "nanite"


@dataclass(frozen=True, slots=True)
class Channel:
    """One test of an instrument: its code and unit, how finely and between which limits it reports.

    `low` and `high` are what the instrument itself calls usual: its L and H flags, which nobody
    but the instrument believes in.
    """

    code: str
    name: str
    unit: str
    decimals: int
    low: float
    high: float
    least: float | None = None
    most: float | None = None

    def report(self, value: float) -> Measurement:
        """Print a value: rounded, flagged, and with a comparator outside the measuring range."""
        flag = "L" if value < self.low else "H" if value > self.high else "N"
        if self.least is not None and value < self.least:
            printed, flag = "<" + self._print(self.least), "<"
        elif self.most is not None and value > self.most:
            printed, flag = ">" + self._print(self.most), ">"
        else:
            printed = self._print(value)
        return Measurement(self.code, self.name, printed, self.unit, flag)

    def _print(self, value: float) -> str:
        return plain(rounded(value, self.decimals))


CELLS = "10*3/uL"
CHANNELS: Mapping[Kind, tuple[Channel, ...]] = {
    Kind.CBC: (
        Channel("WBC", "Leukocytes", CELLS, 1, 4, 11, 0.1, 500),
        Channel("RBC", "Erythrocytes", "10*6/uL", 2, 3.8, 5.9, 0.05, 10),
        Channel("HGB", "Hemoglobin", "g/dL", 1, 12, 17, 0.1, 25),
        Channel("HCT", "Hematocrit", "%", 1, 36, 51),
        Channel("MCV", "Mean corpuscular volume", "fL", 0, 80, 98),
        Channel("MCH", "Mean corpuscular hemoglobin", "pg", 1, 27, 33),
        Channel("MCHC", "Mean corpuscular hemoglobin concentration", "g/dL", 1, 32, 36),
        Channel("RDW", "Erythrocyte distribution width", "%", 1, 11.5, 14.5),
        Channel("PLT", "Platelets", CELLS, 0, 150, 400, 2, 5000),
        Channel("NEUT", "Neutrophils", CELLS, 2, 1.8, 7.5),
        Channel("LYMPH", "Lymphocytes", CELLS, 2, 1, 4),
        Channel("MONO", "Monocytes", CELLS, 2, 0.2, 1),
        Channel("EOS", "Eosinophils", CELLS, 2, 0.02, 0.5),
        Channel("BASO", "Basophils", CELLS, 2, 0, 0.1),
    ),
    Kind.HORMONES: (
        Channel("LH", "Lutropin", "m[IU]/mL", 1, 1, 12, 0.1, 200),
        Channel("FSH", "Follitropin", "m[IU]/mL", 1, 1.5, 12, 0.1, 200),
        Channel("E2", "Estradiol", "pg/mL", 0, 20, 350, 5, 3000),
        Channel("PROG", "Progesterone", "ng/mL", 1, 0.1, 20, 0.1, 60),
        Channel("TESTO", "Testosterone", "ng/dL", 0, 15, 900, 3, 1500),
        Channel("PRL", "Prolactin", "ng/mL", 1, 4, 25, 0.3, 200),
        Channel("SHBG", "Sex hormone binding globulin", "nmol/L", 0, 15, 120, 1, 250),
        Channel("DHEAS", "DHEA sulfate", "ug/dL", 0, 30, 400, 2, 1500),
    ),
    Kind.NANITE: (
        Channel("NL", "Nanite load", "{nanites}/uL", 0, 0, 100_000, 50, 5_000_000),
        Channel("NR", "Nanites per 1000 red cells", "{nanites}/10*3{RBCs}", 2, 0, 25, 0.01),
    ),
}
# Names of control material: nobody's accession number, whatever the laboratory numbers like.
CONTROLS: Mapping[Kind, tuple[str, ...]] = {
    Kind.CBC: ("QC-CBC-LOW", "QC-CBC-NORMAL", "QC-CBC-HIGH"),
    Kind.HORMONES: ("QC-HORM-1", "QC-HORM-2"),
    Kind.NANITE: ("QC-NAN-1", "QC-NAN-2"),
}


def measure(
    kind: Kind, specimen: str, *, seed: str, observed_at: datetime, codes: Collection[str] = ()
) -> Sample:
    """Measure a specimen; with `codes`, report those alone. The same seed gives the same values."""
    chance = random.Random(f"{seed}/{kind}/{specimen}")  # noqa: S311
    sample = _sample(kind, specimen, _BLOOD[kind](chance), observed_at, codes=codes)
    return _with_clumps(sample) if chance.random() < CLUMPED else sample


def measure_control(kind: Kind, number: int, *, seed: str, observed_at: datetime) -> Sample:
    """Measure control material; its levels follow each other."""
    name = CONTROLS[kind][number % len(CONTROLS[kind])]
    level = CONTROL_LEVELS[number % len(CONTROLS[kind])]
    chance = random.Random(f"{seed}/{name}/{number}")  # noqa: S311
    values = {
        channel.code: (channel.low + channel.high) / 2 * level * chance.gauss(1, CONTROL_CV)
        for channel in CHANNELS[kind]
    }
    return _sample(kind, name, values, observed_at, is_control=True)


def report(
    kind: Kind, specimen: str, values: Mapping[str, Decimal], *, observed_at: datetime
) -> Sample:
    """Report values that were decided elsewhere, in the instrument's own codes and units."""
    as_float = {code: float(value) for code, value in values.items()}
    return _sample(kind, specimen, as_float, observed_at)


def _sample(
    kind: Kind,
    specimen: str,
    values: Mapping[str, float],
    observed_at: datetime,
    *,
    codes: Collection[str] = (),
    is_control: bool = False,
) -> Sample:
    reported = tuple(
        channel.report(values[channel.code])
        for channel in CHANNELS[kind]
        if channel.code in values and (not codes or channel.code in codes)
    )
    return Sample(specimen, reported, observed_at, is_control)


def _with_clumps(sample: Sample) -> Sample:
    """Flag platelets as abnormal and say why in a comment, where they were counted."""
    marked = tuple(
        replace(one, flag="A", comment="PLT clumps?") if one.code == "PLT" else one
        for one in sample.measurements
    )
    return replace(sample, measurements=marked)


def _blood_count(chance: random.Random) -> dict[str, float]:
    """Cell counts that agree with each other: the indices are computed, as counters do."""
    red = max(1.5, chance.gauss(4.7, 0.5))
    volume, concentration = chance.gauss(90, 4), chance.gauss(33.8, 0.8)
    hematocrit = red * volume / 10
    hemoglobin = concentration * hematocrit / 100
    white = chance.lognormvariate(1.9, 0.3)
    parts = [chance.uniform(*bounds) for bounds in _DIFFERENTIAL.values()]
    return {
        "WBC": white,
        "RBC": red,
        "HGB": hemoglobin,
        "HCT": hematocrit,
        "MCV": volume,
        "MCH": hemoglobin / red * 10,
        "MCHC": concentration,
        "RDW": chance.gauss(13, 0.7),
        "PLT": chance.lognormvariate(5.5, 0.25),
        **{
            code: white * part / sum(parts) for code, part in zip(_DIFFERENTIAL, parts, strict=True)
        },
    }


_DIFFERENTIAL = {
    "NEUT": (50, 65),
    "LYMPH": (25, 38),
    "MONO": (4, 9),
    "EOS": (0.5, 4),
    "BASO": (0.1, 1),
}


def _hormones(chance: random.Random) -> dict[str, float]:
    """Log-normal, and wide: a suppressed axis lies below what the analyser can tell from zero."""
    suppressed = 0.01 if chance.random() < 0.15 else 1.0
    return {
        "LH": chance.lognormvariate(1.5, 0.6) * suppressed,
        "FSH": chance.lognormvariate(1.6, 0.5) * suppressed,
        "E2": chance.lognormvariate(4.2, 0.9) * (0.02 if suppressed < 1 else 1),
        "PROG": chance.lognormvariate(-0.2, 1.2),
        "TESTO": chance.lognormvariate(4.6, 1.2),
        "PRL": chance.lognormvariate(2.3, 0.4),
        "SHBG": chance.lognormvariate(3.7, 0.4),
        "DHEAS": chance.lognormvariate(5.1, 0.5),
    }


def _nanites(chance: random.Random) -> dict[str, float]:
    load = 0.0 if chance.random() < 0.1 else chance.lognormvariate(10.5, 1.2)
    red_cells_per_ul = max(1.5, chance.gauss(4.7, 0.5)) * 1e6
    return {"NL": load, "NR": load / red_cells_per_ul * 1000}


_BLOOD: Mapping[Kind, Callable[[random.Random], dict[str, float]]] = {
    Kind.CBC: _blood_count,
    Kind.HORMONES: _hormones,
    Kind.NANITE: _nanites,
}
