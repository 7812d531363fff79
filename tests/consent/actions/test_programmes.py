"""Programmes and texts change by a second person; every refusal is a sentence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from consent.actions import passes, programmes, rounds, waivers
from consent.models import ProgrammeClosing, ProgrammeVersion, Recall, RoundSlot, WaiverText
from consent.queries.clearances import clearance_of
from consent.queries.endings import endings
from consent.queries.programmes import programme_of
from consent.queries.transitions import TICK
from consent.rules.answers import Reason
from consent.rules.facts import CheckKind
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, Refusal
from tests.clients import client_of
from tests.consent.actions.test_transitions import work
from tests.consent.programme import BODY, World

pytestmark = pytest.mark.django_db
LOAD = {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(100)}


@pytest.fixture
def world() -> World:
    return World()


def draft(world: World, **more):
    at = database_now()
    given = {"effective_from": at, "by": world.manager, "at": at, **more}
    return programmes.draft_version(programme=world.programme, **given)


def draft_text(world: World, **more):
    at = database_now()
    given = {"title": "Waiver", "body": BODY, "effective_from": at, "by": world.manager, **more}
    return waivers.draft_text(programme=world.programme, at=at, **given)


@pytest.mark.parametrize("kind", ["version", "text"])
def test_nobody_approves_their_own_draft(world, kind) -> None:
    made = draft(world) if kind == "version" else draft_text(world)
    approve = programmes.approve_version if kind == "version" else waivers.approve_text

    with pytest.raises(programmes.SamePerson, match="somebody else has to approve"):
        approve(**{kind: made}, by=world.manager, at=database_now())


@pytest.mark.parametrize("kind", ["version", "text"])
def test_a_draft_is_approved_or_discarded_once(world, kind) -> None:
    made = draft(world) if kind == "version" else draft_text(world)
    approve = programmes.approve_version if kind == "version" else waivers.approve_text
    discard = programmes.discard_version if kind == "version" else waivers.discard_text
    discard(**{kind: made}, by=world.manager, at=database_now())

    with pytest.raises(Conflict, match="approved or discarded meanwhile"):
        approve(**{kind: made}, by=world.examiner, at=database_now())
    with pytest.raises(Conflict, match="approved or discarded meanwhile"):
        discard(**{kind: made}, by=world.manager, at=database_now())


@pytest.mark.parametrize(
    ("asks", "field"),
    [
        ({"check_validity_hours": 0}, "check_validity_hours"),
        ({"nanite_validity_hours": -1}, "nanite_validity_hours"),
        ({"check_opens_hours": -1}, "check_opens_hours"),
        ({"check_grace_hours": -1}, "check_grace_hours"),
        ({"nanite_analyte": "NANITE-LOAD"}, "nanite_maximum"),
        ({"nanite_maximum": Decimal(1)}, "nanite_maximum"),
        (
            {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal("NaN")},
            "nanite_maximum",
        ),
        (
            {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(-1)},
            "nanite_maximum",
        ),
        ({"nanite_analyte": "WBC", "nanite_maximum": Decimal(1)}, "nanite_analyte"),
        ({"nanite_analyte": "nonsense", "nanite_maximum": Decimal(1)}, "nanite_analyte"),
        ({"psychological_validity_hours": 0}, "psychological_validity_hours"),
        ({"check_validity_hours": 2**31 - 1}, "check_validity_hours"),
        ({"quarantine_clear_hours": -1}, "quarantine_clear_hours"),
        ({"nanite_types": "T1"}, "nanite_types"),
        ({"nanite_control_counts": True}, "nanite_control_counts"),
        ({"nanite_drift_factor": Decimal(2)}, "nanite_drift_factor"),
        ({**LOAD, "nanite_drift_factor": Decimal("0.5")}, "nanite_drift_factor"),
        ({**LOAD, "nanite_drift_factor": Decimal("NaN")}, "nanite_drift_factor"),
        ({"minimum_age_years": 12}, "minimum_age_years"),
        ({"minimum_age_years": 18, "majority_age_years": 21}, "minimum_age_years"),
        ({"minimum_age_years": 121}, "minimum_age_years"),
        ({"majority_age_years": 0}, "majority_age_years"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(world, asks, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        draft(world, **asks)

    assert refused.value.field == field
    assert str(refused.value).endswith(".")
    assert ProgrammeVersion.objects.filter(programme=world.programme).count() == 1


def test_a_version_keeps_what_it_asks_as_it_was_drafted(world) -> None:
    made = draft(
        world,
        **LOAD,
        admits_minors=True,
        minimum_age_years=12,
        requires_psychological=False,
        nanite_types="  T1   T2 ",
        nanite_control_counts=True,
        nanite_drift_factor=Decimal("2.5"),
        quarantine_clear_hours=72,
    )
    programmes.approve_version(version=made, by=world.examiner, at=database_now())

    version = programme_of(world.programme).versions[-1]

    load, types = version.nanites
    assert [need.kind for need in version.checks] == [CheckKind.MEDICAL]
    assert (version.required_age_years, version.majority_years) == (12, 18)
    assert (load.control_counts, load.drift_factor) == (True, Decimal("2.5"))
    assert (types.analyte, types.codes) == ("NANITE-TYPE", {"T1", "T2"})
    assert version.quarantine_clear == timedelta(hours=72)


def test_the_psychological_check_holds_as_long_as_the_medical_one_unless_said(world) -> None:
    for hours in (None, 24):
        made = draft(world, check_validity_hours=72, psychological_validity_hours=hours)
        programmes.approve_version(version=made, by=world.examiner, at=database_now())

    _first, same, other = programme_of(world.programme).versions

    assert [need.validity.total_seconds() / 3600 for need in same.checks] == [72, 72]
    assert [need.validity.total_seconds() / 3600 for need in other.checks] == [72, 24]


def test_rules_and_texts_never_begin_in_the_past(world) -> None:
    past = database_now() - timedelta(minutes=1)

    for attempt in (draft, draft_text):
        with pytest.raises(InvalidInput, match="never acts? backwards"):
            attempt(world, effective_from=past)


@pytest.mark.parametrize("body", [{}, {"en": "  "}, {"en": "Text", "fr": ""}])
def test_a_waiver_has_words_in_every_language(world, body) -> None:
    with pytest.raises(InvalidInput, match="has a text"):
        draft_text(world, body=body)

    assert WaiverText.objects.filter(programme=world.programme).count() == 1


def test_a_code_is_taken_once(world) -> None:
    with pytest.raises(InvalidInput, match="already"):
        programmes.create(
            code=world.programme.code, name="Twin", by=world.manager, at=database_now()
        )


@pytest.mark.parametrize("code", ["", "two words", "x" * 33])
def test_a_code_is_a_short_word(world, code) -> None:
    with pytest.raises(InvalidInput):
        programmes.create(code=code, name="Other", by=world.manager, at=database_now())


def test_only_those_who_manage_programmes_do(world) -> None:
    attempts = [
        lambda by: draft(world, by=by),
        lambda by: draft_text(world, by=by),
        lambda by: programmes.create(code="x", name="X", by=by, at=database_now()),
        lambda by: programmes.approve_version(version=draft(world), by=by, at=database_now()),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed) as refused:
            attempt(world.officer)
        assert isinstance(refused.value, Refusal)


def closed(world: World, **more):
    given = {"by": world.examiner, "at": database_now(), "reason": "The survey is over.", **more}
    return programmes.close(programme=world.programme, **given)


def test_nobody_is_cleared_for_a_closed_programme_and_earlier_answers_stay(world) -> None:
    person = world.cleared()
    before = database_now()
    told = clearance_of(person, world.programme, at=before)

    closing = closed(world)

    answer = clearance_of(person, world.programme, at=database_now())
    assert answer.reasons == (Reason.NOT_ENROLLED,)
    assert clearance_of(person, world.programme, at=closing.closed_at - TICK).is_cleared
    assert not clearance_of(person, world.programme, at=closing.closed_at).is_cleared
    assert clearance_of(person, world.programme, at=before) == told
    assert clearance_of(person, world.programme, at=before, known_at=database_now()).is_cleared


def test_a_closed_programme_takes_in_posts_and_passes_nobody(world) -> None:
    person, at = world.cleared(), database_now()
    left = database_now()
    closed(world)
    now = database_now()

    for refused in (
        lambda: world.enrol(world.person()),
        lambda: world.post(person),
        lambda: world.departure(),
        lambda: passes.issue(person=person, programme=world.programme, by=world.officer, at=now),
    ):
        with pytest.raises(InvalidInput, match="is closed"):
            refused()
    assert world.post(person, left_at=left).left_at == left, "who left before it is recorded late"
    assert at < left


def test_closing_ends_rounds_and_recalls_whoever_is_away(world) -> None:
    here, away = world.cleared(), world.cleared()
    world.post(away)
    assert RoundSlot.objects.filter(person=here, state="OPEN").exists()

    closed(world)
    work()

    assert not RoundSlot.objects.filter(state="OPEN").exists()
    assert Recall.objects.get().person == away
    rounds.generate(programme=world.programme, by=world.officer, at=database_now())
    assert not RoundSlot.objects.filter(state="OPEN").exists()


def test_a_programme_is_closed_once_with_a_reason_by_whoever_approves(world) -> None:
    with pytest.raises(InvalidInput, match="Say why"):
        closed(world, reason=" ")
    with pytest.raises(NotAllowed):
        closed(world, by=world.officer)
    closed(world)

    with pytest.raises(Conflict, match="closed already"):
        closed(world)


def test_a_programme_is_closed_through_the_interface_and_the_admin(world) -> None:
    other = World()
    path = reverse("api-programme-close", args=[world.programme.code])
    client = client_of(world.examiner)
    move = reverse("admin:consent_programme_move", args=[other.programme.pk, "close"])

    refused = client.post(path, {}, content_type="application/json")
    done = client.post(path, {"reason": "Over."}, content_type="application/json")
    pressed = client.post(move, {"reason": "Over."})

    assert (refused.status_code, done.status_code, pressed.status_code) == (422, 200, 302)
    assert (done.json()["is_active"], done.json()["closed_because"]) == (False, "Over.")
    assert ProgrammeClosing.objects.count() == 2


def test_before_approval_it_is_said_whose_clearance_a_version_ends(world) -> None:
    stays, goes, here = world.member(), world.member(), world.member()
    for person in (stays, goes, here):
        world.sign(person)
        world.medical(person)
        also = ["AUDIT-C"] if person == stays else []
        world.psychological(person, asked=["PHQ-9", "GAD-7", *also])
    world.post(goes)
    passes.issue(person=here, programme=world.programme, by=world.officer, at=database_now())
    world.member()  # not cleared now either
    version = draft(world, questionnaires=["AUDIT-C"])

    found = endings(version, at=database_now())

    assert (found.enrolled, found.cleared, found.ended) == (4, 3, 2)
    assert (found.away, found.passes) == (1, 1)
    assert found.reasons == ((Reason.PSYCH_MISSING, 2),)
    assert clearance_of(here, world.programme, at=database_now()).is_cleared, "nothing is approved"


def test_a_version_that_begins_later_is_weighed_as_of_its_beginning(world) -> None:
    world.cleared()
    later = database_now() + timedelta(days=9)
    shorter = draft(
        world, check_validity_hours=24, effective_from=database_now() + timedelta(days=2)
    )
    lapsed = draft(world, check_validity_hours=24, effective_from=later)

    found, none_left = (endings(one, at=database_now()) for one in (shorter, lapsed))

    assert (found.cleared, found.ended) == (1, 1)
    assert dict(found.reasons) == {Reason.MEDICAL_LAPSED: 1, Reason.PSYCH_LAPSED: 1}
    assert (none_left.cleared, none_left.ended) == (0, 0), "by then they lapsed without it"


def test_the_admin_and_the_interface_say_it_before_anything_is_approved(world) -> None:
    world.cleared()
    version = draft(world, minimum_age_years=120)
    client = client_of(world.examiner)
    move = reverse("admin:consent_programmeversion_move", args=[version.pk, "approve"])
    address = reverse("api-programme-version-approve", args=[version.pk])

    page = client.get(move).content.decode()
    told = client.post(address, {"dry_run": True}, content_type="application/json")
    wrong = client.post(address, {"dry_run": 1}, content_type="application/json")

    assert "it ends 1 of 1 clearances: age not shown to be sufficient (1)" in page
    assert (told.status_code, wrong.status_code) == (200, 422)
    assert (told.json()["ended"], told.json()["reasons"]) == (1, {"UNDER_AGE": 1})
    version.refresh_from_db()
    assert version.approved_at is None


def test_before_a_closing_it_is_said_whom_it_concerns(world) -> None:
    world.post(world.cleared())
    world.member()
    move = reverse("admin:consent_programme_move", args=[world.programme.pk, "close"])

    shown = client_of(world.examiner).get(move).content.decode()

    assert "2 are enrolled" in shown
    assert "1 are away, and are recalled" in shown
