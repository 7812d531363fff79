"""Alerts on pages and the API: raised at scoring, without what was found, answered by name."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import Check, ClinicalAlert, OnCall
from labsys.accounts.roles import Role
from labsys.lib import navigation
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
    person = world.person()

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
    person = world.person()

    answer = psychological(world, person, {**RISK, **wrong, "step": "assess"})

    assert ClinicalAlert.objects.get(person=person).kind == "REVIEW"
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("wrong", [{}, {"pulse_per_min": ""}, {"pulse_per_min": "fast"}])
def test_vital_signs_call_a_clinician_although_the_rest_is_wrong(world, wrong) -> None:
    person = world.person(sex="M")

    medical(world, person, {**SICK, **wrong, "step": "assess"})

    assert ClinicalAlert.objects.get(person=person).kind == "VITAL_SIGNS"


def test_calm_people_call_nobody(world) -> None:
    person = world.person(sex="M")

    medical(world, person, {**VITALS, "step": "assess"})
    psychological(world, person, {**CALM, "step": "assess"})
    psychological(world, person, {"performed_at": "never"})
    client_of(world.examiner).post(page("check-medical", person, world))

    assert not ClinicalAlert.objects.exists()


def test_the_same_form_scored_again_calls_nobody_twice(world) -> None:
    person = world.person(sex="M")
    first = medical(world, person, {**SICK, "step": "assess"})
    called(world, world.physician())
    alert = ClinicalAlert.objects.get()
    client_of(world.physician()).post(reverse("alert-acknowledge", args=[alert.uid]))

    again = {**SICK, "sitting": str(first.context["sitting"]), "step": "assess"}
    answer = medical(world, person, again)

    assert ClinicalAlert.objects.count() == 1
    assert "sees to the alert" in answer.content.decode()


def test_an_alert_tells_nothing_of_what_was_answered(world) -> None:
    person, on = world.person(), world.physician()
    called(world, on)
    psychological(world, person, {**RISK, "step": "assess"})
    alert = ClinicalAlert.objects.get()

    shown = client_of(on).get(reverse("alerts")).content.decode()
    listed = client_of(on).get(reverse("api-alerts")).json()
    others = client_of(world.officer).get(reverse("alerts")).content.decode()

    assert person.mrn in shown
    assert listed["alerts"][0]["kind"] == "REVIEW"
    kept = json.dumps({name: str(value) for name, value in vars(alert).items()})
    for said in (shown, json.dumps(listed), others, kept):
        for word in ("canary", "PHQ", "GAD", "NEWS2", "item 9", "suicid"):
            assert word not in said
    assert "a clinician has to see" not in others
    machine = client_of(world.officer).get(reverse("api-alerts")).json()["alerts"][0]
    assert not {"kind", "answer"} & set(machine)


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
