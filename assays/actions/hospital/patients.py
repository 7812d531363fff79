"""What a hospital's system tells of patients, done by the registry's own actions in its own name."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions.hospital.items import Done
from assays.models import Instrument
from assays.queries import hospital as queries
from assays.queries.hospital import Naming
from assays.rules.filing import Held, Hold
from assays.rules.hospital import decide
from assays.rules.hospital_known import (
    Admit,
    Amend,
    Finish,
    Link,
    Plan,
    Register,
    Step,
    Transfer,
    Unlink,
)
from assays.rules.hospital_messages import Act, Event, Identifier
from assays.rules.hospital_people import death_columns
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import Refusal
from patients.actions import encounters, links, persons
from patients.models import Encounter, Location, Person, PersonLink
from patients.rules import births

_MOST_TRIES = 2
_PLACEHOLDER = 80


def act(
    *,
    event: Event,
    instrument: Instrument,
    by: Principal,
    at: datetime,
    is_accepted: bool = False,
) -> Done | Held:
    """Do what an event of a patient asks for, or say why it is held; all of it or nothing.

    `by` is the principal of the connection. Done twice, the second time finds everything so already.
    """
    naming = queries.naming(instrument)
    event = naming.event(event)
    for tries in range(1, _MOST_TRIES + 1):
        known = queries.known(event, naming)
        plan = decide(event, known, at=at, is_accepted=is_accepted)
        if isinstance(plan, Held):
            return plan
        try:
            with acting(by=by, at=at, action=f"assays.hospital.{event.act.value.lower()}"):
                return _Run(event, naming, plan, by, at).done()
        except Refusal as refused:
            # Somebody else may have registered or moved them since we looked.
            if tries == _MOST_TRIES or queries.known(event, naming) == known:
                return _held(event, refused)
    raise AssertionError("the last try returns")


def _held(event: Event, refused: Refusal) -> Held:
    is_joining = event.act in (Act.LINK, Act.UNLINK)
    hold = Hold.MERGE_CONFLICT if is_joining else Hold.ACT_REFUSED
    return Held(hold, {"why": str(refused)})


class _Run:
    """The steps of one plan, in their order."""

    def __init__(
        self, event: Event, naming: Naming, plan: Plan, by: Principal, at: datetime
    ) -> None:
        self._event, self._naming, self._plan = event, naming, plan
        self._by, self._at = by, at
        self._person_id, self._stay_id = plan.person, plan.stay

    def done(self) -> Done:
        for step in self._plan.steps:
            self._take(step)
        return Done(
            self._plan.outcome,
            person_id=self._person_id,
            other_id=self._plan.other,
            encounter_id=self._stay_id,
        )

    def _take(self, step: Step) -> None:
        by, at = self._by, self._at
        match step:
            case Register():
                self._person_id = self._register().pk
            case Amend():
                self._amend(step)
            case Admit():
                assert self._person_id is not None
                self._stay_id = encounters.admit(
                    by=by,
                    at=at,
                    person=Person.objects.get(pk=self._person_id),
                    location=Location.objects.get(pk=step.location),
                    started_at=step.started_at,
                ).pk
            case Transfer():
                self._stay_id = encounters.transfer(
                    by=by,
                    at=at,
                    encounter=Encounter.objects.get(pk=step.stay),
                    location=Location.objects.get(pk=step.location),
                    moved_at=step.moved_at,
                ).pk
            case Finish():
                stay = Encounter.objects.get(pk=step.stay)
                encounters.discharge(
                    by=by, at=at, encounter=stay, ended_at=step.ended_at, disposition=step.end.value
                )
            case Link():
                links.link(
                    by=by,
                    at=at,
                    duplicate=Person.objects.get(pk=step.duplicate),
                    survivor=Person.objects.get(pk=step.survivor),
                    reason=self._reason(),
                )
            case Unlink():
                found = PersonLink.objects.get(pk=step.link)
                links.unlink(by=by, at=at, link=found, reason=self._reason())

    def _register(self) -> Person:
        said = self._event.patient
        made = persons.register(
            by=self._by,
            at=self._at,
            species=queries.species_of(said.species, self._naming),
            sex=said.sex or "U",
            birth=said.birth or births.UNKNOWN,
            family=said.family or "",
            given=said.given or "",
            placeholder="" if said.family else self._placeholder(),
            identifiers=self._numbers(said.identifiers),
        )
        if said.died is not None:
            self._set_right(made, death_columns(said.died), death_columns(None))
        return made

    def _amend(self, step: Amend) -> None:
        person = Person.objects.get(pk=step.person)
        if step.changes:
            self._set_right(person, dict(step.changes), dict(step.expected))
        if step.name is not None:
            family, given = step.name
            persons.name(by=self._by, at=self._at, person=person, family=family, given=given)
        for system, value in self._numbers(step.identifiers):
            persons.add_identifier(
                by=self._by, at=self._at, person=person, system=system, value=value
            )

    def _set_right(
        self, person: Person, changes: dict[str, object], expected: dict[str, object]
    ) -> None:
        persons.amend(
            by=self._by,
            at=self._at,
            person=person,
            changes=changes,
            expected=expected,
            reason=self._reason(),
        )

    def _numbers(self, identifiers: tuple[Identifier, ...]) -> list[tuple[str, str]]:
        """Return system and value of each, once; our own numbers are nobody's to give."""
        pairs = [(self._naming.system(one), one.value) for one in identifiers]
        return [pair for pair in dict.fromkeys(pairs) if pair[0] != queries.OWN]

    def _placeholder(self) -> str:
        number = self._event.patient.identifiers[0]
        return f"{self._naming.code} {number.value}"[:_PLACEHOLDER]

    def _reason(self) -> str:
        return _("Told by %(system)s (%(event)s).") % {
            "system": self._naming.code,
            "event": self._event.trigger,
        }
