"""Signing for a minor: by a named guardian, where the programme admits minors at all."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from consent.actions import guardians
from consent.models import Guardianship, WaiverSignature, WaiverWithdrawal
from consent.queries.clearances import clearance_of
from consent.rules.answers import Reason
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import links
from patients.rules.births import Birth, Precision
from tests.clients import client_of
from tests.consent.programme import DRAWN, World
from tests.factories import principal

pytestmark = pytest.mark.django_db
GUARDIAN = {"guardian_name": "Vera Quill", "guardian_relation": "mother"}
MINORS = {"admits_minors": True, "minimum_age_years": 12}


def young(world: World):
    """Register somebody of fifteen."""
    day = localdate()
    return world.person(birth=Birth(day.replace(year=day.year - 15, day=1), Precision.DAY), sex="M")


def guarded(world: World, person, guardian: Principal, **more) -> Guardianship:
    """Record that a login is that of somebody's mother."""
    given = {"relationship": "mother", "basis": "birth certificate", "by": world.officer, **more}
    return guardians.link(person=person, principal=guardian, at=database_now(), **given)


def test_a_guardian_signs_for_a_minor_who_is_then_cleared() -> None:
    world = World(asks=MINORS)
    person = young(world)
    world.enrol(person)
    world.sign(person, **GUARDIAN)
    world.medical(person)
    world.psychological(person)

    signature = WaiverSignature.objects.get(person=person)
    assert (signature.signer, signature.guardian_name) == ("GUARDIAN", "Vera Quill")
    assert clearance_of(person, world.programme, at=database_now()).is_cleared


def test_a_minor_does_not_sign_alone_and_nobody_signs_for_an_adult() -> None:
    world = World(asks=MINORS)

    with pytest.raises(InvalidInput, match="a guardian signs") as alone:
        world.sign(young(world))
    with pytest.raises(InvalidInput, match="signs for themselves") as guarded:
        world.sign(world.person(), **GUARDIAN)

    assert alone.value.field == guarded.value.field == "guardian_name"
    assert not WaiverSignature.objects.exists()


def test_a_programme_admits_no_minors_unless_it_says_so() -> None:
    world = World()
    person = young(world)
    world.enrol(person)

    with pytest.raises(InvalidInput, match="admits no minors"):
        world.sign(person, **GUARDIAN)
    with pytest.raises(InvalidInput, match="18 years old"):
        world.sign(person)

    assert Reason.UNDER_AGE in clearance_of(person, world.programme, at=database_now()).reasons


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"guardian_name": "Vera Quill"}, "guardian_relation"),
        ({"guardian_relation": "mother"}, "guardian_name"),
        ({"guardian_name": "  ", "guardian_relation": "mother"}, "guardian_name"),
    ],
)
def test_a_guardian_is_named_with_what_they_are_to_the_person(given, field) -> None:
    world = World(asks=MINORS)

    with pytest.raises(InvalidInput) as refused:
        world.sign(young(world), **given)

    assert refused.value.field == field


def test_the_page_asks_for_a_guardian_only_where_minors_are_admitted() -> None:
    for asks, offered in (({}, False), (MINORS, True)):
        world = World(asks=asks)
        person = young(world)
        address = reverse("waiver-sign", args=[person.uid, world.programme.code])
        officer = client_of(world.officer)
        given = {"identity_checked": "passport", "has_signed": "on", "signed_at": ""}
        given |= {"text_sha256": world.text.sha256, "drawing": json.dumps(DRAWN)}

        shown = officer.get(address).content.decode()
        alone = officer.post(address, given)
        guarded = officer.post(address, {**given, **GUARDIAN})

        assert ("guardian_name" in shown) == offered
        assert alone.status_code == 422
        assert "18 years old" in alone.content.decode()
        assert guarded.status_code == (302 if offered else 422)
        assert WaiverSignature.objects.filter(person=person).count() == int(offered)

    clearance = reverse("clearance", args=[person.uid, world.programme.code])
    assert "Vera Quill (mother)" in officer.get(clearance).content.decode()


def test_a_link_says_who_recorded_it_and_until_when_and_is_audited() -> None:
    world, guardian = World(), principal(Role.PARTICIPANT)
    person = young(world)

    made = guarded(world, person, guardian)
    ended = guardians.end(guardianship=made, by=world.officer, at=database_now())

    assert (made.recorded_by, ended.ended_by) == (world.officer, world.officer)
    assert ended.ended_at > made.recorded_at
    acts = AuditEvent.objects.filter(action__startswith="consent.guardian.").order_by("id")
    assert list(acts.values_list("action", flat=True)) == [
        "consent.guardian.link",
        "consent.guardian.end",
    ]
    with pytest.raises(Conflict, match="ended already"):
        guardians.end(guardianship=made, by=world.officer, at=database_now())
    assert guarded(world, person, guardian).pk != made.pk


def test_a_link_that_cannot_be_is_refused() -> None:
    world, guardian = World(), principal(Role.PARTICIPANT)
    person = young(world)
    guarded(world, person, guardian)

    with pytest.raises(Conflict, match="already"):
        guarded(world, person, guardian)
    with pytest.raises(NotAllowed):
        guarded(world, person, principal(Role.PARTICIPANT), by=world.examiner)
    for given, field in (
        ({"relationship": " "}, "relationship"),
        ({"basis": ""}, "basis"),
        ({"guardian": world.officer}, "principal"),
        ({"guardian": world.participant(person)}, "principal"),
        ({"guardian": Principal.objects.system("sweep")}, "principal"),
    ):
        with pytest.raises(InvalidInput) as refused:
            guarded(world, person, **{"guardian": principal(Role.PARTICIPANT), **given})
        assert refused.value.field == field
    assert Guardianship.objects.count() == 1


def test_a_link_that_was_ended_proves_nothing_and_one_to_a_linked_entry_does() -> None:
    world, guardian = World(asks=MINORS), principal(Role.PARTICIPANT)
    person, twin = young(world), young(world)
    made = guarded(world, person, guardian)
    links.link(
        survivor=twin,
        duplicate=person,
        reason="The same passport.",
        by=world.registrar,
        at=database_now(),
    )

    assert world.sign(twin, account=guardian).signer == "GUARDIAN"
    guardians.end(guardianship=made, by=world.officer, at=database_now())
    with pytest.raises(InvalidInput, match="a guardian signs for a minor"):
        world.sign(twin, account=guardian)


def test_a_guardian_signs_by_their_login_for_nobody_who_is_of_age() -> None:
    world, guardian = World(asks=MINORS), principal(Role.PARTICIPANT)
    person = world.person()
    guarded(world, person, guardian)

    with pytest.raises(InvalidInput, match="signs for themselves"):
        world.sign(person, account=guardian)


def test_a_guardian_reads_what_was_signed_for_a_minor_and_withdraws_by_their_own_login() -> None:
    world, guardian = World(asks=MINORS), principal(Role.PARTICIPANT)
    person, stranger = young(world), young(world)
    world.enrol(person)
    made = guarded(world, person, guardian)
    signature = world.sign(person, account=guardian)
    client = client_of(guardian)
    address = reverse("person-withdraw", args=[person.uid])
    signed = reverse("waiver-signature", args=[signature.pk])

    own = client.get(reverse("own-clearance")).content.decode()
    assert address in own
    assert person.display_name in own
    assert signed in client.get(address).content.decode()
    assert client.get(signed).status_code == 200
    assert client.get(reverse("person-withdraw", args=[stranger.uid])).status_code == 404
    for private in ("clearance", "pass"):
        named = reverse(private, args=[person.uid, world.programme.code])
        assert client.get(named).status_code in (403, 404, 405)

    assert client.post(address, {"programme": world.programme.code}).status_code == 302
    told = {"person": str(person.uid), "programme": None}
    assert client.post("/api/v1/withdrawals", told, "application/json").status_code == 201
    rows = WaiverWithdrawal.objects.order_by("id").values_list("door", "recorded_by")
    assert list(rows) == [("OWN_PAGE", guardian.pk), ("API", guardian.pk)]
    assert Reason.WITHDRAWN in clearance_of(person, world.programme, at=database_now()).reasons

    guardians.end(guardianship=made, by=world.officer, at=database_now())
    assert client.get(address).status_code == 404
    assert client.get(signed).status_code == 404


@pytest.mark.parametrize(("years", "reaches"), [(17, True), (18, False), (40, False)])
def test_nobody_withdraws_by_their_login_for_who_is_of_age(years, reaches) -> None:
    world, guardian = World(asks=MINORS), principal(Role.PARTICIPANT)
    day = localdate()
    birth = Birth(day.replace(year=day.year - years, day=1), Precision.DAY)
    person = world.person(birth=birth, sex="M")
    guarded(world, person, guardian)

    answer = client_of(guardian).get(reverse("person-withdraw", args=[person.uid]))

    assert answer.status_code == (200 if reaches else 404)


def test_links_are_recorded_listed_and_ended_over_the_interface_and_in_the_admin() -> None:
    world, guardian = World(asks=MINORS), principal(Role.PARTICIPANT)
    person, officer = young(world), client_of(world.officer)
    told = {"person": str(person.uid), "principal": guardian.name}
    told |= {"relationship": "mother", "basis": "birth certificate"}

    made = officer.post("/api/v1/guardianships", told, "application/json")
    nobody = {**told, "principal": "nobody-at-all"}
    wrong = officer.post("/api/v1/guardianships", nobody, "application/json")
    listed = officer.get(f"/api/v1/guardianships?person={person.uid}").json()
    ended = officer.post(f"/api/v1/guardianships/{made.json()['id']}/end", {}, "application/json")

    assert (made.status_code, wrong.status_code, ended.status_code) == (201, 422, 200)
    assert [one["relationship"] for one in listed["guardianships"]] == ["mother"]
    assert ended.json()["ended_by"] == world.officer.name
    add = reverse("admin:consent_guardianship_add")
    given = {"person": person.mrn, "principal": guardian.pk}
    given |= {"relationship": "aunt", "basis": "court order"}
    assert officer.post(add, given).status_code == 302
    row = Guardianship.objects.get(ended_at=None)
    assert (row.relationship, row.recorded_by) == ("aunt", world.officer)
    assert "aunt" in officer.get(reverse("admin:consent_guardianship_changelist")).content.decode()
    assert client_of(world.examiner).get(add).status_code == 403
