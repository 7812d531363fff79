"""Two plates of lutropin: one recorded, with a dilution to measure; one that holds it and waits."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from assays.actions import instruments
from assays.actions.analyses import plate_recordings
from assays.actions.analyses import plates as actions
from assays.models import AnalysisPart, Assay, AttemptRequest, Instrument
from assays.queries import catalogue
from assays.queries.analyses.plates import Sent
from assays.rules.analyses import plate_files
from labsys.lib.clock import database_now
from labsys.web.demo import courses, playing, quality
from labsys.web.demo.failing import DemoFailed
from labsys.web.demo.people import patients, principal

ANALYTE, UNIT, READER = "LH", "IU/L", "reader-1"
STANDARDS = (0, 1, 5, 20, 50, 100, 200)
ROWS, REPLICATES, SCATTER = "ABCDEFGH", 2, 0.012
NAMES, HELD = ("LH-C1", "LH-C2"), (5.0, 60.0)
CONTROLS = quality.Story(
    instrument=READER,
    analyte=ANALYTE,
    material="Gonadotrust",
    maker="Norrland Controls",
    matrix="human serum, frozen",
    lot="GT2611",
    names=NAMES,
    means=("5.0", "60"),
    sds=("0.3", "3"),
    days={},
)
# Whose lutropin is measured, and what is in their serum; one lies beyond the last calibrator.
FIRST = {"tanaka": 6.2, "novak": 4.1, "osei": 31.0, "lindqvist": 0.4, "haugen": 520.0}
# Beside that one, diluted, on the second plate: one replicate of the last of them went wrong.
SECOND = {"ferreira": 3.6, "marchetti": 8.9}
WRONG = 0.55
Held = tuple[str, str, float, float]  # role, name, concentration neat, dilution


def send(say: Callable[[str], None]) -> None:
    """Register the reader and its controls, draw the specimens, and send the first plate."""
    at = database_now()
    reader = instruments.register(
        by=principal("admin"),
        at=at,
        code=READER,
        name="Plate reader 1",
        manufacturer="simulated",
        model="plate reader",
    )
    staff = {name: principal(name) for name in ("quality", "lab", "tech1")}
    quality.set_up(CONTROLS, staff, at)
    _send("LH 1", _serum(FIRST, at), reader)
    say(f"a plate with {ANALYTE} of {len(FIRST)} specimens is being evaluated")


def record(say: Callable[[str], None]) -> None:
    """Record the first plate; send a second, which holds the dilution that was asked for."""
    made = plate_recordings.record(part=_evaluated(), by=principal("tech2"), at=database_now())
    refused = [one["refusal"] for one in made.specimens if one["refusal"]]
    if refused:
        raise DemoFailed(f"A specimen of the demo's plate was not recorded: {refused[0]}")
    asked = AttemptRequest.objects.select_related("specimen").get(
        order_item__assay=_assay(), status="OPEN"
    )
    diluted = ("specimen", asked.specimen.accession, FIRST["haugen"], float(asked.factor))
    at = database_now()
    _send("LH 2", [diluted, *_serum(SECOND, at)], Instrument.objects.get(code=READER), WRONG)
    say(
        f"{len(made.specimens)} specimens of a plate recorded, one is to be measured 1 in "
        f"{asked.factor.normalize():f}; the plate that holds it waits to be recorded"
    )


def written(held: Iterable[Held], *, seed: str, last_again: float = 1.0) -> tuple[bytes, bytes]:
    """Return the reader's list and the layout of calibrators, controls and what is held.

    The same seed gives the same bytes. The last well reads `last_again` times what it should.
    """
    chance = random.Random(f"plate/{seed}")  # noqa: S311
    wells: list[Held] = [
        ("standard", f"S{number}", float(one), 1.0) for number, one in enumerate(STANDARDS, 1)
    ]
    wells += [("control", name, one, 1.0) for name, one in zip(NAMES, HELD, strict=True)]
    wells += held
    signals, layout = ["well,OD"], ["well,role,name,concentration,dilution,unit"]
    for place, (role, name, neat, times) in enumerate(wells):
        column, row = divmod(place, len(ROWS))
        for again in range(REPLICATES):
            well = f"{ROWS[row]}{REPLICATES * column + again + 1}"
            read = _signal(neat / times) * (1 + chance.gauss(0, SCATTER))
            is_last = place == len(wells) - 1 and again == REPLICATES - 1
            signals.append(f"{well},{read * (last_again if is_last else 1):.4f}")
            target = f"{neat:g}" if role == "standard" else ""
            layout.append(f"{well},{role},{name},{target},{times:g},{UNIT}")
    return "\n".join(signals).encode(), "\n".join(layout).encode()


def _signal(concentration: float) -> float:
    """Return the optical density of a concentration: 0.06 at 0, at most 3.1, half way at 60."""
    return 3.1 - 3.04 / (1 + (concentration / 60) ** 1.15)


def _serum(whose: dict[str, float], at: datetime) -> list[Held]:
    people = {patient.key: person for patient, person in patients()}
    drawn_at = at - timedelta(hours=3)
    return [
        ("specimen", courses.drawn(people[key], _assay().pk, drawn_at, at).accession, one, 1.0)
        for key, one in whose.items()
    ]


def _send(name: str, held: list[Held], reader: Instrument, last_again: float = 1.0) -> None:
    signals, layout = written(held, seed=name, last_again=last_again)
    plate = name.lower().replace(" ", "-")
    actions.ask(
        sent=[
            Sent(
                name,
                plate_files.kept(f"{plate}.csv", signals),
                plate_files.kept(f"{plate}-layout.csv", layout),
            )
        ],
        assay_id=_assay().pk,
        instrument=reader,
        measured_at=database_now() - timedelta(minutes=5),
        by=principal("tech1"),
        at=database_now(),
    )


def _evaluated() -> AnalysisPart:
    """Wait until the worker has evaluated the first plate."""
    until = time.monotonic() + playing.WAIT_SECONDS
    rows = AnalysisPart.objects.filter(given__plate="LH 1").select_related("run")
    while (part := rows.get()).done_at is None:
        if time.monotonic() > until:
            raise DemoFailed(
                "The worker has not evaluated the demo's plate; see var/log/worker.log."
            )
        time.sleep(0.25)
    return part


def _assay() -> Assay:
    return Assay.objects.get(pk=catalogue.current().by_code[ANALYTE][0].assay_id)
