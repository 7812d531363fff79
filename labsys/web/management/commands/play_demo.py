"""manage.py play_demo: work through the demo by the running services."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assays.senders import corpus
from consent.models import Programme
from labsys.lib.clock import database_now
from labsys.web.demo import (
    apart,
    bedside,
    benefits,
    calculated_tests,
    cast,
    controllers,
    council,
    courses,
    docks,
    entry,
    films,
    keeping,
    outbreak,
    plates,
    playing,
    profiles,
    rack,
    recorded_sessions,
    removals,
    reporting,
    screening,
    staging,
    surge,
    telling,
    wards,
    wires,
)
from labsys.web.demo.failing import DemoFailed


class Command(BaseCommand):
    help = "Play the demo through the running services; does nothing where it was played."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000")
        parser.add_argument(
            "--corpus",
            action="store_true",
            help="instead, register real instruments and play their recorded sessions (LABSYS_CORPUS)",
        )

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        if not staging.is_staged():
            raise CommandError("There is no demo here: run manage.py seed_demo first.")
        try:
            if options["corpus"]:
                self._play_corpus()
            else:
                self._play(url)
        except DemoFailed as failed:
            raise CommandError(str(failed)) from failed

    def _play(self, url: str) -> None:
        if Programme.objects.filter(code=cast.PROGRAMME["code"]).exists():
            self.stdout.write("The demo was played already.")
            return
        playing.send(url, self.stdout.write)
        wires.send(self.stdout.write)
        playing.type_in(self.stdout.write)
        playing.wait_for_the_worker(self.stdout.write)
        playing.judge(self.stdout.write)
        calculated_tests.play(self.stdout.write)
        profiles.play(self.stdout.write)
        plates.send(self.stdout.write)
        courses.play(self.stdout.write)
        apart.propose(self.stdout.write)
        playing.fail_a_control(url, self.stdout.write)
        telling.tell(self.stdout.write)
        rack.fill(self.stdout.write)
        entry.fill(self.stdout.write)
        keeping.keep(self.stdout.write)
        outbreak.analyse(self.stdout.write)
        removals.compare(self.stdout.write)
        benefits.play(self.stdout.write)
        bedside.record(self.stdout.write)
        controllers.record(self.stdout.write)
        films.give(self.stdout.write, by=playing.principal("tech1"))
        plates.record(self.stdout.write)
        reporting.make(self.stdout.write)
        wards.play(self.stdout.write)
        surge.play(self.stdout.write, database_now())
        docks.play(self.stdout.write)
        screening.play(self.stdout.write)
        council.report(self.stdout.write)
        self.stdout.write(
            "Recorded sessions of real instruments are at hand: manage.py play_demo --corpus"
            if corpus.folder()
            else corpus.missing()
        )

    def _play_corpus(self) -> None:
        folder = corpus.folder()
        if folder is None:
            raise CommandError(corpus.missing())
        if recorded_sessions.were_played():
            self.stdout.write("The recorded sessions were played already.")
            return
        recorded_sessions.play(folder, self.stdout.write)
