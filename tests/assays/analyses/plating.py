"""Synthetic plates of LH: a rising 4PL curve with a little scatter, specimens and controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from assays.actions.analyses import plates
from assays.models import AnalysisPart, AnalysisRun, Assay, Instrument
from assays.queries.analyses.plates import Sent
from assays.rules.analyses import plate_files
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off

STANDARDS = (0, 1, 5, 20, 50, 100, 200)
SCATTER = (1.01, 0.99, 1.02, 0.995, 0.985, 1.005, 1.015, 0.99, 1.0, 0.98)
UNIT = "[IU]/L"


def signal(concentration: float) -> float:
    """Return the signal of a concentration: 0.06 at 0, 3.1 at the end, half way at 60."""
    return 3.1 + (0.06 - 3.1) / (1 + (concentration / 60) ** 1.15)


def hooked(concentration: float) -> float:
    """Return the signal of a one-step sandwich that falls again where there is far too much."""
    return signal(concentration) / (1 + (concentration / 5_000) ** 2)


def written(
    unknowns: Sequence[tuple[str, float, float]] = (),
    *,
    controls: Mapping[str, float] | None = None,
    changed: Mapping[str, str] | None = None,
    unit: str = "IU/L",
    standards: Sequence[float] = STANDARDS,
) -> tuple[bytes, bytes]:
    """Return the reader's list and the layout; unknowns are (name, concentration neat, dilution)."""
    held: list[tuple[str, str, float, float, str]] = [
        ("standard", f"S{number}", one, 1, f"{one:g}")
        for number, one in enumerate(standards, start=1)
    ]
    held += [("control", name, one, 1, "") for name, one in (controls or {}).items()]
    held += [("specimen", name, one, times, "") for name, one, times in unknowns]
    scatter = cycle(SCATTER)
    signals, layout = ["well,OD"], ["well,role,name,concentration,dilution,unit"]
    for place, (role, name, neat, times, target) in enumerate(held):
        column, row = divmod(place, 8)
        for replicate in (1, 2):
            well = f"{'ABCDEFGH'[row]}{2 * column + replicate}"
            held_back = hooked if name.startswith("HOOK") else signal
            value = f"{held_back(neat / times) * next(scatter):.4f}"
            signals.append(f"{well},{(changed or {}).get(well, value)}")
            layout.append(f"{well},{role},{name},{target},{times:g},{unit}")
    return "\n".join(signals).encode(), "\n".join(layout).encode()


def lh(**more: Any) -> Assay:
    """Make an assay of LH that measures from 1 to 200."""
    given = {"unit": UNIT, "decimals": 1, "low": 1, "high": 9, "measured": (1, 200), **more}
    return laboratory.assays(LH=given)["LH"]


def sent(name: str, files: tuple[bytes, bytes]) -> Sent:
    return Sent(
        name, plate_files.kept(f"{name}.csv", files[0]), plate_files.kept("layout.csv", files[1])
    )


def asked(
    by: Principal, assay: Assay, *files: tuple[bytes, bytes], reader: Instrument, **more: Any
) -> AnalysisRun:
    """Send plates P1, P2, ... and have them evaluated by a worker."""
    run = plates.ask(
        sent=[sent(f"P{number}", one) for number, one in enumerate(files, start=1)],
        assay_id=assay.pk,
        instrument=reader,
        measured_at=more.pop("measured_at", database_now()),
        settings={"theta": 1.0},
        by=by,
        at=database_now(),
        **more,
    )
    work_off()
    run.refresh_from_db()
    return run


def evaluated(by: Principal, assay: Assay, files: tuple[bytes, bytes], **more: Any) -> AnalysisPart:
    return asked(by, assay, files, **more).parts.get()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/csv")
