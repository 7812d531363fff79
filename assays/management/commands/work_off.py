"""Work off what is due from a console: for a laboratory whose workers are down."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from labsys.work import heartbeats, periodic, sweep, worker
from labsys.work.models import WorkItem, WorkState
from labsys.work.registry import Execution

TASK = "console:work_off"


class Command(BaseCommand):
    """Drains the queue in this process; every effect says that it was done from a console."""

    help = (
        "Work off what is due in this process, without Celery. Evaluations and calculations record "
        f"{TASK} as their task. Workers may run at the same time: each item is done once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seconds",
            type=float,
            default=600.0,
            help="stop after about so many seconds (default: 600)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seconds"] <= 0:
            raise CommandError("--seconds must be more than zero.")
        periodic.load()
        execution = Execution(worker=heartbeats.instance(), task_id=TASK)
        try:
            sweep.sweep()
            done = worker.drain(execution, seconds=options["seconds"])
            states = dict.fromkeys((WorkState.PENDING, WorkState.BLOCKED, WorkState.PARKED), 0)
            for state in states:
                states[state] = WorkItem.objects.filter(state=state).count()
        except OperationalError as error:
            raise CommandError("The database does not answer; nothing was lost.") from error
        self.stdout.write(
            f"{done} done; {states[WorkState.PENDING]} waiting, "
            f"{states[WorkState.BLOCKED]} behind another, {states[WorkState.PARKED]} parked"
        )
        if states[WorkState.PARKED]:
            raise CommandError("Parked work needs a person's decision; see the admin's work queue.")
