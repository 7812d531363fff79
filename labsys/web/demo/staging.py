"""Setting the scene: logins, places, patients, analysers, orders with collected specimens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assays.actions import orders, specimens
from assays.models import Instrument, Priority
from assays.queries import catalogue
from assays.rules.identification import IdentifierKind
from labsys.accounts.actions import keys, users
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.web.demo import (
    analysers,
    apart,
    autoverification,
    bench,
    cast,
    comments,
    doubles,
    dynamic_tests,
    files,
    following,
    groups,
    outbreak,
    quality,
    ranges,
    surge,
    wards,
)
from patients.actions import (
    care,
    encounters,
    interventions,
    locations,
    logins,
    persons,
    species,
)
from patients.models import Intervention, Location, Person, Species
from patients.rules.births import UNKNOWN, Birth, Precision

NUMBERS = "station temporary number"


@dataclass
class Stage:
    """What the scene consists of, by the names the cast uses."""

    at: datetime
    staff: dict[str, Principal]
    places: dict[str, Location]
    people: dict[str, Person]


def is_staged() -> bool:
    """Return whether the scene stands already."""
    return Instrument.objects.filter(code=analysers.HTTP).exists()


def stage() -> None:
    """Set the whole scene."""
    at = database_now()
    scene = Stage(at=at, staff=_hire(at), places={}, people={})
    _build(scene)
    _register(scene)
    _register_what_befell_them(scene)
    _install(scene)
    ranges.sign()
    autoverification.install(scene.staff, at)
    bench.fill(scene.staff, scene.at)
    comments.install(scene.staff, at)
    quality.stage(scene.staff, (quality.GLUCOSE, quality.HAEMOGLOBIN), at)
    apart.stage(scene.staff, scene.places, scene.people)
    for patient in cast.PATIENTS:
        _order(scene, patient)
    tested = next(one for one in cast.PATIENTS if one.key == "tanaka")
    assert tested.born is not None
    dynamic_tests.stage(
        staff=scene.staff,
        person=scene.people[tested.key],
        born=tested.born.isoformat(),
        at=scene.at,
    )


def _hire(at: datetime) -> dict[str, Principal]:
    """Make one login per role, with random passwords that stand in a private file alone."""
    seed = Principal.objects.system("seed")
    administrator, *others = cast.STAFF
    made = {}
    written = []
    by = seed
    for person in (administrator, *others):
        login = users.create(
            username=person.username,
            full_name=person.full_name,
            first_roles=person.roles,
            by=by,
            at=at,
            must_change=False,
        )
        made[person.username] = login.user.principal
        by = made[administrator.username]
        written.append(
            {
                "role": str(person.roles[0].value).replace("_", " "),
                "username": person.username,
                "password": login.password,
                "note": person.note,
            }
        )
    files.private_file(files.LOGINS, written)
    return made


def _build(scene: Stage) -> None:
    by, at = scene.staff["admin"], scene.at
    known = set(Species.objects.values_list("code", flat=True))
    for code, name in cast.SPECIES:
        if code not in known:
            species.add(by=by, at=at, code=code, name=name)
    for code, name, kind, parent in cast.PLACES:
        scene.places[code] = locations.create(
            by=by, at=at, code=code, name=name, kind=kind, parent=scene.places.get(parent)
        )
    surge.build(scene.places, by, at)
    for person in cast.STAFF:
        for ward in person.wards:
            care.assign(
                by=by,
                at=at,
                principal=scene.staff[person.username],
                location=scene.places[ward],
                since=at,
            )


def _register(scene: Stage) -> None:
    at = scene.at
    desk, nurse = scene.staff["screening"], scene.staff["infection"]
    for patient in cast.PATIENTS:
        person = persons.register(
            by=desk,
            at=at,
            species=Species.objects.get(code=patient.species),
            sex=patient.sex,
            birth=Birth(patient.born, Precision.DAY, None) if patient.born else UNKNOWN,
            family=patient.family,
            given=patient.given,
            placeholder=patient.placeholder,
            identifiers=[(NUMBERS, patient.number)] if patient.number else [],
        )
        scene.people[patient.key] = person
        if patient.programme:
            persons.confirm_identity(
                by=desk, at=at, person=person, happened_at=at, basis="document and face"
            )
        if patient.ward:
            encounters.admit(
                by=nurse,
                at=at,
                person=person,
                location=scene.places[patient.ward],
                started_at=at - timedelta(days=max(patient.days) + 1),
            )
        if patient.filtered_days_ago is not None:
            began = at - timedelta(days=patient.filtered_days_ago)
            interventions.record(
                by=scene.staff["lab"],
                at=at,
                person=person,
                kind=Intervention.Kind.FILTRATION,
                detail="pore size 9 um",
                started_at=began,
                ended_at=began + timedelta(hours=6),
                intended_effect="lower the nanite load",
            )


def _register_what_befell_them(scene: Stage) -> None:
    """Record exposures, follow-up, double entries, groups, and who else sees whom."""
    at = scene.at
    outbreak.record(scene.people, scene.staff["infection"], at)
    following.record(scene.people, scene.places, scene.staff, at)
    doubles.record(scene.places, scene.staff, at)
    groups.stage(scene.staff, scene.people, at)
    logins.link(
        by=scene.staff["screening"],
        at=at,
        person=scene.people["tanaka"],
        principal=scene.staff["participant"],
    )
    care.grant(
        by=scene.staff["lab"],
        at=at,
        principal=scene.staff["visitor"],
        person=scene.people["ierlan"],
        reason="Consultation on the patient's species.",
        service="Thaal medical mission",
        species=Species.objects.get(code="thaal"),
        since=at,
        until=at + timedelta(days=14),
    )


def _install(scene: Stage) -> None:
    """Register the analysers; the one that sends over HTTP gets a key."""
    staff = scene.staff
    crew = analysers.Crew(staff["admin"], staff["quality"], staff["lab"])
    analyser = analysers.install_http(crew, scene.at)
    issued = keys.issue(principal=analyser.principal, by=staff["admin"], at=scene.at)
    files.private_file(files.KEYS, {analysers.HTTP: issued.token})
    for wired in analysers.WIRED:
        analysers.install_wired(wired, crew, scene.at)
    wards.install(crew, scene.at)


def _order(scene: Stage, patient: cast.Patient) -> None:
    for days in sorted(patient.days, reverse=True):
        specimens_at_hand(
            patient=patient,
            person=scene.people[patient.key],
            staff=scene.staff,
            panels=patient.panels,
            at=scene.at,
            collected_at=scene.at - timedelta(days=days, hours=2),
            priority=Priority(patient.priority) if days <= 1 else Priority.ROUTINE,
            question="Nanite load under observation." if patient.load_per_ul else "",
        )


def specimens_at_hand(
    *,
    patient: cast.Patient,
    person: Person,
    staff: Mapping[str, Principal],
    panels: Sequence[str],
    at: datetime,
    collected_at: datetime,
    priority: Priority = Priority.ROUTINE,
    question: str = "",
) -> None:
    """Order panels, draw what they need from the patient, and receive it in the laboratory."""
    held = catalogue.current()
    order = orders.place(
        person=person,
        encounter=person.encounters.filter(is_open=True).first(),
        by=staff["exam"],
        at=at,
        panels=[panel.panel_id for panel in held.panels.values() if panel.code in panels],
        priority=priority,
        clinical_question=question,
        confirmed=[active.assay_id for active in held.assays.values()],
    )
    known = {IdentifierKind.MRN: person.mrn}
    if patient.born:
        known[IdentifierKind.BIRTH_DATE] = patient.born.isoformat()
    else:
        known[IdentifierKind.OTHER_NUMBER] = patient.number
    drawn = list(order.specimens.order_by("pk"))
    specimens.collect(
        specimens=drawn, by=staff["phleb"], at=at, collected_at=collected_at, identifiers=known
    )
    for specimen in drawn:
        specimens.receive(specimen=specimen, by=staff["tech1"], at=at)
