"""The demo sets its scene by the product's own actions, once, in an empty database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from assays.instruments import settings as instrument_settings
from assays.instruments.simulation import writing
from assays.models import (
    AnalysisPart,
    AttemptRequest,
    Instrument,
    NaniteFunction,
    NaniteProfile,
    Nonconformity,
    Order,
    PlateRecording,
    Result,
    RuleSetAssay,
    Shipment,
    Specimen,
    SpecimenIdentifier,
    StabilityLimit,
    StoredSpecimen,
    WorkGroup,
)
from assays.queries import range_rows, shifts
from assays.queries.awaited import awaited_of
from assays.rules import rota
from assays.senders import corpus
from consent.models import (
    Appointment,
    ClinicalAlert,
    Delivery,
    GatePass,
    Programme,
    ProgrammeVersion,
    Recall,
    Reminder,
    RoundSlot,
)
from consent.queries import boards, clearances, returns
from labsys.lib.clock import database_now, hospital_day
from labsys.web.demo import (
    analysers,
    calculated_tests,
    cast,
    controllers,
    courses,
    docks,
    files,
    following,
    keeping,
    plates,
    profiles,
    rack,
    recorded_scene,
    screening,
    wires,
)
from labsys.web.demo import people as people_of_the_demo
from labsys.work import periodic, worker
from labsys.work.registry import Execution
from patients.models import ControllerAlarm, Intervention, Person, SetPoint
from tests.patients import people


@pytest.fixture(autouse=True)
def _var(tmp_path: Path, settings: object) -> None:
    settings.VAR_DIR = tmp_path


# The scene is set once for all tests that play on it: they go to one worker.
pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def seeded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Set the scene; where its logins were written is what is given."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        override_settings(VAR_DIR=folder),
        transaction.atomic(),
    ):
        call_command("seed_demo", verbosity=0)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def scene(seeded: Path) -> Iterator[None]:
    """The scene as it was set; whatever a test plays on it is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_scene_is_set_once(tmp_path: Path) -> None:
    call_command("seed_demo", verbosity=0)
    call_command("seed_demo", verbosity=0)

    assert Person.objects.count() == len(cast.PATIENTS) + len(following.UNNAMED) + 1  # a double
    of_series = Specimen.objects.exclude(order__series_point=None)
    others = Specimen.objects.filter(order__series_point=None)
    assert {specimen.status for specimen in others} == {"RECEIVED"}
    assert {specimen.status for specimen in of_series} == {"COLLECTED", "EXPECTED"}
    assert not Result.objects.exists()
    logins = json.loads((tmp_path / files.LOGINS).read_text())
    assert len({login["password"] for login in logins}) == len(cast.STAFF)
    assert (tmp_path / files.LOGINS).stat().st_mode & 0o777 == 0o600


def test_the_store_is_filled_and_leaves_something_to_do(scene: None) -> None:
    keeping.keep(lambda line: None)
    keeping.keep(lambda line: None)

    assert StoredSpecimen.objects.filter(left_at=None).count() > 5
    assert Specimen.objects.exclude(parent=None).count() == 4
    assert list(Shipment.objects.values_list("status", flat=True)) == ["RECEIVED"]
    of_keeping = Nonconformity.objects.exclude(kind="EXTERNAL_QUALITY")
    found = of_keeping.values_list("kind", "status")
    assert set(found) == {("STORAGE", "CORRECTED"), ("CUSTODY", "OPEN"), ("SHIPMENT", "OPEN")}
    assert StabilityLimit.objects.filter(status="ACTIVE").exists()


def test_a_named_doctor_signed_every_limit_that_the_live_rules_rest_on(scene: None) -> None:
    covered = RuleSetAssay.objects.filter(rule_set__code="cells")
    codes = set(covered.values_list("assay__analyte__code", flat=True))
    rows = [row for row in range_rows.in_force() if row.code in codes]
    assert codes
    assert {row.code for row in rows} == codes
    assert [row.ref for row in rows if not row.is_signed] == []


def test_wired_analysers_mean_what_two_people_agreed_on(scene: None) -> None:
    for wired in analysers.WIRED:
        instrument = Instrument.objects.get(code=wired.code)
        mapped = {one.code: one for one in instrument.mappings.select_related("assay__analyte")}
        assert {code: one.assay.analyte.code for code, one in mapped.items()} == wired.mappings
        assert {one.status for one in mapped.values()} == {"ACTIVE"}
        assert all(one.approved_by_id != one.drafted_by_id for one in mapped.values())
        assert instrument_settings.read(instrument.settings).sender == wired.device.sender


def test_a_demo_played_again_sends_the_same_bytes(scene: None) -> None:
    now = database_now()

    first, again = bytes_sent(now), bytes_sent(now + timedelta(minutes=20))

    assert again == first
    assert len(set(first)) == len(first) > 20


def test_every_wired_analyser_finds_something_on_its_rack_once_the_demo_is_played(
    scene: None,
) -> None:
    before = set(Specimen.objects.values_list("accession", flat=True))

    rack.fill(str)
    rack.fill(str)

    added = set(Specimen.objects.values_list("accession", flat=True)) - before
    for wired in analysers.WIRED:
        instrument = Instrument.objects.get(code=wired.code)
        found = {accession for accession, _codes in awaited_of(instrument, most=500)}
        assert len(found & added) == rack.PATIENTS


def bytes_sent(at: datetime) -> list[bytes]:
    return [
        writing.write(one, dialect=wired.protocol, kind=wired.kind).content
        for wired in analysers.WIRED
        for one in wires.messages(wired, at)
    ]


@pytest.mark.skipif(corpus.folder() is None, reason="no corpus of recorded sessions here")
def test_every_specimen_of_the_recorded_sessions_can_be_placed(scene: None) -> None:
    at = database_now()

    recorded_scene.install(at)
    named = recorded_scene.named_in(corpus.folder(), at)
    for one in [*named, *named]:  # the second time changes nothing
        recorded_scene.register(one)

    placed = SpecimenIdentifier.objects.filter(system=recorded_scene.SYSTEM)
    assert {one.value for one in placed} == {one.identifier for one in named}
    assert placed.count() == len(named) > 40
    early = [one for one in placed if one.specimen.collected_at >= measured(named, one.value)]
    assert early == []


def measured(named: list[recorded_scene.Named], identifier: str) -> datetime:
    return next(one.measured_at for one in named if one.identifier == identifier)


def test_what_is_calculated_is_shown_with_every_refusal(scene: None) -> None:
    calculated_tests.play(lambda line: None)
    periodic.load()
    worker.drain(Execution(worker="somewhere:1", task_id="task-1"), seconds=60)

    kidney = Result.objects.filter(analyte__code="EGFR").order_by("pk")
    assert [one.absent_reason for one in kidney] == ["", "UNDER_AGE", "OTHER_SPECIES"]
    assert Result.objects.get(analyte__code="LDL").value == 132
    reflex = Order.objects.get(intent="REFLEX_ORDER")
    assert [item.assay.analyte.code for item in reflex.items.all()] == ["FT4"]
    assert AttemptRequest.objects.get().status == "DONE"
    assert sorted(_glucose()) == ["812", ">700"]


def test_hosts_have_profiles_of_every_specimen_that_was_measured(scene: None) -> None:
    told: list[str] = []
    profiles.play(told.append)

    assert told == [f"3 nanite types described, {NaniteProfile.objects.count()} profiles recorded"]
    assert NaniteProfile.objects.count() >= 40
    assert NaniteProfile.objects.values("specimen__person").distinct().count() >= 10
    # Nothing is released before the demo is played: no statement may rest on it.
    assert [one.grade for one in NaniteFunction.objects.all()] == ["CONJECTURED"]


def _glucose() -> list[str]:
    rows = Result.objects.filter(analyte__code="GLU")
    return [f"{one.comparator}{one.value.normalize():f}" for one in rows]


def test_somebody_stands_everywhere_that_the_board_and_the_lists_know(scene: None) -> None:
    for _time in range(2):
        docks.play(lambda line: None)
        screening.play(lambda line: None)

    desk, at = people_of_the_demo.principal("screening"), database_now()
    programme = Programme.objects.get(code="dock-works")
    waits = RoundSlot.objects.get(person__names__family="Andersen", state="OPEN")
    that_day = boards.counts(programme, hospital_day(waits.lapses_at), principal=desk, at=at)
    today = boards.counts(programme, hospital_day(at), principal=desk, at=at)
    assert (that_day["DUE"], that_day["AWAY"]) == (1, 1)
    assert (today["OVERDUE"], today["RECALLED"]) == (1, 1)
    assert today["DONE"] >= 1
    assert Recall.objects.get().state == "LOCATED"
    assert list(returns.waiting(desk).values_list("posting__person__names__family", flat=True)) == [
        "Kaya"
    ]
    assert set(ClinicalAlert.objects.values_list("state", flat=True)) == {"OPEN", "CLOSED"}
    assert set(Delivery.objects.values_list("target__what", flat=True)) >= {"REVOCATION", "RECALL"}
    revoked = GatePass.objects.get()
    assert clearances.clearance_of(revoked.person, programme, at=at).status == "NOT_CLEARED"
    drafted = ProgrammeVersion.objects.filter(approved_at=None)
    assert [one.programme.code for one in drafted] == ["outer-survey"]


def test_controllers_leave_an_alarm_and_a_draft(scene: None, seeded: Path, settings: Any) -> None:
    settings.VAR_DIR = seeded  # who signs gives their password
    for _time in range(2):
        controllers.record(lambda _text: None)

    alarm = ControllerAlarm.objects.open().get()
    assert alarm.reading.controller.serial == "NC-0418"
    assert SetPoint.objects.to_sign().count() == 1
    done = Intervention.objects.filter(kind__in=("SET_POINT", "KILL_CODE"))
    assert sorted(done.values_list("kind", flat=True)) == ["KILL_CODE", "SET_POINT", "SET_POINT"]


def test_the_crew_is_followed_before_and_after_what_was_done() -> None:
    for course in courses.CREW:
        sides = [days > course.removed_days_ago for days in course.loads]
        assert min(sides.count(True), sides.count(False)) >= 2  # a rate needs two on either side
        assert max(course.loads) < courses.EXPOSED_DAYS_AGO
    arms = [course.removal for course in courses.CREW]
    assert min(arms.count(one) for one in set(arms)) >= 2  # and an interval of rates two persons
    with_bounds = [one for one in courses.CREW if any("<" in load for load in one.loads.values())]
    assert len(with_bounds) == 1


def test_a_plate_of_the_demo_is_the_same_whenever_it_is_written() -> None:
    held = [("specimen", "1", 30.0, 1.0)]

    assert plates.written(held, seed="a") == plates.written(held, seed="a")
    assert plates.written(held, seed="a") != plates.written(held, seed="b")


def test_a_plate_asks_for_a_dilution_and_the_next_one_holds_it(
    scene: None, seeded: Path, settings: Any
) -> None:
    settings.VAR_DIR = seeded  # the pathologist signs, by the password that stands there
    worker_of = Execution(worker="somewhere:1", task_id="task-1")
    plates.send(lambda line: None)
    periodic.load()
    worker.drain(worker_of, seconds=60)
    told: list[str] = []

    plates.record(told.append)
    worker.drain(worker_of, seconds=60)

    first, second = AnalysisPart.objects.filter(run__kind="PLATE").order_by("pk")
    assert first.outcome["acceptance"]["is_accepted"]
    assert {one["verdict"] for one in first.plate_recording.controls} == {"ACCEPTED"}
    request = AttemptRequest.objects.get()
    assert (request.status, told) == ("OPEN", [told[0]])
    assert "is to be measured 1 in 10" in told[0]
    decisions = {one["name"]: one["decision"] for one in second.outcome["specimens"]}
    diluted = decisions[request.specimen.accession]
    assert diluted["value"] * diluted["dilution"] == pytest.approx(520, rel=0.1)
    assert [one["why"] for one in decisions.values() if one["value"] is None] == [
        "replicates_apart"
    ]
    assert PlateRecording.objects.count() == 1


@pytest.mark.django_db
def test_the_demo_never_mixes_with_patients() -> None:
    people.person(family="Real", given="Patient")

    with pytest.raises(CommandError, match="needs an empty one"):
        call_command("seed_demo", verbosity=0)


def test_the_round_of_the_demo_has_appointments_and_reminders(scene: None) -> None:
    told: list[str] = []

    screening.play(told.append)

    booked = Appointment.objects.filter(state="BOOKED")
    assert booked.count() == len(screening.APPOINTMENTS)
    assert booked.filter(starts_at__lte=database_now() + timedelta(hours=1)).exists()
    assert Reminder.objects.filter(appointment__person__names__family="Tanaka").exists()
    assert Reminder.objects.filter(appointment=None).exists()


@pytest.mark.django_db
def test_three_groups_are_on_duty_around_the_clock_but_for_one_gap(scene: None) -> None:
    at = database_now()
    assert set(WorkGroup.objects.values_list("kind", flat=True)) == {
        *("ELIMINATION", "REVERSAL", "REMOVAL")
    }
    gaps = {}
    for group in WorkGroup.objects.all():
        rows = list(group.shifts.order_by("starts_at"))
        since, until = rows[0].starts_at, rows[-1].ends_at
        gaps[group.code] = rota.gaps(shifts.duties(rows), since, until, needed=group.needed)
        assert since <= at
        assert group.hand_overs.count() == 2
    assert {code: len(found) for code, found in gaps.items()} == {
        **{"elimination": 0, "reversal": 0, "removal": 1}
    }
