"""Make the first administrator of an installation."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from labsys.accounts.actions import users
from labsys.accounts.models import Principal, RoleGrant
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal


class Command(BaseCommand):
    help = (
        "Make the first administrator. Further ones are made in the admin; with --force this "
        "command makes one although another exists (when nobody can log in any more)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("full_name")
        parser.add_argument(
            "--ask", action="store_true", help="ask for a password instead of making one"
        )
        parser.add_argument("--force", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        held = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, revocation=None)
        active = held.filter(principal__is_active=True).first()
        if active is not None and not options["force"]:
            raise CommandError(
                f"{active.principal} is an administrator already and can make others; "
                "use --force if nobody can log in as one."
            )
        given = self._ask() if options["ask"] else None
        try:
            made = users.create(
                username=options["username"],
                full_name=options["full_name"],
                first_roles=(Role.ADMINISTRATOR,),
                password=given,
                must_change=given is None,
                by=Principal.objects.system("seed"),
                at=database_now(),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{made.user.username} is an administrator.")
        if given is None:
            self.stdout.write(f"Password, shown this once: {made.password}")
            self.stdout.write("A new one is asked for at the first login.")

    def _ask(self) -> str:
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("Again: "):
            raise CommandError("The two entries differ; nothing was made.")
        return first
