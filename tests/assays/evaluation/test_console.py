"""`manage.py work_off`: the queue worked off from a console, and the record says so."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assays.models import Evaluation
from labsys.work import heartbeats, queue
from labsys.work.models import WorkItem
from tests.assays.senders import item

pytestmark = pytest.mark.django_db


def test_what_is_due_is_done_and_says_it_was_done_from_a_console(sender, specimen) -> None:
    sender.send(item(specimen))
    sender.send(item(specimen, "WBC", "7", unit="10*3/uL"))
    said = StringIO()

    call_command("work_off", stdout=said)

    assert said.getvalue() == "2 done; 0 waiting, 0 behind another, 0 parked\n"
    assert set(Evaluation.objects.values_list("task_id", "worker")) == {
        ("console:work_off", heartbeats.instance())
    }


def test_parked_work_makes_it_fail_and_say_so(sender, specimen) -> None:
    sender.send(item(specimen))
    (claim,) = queue.claim(kinds=[("evaluate", 1)], worker="w")
    WorkItem.objects.update(attempts=queue.MAX_ATTEMPTS)
    queue.fail(claim, "broken")

    with pytest.raises(CommandError, match="Parked work needs a person's decision"):
        call_command("work_off", stdout=StringIO())


@pytest.mark.parametrize("seconds", ["0", "-1", "soon"])
def test_a_wrong_duration_is_refused(seconds) -> None:
    with pytest.raises(CommandError):
        call_command("work_off", "--seconds", seconds)
