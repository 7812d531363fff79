"""A programme with its staff, and people in it, made by the product's own actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import Any

from consent.actions import checks, departures, enrolments, postings, programmes, returns, waivers
from consent.models import (
    Check,
    Departure,
    Posting,
    PostingReturn,
    Programme,
    ProgrammeVersion,
    WaiverText,
)
from consent.rules import medical, psychological
from consent.rules.facts import CheckOutcome
from consent.rules.medical import Examination, Sign
from consent.rules.news2 import Consciousness, Subject, Vitals
from consent.rules.psychological import AnnulCode
from consent.rules.voluntariness import Interview, domains
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from patients.actions import logins, persons
from patients.models import Person
from tests.factories import principal
from tests.patients import people

_numbers = count(1)
CALM = Vitals(
    respiration_per_min=14,
    spo2_percent=98,
    on_oxygen=False,
    systolic_mmhg=124,
    pulse_per_min=68,
    consciousness=Consciousness.ALERT,
    temperature_celsius=Decimal("36.7"),
)
BODY = {"en": "I take part of my own will.", "fr": "Je participe de mon plein gré."}
# A signature as somebody draws it: an arch, and a stroke through it.
DRAWN = [[[40, 150], [120, 40], [180, 150]], [[70, 110], [160, 105]]]
FROM_PAPER = "Held on paper while the network was down."
PASSED, REFERRED, FAILED = CheckOutcome.PASSED, CheckOutcome.REFERRED, CheckOutcome.FAILED


@dataclass
class World:
    """One programme in force, with one text, and the staff that run it."""

    asks: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        at = database_now()
        self.manager, self.examiner = principal(Role.QUALITY_MANAGER), self.physician()
        self.psychologist = principal(Role.PSYCHOLOGIST)
        self.officer = principal(Role.SCREENING_OFFICER)
        code = f"posting-{next(_numbers)}"
        self.programme: Programme = programmes.create(
            code=code, name=f"Posting {code}", by=self.manager, at=at
        )
        version = programmes.draft_version(
            programme=self.programme, effective_from=at, by=self.manager, at=at, **self.asks
        )
        programmes.approve_version(version=version, by=self.examiner, at=at)
        self.text = self.new_text()

    def physician(self) -> Principal:
        return principal(Role.EXAMINING_PHYSICIAN)

    def draft(self, **asks: Any) -> ProgrammeVersion:
        """Draft a version that asks this, and from when it is given nothing else, at once."""
        at = database_now()
        given = {"effective_from": at, "by": self.manager, "at": at, **asks}
        return programmes.draft_version(programme=self.programme, **given)

    def new_text(self, **more: Any) -> WaiverText:
        at = database_now()
        given = {"title": "Waiver", "body": BODY, "effective_from": at, **more}
        text = waivers.draft_text(programme=self.programme, by=self.manager, at=at, **given)
        return waivers.approve_text(text=text, by=self.examiner, at=at)

    @cached_property
    def registrar(self) -> Principal:
        return people.infection_control()

    def person(self, **more: Any) -> Person:
        """Register somebody of age, identified."""
        found = people.person(by=self.registrar, **more)
        at = database_now()
        persons.confirm_identity(
            person=found, by=self.registrar, at=at, basis="passport", happened_at=at
        )
        return found

    def enrol(self, person: Person, **more: Any) -> Any:
        at = database_now()
        given = {"started_at": at, "by": self.officer, "at": at, **more}
        return enrolments.enrol(person=person, programme=self.programme, **given)

    def member(self, **more: Any) -> Person:
        """Register somebody of age, identified, who belongs to the programme."""
        found = self.person(**more)
        self.enrol(found)
        return found

    def sign(self, person: Person, **more: Any) -> Any:
        at = database_now()
        given = {
            "text": self.text,
            "text_sha256": self.text.sha256,
            "language": "en",
            "identity_checked": "passport",
            "signed_at": at,
            "drawing": None if "account" in more else DRAWN,
            "by": self.officer,
            "at": at,
            **more,
        }
        return waivers.sign(person=person, **given)

    def withdraw(self, person: Person, **more: Any) -> Any:
        given = {"programme": self.programme, "door": "STAFF", "by": self.officer, **more}
        return waivers.withdraw(person=person, at=given.pop("at", database_now()), **given)

    def medical(self, person: Person, outcome: CheckOutcome = PASSED, **more: Any) -> Check:
        at = database_now()
        signs = dict.fromkeys(Sign, False)
        subject = Subject(species="human", age_years=30, is_pregnant=False)
        proposal = medical.propose(Examination(subject=subject, vitals=CALM, signs=signs))
        given = {
            "proposal": proposal,
            "vitals": {"pulse_per_min": "68"},
            "comment": FROM_PAPER if "performed_at" in more else "",
            "score": {},
            "signs": [],
            "performed_at": at,
            "by": self.examiner,
            "at": at,
            **more,
        }
        return checks.record_medical(person=person, outcome=outcome, **given)

    def psychological(
        self,
        person: Person,
        outcome: CheckOutcome = PASSED,
        *,
        notes: str = "",
        asked: Sequence[str] | None = None,
        **more: Any,
    ) -> Check:
        """Record a psychological check; without `asked` like one of which that was not kept."""
        at = database_now()
        answers: dict[str, list[int | None]] = {"PHQ-9": [0] * 9, "GAD-7": [0] * 7}
        ratings = dict.fromkeys(domains(), 0)
        proposal = psychological.propose(
            answers,
            required=("PHQ-9", "GAD-7"),
            first=Interview(interviewer=self.psychologist.name, ratings=ratings),
        )
        content: dict[str, Any] = {
            "answers": answers,
            "interview": ratings,
            "notes": notes or (FROM_PAPER if "performed_at" in more else ""),
            "scores": [],
        }
        content |= {} if asked is None else {"asked": asked}
        given = {
            "proposal": proposal,
            "content": content,
            "performed_at": at,
            "by": self.psychologist,
            "at": at,
            **more,
        }
        return checks.record_psychological(person=person, outcome=outcome, **given)

    def annul(self, check: Check) -> Any:
        by = self.examiner if check.kind == "MEDICAL" else self.psychologist
        code = AnnulCode.WRONG_PERSON if check.is_private else None
        given = {"by": by, "at": database_now(), "reason": "Wrong person.", "code": code}
        return checks.annul(check=check, **given)

    def post(self, person: Person, **more: Any) -> Posting:
        given = {"by": self.officer, "at": database_now(), **more}
        return postings.post(person=person, programme=self.programme, **given)

    def come_back(self, posting: Posting, **more: Any) -> Any:
        at = database_now()
        given = {"returned_at": at, "by": self.officer, "at": at, **more}
        return postings.come_back(posting=posting, **given)

    def go_free(self, posting_return: PostingReturn) -> Any:
        """Examine and interview somebody who came back, and say that they are free to go."""
        person = posting_return.posting.person
        self.medical(person)
        self.psychological(person)
        given = {"by": self.examiner, "at": database_now()}
        return returns.free(posting_return=posting_return, **given)

    def departure(self, *people: Person, **more: Any) -> Departure:
        """Plan a departure in an hour, with these people."""
        at = database_now()
        given = {"leaves_at": at + hours(1), "by": self.officer, "at": at, **more}
        return departures.plan(programme=self.programme, people=people, **given)

    def cleared(self, **more: Any) -> Person:
        """Make somebody who is cleared now, if the programme asks for no nanite load."""
        found = self.person(**more)
        self.enrol(found)
        self.sign(found)
        self.medical(found)
        self.psychological(found)
        return found

    def dies(self, person: Person, **stated: Any) -> None:
        """Record somebody as dead, today unless said otherwise; deceased_on=None takes it back."""
        at = stated.pop("at", database_now())
        person.refresh_from_db()
        changes = {"deceased_on": hospital_day(at), **stated}
        expected = {name: getattr(person, name) for name in changes}
        given = {"changes": changes, "expected": expected, "reason": "Certificate seen."}
        persons.amend(person=person, by=self.registrar, at=at, **given)

    def participant(self, person: Person) -> Principal:
        """Give somebody a login for their own page."""
        made = principal(Role.PARTICIPANT)
        logins.link(by=self.officer, at=database_now(), person=person, principal=made)
        return made


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def day_before(moment: datetime, days: float = 1) -> datetime:
    return moment - timedelta(days=days)
