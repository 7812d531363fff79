"""What waits to be typed: specimens of sections without an analyser, and a form filled on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from assays.actions import downtime
from assays.actions.recordings import Typed
from assays.models import Order, Priority
from assays.queries import downtime as queries
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity, rounded
from labsys.web.demo import staging
from labsys.web.demo.people import patients, principal
from labsys.web.demo.values import usual

PATIENTS = 4
PANELS = ("CMP", "COAG")
SECTION = "COAG"
QUESTION = "Values to be typed from the bench."


def fill(say: Callable[[str], None]) -> None:
    """Order, draw and receive specimens whose values nobody has typed yet, once."""
    if Order.objects.filter(clinical_question=QUESTION).exists():
        return
    at = database_now()
    staff = {name: principal(name) for name in ("exam", "phleb", "tech1")}
    others = [(patient, person) for patient, person in patients() if not patient.programme]
    for number, (patient, person) in enumerate(others[:PATIENTS]):
        staging.specimens_at_hand(
            patient=patient,
            person=person,
            staff=staff,
            panels=PANELS,
            at=at,
            collected_at=at - timedelta(minutes=55 - 5 * number),
            # The second one to be received overtakes the first.
            priority=Priority.STAT if number == 1 else Priority.ROUTINE,
            question=QUESTION,
        )
    _type_a_form_once(at, staff["tech1"])
    say(f"specimens of {len(others[:PATIENTS])} patients wait to be typed in the entry grid")


def _type_a_form_once(at: datetime, by: Principal) -> None:
    """Make a form of one section and type its first specimen: a second person is to follow."""
    form = downtime.prepare(section=SECTION, reason="Power cut in the night.", by=by, at=at)
    row = queries.rows(by, form)[0]
    downtime.type_row(
        form=form,
        specimen=row.specimen,
        values=[
            Typed(
                assay_id=box.assay.assay_id,
                value=Quantity(rounded(usual(box.assay, "F"), box.assay.decimals), box.assay.unit),
                field=box.assay.code,
            )
            for box in row.boxes.values()
            if box.assay is not None
        ],
        observed_at=at - timedelta(minutes=15),
        identity=row.identity,
        by=by,
        at=at,
    )
