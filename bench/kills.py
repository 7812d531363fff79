"""python -m bench.kills: kill -9 listener, worker, relay, broker and database while instruments send.

A site of its own is started as `./lab up` starts it, with a durable cluster. Simulated instruments
send messages over ASTM and HL7, each until it is acknowledged; meanwhile what is drawn from the seed
is killed and started again. Then everything that was acknowledged must be stored, each of its values
filed once, and the ledger must balance. The seed is printed, and gives the same victims again.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from typing import Protocol

from bench.site import Site
from labsys.launch.errors import LaunchError

LINES = 4  # of each dialect
SERVICES = ("instruments", "worker", "relay", "beat")
VICTIMS = ("instruments", "worker", "relay", "broker", "database")
PATIENCE = 300.0
_STANDING = """
SELECT s.accession, a.code, count(*)
FROM assays_result r
JOIN assays_analyte a ON a.id = r.analyte_id
JOIN assays_specimen s ON s.id = r.specimen_id
WHERE r.transmission_item_id IS NOT NULL  -- not what was calculated from others
GROUP BY 1, 2
"""


@dataclass
class Planned:
    """One message to come: the value of one test of one specimen."""

    number: int
    accession: str
    code: str
    analyte: str
    unit: str
    control_id: str = ""


@dataclass
class Told:
    """What the senders were told, and what was killed meanwhile."""

    acknowledged: list[Planned] = field(default_factory=list)
    unanswered: list[Planned] = field(default_factory=list)
    resent: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


@dataclass
class Found:
    """What the database has of it in the end."""

    lost: list[str] = field(default_factory=list)
    unfiled: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    is_balanced: bool = False
    reconciled: str = ""

    @property
    def is_whole(self) -> bool:
        return self.is_balanced and not (self.lost or self.unfiled or self.twice)


class Target(Protocol):
    """A site whose parts can be killed."""

    environment: dict[str, str]
    victims: tuple[str, ...]

    def start(self, *names: str) -> None: ...
    def kill(self, victim: str) -> None: ...
    def revive(self, victim: str) -> None: ...


class WholeSite:
    """A site of its own: its services, its broker, its database."""

    victims = VICTIMS

    def __init__(self, site: Site) -> None:
        self._site = site
        self.environment = site.environment
        (site.folder / "var" / "beat").mkdir(parents=True, exist_ok=True)

    def start(self, *names: str) -> None:
        self._site.start(*names)

    def kill(self, victim: str) -> None:
        if victim not in self._site.servers:
            self._site.stop(victim)  # kill -9, with its children
            return
        process = self._site.servers[victim]
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)

    def revive(self, victim: str) -> None:
        if victim not in self._site.servers:
            self._site.start(victim)
            return
        for _attempt in range(50):
            try:
                self._site.start_server(victim)
                return
            except LaunchError:
                time.sleep(0.2)  # its orphans have not noticed yet
        raise SystemExit(f"{victim} did not start again")


class Trial:
    """One site under fire."""

    def __init__(self, site: Target, messages: int, seed: str, *, pace: float = 0.0) -> None:
        self.site = site
        self._pace = pace  # seconds between two messages of a line
        self.chance = random.Random(seed)  # noqa: S311
        self.told = Told()
        self.plan = self._prepare(messages)
        self._left = iter(self.plan)
        self._drawing = threading.Lock()

    def run(self, kills: int) -> Found:
        self.site.start(*SERVICES)
        begun = time.monotonic()
        senders = [
            threading.Thread(target=self._send, args=(dialect,))
            for dialect in ("ASTM", "HL7")
            for _line in range(LINES)
        ]
        for sender in senders:
            sender.start()
        self._kill(kills, senders)
        for sender in senders:
            sender.join()
        self.told.seconds = time.monotonic() - begun
        self._wait_until_read()
        return self._look()

    # --- sending

    def _prepare(self, messages: int) -> list[Planned]:
        from bench import seed

        benches = {}
        for dialect, driver in (("ASTM", "lis2a2"), ("HL7", "hl7-oru-oul")):
            benches[dialect] = seed.prepare(
                protocol=dialect, driver=driver, peer_networks=["127.0.0.0/8"]
            )
        bench = benches["ASTM"]
        count = -(-messages // len(bench.assays))
        accessions = [
            one
            for start in range(0, count, 500)
            for one in seed.specimens(bench, min(500, count - start))
        ]
        analytes = _analytes([one.assay_id for one in bench.assays])
        pairs = [(accession, assay) for accession in accessions for assay in bench.assays]
        self.chance.shuffle(pairs)
        return [
            Planned(number, accession, assay.code, analytes[assay.assay_id], assay.unit)
            for number, (accession, assay) in enumerate(pairs[:messages], start=1)
        ]

    def _next(self) -> Planned | None:
        with self._drawing:
            return next(self._left, None)

    def _send(self, dialect: str) -> None:
        from assays.instruments.dialects import Dialect
        from assays.instruments.simulation.measuring import Kind
        from assays.senders import simulated

        of = Dialect(dialect)
        port = int(self.site.environment[f"LABSYS_{'ASTM' if of is Dialect.ASTM else 'MLLP'}_PORT"])
        over = simulated.delivery(
            of, host="127.0.0.1", port=port, patience=5, pause=0.3, attempts=300
        )
        while (planned := self._next()) is not None:
            message = _message(planned)
            done = simulated.send_one(message, over, dialect=of, kind=Kind.HORMONES)
            planned.control_id = message.control_id
            time.sleep(self._pace)
            (self.told.acknowledged if done.is_acknowledged else self.told.unanswered).append(
                planned
            )
        over.line.close()
        with self._drawing:
            self.told.resent += over.tally.resent

    # --- killing: by the thread that starts servers, which die with it

    def _kill(self, kills: int, senders: list[threading.Thread]) -> None:
        bag: list[str] = []  # each of them once before any of them again
        for turn in range(1, kills + 1):
            # Spread over what is left to be sent.
            until = len(self.plan) * turn / (kills + 1)
            while len(self.told.acknowledged) < until and any(one.is_alive() for one in senders):
                time.sleep(0.02)
            time.sleep(self.chance.uniform(0, 0.3))
            bag = bag or self.chance.sample(self.site.victims, len(self.site.victims))
            victim = bag.pop()
            self.told.killed[victim] += 1
            pause = self.chance.uniform(0, 1)
            print(
                f"{turn:>4}  {victim:<12} after {len(self.told.acknowledged)} acknowledged, "
                f"away for {pause:.1f} s",
                flush=True,
            )
            self.site.kill(victim)
            time.sleep(pause)
            self.site.revive(victim)

    # --- looking

    def _wait_until_read(self) -> None:
        from django.db import Error, connection

        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT (SELECT count(*) FROM assays_transmissionmessage "
                        "WHERE status = 'RECEIVED') + (SELECT count(*) FROM work_workitem "
                        "WHERE state NOT IN ('DONE', 'PARKED')) + "
                        "(SELECT count(*) FROM assays_transmissionsession WHERE state = 'OPEN')"
                    )
                    (left,) = cursor.fetchone()
                if not left:
                    return
            except Error:
                connection.close()
            time.sleep(0.5)
        print(f"not everything was read in {PATIENCE:.0f} s", flush=True)

    def _look(self) -> Found:
        from django.core.management import CommandError, call_command
        from django.db import connection

        from assays.models import TransmissionMessage
        from assays.queries import ledger

        connection.close()
        kept = TransmissionMessage.objects.exclude(status__in=("INCOMPLETE", "REJECTED"))
        stored = set(kept.values_list("control_id", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(_STANDING)
            standing = {(accession, code): count for accession, code, count in cursor.fetchall()}
        found = Found()
        for one in self.told.acknowledged:
            name = f"{one.control_id} ({one.accession} {one.analyte})"
            if one.control_id not in stored:
                found.lost.append(name)
            elif not standing.get((one.accession, one.analyte)):
                found.unfiled.append(name)
        found.twice = [f"{key[0]} {key[1]}" for key, count in standing.items() if count > 1]
        found.statuses = Counter(
            TransmissionMessage.objects.values_list("status", flat=True).iterator()
        )
        found.is_balanced = ledger.take().is_balanced
        said = StringIO()
        try:
            call_command("reconcile", stdout=said)
            found.reconciled = "reconcile balances"
        except (CommandError, SystemExit) as wrong:
            found.is_balanced = False
            found.reconciled = f"reconcile does not balance: {wrong}\n{said.getvalue()[-2000:]}"
        return found


def _analytes(assays: list[int]) -> dict[int, str]:
    from assays.models import Assay

    return dict(Assay.objects.filter(pk__in=assays).values_list("pk", "analyte__code"))


def _message(planned: Planned):  # type: ignore[no-untyped-def]
    from assays.instruments.simulation import writing
    from assays.instruments.simulation.messages import Device, Measurement, Sample

    at = datetime.now().astimezone() - timedelta(minutes=2)
    one = Measurement(planned.code, planned.code, "1.5", planned.unit, "N")
    sample = Sample(planned.accession, (one,), at)
    return writing.message(Device("SIM-TORTURE"), planned.number, [sample], sent_at=at)


def lines(told: Told, found: Found) -> Iterator[str]:
    """Say what was seen."""
    rate = len(told.acknowledged) / told.seconds
    yield (
        f"{len(told.acknowledged)} messages acknowledged in {told.seconds:.0f} s ({rate:.0f}/s), "
        f"{told.resent} sent again, {len(told.unanswered)} never answered"
    )
    yield f"{told.killed.total()} kills: " + ", ".join(f"{n} {k}" for k, n in told.killed.items())
    yield "stored: " + ", ".join(
        f"{count} {name}" for name, count in sorted(found.statuses.items())
    )
    yield (
        f"{len(found.lost)} lost, {len(found.unfiled)} acknowledged and not filed, "
        f"{len(found.twice)} filed twice, {found.reconciled}"
    )
    yield from (f"lost: {name}" for name in found.lost[:20])
    yield from (f"not filed: {name}" for name in found.unfiled[:20])
    yield from (f"twice: {name}" for name in found.twice[:20])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", default=str(time.time_ns() % 100_000))
    options = parser.parse_args(arguments)
    os.environ["LABSYS_LEASE_SECONDS"] = "3"
    begun = time.monotonic()
    site = Site()
    site.environment["LABSYS_LEASE_SECONDS"] = "3"
    print(f"seed {options.seed}; site ready after {time.monotonic() - begun:.0f} s", flush=True)
    try:
        trial = Trial(WholeSite(site), options.messages, options.seed)
        found = trial.run(options.kills)
        print("\n".join(lines(trial.told, found)))
        if not found.is_whole:
            for name in SERVICES:
                print(f"--- {name}\n{site.log(name)}")
        return 0 if found.is_whole and not trial.told.unanswered else 1
    finally:
        site.close()


if __name__ == "__main__":
    sys.exit(main())
