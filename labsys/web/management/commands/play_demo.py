"""manage.py play_demo: work through the demo by the running services."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consent.models import Programme
from labsys.web.demo import cast, playing, screening, staging


class Command(BaseCommand):
    help = "Play the demo through the running services; does nothing where it was played."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000")

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        if not staging.is_staged():
            raise CommandError("There is no demo here: run manage.py seed_demo first.")
        if Programme.objects.filter(code=cast.PROGRAMME["code"]).exists():
            self.stdout.write("The demo was played already.")
            return
        try:
            playing.send(url, self.stdout.write)
            playing.type_in(self.stdout.write)
            playing.wait_for_the_worker(self.stdout.write)
            playing.judge(self.stdout.write)
            screening.play(self.stdout.write)
        except playing.DemoFailed as failed:
            raise CommandError(str(failed)) from failed
