"""manage.py simulate_hospital: tell and order as a hospital's system, and hear the results."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assays.instruments.dialects import Dialect
from assays.instruments.simulation import hospital_day
from assays.instruments.simulation.hospital import Heard, Writer
from assays.instruments.simulation.hospital_day import Day, Step, Turn
from assays.management.arguments import port, seconds, zone
from assays.models import Instrument
from assays.queries import hospital_told
from assays.senders import hospital, simulated
from assays.senders.addresses import NotThisMachine, on_this_machine
from assays.senders.hospital import Answer, Peer
from assays.senders.lines import CalledLine, Line
from assays.senders.mllp import ACCEPTED
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused

SENDER = "SIM-HOSPITAL"
MOST = 10_000
# The first message was written down a while ago, so that none is ahead of the laboratory's clock.
BEFORE = timedelta(minutes=1)


class Command(BaseCommand):
    help = (
        "Tell a listener on this machine of invented patients and order for them as a hospital's "
        "system does, and hear what the laboratory tells it. Ends non-zero where something was not "
        "acknowledged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patients", type=int, default=5, metavar="N", help="how many (5)")
        parser.add_argument(
            "--order",
            action="append",
            default=[],
            metavar="CODE",
            help="what is ordered for each, as the hospital calls it; may be repeated",
        )
        parser.add_argument(
            "--ward", default="", help="where they are admitted (none: registered only)"
        )
        parser.add_argument(
            "--also",
            action="append",
            default=[],
            metavar="NAME[:N]",
            help=f"what else happens to every N-th patient; may be repeated: {', '.join(Turn)}",
        )
        parser.add_argument(
            "--other-species",
            metavar="CODE[:N]",
            default="",
            help="every N-th patient (4) is of this species (PID-35)",
        )
        parser.add_argument("--priority", default="R", help="how urgent (TQ1-9): S, A or R (R)")
        parser.add_argument(
            "--tubes", action="store_true", help="name the tube of each order (SPM-2)"
        )
        parser.add_argument("--rate", type=float, default=2.0, help="messages per second (2)")
        parser.add_argument("--seed", default="1", help="the same seed gives the same people (1)")
        parser.add_argument("--sender", default=SENDER, help=f"how it names itself ({SENDER})")
        parser.add_argument("--authority", default="STATION", help="whose numbers it gives (PID-3)")
        parser.add_argument(
            "--zone", type=zone, default="UTC", help="the time zone of its clock (UTC)"
        )
        self._add_lines(parser)

    def _add_lines(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="this machine, by any of its names")
        parser.add_argument("--port", type=port, help="the listener's port (from the settings)")
        parser.add_argument(
            "--patience", type=seconds, default=15.0, help="seconds it waits for an answer (15)"
        )
        parser.add_argument(
            "--door", type=port, metavar="PORT", help="wait there to be called with results"
        )
        parser.add_argument(
            "--answer",
            default=Answer.ACCEPT.value,
            metavar="CODE[:N]",
            help=f"what every N-th result is answered: {', '.join(Answer)} (AA)",
        )
        parser.add_argument(
            "--listen",
            type=seconds,
            default=0.0,
            metavar="SECONDS",
            help="go on hearing so long (0)",
        )
        parser.add_argument(
            "--report",
            action="store_true",
            help="wait until it is read, and say what was done of it and what is held",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rate"] <= 0:
            raise CommandError("--rate must be more than zero.")
        if not 0 <= options["patients"] <= MOST:
            raise CommandError(f"--patients must be from 0 to {MOST}.")
        try:
            day, peer = self._day(options), self._peer(options)
        except (Refused, NotThisMachine) as refused:
            raise CommandError(str(refused)) from refused
        except OSError as taken:
            raise CommandError(f"The port cannot be opened: {taken.strerror}.") from taken
        with peer:
            told = self._tell(peer, day.steps(options["patients"]), options["rate"])
            if options["report"]:
                self._report(told, peer, options)
            peer.listen(options["listen"])
        self.stdout.write(f"{peer.tally}; {len(peer.heard)} heard")
        if not peer.tally.is_complete:
            raise CommandError("Not everything was acknowledged.")

    def _day(self, options: dict[str, Any]) -> Day:
        species, _colon, every = options["other_species"].partition(":")
        if every and not (every.isdecimal() and int(every) > 0):
            raise CommandError("--other-species is CODE or CODE:N.")
        now = database_now()
        return Day(
            Writer(options["sender"], options["authority"], options["zone"]),
            run=f"{now:%y%j%H%M%S}",
            began_at=now - BEFORE,
            seed=options["seed"],
            ward=options["ward"],
            codes=options["order"],
            plans=[hospital_day.plan(text) for text in options["also"]],
            other=species,
            others_every=int(every or 4) if species else 0,
            priority=options["priority"],
            has_tubes=options["tubes"],
        )

    def _peer(self, options: dict[str, Any]) -> Peer:
        door = options["door"]
        answers = hospital.answering(options["answer"])
        here = on_this_machine(
            options["host"],
            simulated.port_of(Dialect.HL7) if options["port"] is None else options["port"],
        )
        return Peer(
            Line(here, patience=options["patience"]),
            Writer(options["sender"], options["authority"], options["zone"]),
            door=None if door is None else CalledLine((here[0], door), patience=0.5),
            answers=answers,
            tell=self._say_heard,
        )

    def _tell(self, peer: Peer, steps: Any, rate: float) -> list[Step]:
        """Say everything at the rate; returns what was acknowledged."""
        began, told = time.monotonic(), []
        for place, step in enumerate(steps):
            peer.listen(max(0.0, began + place / rate - time.monotonic()))
            code = peer.say(step.content)
            self.stdout.write(f"{step.control_id}  {step.said}  {code or 'NOT answered'}")
            if code in ACCEPTED:
                told.append(step)
        return told

    def _report(self, told: Sequence[Step], peer: Peer, options: dict[str, Any]) -> None:
        instrument = Instrument.objects.filter(
            settings__sender=options["sender"], is_active=True
        ).first()
        if instrument is None:
            raise CommandError(
                f"No active system here declares the sender {options['sender']!r}: register one, or "
                "name another with --sender."
            )
        until = time.monotonic() + options["patience"]
        ids = [one.control_id for one in told]
        while not (found := hospital_told.of(ids, instrument)).is_read:
            if time.monotonic() > until:
                break
            peer.listen(0.2)
        self.stdout.write(f"{len(ids)} acknowledged; {found}")
        if found.missing:
            raise CommandError("What was acknowledged is not all there.")

    def _say_heard(self, heard: Heard, answer: str) -> None:
        lines = " | ".join(heard.lines)
        end = f"answered {answer}" if answer else "an answer"
        self.stdout.write(f"heard {heard.kind}^{heard.event} {heard.control_id}  {lines}  {end}")
