"""Two clinicians who conclude a check of one person in the same moment."""

from __future__ import annotations

from threading import Barrier, Thread

from django.db import connection

from consent.models import Check
from labsys.lib.errors import Conflict
from tests.consent.actions.test_medical import conclude, seen_of
from tests.consent.programme import FAILED, PASSED, World


def test_of_two_who_decide_at_once_one_is_shown_what_the_other_recorded(
    fresh_database: str,
) -> None:
    world = World()
    person, other = world.cleared(sex="M"), world.physician()
    before = Check.objects.filter(person=person, kind="MEDICAL").count()
    shown, together, came = seen_of(world, person), Barrier(2), []

    def decide(by, outcome) -> None:
        try:
            together.wait(timeout=20)
            conclude(world, person, outcome, by=by, seen=shown)
            came.append(outcome)
        except Conflict as refused:
            came.append(str(refused))
        finally:
            connection.close()

    racing = [
        Thread(target=decide, args=each) for each in ((world.examiner, FAILED), (other, PASSED))
    ]
    for one in racing:
        one.start()
    for one in racing:
        one.join(timeout=60)

    assert len(came) == 2
    [recorded] = [one for one in came if one in (FAILED, PASSED)]
    assert any("has changed" in one for one in came if one is not recorded)
    rows = Check.objects.filter(person=person, kind="MEDICAL").order_by("-pk")
    assert rows.count() == before + 1
    assert rows[0].outcome == recorded
