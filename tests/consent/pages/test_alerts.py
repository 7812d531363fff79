"""Alerts on pages and the API: raised at scoring, without what was found, answered by name."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.actions import alerts
from consent.models import Check, ClinicalAlert, OnCall
from consent.rules.alerts import AlertKind
from labsys.accounts.roles import Role
from labsys.lib import navigation
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.actions.test_alerts import called, raised
from tests.consent.pages.test_pages import CALM, VITALS, page
from tests.consent.programme import World
from tests.factories import principal

pytestmark = pytest.mark.django_db
RISK = {**CALM, "PHQ-9:9": "2", "notes": "canary-notes"}
SICK = {**VITALS, "respiration_per_min": "30"}


@pytest.fixture
def world() -> World:
    return World()


def psychological(world: World, person, given):
    return client_of(world.psychologist).post(page("check-psychological", person, world), given)


def medical(world: World, person, given):
    return client_of(world.examiner).post(page("check-medical", person, world), given)


def test_scoring_a_risk_answer_calls_a_clinician_though_nothing_is_concluded(world) -> None:
    person = world.member()

    answer = psychological(world, person, {**RISK, "step": "assess"})

    alert = ClinicalAlert.objects.get(person=person)
    assert (alert.kind, alert.state, alert.recorded_by) == ("REVIEW", "OPEN", world.psychologist)
    assert not Check.objects.exists()
    assert "A clinician is called" in answer.content.decode()
    assert "Nobody is on call" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong", [{"performed_at": "never"}, {"PHQ-9:1": "7"}, {"interview:pressure": "nine"}]
)
def test_a_risk_answer_calls_a_clinician_although_the_rest_is_wrong(world, wrong) -> None:
    person = world.member()

    answer = psychological(world, person, {**RISK, **wrong, "step": "assess"})

    assert ClinicalAlert.objects.get(person=person).kind == "REVIEW"
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("wrong", [{}, {"pulse_per_min": ""}, {"pulse_per_min": "fast"}])
def test_vital_signs_call_a_clinician_although_the_rest_is_wrong(world, wrong) -> None:
    person = world.member(sex="M")

    medical(world, person, {**SICK, **wrong, "step": "assess"})

    assert ClinicalAlert.objects.get(person=person).kind == "VITAL_SIGNS"


def test_calm_people_call_nobody(world) -> None:
    person = world.member(sex="M")

    medical(world, person, {**VITALS, "step": "assess"})
    psychological(world, person, {**CALM, "step": "assess"})
    psychological(world, person, {"performed_at": "never"})
    client_of(world.examiner).post(page("check-medical", person, world))

    assert not ClinicalAlert.objects.exists()


def test_the_same_form_scored_again_calls_nobody_twice(world) -> None:
    person = world.member(sex="M")
    first = medical(world, person, {**SICK, "step": "assess"})
    called(world, world.physician())
    alert = ClinicalAlert.objects.get()
    client_of(world.physician()).post(reverse("alert-acknowledge", args=[alert.uid]))

    again = {**SICK, "sitting": str(first.context["sitting"]), "step": "assess"}
    answer = medical(world, person, again)

    assert ClinicalAlert.objects.count() == 1
    assert "sees to the alert" in answer.content.decode()


def test_an_alert_tells_nothing_of_what_was_answered(world) -> None:
    person, on = world.member(), world.physician()
    called(world, on)
    psychological(world, person, {**RISK, "step": "assess"})
    alert = ClinicalAlert.objects.get()

    shown = client_of(on).get(reverse("alerts")).content.decode()
    listed = client_of(on).get(reverse("api-alerts")).json()

    assert person.mrn in shown
    assert listed["alerts"][0]["kind"] == "REVIEW"
    kept = json.dumps({name: str(value) for name, value in vars(alert).items()})
    for said in (shown, json.dumps(listed), kept):
        for word in ("canary", "PHQ", "GAD", "NEWS2", "item 9", "suicid"):
            assert word not in said


def test_an_alert_is_answered_on_the_page(world) -> None:
    alert, clinician = raised(world), client_of(world.physician())

    taken = clinician.post(reverse("alert-acknowledge", args=[alert.uid]), follow=True)
    nothing = clinician.post(reverse("alert-close", args=[alert.uid]), {"answer": ""}, follow=True)
    done = clinician.post(
        reverse("alert-close", args=[alert.uid]), {"answer": "SPOKEN_TO"}, follow=True
    )

    assert "You see to it" in taken.content.decode()
    assert "Say what was done" in nothing.content.decode()
    assert "spoken to" in done.content.decode()
    alert.refresh_from_db()
    assert (alert.state, alert.answer) == ("CLOSED", "SPOKEN_TO")


def test_an_alert_is_answered_through_the_interface(world) -> None:
    alert, clinician = raised(world), client_of(world.physician())
    take, close = (
        reverse(f"api-alert-{name}", args=[alert.uid]) for name in ("acknowledge", "close")
    )

    early = clinician.post(close, {"answer": "SEEN"}, content_type="application/json")
    taken = clinician.post(take, {}, content_type="application/json")
    again = client_of(world.physician()).post(take, {}, content_type="application/json")
    wrong = clinician.post(close, {"answer": "seen"}, content_type="application/json")
    more = clinician.post(close, {"answer": "SEEN", "x": 1}, content_type="application/json")
    done = clinician.post(close, {"answer": "SEEN"}, content_type="application/json")

    codes = [one.status_code for one in (early, taken, again, wrong, more, done)]
    assert codes == [409, 200, 409, 422, 422, 200]
    assert done.json()["state"] == "CLOSED"


@pytest.mark.parametrize("body", ["[]", '"x"', "{", '{"answer": null}', '{"answer": {}}'])
def test_what_cannot_be_an_answer_is_refused_with_a_sentence(world, body) -> None:
    alert = raised(world)
    address = reverse("api-alert-close", args=[alert.uid])

    answer = client_of(world.physician()).post(address, body, content_type="application/json")

    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]


PAGES = ("alerts", "alerts-table", "api-alerts", "admin:consent_clinicalalert_changelist")


def told(client, alert) -> dict[str, str]:
    """Return what somebody is shown by every door, without what no two answers have in common."""
    pages = {name: client.get(reverse(name)).content.decode() for name in PAGES}
    row = client.get(reverse("admin:consent_clinicalalert_change", args=[alert.pk]))
    pages |= {"row": row.content.decode(), "home": client.get("/").content.decode()}
    noise = r'csrfmiddlewaretoken" value="\w+|nonce="[^"]+|\d\d:\d\d(:\d\d)?|clinicalalert/\d+/'
    return {name: re.sub(noise, "", said) for name, said in pages.items()}


def of_kind(world: World, person, kind: AlertKind, minutes: float = 46) -> Any:
    return raised(world, person, kind, at=database_now() - timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "kinds", [[AlertKind.REVIEW], [AlertKind.VITAL_SIGNS, AlertKind.REVIEW]], ids=len
)
def test_whoever_does_not_answer_is_shown_the_same_of_every_kind(world, kinds) -> None:
    person, office = world.member(), client_of(world.officer)

    def shown(*raised_here: AlertKind) -> dict[str, str]:
        with transaction.atomic():
            first, *_more = [of_kind(world, person, kind) for kind in raised_here]
            found = told(office, first)
            transaction.set_rollback(True)
        return found

    office.get("/")
    vital_signs, others = shown(AlertKind.VITAL_SIGNS), shown(*kinds)

    assert vital_signs == others
    assert person.mrn in others["alerts"]
    assert str(person.uid) in others["api-alerts"]
    for name in PAGES:
        assert world.psychologist.display_name not in others[name]
        assert world.psychologist.name not in others[name]


def test_whoever_does_not_answer_is_shown_open_alerts_alone_that_nobody_else_came_to(world) -> None:
    late, early, taken = (
        of_kind(world, world.member(), AlertKind.REVIEW, minutes) for minutes in (45, 44, 90)
    )
    alerts.acknowledge(alert=taken, by=world.physician(), at=database_now())
    office = client_of(world.officer)

    page, listed = office.get(reverse("alerts")), office.get(reverse("api-alerts")).json()

    waiting = {"person": str(late.person.uid), "programme": world.programme.code, "state": "OPEN"}
    assert listed["alerts"] == [waiting]
    assert [row.alert for row in page.context["found"].waiting] == [late]
    assert not page.context["found"].recent
    rows = [
        office.get(reverse("admin:consent_clinicalalert_change", args=[one.pk]))
        for one in (late, early, taken)
    ]
    assert [one.status_code for one in rows] == [200, 404, 404]
    assert office.get(reverse("admin:consent_alertescalation_changelist")).status_code == 403


def test_the_home_page_counts_what_stands_before_one(world) -> None:
    raised(world)
    on, off = world.physician(), world.physician()
    called(world, on)

    def waiting(who) -> int:
        cards = navigation.waiting_for(who)
        return next(n for card, n in cards if card.url_name == "alerts")

    assert (waiting(on), waiting(off), waiting(world.officer)) == (1, 0, 0)


def test_clinicians_are_put_on_call_and_taken_off(world) -> None:
    on, officer = world.physician(), client_of(world.officer)
    given = {"principal": on.pk, "since": "2026-01-01T08:00:00", "until": "2026-01-01T20:00:00"}

    late = officer.post(reverse("on-call"), given)
    nobody = officer.post(reverse("on-call"), {**given, "principal": world.manager.pk})
    shift = called(world, on)
    shown = officer.get(reverse("on-call")).content.decode()
    ended = officer.post(reverse("on-call-end", args=[shift.pk]))

    assert (late.status_code, nobody.status_code, ended.status_code) == (422, 422, 302)
    assert on.display_name in shown
    assert OnCall.objects.get().ended_by == world.officer


def test_others_see_no_alert(world) -> None:
    alert = raised(world)
    gate = client_of(principal(Role.GATE_OFFICER))

    assert gate.get(reverse("alerts")).status_code == 403
    assert gate.get(reverse("api-alerts")).status_code == 403
    officer = client_of(world.officer)
    assert officer.post(reverse("alert-acknowledge", args=[alert.uid])).status_code == 403


def test_the_list_asks_as_many_questions_of_twelve_as_of_two(world) -> None:
    client = client_of(world.psychologist)
    client.get(reverse("alerts"))
    asked = []
    for more in (2, 10):
        for _each in range(more):
            raised(world)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse("alerts"))
        asked.append((len(answer.context["found"].waiting), len(queries)))

    assert [count for count, _queries in asked] == [2, 12]
    assert asked[0][1] == asked[1][1]
