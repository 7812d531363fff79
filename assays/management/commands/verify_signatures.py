"""manage.py verify_signatures: read every signature again and name what is not as it was signed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assays.queries import signatures

NAMED = 20


class Command(BaseCommand):
    help = "Compute the digests of signatures anew; ends non-zero where anything differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--result", type=int, help="only the signatures of this result")
        parser.add_argument(
            "--after", type=int, default=0, help="only signatures after this number"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        read = wrong = 0
        for checked in signatures.check_all(after=options["after"], result_id=options["result"]):
            read += 1
            if checked.is_intact:
                continue
            wrong += 1
            self.stdout.write(f"Signature {checked.signature.pk} ({checked.signature}):")
            for one in checked.wrong[:NAMED]:
                self.stdout.write(f"  {one.where}: signed {one.signed}, found {one.found}")
            if len(checked.wrong) > NAMED:
                self.stdout.write(f"  and {len(checked.wrong) - NAMED} more")
        unsigned = signatures.not_covered().count()
        self.stdout.write(
            f"{read} signatures read again, {wrong} not as signed; {unsigned} released results were "
            "released before there were signatures or are not covered by theirs."
        )
        if wrong:
            raise CommandError("Something is not as it was signed.")
