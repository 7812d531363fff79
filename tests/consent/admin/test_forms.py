"""Programmes, waivers and checks in the admin: added by actions, moved by buttons, scoped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import models
from consent.queries.clearances import clearance_of
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from patients.forms import MOMENT
from tests import laboratory
from tests.clients import client_of
from tests.consent.programme import FAILED, World
from tests.consent.traces import columns_holding
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def address(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:consent_{model}_{page}", args=args)


def split(moment, name: str) -> dict[str, str]:
    """Return a moment as the admin's two inputs send it, and as one input does."""
    return {
        name: moment.strftime(MOMENT),
        f"{name}_0": moment.strftime("%Y-%m-%d"),
        f"{name}_1": moment.strftime("%H:%M:%S"),
    }


def press(client, row, move: str, **given: str):
    return client.post(address(row._meta.model_name, "move", row.pk, move), given)


def drafted(world: World, client, **more: str):
    given = {
        "programme": str(world.programme.pk),
        "minimum_age_years": "18",
        "majority_age_years": "18",
        "requires_medical": "on",
        "requires_psychological": "on",
        "quarantine_clear_hours": "0",
        "check_validity_hours": "168",
        "check_opens_hours": "48",
        "check_grace_hours": "0",
        "nanite_validity_hours": "168",
        "cooling_off_hours": "24",
        "recall_within_hours": "48",
        "news2_refer_from": "3",
        "news2_urgent_from": "5",
        "questionnaires": ["PHQ-9", "WHO-5"],
        **split(database_now() + timedelta(days=1), "effective_from"),
        **more,
    }
    return client.post(address("programmeversion", "add"), given)


def test_a_version_is_drafted_by_one_and_approved_by_another(world) -> None:
    answer = drafted(world, client_of(world.manager))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    version = models.ProgrammeVersion.objects.latest("id")

    own = press(client_of(world.manager), version, "approve")
    other = press(client_of(world.examiner), version, "approve")

    assert own.status_code == 422
    assert "somebody else has to approve" in own.content.decode()
    assert other.status_code == 302
    version.refresh_from_db()
    assert version.approved_by == world.examiner


def test_a_version_without_a_beginning_begins_at_once(world) -> None:
    answer = drafted(
        world, client_of(world.manager), effective_from_0="", effective_from_1="", effective_from=""
    )

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    version = models.ProgrammeVersion.objects.latest("id")
    assert version.effective_from == version.recorded_at


def test_who_keeps_and_approves_programmes_finds_them_in_the_menu(world) -> None:
    for who in (world.manager, world.examiner):
        page = client_of(who).get(reverse("home")).content.decode()
        for model in ("programme", "programmeversion", "waivertext"):
            assert f'href="{address(model, "changelist")}"' in page, (who, model)


def test_what_cannot_be_asked_is_an_error_of_its_field(world) -> None:
    answer = drafted(world, client_of(world.manager), nanite_analyte="nonsense", nanite_maximum="5")

    assert answer.status_code in (200, 422)
    assert "is no nanite analyte" in str(answer.context["adminform"].form.errors["nanite_analyte"])
    assert models.ProgrammeVersion.objects.filter(programme=world.programme).count() == 1


def test_a_version_asks_for_all_that_its_form_has(world) -> None:
    laboratory.load_catalogue()
    answer = drafted(
        world,
        client_of(world.manager),
        minimum_age_years="12",
        admits_minors="on",
        psychological_validity_hours="336",
        nanite_analyte="NANITE-LOAD",
        nanite_maximum="5000",
        nanite_types="T1 T2",
        nanite_control_counts="on",
        nanite_drift_factor="2.5",
        panels=["CBC", "NANITE"],
        news2_refer_from="1",
        news2_urgent_from="4",
    )

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    version = models.ProgrammeVersion.objects.latest("id")
    assert version.requires_psychological
    assert (version.admits_minors, version.minimum_age_years) == (True, 12)
    assert (version.panels, version.news2_urgent_from) == (["CBC", "NANITE"], 4)
    assert (version.nanite_types, str(version.nanite_drift_factor)) == ("T1 T2", "2.5")
    read = client_of(world.examiner).get(address("programmeversion", "change", version.pk))
    assert "T1 T2" in read.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minimum_age_years", "12"),
        ("majority_age_years", "0"),
        ("quarantine_clear_hours", "-1"),
        ("psychological_validity_hours", "0"),
        ("psychological_validity_hours", "99999999999"),
        ("nanite_types", "T1"),
        ("nanite_types", "T" * 401),
        ("nanite_control_counts", "on"),
        ("nanite_drift_factor", "2"),
        ("nanite_drift_factor", "NaN"),
        ("nanite_drift_factor", "1e400"),
        ("news2_urgent_from", "6"),
        ("news2_refer_from", "0"),
        ("panels", "NO-SUCH"),
    ],
)
def test_what_a_version_cannot_ask_is_an_error_of_its_field(world, field, value) -> None:
    answer = drafted(world, client_of(world.manager), **{field: value})

    assert field in answer.context["adminform"].form.errors
    assert models.ProgrammeVersion.objects.filter(programme=world.programme).count() == 1


def test_a_text_is_drafted_and_discarded(world) -> None:
    client = client_of(world.manager)
    given = {
        "programme": str(world.programme.pk),
        "title": "Next waiver",
        "body_en": "I agree.",
        "body_fr": "J'accepte.",
        "body_further_code": "de",
        "body_further": "Ich stimme zu.",
    }

    answer = client.post(address("waivertext", "add"), given)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    text = models.WaiverText.objects.latest("id")
    assert text.body == {"en": "I agree.", "fr": "J'accepte.", "de": "Ich stimme zu."}
    assert text.effective_from == text.recorded_at  # left empty: at once
    shown = client.get(address("waivertext", "change", text.pk))
    discarded = press(client, text, "discard")

    assert "J&#x27;accepte." in shown.content.decode()
    assert discarded.status_code == 302
    text.refresh_from_db()
    assert text.discarded_at is not None


def test_a_text_is_typed_language_by_language(world) -> None:
    page = client_of(world.manager).get(address("waivertext", "add")).content.decode()

    for number, name in enumerate(("body_en", "body_fr", "body_further_code", "body_further")):
        assert f'name="{name}"' in page
        assert f'<label for="id_body_{number}">' in page
    assert "null" not in page


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"body_en": "", "body_fr": "  "},
        {"body_further_code": "de"},
        {"body_further": "Ich stimme zu."},
        {"body_further_code": "en", "body_further": "I agree."},
    ],
)
def test_a_text_that_is_none_is_an_error_of_its_field(world, body) -> None:
    given = {
        "programme": str(world.programme.pk),
        "title": "Next waiver",
        **body,
        **split(database_now() + timedelta(days=1), "effective_from"),
    }

    answer = client_of(world.manager).post(address("waivertext", "add"), given)

    assert "body" in answer.context["adminform"].form.errors
    assert models.WaiverText.objects.filter(programme=world.programme).count() == 1


def test_somebody_is_enrolled_once_and_leaves(world) -> None:
    person, client = world.person(), client_of(world.officer)
    given = {
        "person": person.mrn,
        "programme": str(world.programme.pk),
        **split(database_now() - timedelta(hours=30), "started_at"),
    }

    answer = client.post(address("enrolment", "add"), given)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    again = client.post(address("enrolment", "add"), given)
    row = models.Enrolment.objects.get(person=person)
    ended = press(client, row, "end", ended_at=(database_now()).strftime("%Y-%m-%dT00:00:00"))

    assert "enrolled in" in str(again.context["adminform"].form.errors)
    assert ended.status_code == 302, ended.context["form"].errors


def test_a_withdrawal_is_recorded_from_every_programme(world) -> None:
    person = world.cleared()

    answer = client_of(world.officer).post(
        address("waiverwithdrawal", "add"), {"person": person.mrn, "programme": ""}
    )

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert models.WaiverWithdrawal.objects.get(person=person).programme is None
    assert not clearance_of(person, world.programme, at=database_now()).is_cleared


def test_a_pass_and_a_signature_are_annulled_with_a_reason(world) -> None:
    person = world.cleared()
    check = models.Check.objects.get(person=person, kind="MEDICAL")
    signature = models.WaiverSignature.objects.get(person=person)

    empty = press(client_of(world.examiner), check, "annul-medical", reason="")
    done = press(client_of(world.examiner), check, "annul-medical", reason="Wrong person.")
    void = press(client_of(world.officer), signature, "annul", reason="Wrong person.")

    assert (empty.status_code, done.status_code, void.status_code) == (422, 302, 302)
    assert models.CheckAnnulment.objects.filter(of_check=check).count() == 1
    refused = world.medical(person, FAILED)
    page = client_of(world.examiner).get(address("check", "change", refused.pk))
    assert "annul-" not in page.content.decode()


def test_why_a_psychological_pass_was_annulled_is_a_code_for_others_and_words_for_psychologists(
    world,
) -> None:
    person = world.cleared()
    check = models.Check.objects.get(person=person, kind="PSYCHOLOGICAL")
    client = client_of(world.psychologist)
    words = {"reason": "canary-of-another-client"}

    without = press(client, check, "annul-psychological", **words)
    done = press(client, check, "annul-psychological", code="WRONG_PERSON", **words)

    assert (without.status_code, done.status_code) == (422, 302)
    assert columns_holding(["canary-of-another-client"]) == set()
    shown = client_of(world.officer).get(address("check", "change", check.pk)).content.decode()
    assert "recorded of the wrong person" in shown
    listed = client_of(world.officer).get("/api/v1/checks", {"person": str(person.uid)})
    told = {one["check"]: one["annulled_as"] for one in listed.json()["checks"]}
    assert told[str(check.uid)] == "WRONG_PERSON"
    read = client.get(reverse("psychological-read", args=[check.uid])).content.decode()
    assert "canary-of-another-client" in read
    event = AuditEvent.objects.filter(action="consent.check.annul").latest("id")
    assert event.reason == "WRONG_PERSON"


def test_a_signature_shows_its_proof_and_leads_to_what_was_drawn(world) -> None:
    person = world.person()
    drawn, proved = world.sign(person), world.sign(person, account=world.participant(person))
    client = client_of(world.officer)

    of_drawn, of_proved = (
        client.get(address("waiversignature", "change", row.pk)).content.decode()
        for row in (drawn, proved)
    )

    page = reverse("waiver-signature", args=[drawn.pk])
    assert page in of_drawn
    assert drawn.drawing_sha256 in of_drawn
    assert drawn.sha256 in of_drawn
    assert "own password given again" in of_proved
    assert proved.account.name in of_proved
    assert page not in of_proved


def test_what_was_said_has_no_admin_and_findings_are_the_examiners(world) -> None:
    person = world.cleared()
    world.medical(person, comment="canary-comment")
    world.psychological(person, notes="canary-notes")
    findings = models.MedicalFindings.objects.latest("id")

    assert not admin.site.is_registered(models.PsychologicalRecord)
    read = client_of(world.examiner).get(address("medicalfindings", "change", findings.pk))
    assert "canary-comment" in read.content.decode()
    for role in (Role.SCREENING_OFFICER, Role.PSYCHOLOGIST, Role.GATE_OFFICER, Role.PARTICIPANT):
        client = client_of(principal(role))
        for model in ("check", "medicalfindings", "waiversignature", "enrolment", "findingclear"):
            said = client.get(address(model, "changelist")).content.decode()
            assert "canary" not in said
        answer = client.get(address("medicalfindings", "change", findings.pk))
        assert answer.status_code != 200
        assert "canary" not in answer.content.decode()


@pytest.mark.parametrize(
    "model", ["check", "enrolment", "waiversignature", "waiverwithdrawal", "medicalfindings"]
)
def test_lists_ask_as_many_questions_however_long_they_are(world, model) -> None:
    who = world.examiner if model in ("medicalfindings",) else world.officer
    client = client_of(who)
    client.get(address(model, "changelist"))
    asked = []
    for more in (2, 6):
        for _each in range(more):
            world.withdraw(world.cleared())
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address(model, "changelist"))
        assert answer.status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1]
