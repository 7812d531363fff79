"""What is loaded: patients with names, and five years of their specimens and results.

Everything is drawn from one seed. The newest specimens still wait: some to be collected, some in
the laboratory, some with results that nobody has verified.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import psycopg

from assays import models
from assays.queries import catalogue
from assays.queries.contexts import contexts
from assays.rules import reference_intervals
from assays.rules.accession import make
from assays.rules.catalogue import ValueKind
from assays.rules.catalogue_in_force import ActiveAssay
from assays.rules.contexts import Collection
from bench import seed
from bench.scale import beside, told
from bench.scale.copying import NULL, bare, copy, text
from labsys.lib.clock import database_now
from patients.models import Person, PersonName, Species

PER_SPECIMEN = 10
YEARS = 5
FAMILIES = 900
GIVEN = 400
# Of the newest specimens, how many per million wait, and for what.
TO_COLLECT, TO_MEASURE, TO_VERIFY = 400, 1200, 1500
SYLLABLES = [
    "ba",
    "de",
    "ki",
    "lo",
    "mu",
    "na",
    "po",
    "ra",
    "se",
    "ti",
    "vo",
    "ze",
    "hal",
    "mer",
    "nor",
    "sil",
    "tan",
    "ver",
    "wyn",
    "zor",
]

LOADED = (
    Person,
    PersonName,
    models.Order,
    models.OrderItem,
    models.Specimen,
    models.SpecimenItem,
    models.Recording,
    models.Result,
    models.Evaluation,
    *beside.TABLES,
    *told.TABLES,
)


@dataclass
class Population:
    """How much there is, who wrote it, and what was drawn for each specimen."""

    persons: int
    specimens: int
    bench: seed.Bench
    doctors: list[int]
    hospital: models.Instrument
    first_person: int = 1_000_000

    def __post_init__(self) -> None:
        draw = np.random.default_rng(20_261_121)
        self.at = database_now()
        # A few people come every week, most hardly ever.
        share = draw.random(self.specimens) ** 2.5
        self.person_of = (share * self.persons).astype(np.int64) + self.first_person
        span = np.sort(draw.random(self.specimens)) * YEARS * 365.25 * 86_400
        newest = np.datetime64(self.at.replace(tzinfo=None), "s")
        start = newest - np.timedelta64(int(YEARS * 365.25 * 86_400), "s")
        self.moments = np.char.add((start + span.astype(np.int64)).astype(str), "+00")
        self.panel_of = draw.integers(0, len(self.panels), self.specimens)
        self.doctor_of = np.array(self.doctors)[draw.integers(0, len(self.doctors), self.specimens)]
        self.priority_of = draw.choice([0, 1, 2, 3], self.specimens, p=[0.05, 0.05, 0.1, 0.8])
        self.spread = draw.normal(0, 1, 100_003)
        # Read now: while rows are copied, the tables are the owner's alone.
        self.human = Species.objects.get(code="human").pk
        self.references = self._references()

    @cached_property
    def panels(self) -> list[list[ActiveAssay]]:
        """Ten assays of one specimen type each."""
        by_type: dict[int, list[ActiveAssay]] = defaultdict(list)
        for one in catalogue.current().assays.values():
            if one.kind is ValueKind.NUMERIC:
                by_type[one.specimen_type_id].append(one)
        return [
            found[first : first + PER_SPECIMEN]
            for found in by_type.values()
            for first in range(0, len(found) - PER_SPECIMEN + 1, PER_SPECIMEN)
        ]

    @property
    def measured(self) -> int:
        """How many specimens have results: all but the newest."""
        waiting = (TO_COLLECT + TO_MEASURE) * self.specimens // 1_000_000
        return self.specimens - max(waiting, 40)

    @property
    def released(self) -> int:
        return self.measured - max(TO_VERIFY * self.specimens // 1_000_000, 40)

    @property
    def results(self) -> int:
        return self.measured * PER_SPECIMEN

    def fill(self, owner: psycopg.Connection[Any]) -> None:
        """Copy everything, and put back what PostgreSQL checks it by."""
        actor = self.bench.instrument.principal_id
        stamp = {"recorded_by_id": actor}
        with bare(owner, LOADED):
            self._people(owner, actor)
            self._orders(owner, stamp)
            self._specimens(owner, actor)
            self._results(owner, actor)
            beside.fill(
                owner,
                self.bench,
                doctor=self.doctors[0],
                per=PER_SPECIMEN,
                last=10_000_000 + self.released * PER_SPECIMEN,
                months=YEARS * 12 if self.specimens >= 1_000_000 else YEARS,
            )
            told.fill(
                owner,
                analyser=self.bench.instrument,
                hospital=self.hospital,
                doctor=self.doctors[0],
                newest=10_000_000 + self.measured,
            )

    def _people(self, owner: psycopg.Connection[Any], actor: int) -> None:
        given = {"species_id": self.human, "recorded_at": self.at, "recorded_by_id": actor}
        rows = (
            (self.first_person + n, _uid(n), f"Z{n:07d}", "FM"[n % 2], _birth(n))
            for n in range(self.persons)
        )
        columns = ("id", "uid", "mrn", "sex", "birth_date")
        copy(owner, Person, columns, rows, birth_precision="DAY", **given)
        del given["species_id"]
        named = (
            (self.first_person + n, self.first_person + n, *_name(n)) for n in range(self.persons)
        )
        copy(owner, PersonName, ("id", "person_id", "family", "given"), named, **given)

    def _orders(self, owner: psycopg.Connection[Any], stamp: dict[str, Any]) -> None:
        base = 10_000_000
        columns = ("id", "person_id", "requester_id", "priority", "status", "recorded_at")
        rows = (
            (
                base + n,
                self.person_of[n],
                self.doctor_of[n],
                self.priority_of[n],
                "COMPLETED" if n < self.released else "ACTIVE",
                self.moments[n],
            )
            for n in range(self.specimens)
        )
        copy(owner, models.Order, columns, rows, **stamp)
        items = (
            (
                base + n * PER_SPECIMEN + k,
                base + n,
                assay.assay_id,
                "COMPLETED"
                if n < self.released
                else ("IN_PROCESS" if n < self.measured else "ORDERED"),
            )
            for n in range(self.specimens)
            for k, assay in enumerate(self.panels[self.panel_of[n]])
        )
        copy(owner, models.OrderItem, ("id", "order_id", "assay_id", "status"), items)

    def _specimens(self, owner: psycopg.Connection[Any], actor: int) -> None:
        base = 10_000_000
        to_collect = max(TO_COLLECT * self.specimens // 1_000_000, 10)
        columns = (
            *("id", "accession", "person_id", "order_id", "specimen_type_id", "priority"),
            *("status", "collected_at", "received_at", "recorded_at"),
        )

        def rows() -> Iterator[tuple[Any, ...]]:
            for n in range(self.specimens):
                there = n < self.specimens - to_collect
                moment = self.moments[n]
                panel = self.panels[self.panel_of[n]]
                yield (
                    *(base + n, make(2030, n + 1)),
                    *(self.person_of[n], base + n, panel[0].specimen_type_id),
                    *(self.priority_of[n], "AVAILABLE" if there else "EXPECTED"),
                    *((moment, moment) if there else (NULL, NULL)),
                    moment,
                )

        copy(owner, models.Specimen, columns, rows(), recorded_by_id=actor)
        served = (
            (base + n * PER_SPECIMEN + k, base + n, base + n * PER_SPECIMEN + k)
            for n in range(self.specimens)
            for k in range(PER_SPECIMEN)
        )
        copy(owner, models.SpecimenItem, ("id", "specimen_id", "item_id"), served)

    def _results(self, owner: psycopg.Connection[Any], actor: int) -> None:
        base = 10_000_000
        recordings = ((base + n, base + n, self.moments[n]) for n in range(self.measured))
        given: dict[str, Any] = {"recorded_by_id": actor, "door": "HTTP"}
        copy(owner, models.Recording, ("id", "specimen_id", "recorded_at"), recordings, **given)
        columns = (
            *("id", "recording_id", "specimen_id", "person_id", "analyte_id", "section"),
            *("assay_version_id", "order_item_id", "transmission_item_id", "value", "unit"),
            *("reference", "collected_at", "observed_at", "recorded_at", "priority", "status"),
            *("verified_by_id", "verified_at", "released_by_id", "released_at", "signature_id"),
        )
        given = {
            **{
                "kind": "NUMERIC",
                "instrument_id": self.bench.instrument.pk,
                "run": "",
                "as_sent": {},
            },
            **{"recorded_by_id": actor, "entered_by_id": actor},
        }
        copy(owner, models.Result, columns, self._result_rows(), **given)
        trace = {"flags": {"method": "flags/1", "lines": []}, "delta": {"method": "delta/1"}}
        given = {
            **{"method_version": 1, "delta_verdict": "WITHIN", "inputs": {"value": "1 mmol/L"}},
            **{"trace": trace, "worker": "bench", "recorded_by_id": actor},
        }
        evaluations = (
            (
                base + n * PER_SPECIMEN + k,
                base + n * PER_SPECIMEN + k,
                *_flags(n, k),
                self.moments[n],
            )
            for n in range(self.measured)
            for k in range(PER_SPECIMEN)
        )
        columns = ("id", "result_id", "flags", "is_critical", "recorded_at")
        copy(owner, models.Evaluation, columns, evaluations, **given)

    def _result_rows(self) -> Iterator[tuple[Any, ...]]:
        base = 10_000_000
        doctor = self.doctors[0]
        for n in range(self.measured):
            moment, person = self.moments[n], self.person_of[n]
            done = ("RELEASED", doctor, moment, doctor, moment, base + n)
            end = done if n < self.released else ("RESULTED", NULL, NULL, NULL, NULL, NULL)
            for k, assay in enumerate(self.panels[self.panel_of[n]]):
                number = n * PER_SPECIMEN + k
                yield (
                    *(base + number, base + n, base + n, person, assay.analyte_id, assay.section),
                    *(assay.version_id, base + number, base + number),
                    *(self._value(assay, number), assay.unit),
                    *(self.references[assay.assay_id], moment, moment, moment, self.priority_of[n]),
                    *end,
                )

    def _value(self, assay: ActiveAssay, number: int) -> str:
        row = next((one for one in assay.intervals if one.low and one.high), None)
        middle, half = (1.0, 0.4) if row is None else _middle(row)
        found = max(middle + half * self.spread[number % 100_003] * 0.7, 0)
        return f"{found:.{assay.decimals}f}"

    def _references(self) -> dict[int, str]:
        """What a result's frozen reference looks like, one per assay, at its real length."""
        person = self.bench.persons[0]
        context = contexts([Collection(person, self.at)])[Collection(person, self.at)]
        found = {}
        for assay in {one.assay_id: one for panel in self.panels for one in panel}.values():
            chosen = reference_intervals.select(
                context,
                unit=assay.unit,
                rows=assay.intervals,
                critical=assay.critical,
                plausibility=assay.plausibility,
            )
            whole = {**chosen.to_json(), "assay_version": assay.number}
            found[assay.assay_id] = text(json.loads(json.dumps(whole)))
        return found


def _middle(row: Any) -> tuple[float, float]:
    low, high = float(row.low), float(row.high)
    return (low + high) / 2, (high - low) / 4


def _uid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def _birth(number: int) -> str:
    return f"{1930 + number * 7 % 95}-{1 + number % 12:02d}-{1 + number % 28:02d}"


def _name(number: int) -> tuple[str, str]:
    """Invented names, some of them borne by many."""
    return _word(number * number % FAMILIES).capitalize(), _word(number * 7 % GIVEN).capitalize()


def _word(number: int) -> str:
    size = len(SYLLABLES)
    return SYLLABLES[number % size] + SYLLABLES[number // size % size] + SYLLABLES[number % 7]


def _flags(specimen: int, position: int) -> tuple[str, str]:
    draw = (specimen * 31 + position * 7) % 200
    if draw == 0:
        return "{HH}", "t"
    return ("{H}", "f") if draw < 15 else ("{N}", "f")
