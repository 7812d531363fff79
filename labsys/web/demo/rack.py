"""What is left on the analysers' racks: received just now, for whoever tries the simulator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from assays.models import Order
from labsys.lib.clock import database_now
from labsys.web.demo import staging
from labsys.web.demo.people import patients, principal

PATIENTS = 2
PANELS = ("CBC", "HORMONE", "NANITE")
QUESTION = "Check on the day of admission."


def fill(say: Callable[[str], None]) -> None:
    """Order, draw and receive specimens that nobody has measured yet, once."""
    if Order.objects.filter(clinical_question=QUESTION).exists():
        return
    at = database_now()
    staff = {name: principal(name) for name in ("exam", "phleb", "tech1")}
    # Not of those who are enrolled: what somebody measures in play would move their clearance.
    others = [(patient, person) for patient, person in patients() if not patient.programme]
    for patient, person in others[:PATIENTS]:
        staging.specimens_at_hand(
            patient=patient,
            person=person,
            staff=staff,
            panels=PANELS,
            at=at,
            collected_at=at - timedelta(minutes=40),
            question=QUESTION,
        )
    say(f"specimens of {PATIENTS} patients wait on the analysers' racks")
