"""Rounds follow from every act, and are generated for thousands without doubling one."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from consent.actions import checks, enrolments, programmes, rounds
from consent.models import Check, Enrolment, RoundSlot
from consent.queries import rounds as queries
from consent.queries.programmes import programme_of
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from patients.actions import links
from tests.consent.nanites import released
from tests.consent.programme import FAILED, PASSED, REFERRED, World, day_before

pytestmark = pytest.mark.django_db
WEEK = timedelta(hours=168)


@pytest.fixture
def world() -> World:
    return World()


def states(person) -> list[str]:
    return list(
        RoundSlot.objects.filter(person=person).order_by("id").values_list("state", flat=True)
    )


def open_slot(person) -> RoundSlot:
    return RoundSlot.objects.get(person=person, state="OPEN")


def imported(world: World, person) -> Enrolment:
    """Enrol somebody past the action, as a script might: no round is opened."""
    at = database_now()
    with acting(by=world.officer, at=at, action="test.import"):
        return Enrolment.objects.create(
            person=person,
            programme=world.programme,
            started_at=at,
            recorded_at=at,
            recorded_by=world.officer,
        )


def sweep(world: World, **more):
    by = Principal.objects.system("sweep")
    return rounds.generate(programme=world.programme, by=by, at=database_now(), **more)


def test_a_round_opens_with_the_enrolment_and_the_next_when_both_checks_are_passed(world) -> None:
    person = world.person()
    enrolment = world.enrol(person)
    first = open_slot(person)
    assert first.basis == f"enrolment {enrolment.pk}"

    medical = world.medical(person)
    assert states(person) == ["OPEN"]
    psychological = world.psychological(person)

    following = open_slot(person)
    first.refresh_from_db()
    assert states(person) == ["DONE", "OPEN"]
    assert first.closed_at == psychological.recorded_at
    assert following.lapses_at == medical.performed_at + WEEK
    assert following.opens_at == following.lapses_at - timedelta(hours=48)
    assert following.basis == f"check {medical.pk}"


def test_a_refusal_brings_the_round_forward_and_what_lifts_it_closes_it(world) -> None:
    person = world.cleared()
    failed = world.medical(person, FAILED)
    brought = open_slot(person)
    assert (brought.lapses_at, brought.basis) == (failed.performed_at, f"check {failed.pk}")

    world.medical(person, lifts=[failed])

    assert states(person) == ["DONE", "DONE", "OPEN"]
    assert open_slot(person).lapses_at > database_now() + timedelta(days=6)


def test_a_pass_recorded_in_error_brings_the_round_back(world) -> None:
    person = world.cleared()
    check = Check.objects.get(person=person, kind="MEDICAL")

    checks.annul(check=check, by=world.examiner, at=database_now(), reason="Wrong person.")

    assert states(person) == ["DONE", "OPEN"]
    assert open_slot(person).basis.startswith("enrolment ")


def test_whoever_withdraws_or_leaves_is_called_to_nothing(world) -> None:
    withdrawn, left = world.cleared(), world.cleared()

    world.withdraw(withdrawn)
    at = database_now()
    enrolments.end(
        enrolment=Enrolment.objects.get(person=left), ended_at=at, by=world.officer, at=at
    )

    assert states(withdrawn) == states(left) == ["DONE", "ENDED"]
    assert sweep(world).opened == 0


def test_whoever_signs_again_is_called_again(world) -> None:
    person = world.cleared()
    world.withdraw(person)

    world.sign(person)

    assert states(person) == ["DONE", "ENDED", "OPEN"]


def test_generating_opens_what_is_missing_and_a_second_time_nothing(world) -> None:
    people = [world.person() for _each in range(3)]
    for person in people:
        imported(world, person)

    first, second = sweep(world), sweep(world)

    assert (first.opened, first.moved, first.closed, first.after) == (3, 0, 0, None)
    assert (second.opened, second.moved, second.closed) == (0, 0, 0)
    assert [states(person) for person in people] == [["OPEN"]] * 3


def test_generating_that_dies_in_the_middle_doubles_nothing(world, monkeypatch) -> None:
    people = [world.person() for _each in range(5)]
    for person in people:
        imported(world, person)
    monkeypatch.setattr(rounds, "CHUNK", 2)
    settle, calls = rounds._settle, Counter()

    def dying(*given, **more):
        calls["chunks"] += 1
        made = settle(*given, **more)
        if calls["chunks"] == 2:
            raise RuntimeError("killed")
        return made

    monkeypatch.setattr(rounds, "_settle", dying)
    with pytest.raises(RuntimeError, match="killed"):
        sweep(world)
    assert RoundSlot.objects.count() == 2
    monkeypatch.setattr(rounds, "_settle", settle)

    again = sweep(world)

    assert again.opened == 3
    assert [states(person) for person in people] == [["OPEN"]] * 5


def test_generating_stops_after_so_many_and_goes_on_from_there(world, monkeypatch) -> None:
    for _each in range(4):
        imported(world, world.person())
    monkeypatch.setattr(rounds, "CHUNK", 2)

    first = sweep(world, most=1)
    rest = sweep(world, after=first.after)

    assert (first.opened, rest.opened, rest.after) == (2, 2, None)


def test_the_sweep_comes_to_everybody_in_turn(world, monkeypatch) -> None:
    people = [world.person() for _each in range(3)]
    for person in people:
        imported(world, person)
    monkeypatch.setattr(rounds, "CHUNK", 2)
    by, at = Principal.objects.system("sweep"), database_now()
    chunks = queries.newest_enrolment() // 2 + 1

    for turn in range(chunks):
        rounds.catch_up(by=by, at=at + timedelta(seconds=turn * rounds.EVERY_SECONDS))

    assert [states(person) for person in people] == [["OPEN"]] * 3


def test_the_database_keeps_one_open_round_per_enrolment(world) -> None:
    person = world.person()
    world.enrol(person)
    slot = open_slot(person)
    row = {field.attname: getattr(slot, field.attname) for field in RoundSlot._meta.concrete_fields}

    act = acting(by=world.officer, at=database_now(), action="test.double")
    with pytest.raises(IntegrityError, match="one_open"), transaction.atomic(), act:
        RoundSlot.objects.create(**{**row, "id": None})


def test_a_new_version_moves_rounds_without_calling_them_done() -> None:
    world = World(asks={"check_validity_hours": 24})
    person = world.cleared()
    before = open_slot(person)
    at = database_now()
    assert at < before.opens_at < before.lapses_at
    version = programmes.draft_version(
        programme=world.programme,
        effective_from=at,
        check_validity_hours=168,
        by=world.manager,
        at=at,
    )
    programmes.approve_version(version=version, by=world.examiner, at=database_now())

    made = sweep(world)

    assert (made.opened, made.moved, made.closed) == (0, 1, 0)
    assert open_slot(person).lapses_at == before.lapses_at + timedelta(days=6)
    assert states(person) == ["DONE", "OPEN"]


def test_of_two_entries_of_one_person_one_has_a_round(world) -> None:
    survivor, duplicate = world.cleared(), world.cleared()
    links.link(
        by=world.registrar,
        at=database_now(),
        duplicate=duplicate,
        survivor=survivor,
        reason="The same passport.",
    )

    sweep(world)

    assert RoundSlot.objects.filter(person__in=[survivor, duplicate], state="OPEN").count() == 1


def test_whoever_died_is_called_no_more(world) -> None:
    person = world.cleared()
    world.dies(person)

    sweep(world)

    assert states(person) == ["DONE", "ENDED"]


def test_nobody_generates_without_the_permission(world) -> None:
    with pytest.raises(NotAllowed):
        rounds.generate(programme=world.programme, by=world.examiner, at=database_now())


def test_generating_asks_as_many_questions_of_fifty_as_of_five(world) -> None:
    asked = []
    for more in (5, 45):
        for _each in range(more):
            imported(world, world.person())
        with CaptureQueriesContext(connection) as captured:
            sweep(world)
        asked.append(len(captured))

    assert asked[0] == asked[1]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_read_in_one_statement_is_what_the_rule_says(world, seed) -> None:
    """Whoever is plain in SQL has the window that the rule finds from all facts."""
    dice = random.Random(seed)
    people = [world.person() for _each in range(12)]
    for person in people:
        world.enrol(person)
        for _act in range(dice.randint(0, 5)):
            _act_upon(world, person, dice)
    rows = list(Enrolment.objects.filter(person__in=people).order_by("pk"))
    known, at = programme_of(world.programme), database_now()
    version = known.version_at(at, known_at=at)

    plain = queries._plain(rows, known, version, at=at)
    full = queries.windows_in_full(rows, world.programme, at=at)

    assert len(plain) > 2
    assert plain == {number: full[number] for number in plain}


def test_where_control_counts_only_who_is_within_the_maximum_is_plain() -> None:
    asks = {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(5000)}
    world = World(asks={**asks, "nanite_control_counts": True})
    within, controlled, above = (world.cleared() for _each in range(3))
    for person, load in ((within, 900), (controlled, 6000), (above, 6000)):
        released(person, load)
    for person in (within, controlled):
        world.medical(person, nanite_control="CONTROLLED")
    people = [within, controlled, above]
    rows = {row.person_id: row for row in Enrolment.objects.filter(person__in=people)}
    known, at = programme_of(world.programme), database_now()
    version = known.version_at(at, known_at=at)

    assert queries._is_plain(version)
    plain = queries._plain(list(rows.values()), known, version, at=at)
    full = queries.windows_in_full(list(rows.values()), world.programme, at=at)

    assert plain == {rows[within.pk].pk: full[rows[within.pk].pk]}
    lapses = [full[rows[one.pk].pk].lapses_at for one in people]
    assert lapses[2] < lapses[0] <= lapses[1]


def _act_upon(world: World, person, dice: random.Random) -> None:
    performed_at = day_before(database_now(), dice.choice([0, 1, 6.5, 7, 9]))
    kind = dice.choice([world.medical, world.psychological])
    standing = Check.objects.filter(person=person, outcome__in=[FAILED, REFERRED])
    act = dice.randrange(10)
    if act < 6:
        covered = {"asked": dice.choice([["PHQ-9", "GAD-7"], ["GAD-7"]])}
        if kind == world.medical:
            covered = {"covers": dice.choice([["NEWS2 referred from 3"], []])}
        kind(person, performed_at=performed_at, **dice.choice([{}, covered, covered]))
    elif act == 6:
        kind(person, dice.choice([FAILED, REFERRED]), performed_at=performed_at)
    elif act == 7:
        covers = dice.choice([None, None, []])
        world.medical(person, lifts=list(standing.filter(kind="MEDICAL")), covers=covers)
    elif act == 8:
        check = Check.objects.filter(person=person, outcome=PASSED, annulment=None).last()
        if check is not None:
            world.annul(check)
    else:
        world.sign(person)
