"""manage.py simulate_instrument: send as a cell counter, immunoassay analyser or nanite counter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assays.instruments.dialects import Dialect
from assays.instruments.simulation import faults, writing
from assays.instruments.simulation.faults import Fault, FaultRefused
from assays.instruments.simulation.measuring import CHANNELS, Kind
from assays.instruments.simulation.messages import Device
from assays.models import Instrument
from assays.queries import awaited
from assays.senders import simulated
from assays.senders.addresses import NotThisMachine
from labsys.lib.clock import database_now

SENDERS = {Kind.CBC: "SIM-COUNTER", Kind.HORMONES: "SIM-IMMUNO", Kind.NANITE: "SIM-NANITE"}
MOST = 100


class Command(BaseCommand):
    help = (
        "Send results to a listener on this machine as an instrument does, with the faults that are "
        "asked for. Ends non-zero where something was not acknowledged that should have been."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dialect", required=True, choices=["astm", "hl7"])
        parser.add_argument("--kind", required=True, choices=[kind.value for kind in Kind])
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--specimen", action="append", metavar="ID", help="whose results; may be repeated"
        )
        what.add_argument(
            "--awaiting",
            action="store_true",
            help="the specimens here that wait for a code this instrument is mapped for",
        )
        parser.add_argument(
            "--count", type=int, help=f"how many specimens (--awaiting: at most; default {MOST})"
        )
        parser.add_argument("--rate", type=float, default=2.0, help="messages per second (2)")
        parser.add_argument(
            "--controls",
            type=int,
            default=10,
            metavar="N",
            help="a control run before every N-th specimen (10; 0: none)",
        )
        parser.add_argument(
            "--fault",
            action="append",
            default=[],
            metavar="NAME[:N]",
            help=f"what goes wrong, in every N-th message; may be repeated: {', '.join(Fault)}",
        )
        parser.add_argument("--sender", help="how it names itself: H.5 or MSH-3")
        parser.add_argument("--seed", default="1", help="the same seed gives the same values (1)")
        parser.add_argument("--zone", default="UTC", help="the time zone of its clock (UTC)")
        parser.add_argument("--host", default="127.0.0.1", help="this machine, by any of its names")
        parser.add_argument("--port", type=int, help="the listener's port (from the settings)")
        parser.add_argument(
            "--patience", type=float, default=15.0, help="seconds it waits for an answer (15)"
        )
        parser.add_argument(
            "--silence",
            type=float,
            metavar="SECONDS",
            help="how long the fault “silence” lasts (ASTM 35, HL7 65: longer than a listener waits)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dialect, kind = Dialect(options["dialect"].upper()), Kind(options["kind"])
        device = Device(options["sender"] or SENDERS[kind])
        if options["rate"] <= 0:
            raise CommandError("--rate must be more than zero.")
        try:
            plans = [faults.read(text, dialect) for text in options["fault"]]
            delivery = simulated.delivery(
                dialect,
                host=options["host"],
                port=options["port"] or simulated.port_of(dialect),
                patience=options["patience"],
                silence=options["silence"] or simulated.SILENCE[dialect],
            )
        except (FaultRefused, NotThisMachine) as refused:
            raise CommandError(str(refused)) from refused
        messages = writing.series(
            device,
            kind,
            self._wanted(device, kind, options),
            seed=options["seed"],
            began_at=database_now(),
            step=timedelta(seconds=1 / options["rate"]),
            controls_every=options["controls"],
        )
        for sent in simulated.send(
            messages,
            delivery,
            dialect=dialect,
            kind=kind,
            zone=options["zone"],
            plans=plans,
            rate=options["rate"],
        ):
            self.stdout.write(_line(sent))
        delivery.line.close()
        self.stdout.write(str(delivery.tally))
        if not delivery.tally.is_complete:
            raise CommandError("Not everything was acknowledged.")

    def _wanted(
        self, device: Device, kind: Kind, options: dict[str, Any]
    ) -> Sequence[tuple[str, Sequence[str]]]:
        """Return the specimens to report, each with the codes wanted of it (none: all)."""
        count = options["count"]
        if count is not None and count < 1:
            raise CommandError("--count must be 1 or more.")
        if options["specimen"]:
            named = options["specimen"]
            return [(named[n % len(named)], ()) for n in range(count or len(named))]
        found = Instrument.objects.filter(settings__sender=device.sender, is_active=True).first()
        if found is None:
            raise CommandError(
                f"No active instrument here declares the sender {device.sender!r}: register one, or "
                "name another with --sender."
            )
        measured = {channel.code for channel in CHANNELS[kind]}
        waiting = [
            (accession, [code for code in codes if code in measured])
            for accession, codes in awaited.awaited_of(found, most=count or MOST)
            if measured.intersection(codes)
        ]
        if not waiting:
            self.stdout.write(f"Nothing here waits for {found}.")
        return waiting


def _line(sent: simulated.Sent) -> str:
    """Say of one message whose it was, what went wrong on purpose, and whether it arrived."""
    whose = ", ".join(sample.specimen for sample in sent.message.samples)
    values = sum(len(sample.measurements) for sample in sent.message.samples)
    wrong = f" [{', '.join(sent.faults)}]" if sent.faults else ""
    end = "acknowledged" if sent.is_acknowledged else "NOT acknowledged"
    return f"{sent.message.control_id}  {whose}  {values} values{wrong}  {end}"
