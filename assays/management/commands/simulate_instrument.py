"""manage.py simulate_instrument: send as a cell counter, immunoassay analyser or nanite counter."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assays.instruments.astm.options import STANDARD
from assays.instruments.dialects import Dialect
from assays.instruments.drivers.driver import Driver
from assays.instruments.simulation import faults, writing
from assays.instruments.simulation.faults import Fault, FaultRefused, Plan
from assays.instruments.simulation.measuring import CHANNELS, Kind
from assays.instruments.simulation.messages import Device, Message
from assays.management.arguments import port, seconds, zone
from assays.models import Instrument
from assays.queries import arrivals, awaited, families
from assays.senders import asking, simulated
from assays.senders.addresses import NotThisMachine
from assays.senders.delivering import Delivery
from assays.senders.lines import Tally
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused

SENDERS = {Kind.CBC: "SIM-COUNTER", Kind.HORMONES: "SIM-IMMUNO", Kind.NANITE: "SIM-NANITE"}
MOST = 100
MOST_CONNECTIONS = 1000


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
        parser.add_argument(
            "--zone", type=zone, default="UTC", help="the time zone of its clock (UTC)"
        )
        parser.add_argument("--host", default="127.0.0.1", help="this machine, by any of its names")
        parser.add_argument("--port", type=port, help="the listener's port (from the settings)")
        parser.add_argument(
            "--patience", type=seconds, default=15.0, help="seconds it waits for an answer (15)"
        )
        self._add_roles(parser)
        parser.add_argument(
            "--silence",
            type=seconds,
            metavar="SECONDS",
            help="how long the fault “silence” lasts (ASTM 35, HL7 65: longer than a listener waits)",
        )

    def _add_roles(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--driver", metavar="NAME", help="write and frame as this driver's family does"
        )
        parser.add_argument(
            "--as",
            dest="role",
            choices=["client", "server"],
            default="client",
            help="call the listener, or wait on the port to be called (client)",
        )
        parser.add_argument(
            "--connections", type=int, default=1, metavar="N", help="send over so many at once (1)"
        )
        parser.add_argument(
            "--ask", action="store_true", help="ask what is to be measured, and send nothing"
        )
        parser.add_argument(
            "--contention",
            action="store_true",
            help="with --ask over ASTM: bid against the bid that brings the answer",
        )
        parser.add_argument(
            "--report",
            action="store_true",
            help="wait until it is read, and say what of it is missing here or filed twice",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dialect, kind = Dialect(options["dialect"].upper()), Kind(options["kind"])
        device = Device(options["sender"] or SENDERS[kind])
        if options["rate"] <= 0:
            raise CommandError("--rate must be more than zero.")
        if not 1 <= options["connections"] <= MOST_CONNECTIONS:
            raise CommandError(f"--connections must be from 1 to {MOST_CONNECTIONS}.")
        if options["role"] == "server" and options["connections"] > 1:
            raise CommandError("A server has one connection: it is called by this laboratory.")
        try:
            driver = families.named(options["driver"]) if options["driver"] else None
            plans = [faults.read(text, dialect) for text in options["fault"]]
            lines = [
                self._delivery(dialect, driver, options) for _n in range(options["connections"])
            ]
        except (FaultRefused, NotThisMachine, Refused) as refused:
            raise CommandError(str(refused)) from refused
        except OSError as taken:
            raise CommandError(f"The port cannot be opened: {taken.strerror}.") from taken
        if options["role"] == "server":
            host, port = lines[0].line.address
            self.stdout.write(f"Waits on {host}:{port} to be called.")
        wanted = self._wanted(device, kind, options)
        if options["ask"]:
            self._ask(lines[0], dialect, driver, device, wanted, options)
            return
        messages = list(
            writing.series(
                device,
                kind,
                wanted,
                seed=options["seed"],
                began_at=database_now(),
                step=timedelta(seconds=1 / options["rate"]),
                controls_every=options["controls"],
            )
        )
        self._send(messages, lines, dialect, kind, driver, plans, options)

    def _delivery(
        self, dialect: Dialect, driver: Driver | None, options: dict[str, Any]
    ) -> Delivery:
        given = options["port"]
        return simulated.delivery(
            dialect,
            host=options["host"],
            port=simulated.port_of(dialect) if given is None else given,
            patience=options["patience"],
            is_server=options["role"] == "server",
            framing=driver.link if driver else STANDARD,
            silence=options["silence"] or simulated.SILENCE[dialect],
        )

    def _send(
        self,
        messages: Sequence[Message],
        lines: Sequence[Delivery],
        dialect: Dialect,
        kind: Kind,
        driver: Driver | None,
        plans: Sequence[Plan],
        options: dict[str, Any],
    ) -> None:
        """Send over all connections at once, each its share of the messages."""
        sent: list[simulated.Sent] = []
        failures: list[BaseException] = []

        def over(line: Delivery, share: Sequence[Message]) -> None:
            try:
                for one in simulated.send(
                    share,
                    line,
                    dialect=dialect,
                    kind=kind,
                    zone=options["zone"],
                    plans=plans,
                    rate=options["rate"] / len(lines),
                    driver=driver,
                ):
                    sent.append(one)
                    self.stdout.write(_line(one))
            except Exception as failure:  # noqa: BLE001 - told where the command can
                failures.append(failure)
            line.line.close()

        shares = [messages[place :: len(lines)] for place in range(len(lines))]
        threads = [
            threading.Thread(target=over, args=pair) for pair in zip(lines, shares, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise CommandError(str(failures[0])) from failures[0]
        tally = sum((line.tally for line in lines), start=Tally())
        self.stdout.write(str(tally))
        if options["report"]:
            self._report(sent, options)
        if not tally.is_complete:
            raise CommandError("Not everything was acknowledged.")

    def _report(self, sent: Sequence[simulated.Sent], options: dict[str, Any]) -> None:
        """Wait until what was acknowledged is read, and say what of it is missing or there twice."""
        ids = [one.message.control_id for one in sent if one.is_acknowledged]
        until = time.monotonic() + options["patience"]
        while (found := arrivals.of(ids)).messages["RECEIVED"] and time.monotonic() < until:
            time.sleep(0.2)
        self.stdout.write(f"{len(ids)} acknowledged; {found}")
        if found.missing or found.twice:
            raise CommandError("What was acknowledged is not all there once.")

    def _ask(
        self,
        over: Delivery,
        dialect: Dialect,
        driver: Driver | None,
        device: Device,
        wanted: Sequence[tuple[str, Sequence[str]]],
        options: dict[str, Any],
    ) -> None:
        """Ask what is to be measured of each specimen, and say what we were told."""
        unanswered = 0
        for number, (specimen, _codes) in enumerate(wanted, start=1):
            at = database_now()
            control_id = f"{at:%y%m%d%H%M%S}-Q{number}"
            text = asking.query(dialect, device.sender, specimen, control_id, at)
            asked = asking.Asked(specimen)
            if dialect is Dialect.ASTM:
                asking.ask_astm(
                    over.line,
                    asked,
                    text,
                    patience=options["patience"],
                    framing=driver.link if driver else STANDARD,
                    contends=options["contention"],
                )
            else:
                asking.ask_hl7(over.line, asked, text, patience=options["patience"])
            unanswered += not asked.is_delivered
            told = ", ".join(asked.codes) or ("nothing" if asked.is_answered else "no answer")
            self.stdout.write(f"{specimen}  asked, told: {told}")
        over.line.close()
        if unanswered:
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
