"""Two persons with a row in every table: one near (in everybody's reach), one far (in nobody's).

Rows are found among what the laboratory's own flow recorded, or filled in from the model's fields.
Everything written about the far person carries the canary, which no answer may hold for somebody
who reaches only some persons.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import NOT_PROVIDED

from assays.actions import recordings
from assays.actions.recordings import Typed
from assays.models import Assay
from assays.queries import cumulative_contents, report_contents
from labsys.accounts.models import Principal
from labsys.accounts.roles import MACHINES, Role
from labsys.audit import reads
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from patients.models import Location, Person
from tests import factories
from tests.architecture.planted import CANARY, SPECIAL
from tests.assays import laboratory
from tests.patients import controls, people

NEARBY = "nearby"
# Parameters of addresses that are not named after their model.
NOUNS = {
    "notice_id": "ordernotice",
    "form_id": "downtimeform",
    "hold_id": "resulthold",
    "message_id": "transmissionmessage",
    "rule_set_id": "ruleset",
    "return_id": "postingreturn",
    "series_id": "orderseries",
    "slot_id": "roundslot",
}
FIELDS = {
    "code": ("consent.Programme", "code"),
    "accession": ("assays.Specimen", "accession"),
    "drawn_id": ("assays.MicrographView", "micrograph_id"),
    "number": ("assays.ReportVersion", "number"),
    "check_uid": ("consent.Check", "uid"),
    "profile_uid": ("assays.NaniteProfile", "uid"),
    "recall_uid": ("consent.Recall", "uid"),
    "alert_uid": ("consent.ClinicalAlert", "uid"),
    "departure_uid": ("consent.Departure", "uid"),
    "controller_uid": ("patients.Controller", "uid"),
    "setpoint_uid": ("patients.SetPoint", "uid"),
    "document_uid": ("patients.ControlDocument", "uid"),
    "posting_uid": ("consent.Posting", "uid"),
}
WORDS = {"url": "nowhere", "indicator": "lost", "act": "cancel"}


class World:
    """The two persons and a principal for every role."""

    def __init__(self) -> None:
        self.at = database_now()
        self.assay: Assay = laboratory.assays(WORLD={"low": "12", "high": "15.5"})["WORLD"]
        self.ward: Location = people.ward()
        self.kill_code, self.schematic = controls.kill_code(), controls.schematic()
        self.bed: Location = people.ward(parent=self.ward, kind="BED")
        self.near = self._person(NEARBY)
        self.far = self._person(CANARY)
        people.admitted(self.near, self.ward)
        people.admitted(self.far)
        self._rows: dict[tuple[type[models.Model], Person | None], models.Model] = {}
        self._principals: dict[frozenset[Role], Principal] = {}
        self._far_group: models.Model | None = None
        self._callers: dict[frozenset[Role], Any] = {}
        self.principal(frozenset({Role.PARTICIPANT}))  # before a row of its table is planted
        reads.record(by=factories.seed(), purpose="plant", objects=[self.near], person_id=None)
        for label in (
            *("consent.Enrolment", "consent.PsychologicalRecord", "assays.ReportVersion"),
            # A critical value is read by whoever reaches the person, and so is what it was made of.
            *("assays.CriticalCall", "assays.NaniteEstimate", "assays.FigureSnapshot"),
        ):
            self.row(apps.get_model(label), self.near)
        for model, (_view, person) in policy.registered_models().items():
            if person is not None and model._meta.managed:
                self.row(model, self.far)
        laboratory.specimen([self.assay], of=self.near, status="EXPECTED")

    def _person(self, name: str) -> Person:
        made = people.person(family=name.upper(), given=f"{name}-given")
        specimen = laboratory.specimen([self.assay], of=made)
        typed = Typed(
            assay_id=self.assay.pk, value=Quantity(Decimal("13.2"), "g/dL"), field="value"
        )
        recordings.record_typed(
            specimen=specimen,
            values=[typed],
            observed_at=laboratory.moment(),
            by=factories.principal(Role.TECHNOLOGIST),
            at=database_now(),
        )
        return made

    def principal(self, roles: frozenset[Role]) -> Principal:
        """Return the principal who holds these roles, and reaches the near person by each."""
        if roles not in self._principals:
            made = factories.principal(*sorted(roles))
            self._principals[roles] = made
            for role in roles:
                self._tie(made, role)
            if not roles <= MACHINES:
                self._join(made)
        return self._principals[roles]

    def caller(self, roles: frozenset[Role], make: Any) -> Any:
        """Return whoever calls with these roles; logging in once is enough."""
        if roles not in self._callers:
            self._callers[roles] = make(self, roles)
        return self._callers[roles]

    def _tie(self, made: Principal, role: Role) -> None:
        """Bring the near person, and nobody else, into the reach that a role has."""
        hour = timedelta(hours=1)
        by, period = factories.seed(), {"since": self.at - hour}
        stamp = {"recorded_at": self.at, "recorded_by": by}
        if role in (Role.WARD_DOCTOR, Role.NURSE):
            self._write(
                "patients.CareAssignment", principal=made, location=self.ward, **period, **stamp
            )
        if role is Role.VISITING_CLINICIAN:
            granted = {"person": self.near, "reason": "advice", "until": self.at + hour}
            self._write("patients.CareGrant", principal=made, **granted, **period, **stamp)
        if role is Role.PARTICIPANT:
            self._write("patients.PersonAccount", principal=made, person=self.near, **stamp)

    def _join(self, made: Principal) -> None:
        """Have somebody work in the group of the near person."""
        stamp = {"recorded_at": self.at, "recorded_by": factories.seed()}
        since = self.at - timedelta(hours=1)
        group = self.group_of(self.near)
        self._write("assays.GroupMember", group=group, principal=made, since=since, **stamp)

    def _write(self, label: str, /, **values: Any) -> models.Model:
        with acting(by=factories.seed(), at=self.at, action="tests.plant"):
            return apps.get_model(label)._default_manager.create(**values)

    def row(self, model: type[models.Model], person: Person | None) -> models.Model:
        """Return a row of this table that concerns this person (or anybody, where it has none)."""
        _view, path = policy.registered_models().get(model, ("", None))
        whose = person if path is not None else None
        if model is Person:
            return person or self.near
        if (model, whose) not in self._rows:
            rows = model._default_manager.all()
            if whose is not None:
                rows = rows.filter(**{path or "pk": whose})
            found = rows.order_by("pk").last()
            self._rows[model, whose] = found or self.plant(model, whose)
        return self._rows[model, whose]

    def plant(self, model: type[models.Model], person: Person | None) -> models.Model:
        """Write a row, with words in every text field, or in the required ones alone."""
        try:
            return self._try(model, person, optional=True)
        except IntegrityError:
            pass
        try:
            return self._try(model, person, optional=False)
        except (IntegrityError, ValueError, TypeError) as refused:
            raise LookupError(
                f"No row of {model._meta.label} could be planted ({refused}). Say in SPECIAL of "
                f"tests/architecture/planted.py which values its constraints ask for."
            ) from refused

    def _try(self, model: type[models.Model], person: Person | None, *, optional: bool) -> Any:
        special = SPECIAL.get(model._meta.label_lower, {})
        values = {
            field.name: self._value(field, person)
            for field in model._meta.concrete_fields
            if field.name not in special and self._is_needed(field, optional)
        }
        for name, value in special.items():
            values[name] = value(self, person) if callable(value) else value
        with transaction.atomic():
            return self._write(model._meta.label, **values)

    def said_of(self, person: Person | None) -> dict[str, Any]:
        """Return what a report of this person's order says, as its first version."""
        order = self.row(apps.get_model("assays.Order"), person or self.near)
        content, _standing = report_contents.snapshot(order.pk)
        version = {"report": 1, "number": 1, "status": "PARTIAL", "reason": "", "made_by": "seed"}
        return {**content, "version": {**version, "made_at": self.at.isoformat()}, "changes": []}

    def said_of_all(self, person: Person | None) -> dict[str, Any]:
        """Return what a cumulative report of this person says."""
        whom, day = person or self.near, self.at.date()
        content = cumulative_contents.snapshot(whom, [whom.pk], since=day, until=day, sections=[])
        made = {"number": 1, "made_by": "seed", "made_at": self.at.isoformat()}
        return {**content, "version": made}

    def group_of(self, person: Person | None) -> models.Model:
        """Return the work group of this person; only that of the near one has members who call."""
        if person == self.far:
            if self._far_group is None:
                self._far_group = self.plant(apps.get_model("assays.WorkGroup"), None)
            return self._far_group
        return self.row(apps.get_model("assays.WorkGroup"), None)

    def specimen_of(self, person: Person | None) -> models.Model:
        """Return a specimen that was drawn from this person."""
        return self.row(apps.get_model("assays.Specimen"), person)

    def double_of(self, person: Person | None) -> Person:
        """Register a second entry that could be the same person's."""
        return self._person(CANARY if person == self.far else NEARBY)

    def _is_needed(self, field: Any, optional: bool) -> bool:
        if field.primary_key:
            return False
        is_text = isinstance(field, (models.CharField, models.TextField)) and not field.choices
        if is_text:
            return optional or not field.blank
        return not (field.null or field.has_default())

    def _value(self, field: Any, person: Person | None) -> Any:
        word = CANARY if person == self.far else NEARBY if person else "plain"
        if field.is_relation:
            target = field.remote_field.model
            if target is Principal:
                return factories.seed()
            return self.row(target, person)
        if field.choices:
            return field.choices[0][0]
        if field.default is not NOT_PROVIDED:
            return field.get_default() or word[: field.max_length or 80]
        kinds: list[tuple[type[Any], Any]] = [
            (models.SlugField, f"{word}-{uuid.uuid4().hex[:6]}"[: field.max_length or 80]),
            ((models.CharField, models.TextField), word[: field.max_length or 80]),
            (models.DateTimeField, self.at),
            (models.DateField, date(2026, 1, 1)),
            (models.DecimalField, Decimal(1)),
            (models.BooleanField, False),
            (models.IntegerField, 1),
            (models.JSONField, {}),
            (models.BinaryField, uuid.uuid4().bytes),
            (models.GenericIPAddressField, "192.0.2.1"),
            (models.UUIDField, uuid.uuid4()),
        ]
        return next((value for kind, value in kinds if isinstance(field, kind)), [])

    def value_of(self, parameter: str, person: Person, model: type[models.Model] | None) -> Any:
        """Return what stands in an address for this person's record."""
        if parameter == "object_id" and model is not None:
            return self.row(model, person).pk
        if parameter in ("uid", "person"):
            return person.uid
        if parameter == "other":
            return self.row(apps.get_model("patients.DuplicateCandidate"), person).second.uid
        if parameter in WORDS:
            return WORDS[parameter]
        if parameter in ("killcode_uid", "version_uid"):
            return (self.kill_code if parameter == "killcode_uid" else self.schematic).uid
        if parameter in ("ward_code", "place_code"):
            return (self.ward if parameter == "ward_code" else self.bed).code
        if parameter == "group_code":
            return self.group_of(person).code  # type: ignore[attr-defined]
        if parameter in FIELDS:
            label, name = FIELDS[parameter]
            return getattr(self.row(apps.get_model(label), person), name)
        noun = NOUNS.get(parameter, parameter.removesuffix("_id"))
        named = [one for one in policy.registered_models() if one._meta.model_name == noun]
        if parameter.endswith("_id") and len(named) == 1:
            return self.row(named[0], person).pk
        raise LookupError(
            f"Nothing is known to put for <{parameter}>: name it like <result_id> after its model, "
            "or add it to NOUNS or FIELDS of tests/architecture/world.py."
        )

    def exposed_at(self, person: Person) -> str:
        """Return the event that an exposure of this person names."""
        return str(self.row(apps.get_model("patients.Exposure"), person).event)


# What pages take in the query: for addresses that find a record by it.
QUERIES: dict[str, Callable[[World, Person], str]] = {
    "/api/v1/postings": lambda world, person: f"?person={person.uid}",
    "/api/v1/returns": lambda world, person: f"?person={person.uid}",
    "/api/v1/clearances/<person>": lambda world, person: (
        f"?programme={world.value_of('code', person, None)}"
    ),
    "/api/v1/capacities": lambda world, person: f"?person={person.uid}",
    "/api/v1/checks": lambda world, person: f"?person={person.uid}",
    "/api/v1/analysis-parts": lambda world, person: f"?person={person.uid}",
    "/api/v1/nanite-profiles": lambda world, person: f"?person={person.uid}",
    "/api/v1/orders": lambda world, person: f"?person={person.uid}",
    "/api/v1/specimens": lambda world, person: f"?person={person.uid}",
    "/api/v1/transitions": lambda world, person: f"?person={person.uid}",
    "/api/v1/results": lambda world, person: f"?person={person.uid}",
    "/api/v1/order-numbers": lambda world, person: f"?order={person.orders.last().pk}",
    "/api/v1/work-group-patients": lambda world, person: f"?person={person.uid}",
    "/api/v1/work-orders": lambda world, person: (
        f"?specimen={person.orders.last().specimens.last().accession}"
    ),
    "/api/v1/clusters": lambda world, person: "?agent=nanites",
    "/api/v1/clusters/<person>": lambda world, person: "?agent=nanites",
    "/exposure-events/one": lambda world, person: f"?name={world.exposed_at(person)}",
    "/orders/new/": lambda world, person: f"?person={person.uid}",
    "/admin/assays/recording/add/": lambda world, person: (
        f"?accession={person.orders.last().specimens.last().accession}"
    ),
}
