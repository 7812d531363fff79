"""A programme is called, and posts people, as its version in force at the moment asked says."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime

from consent.actions import programmes
from consent.models import Programme, ProgrammeVersion
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.records import AppendOnlyError
from patients.forms import MOMENT
from tests.calls import get, is_problem, post
from tests.clients import client_of
from tests.consent.programme import World, hours

pytestmark = pytest.mark.django_db
FIRST, SECOND = (
    {"name": "Outer survey", "destination": "Station 4"},
    {
        "name": "Inner survey",
        "destination": "Station 9",
    },
)


@pytest.fixture
def world() -> World:
    return World(asks=dict(FIRST))


def draft(world: World, **asks) -> ProgrammeVersion:
    at = database_now()
    given = {"effective_from": at, "by": world.manager, "at": at, **asks}
    return programmes.draft_version(programme=world.programme, **given)


def approve(world: World, version: ProgrammeVersion) -> ProgrammeVersion:
    return programmes.approve_version(version=version, by=world.examiner, at=database_now())


def called(programme: Programme, at=None) -> tuple[str, str]:
    said = programme if at is None else programme.named_at(at)
    return said.name, said.destination


def test_a_moment_before_the_new_version_is_told_the_old_name(world) -> None:
    old, before = called(world.programme), database_now()

    version = approve(world, draft(world, **SECOND))

    assert old == ("Outer survey", "Station 4")
    assert called(world.programme) == ("Inner survey", "Station 9")
    assert called(world.programme, before) == old
    assert called(world.programme, version.approved_at) == ("Inner survey", "Station 9")


def test_a_name_that_begins_later_is_not_used_yet(world) -> None:
    later = database_now() + hours(1)

    version = draft(world, effective_from=later, **SECOND)
    drafted = called(world.programme, later)
    approve(world, version)

    assert drafted == called(world.programme) == ("Outer survey", "Station 4")
    assert called(world.programme, later) == ("Inner survey", "Station 9")


def test_what_a_version_leaves_out_stays_as_it_was(world) -> None:
    approve(world, draft(world, **SECOND))

    version = draft(world, name=" ", check_validity_hours=72)

    assert (version.name, version.destination) == ("Inner survey", "Station 9")


def test_a_programme_without_a_version_is_called_as_it_was_founded(world) -> None:
    given = {"name": "Far reach", "destination": "Rim", "by": world.manager, "at": database_now()}
    made = programmes.create(code="far", **given)
    draft_only = {"effective_from": database_now() + hours(1), "by": world.manager}
    programmes.draft_version(programme=made, name="Near reach", at=database_now(), **draft_only)

    assert called(Programme.objects.get(pk=made.pk)) == ("Far reach", "Rim")
    with pytest.raises(AppendOnlyError, match="founding_name"):
        Programme.objects.filter(pk=made.pk).update(founding_name="Other")
    with pytest.raises(InvalidInput, match="has a name"):
        programmes.create(code="nameless", name=" ", by=world.manager, at=database_now())


def test_the_pages_of_the_past_show_the_name_of_then(world) -> None:
    person = world.cleared()
    posting = world.post(person)
    before = database_now()
    approve(world, draft(world, **SECOND))
    client = client_of(world.officer)
    address = reverse("clearance", args=[person.uid, world.programme.code])

    now = client.get(address).content.decode()
    then = client.get(address, {"at": before.isoformat()}).content.decode()

    assert "Clearance · Inner survey" in now
    assert "Clearance · Outer survey" in then
    assert "Outer survey, Station 4" in now, "the posting keeps the name under which they left"
    assert posting.destination == "Station 4"


def test_lists_show_a_lost_clearance_and_a_recall_under_the_name_of_then(world) -> None:
    person = world.cleared()
    world.post(person)
    world.withdraw(person)
    approve(world, draft(world, **SECOND))
    client = client_of(world.officer)

    for name in ("revocations", "recalls"):
        shown = client.get(reverse(name)).content.decode()
        assert "Outer survey" in shown, name
        assert "Inner survey" not in shown, name


def test_a_departure_is_named_for_the_moment_it_leaves(world) -> None:
    approve(world, draft(world, effective_from=database_now() + hours(2), **SECOND))

    soon, late = world.departure(), world.departure(leaves_at=database_now() + hours(3))

    assert (soon.destination, late.destination) == ("Station 4", "Station 9")
    shown = client_of(world.officer).get(reverse("departures")).content.decode()
    assert shown.index("Outer survey") < shown.index("Inner survey")


def test_a_draft_is_changed_by_whoever_drafted_it_and_by_nobody_else(world) -> None:
    version = draft(world, questionnaires=["PCL-5"], effective_from=database_now() + hours(1))
    other = world.examiner.__class__.objects.get(pk=World().manager.pk)

    with pytest.raises(Conflict, match="draft your own"):
        programmes.redraft_version(version=version, by=other, at=database_now(), name="Theirs")
    changed = programmes.redraft_version(
        version=version, by=world.manager, at=database_now(), **SECOND
    )
    with pytest.raises(Conflict, match="approved or discarded"):
        programmes.redraft_version(version=version, by=world.manager, at=database_now())

    version.refresh_from_db()
    assert version.discarded_at is not None
    assert (changed.name, changed.number, changed.questionnaires) == ("Inner survey", 3, ["PCL-5"])
    assert changed.effective_from == version.effective_from
    approve(world, changed)
    with pytest.raises(Conflict, match="approved or discarded"):
        programmes.redraft_version(version=changed, by=world.manager, at=database_now())


def test_a_draft_is_changed_under_the_lock_of_its_approval(world) -> None:
    """Whoever approves takes the programme before the draft: the other order would deadlock."""
    version = draft(world)

    with CaptureQueriesContext(connection) as queries:
        programmes.redraft_version(version=version, by=world.manager, at=database_now())

    said = [one["sql"] for one in queries]
    held = next(n for n, sql in enumerate(said) if "FOR UPDATE" in sql)
    discarded = next(n for n, sql in enumerate(said) if sql.startswith("UPDATE"))
    assert 'FROM "consent_programme"' in said[held]
    assert held < discarded


def test_a_draft_whose_beginning_has_passed_is_changed(world) -> None:
    version, client = draft(world, **SECOND), client_of(world.manager)
    move = reverse("admin:consent_programmeversion_move", args=[version.pk, "rename"])
    shown = client.get(move)
    given = {name: value or "" for name, value in shown.context["form"].initial.items()}
    past = client.post(move, {**given, "effective_from": "2020-01-01T00:00"})

    changed = client.post(move, {**given, "name": "Third survey"})

    assert "Rules never act backwards" in str(past.context["form"].errors["effective_from"])
    assert changed.status_code == 302
    made = ProgrammeVersion.objects.latest("id")
    assert (made.name, made.effective_from) == ("Third survey", made.recorded_at)
    move = reverse("admin:consent_programmeversion_move", args=[made.pk, "rename"])
    later = (database_now() + hours(48)).replace(microsecond=0)
    client.post(move, {**given, "effective_from": localtime(later).strftime(MOMENT)})
    made = ProgrammeVersion.objects.latest("id")
    assert made.effective_from == later
    move = reverse("admin:consent_programmeversion_move", args=[made.pk, "rename"])
    assert client.get(move).context["form"].initial["effective_from"] == later


def test_before_approval_it_is_said_what_a_draft_renames(world) -> None:
    """A draft keeps the names that it was drafted with, whatever was approved since."""
    later = database_now() + hours(1)
    stale = draft(world, effective_from=later, check_validity_hours=72)
    plain = renaming(world, stale)
    approve(world, draft(world, **SECOND))

    page, told = renaming(world, stale)

    assert "becomes" not in plain[0]
    assert plain[1] == {}
    assert "It renames the programme: “Inner survey” becomes “Outer survey”." in page
    assert "It changes the destination: “Station 9” becomes “Station 4”." in page
    assert told == {
        "name": {"from": "Inner survey", "to": "Outer survey"},
        "destination": {"from": "Station 9", "to": "Station 4"},
    }


def renaming(world: World, version: ProgrammeVersion) -> tuple[str, dict]:
    move = reverse("admin:consent_programmeversion_move", args=[version.pk, "approve"])
    path = f"/api/v1/programme-versions/{version.pk}/approve"
    page = client_of(world.examiner).get(move).content.decode()
    return page, post(world.examiner, path, {"dry_run": True}).json()["renamed"]


def test_the_interface_and_the_admin_change_a_draft(world) -> None:
    later = (database_now() + hours(1)).isoformat()
    versions = "/api/v1/programme-versions"
    body = {"programme": world.programme.code, "effective_from": later, **SECOND}
    made = post(world.manager, versions, body).json()
    assert {name: made[name] for name in SECOND} == SECOND

    changed = post(world.manager, f"{versions}/{made['id']}/redraft", {"name": "Third survey"})

    assert changed.status_code == 201, changed.content
    assert (changed.json()["name"], changed.json()["destination"]) == ("Third survey", "Station 9")
    wrong = post(world.manager, f"{versions}/{changed.json()['id']}/redraft", {"name": 3})
    assert is_problem(wrong, 422, "name")
    move = reverse("admin:consent_programmeversion_move", args=[changed.json()["id"], "rename"])
    client = client_of(world.manager)
    assert "Third survey" in client.get(move).content.decode()
    given = {"name": "Fourth survey", "destination": "", "note": ""}
    assert client.post(move, given).status_code == 302
    assert ProgrammeVersion.objects.latest("id").name == "Fourth survey"
    shown = get(world.officer, "/api/v1/programmes", code=world.programme.code).json()
    assert shown["programmes"][0]["name"] == "Outer survey", "no draft renames a programme"
