"""The demo's second programme, in which somebody stands everywhere that a board or list knows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from consent.actions import alerts, deliveries, passes, postings, recalls
from consent.models import Programme, Recall
from consent.rules.alerts import AlertAnswer, AlertKind
from consent.rules.deliveries import Channel, Told
from consent.rules.facts import CheckOutcome
from consent.rules.recalls import RecallState
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from labsys.web.demo import cast, screening
from labsys.web.demo.people import principal
from patients.models import Person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = 7 * DAY
TOLD = "screening@station.example"


def play(say: Callable[[str], None]) -> None:
    """Enrol and examine; some leave, one is recalled, one is back; once."""
    if Programme.objects.filter(code=cast.DOCKS["code"]).exists():
        return
    with transaction.atomic():
        programme = screening.found(cast.DOCKS, cast.DOCKS_WAIVER)
        people = screening.members(programme)
        _tell()
        screening.sign_on(programme, people)
        _examine(people)
        _answer(programme, people["fofana"])
        _leave(programme, people["varga"])
        _return(programme, people["kaya"])
        _recall(programme, people["silva"])
    say(f"{len(people)} on the {programme.name.lower()}: two away, one of them recalled, one back")


def _tell() -> None:
    """Have an address told of lost clearances and of recalls."""
    for what in (Told.REVOCATION, Told.RECALL):
        deliveries.add_target(
            channel=Channel.EMAIL,
            address=TOLD,
            what=what,
            programme=None,
            by=principal("screening"),
            at=database_now(),
        )


def _examine(people: dict[str, Person]) -> None:
    """Pass everybody, so long ago that one is due today, one overdue and one was examined today."""
    now = database_now()
    due = WEEK - (_later_today(now) - now)
    ago = {"andersen": due, "varga": due, "fofana": 9 * DAY, "moreau": HOUR}
    for key, person in people.items():
        screening.examine(person, CheckOutcome.PASSED, ago.get(key, 2 * DAY))
        screening.interview(person, CheckOutcome.PASSED, min(ago.get(key, DAY), 3 * DAY))


def _later_today(now: datetime) -> datetime:
    """Return three hours from now, or the last minute of the day if that is over by then."""
    _start, midnight = bounds_of_day(hospital_day(now))
    return max(min(now + 3 * HOUR, midnight - timedelta(minutes=1)), now + timedelta(minutes=1))


def _answer(programme: Programme, person: Person) -> None:
    """Call a clinician to somebody, who comes and writes down what was done."""
    alert = alerts.raise_alert(
        person=person,
        programme=programme,
        kind=AlertKind.REVIEW,
        sitting=uuid.uuid4(),
        by=principal("psych"),
        at=database_now(),
    )
    doctor = principal("exam2")
    alert = alerts.acknowledge(alert=alert, by=doctor, at=database_now())
    alerts.close(alert=alert, answer=AlertAnswer.SPOKEN_TO, by=doctor, at=database_now())


def _leave(programme: Programme, person: Person) -> None:
    by, at = principal("gate"), database_now()
    postings.post(person=person, programme=programme, destination="Dock 9", by=by, at=at)


def _return(programme: Programme, person: Person) -> None:
    """Somebody was away and came back: the examination was held, the interview is wanting."""
    gate = principal("gate")
    posting = postings.post(
        person=person, programme=programme, destination="Dock 4", by=gate, at=database_now()
    )
    at = database_now()
    postings.come_back(posting=posting, returned_at=at, by=gate, at=at)
    screening.examine(person, CheckOutcome.PASSED, timedelta(0))


def _recall(programme: Programme, person: Person) -> None:
    """Somebody left with a pass in hand; a check held before is written down after they left."""
    desk = principal("screening")
    passes.issue(person=person, programme=programme, by=desk, at=database_now())
    postings.post(
        person=person,
        programme=programme,
        destination="Dock 7",
        by=principal("gate"),
        at=database_now(),
    )
    screening.examine(person, CheckOutcome.REFERRED, HOUR, by="exam2")
    at = database_now()
    recalls.step(
        recall=Recall.objects.get(person=person),
        to=RecallState.LOCATED,
        happened_at=at,
        note="Answers by radio from dock 7.",
        by=desk,
        at=at,
    )
