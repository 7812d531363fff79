"""Quarantine on pages: who is apart, one order with its criteria, rules and places."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import QuarantineRelease
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import quarantine_breaches, quarantine_capacities, quarantine_reviews
from patients.models import Exposure, QuarantineBreach, QuarantineOrder, QuarantineRule
from patients.queries import quarantine_lists as lists
from tests import laboratory
from tests.clients import client_of
from tests.consent import nanites
from tests.consent.actions.test_quarantine_releases import LOAD, asked
from tests.factories import principal
from tests.patients import people
from tests.patients.people import DAY, HOUR
from tests.patients.quarantined import exposed, ordered, rule

pytestmark = pytest.mark.django_db
LISTS = ("force", "due", "soon", "breached", "proposed", "unruled", "planned")


@pytest.fixture
def officer():
    return people.infection_control()


def page_of(order: QuarantineOrder) -> str:
    return reverse("quarantine-order", args=[order.pk])


def moment(at) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}"


def reviewed(order, **stated) -> None:
    at = database_now()
    given = {"outcome": "CONTINUE", "signs": "ABSENT", "findings": "well", **stated}
    given.setdefault("reviewed_at", at)
    quarantine_reviews.record(by=people.infection_control(), at=at, order=order, **given)


def listed(client, show: str, **more: str) -> set[str]:
    page = client.get(reverse("quarantine"), {"show": show, **more})
    assert page.status_code == 200
    return {row.order.person.mrn for row in page.context["found"].rows}


def test_each_list_shows_what_belongs_to_it(officer) -> None:
    at, client = database_now(), client_of(officer)
    rule()
    due = ordered(starts_at=at - 2 * DAY)
    fine = ordered(starts_at=at - 2 * DAY)
    reviewed(fine, outcome="RELEASE_PROPOSED")
    broken = ordered(agent="", ends_at=at + DAY)
    quarantine_breaches.record(
        by=officer, at=at, order=broken, kind="LEFT", seen_at=at, place="dock", witness="guard"
    )
    ahead = ordered(starts_at=at + DAY)

    def of(*orders) -> set[str]:
        return {one.person.mrn for one in orders}

    assert listed(client, "force") == of(due, fine, broken)
    assert listed(client, "due") == of(due)
    assert listed(client, "soon") == of(broken)
    assert listed(client, "breached") == of(broken)
    assert listed(client, "proposed") == of(fine)
    assert listed(client, "unruled") == of(broken)
    assert listed(client, "planned") == of(ahead)
    counts = client.get(reverse("quarantine")).context["found"].counts
    assert [counts[one] for one in LISTS] == [3, 1, 1, 1, 1, 1, 1]
    later = {
        row.order for row in lists.listed(officer, show=lists.Show.FORCE, at=at + 2 * DAY).rows
    }
    assert later == {due, fine, ahead}
    assert "Quarantines to review" in client.get("/").content.decode()


def test_a_list_is_narrowed_to_a_place_or_home(officer) -> None:
    client, place = client_of(officer), people.ward()
    there, home = ordered(location=place), ordered(kind="HOME")
    ordered()

    assert listed(client, "force", place=str(place.pk)) == {there.person.mrn}
    assert listed(client, "force", place="HOME") == {home.person.mrn}


def test_pages_follow_each_other_without_a_gap(officer) -> None:
    client = client_of(officer)
    rule()
    made = [ordered(starts_at=database_now() - (n % 3 + 2) * DAY) for n in range(7)]
    for show in (lists.Show.FORCE, lists.Show.DUE):
        seen, after = [], None
        while True:
            found = lists.listed(officer, show=show, at=database_now(), after=after, limit=3)
            seen += [row.order.pk for row in found.rows]
            if found.next is None:
                break
            key, _dash, id_ = found.next.partition("-")
            after = int(key), int(id_)
        assert sorted(seen) == sorted(one.pk for one in made)
    assert client.get(reverse("quarantine"), {"after": "0-1"}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"show": "everything"},
        {"place": "x"},
        {"place": "9" * 30},
        {"after": "1"},
        {"after": "1-2-3"},
        {"after": "-"},
        {"after": "\x00-1"},
    ],
)
def test_an_address_that_makes_no_sense_is_refused(officer, query) -> None:
    assert client_of(officer).get(reverse("quarantine"), query).status_code == 422


def test_lists_ask_as_many_questions_however_many_are_apart(officer) -> None:
    client, asked_for = client_of(officer), []
    rule()
    place = people.ward()
    at = database_now()
    quarantine_capacities.state(by=officer, at=at, location=place, places=3, from_at=at)
    for more in (2, 6):
        for _each in range(more):
            made = ordered(location=place)
            exposed(made.person, database_now())
            reviewed(made)
        counts = []
        for address in (reverse("quarantine"), reverse("quarantine-places"), page_of(made)):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        asked_for.append(counts)

    assert asked_for[0] == asked_for[1]


def test_the_home_page_asks_as_many_questions_however_many_reviews_are_due(officer) -> None:
    client, asked_for = client_of(officer), []
    rule()
    for more in (1, 5):
        for _each in range(more):
            ordered(starts_at=database_now() - 2 * DAY)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            said = client.get("/").content.decode()
        asked_for.append(len(queries))
        assert "Quarantines to review" in said

    assert asked_for[0] == asked_for[1]


def test_a_planned_end_that_passed_is_told_until_it_is_lifted(officer) -> None:
    at, client, person = database_now(), client_of(officer), people.person()
    rule(until_lifted=True, days=1)
    exposed(person, at - DAY + HOUR / 60)
    order = ordered(person)
    address = reverse("quarantine"), {"show": "soon"}

    before = client.get(*address).content.decode()
    (row,) = lists.listed(officer, show=lists.Show.SOON, at=at + HOUR).rows

    assert "planned; ends only when lifted" in before
    assert "planned end passed" not in before
    assert (row.order, row.is_past) == (order, True)


def test_an_order_says_why_it_ends_then(officer) -> None:
    at, client, person = database_now(), client_of(officer), people.person()
    rule()
    exposed(person, at - 3 * DAY)
    by_rule = ordered(person)
    exposed(person, at - DAY)
    by_hand = ordered(agent="dust")

    said = client.get(page_of(by_rule)).content.decode()
    unruled = client.get(page_of(by_hand)).content.decode()

    assert "10 days after the last exposure, by the rule in force" in said
    assert "planned end moved later" in said
    assert "No rule was in force for this agent and kind" in unruled
    looks = ReadEvent.objects.filter(actor=officer.pk, person_id=person.pk)
    assert set(looks.values_list("purpose", flat=True)) == {"quarantine"}


def test_quarantine_is_ordered_by_number_and_leads_to_its_page(officer) -> None:
    client, person, at = client_of(officer), people.person(), database_now()
    rule()
    exposed(person, at)
    address = reverse("quarantine-new")
    given = {"person": person.mrn, "kind": "HOSPITAL", "agent": "Nanites"}
    given |= {"starts_at": moment(at), "reason": "contact"}

    empty = client.post(address, {})
    early = client.post(address, {**given, "ends_at": moment(at + DAY)})
    done = client.post(address, given)

    assert [empty.status_code, early.status_code, done.status_code] == [422, 422, 302]
    assert "later only" in early.content.decode()
    made = QuarantineOrder.objects.get()
    assert done.url == page_of(made)
    assert made.ends_at == at + 10 * DAY


def test_a_review_and_a_breach_are_written_down_on_the_page(officer) -> None:
    client, order, met = client_of(officer), ordered(), people.person()
    address, now = page_of(order), moment(database_now())

    wrong = client.post(address, {"move": "review", "review-outcome": "CONTINUE"})
    reviewed_ = client.post(
        address,
        {
            "move": "review",
            "review-outcome": "RELEASE_PROPOSED",
            "review-signs": "ABSENT",
            "review-findings": "Well for three days.",
            "review-reviewed_at": now,
        },
    )
    stated = {"breach-kind": "LEFT", "breach-seen_at": now, "breach-place": "dock 7"}
    stated |= {"breach-witness": "guard", "move": "breach"}
    stranger = client.post(address, {**stated, "breach-contacts": "00000000"})
    broken = client.post(address, {**stated, "breach-contacts": f"{met.mrn}\n{met.mrn}"})
    said = client.get(address).content.decode()

    assert [one.status_code for one in (wrong, reviewed_, stranger, broken)] == [422, 302, 422, 302]
    assert "Well for three days." in said
    assert "1 contact recorded as exposed" in said
    assert Exposure.objects.get().person == met
    found = QuarantineBreach.objects.get()
    gone = client.post(
        address, {"move": "take_back", "breach": found.pk, "take_back-reason": "another person"}
    )
    assert gone.status_code == 302
    assert "dock 7" not in client.get(address).content.decode()


def test_criteria_stand_beside_the_order_and_decide_how_it_is_lifted(officer) -> None:
    order, client = asked(), client_of(officer)
    address, now = page_of(order), moment(database_now())
    lift = {"move": "lift", "lift-lifted_at": now, "lift-reason": "low load"}

    before = client.get(address)
    early = client.post(address, lift)
    nanites.released(order.person, 12)
    after = client.get(address)
    done = client.post(address, {**lift, "lift-lifted_at": moment(database_now())})

    assert set(before.context["forms"]) == {"review", "breach", "ask"}
    assert "1 specimen missing" in before.content.decode()
    assert early.status_code == 409
    assert set(after.context["forms"]) == {"review", "breach", "lift"}
    assert "12 {nanites}/µL" in after.content.decode() or "12 " in after.content.decode()
    assert done.status_code == 302
    assert QuarantineRelease.objects.get().verdict == "MET"


def test_two_people_lift_what_its_criteria_keep(officer) -> None:
    order, other = asked(), people.infection_control()
    address, mine, theirs = page_of(order), client_of(officer), client_of(other)

    asked_ = mine.post(address, {"move": "ask", "ask-reason": "palliative care"})
    own = mine.get(address)
    alone = mine.post(address, {"move": "agree"})
    seen = theirs.get(address)
    done = theirs.post(address, {"move": "agree"})

    assert asked_.status_code == 302
    assert "Somebody else has to agree." in own.content.decode()
    assert "agree" not in own.context["forms"]
    assert alone.status_code == 403
    assert "palliative care" in seen.content.decode()
    assert done.status_code == 302
    assert "agreed to by a second person" in theirs.get(address).content.decode()


@pytest.mark.parametrize(("move", "status"), [("", 422), ("free", 422), ("agree", 404)])
def test_a_move_that_is_none_is_refused(officer, move, status) -> None:
    answer = client_of(officer).post(page_of(ordered()), {"move": move})

    assert answer.status_code == status
    assert answer.content


def test_who_sees_no_results_sees_no_values() -> None:
    order = asked()
    nanites.released(order.person, 37)

    said = client_of(principal(Role.SCREENING_OFFICER)).get(page_of(order)).content.decode()

    assert "counts" in said
    assert "37" not in said.split("Release criteria")[1].split("Course")[0]


def test_others_act_within_their_permission_or_look_or_neither() -> None:
    order = asked()
    address = page_of(order)
    for role, status in (
        (Role.EXAMINING_PHYSICIAN, 200),
        (Role.SCREENING_OFFICER, 200),
        (Role.NURSE, 404),
        (Role.GATE_OFFICER, 403),
        (Role.PARTICIPANT, 403),
    ):
        client = client_of(principal(role))
        assert client.get(address).status_code == status
        assert client.post(address, {"move": "ask", "ask-reason": "x"}).status_code in (403, 404)


def test_a_rule_is_drafted_and_approved_on_its_page(officer) -> None:
    laboratory.load_catalogue()
    client, other, address = (
        client_of(officer),
        people.infection_control(),
        reverse("quarantine-rules"),
    )
    given = {"agent": "nanites", "kind": "HOSPITAL", "days": "10", "review_every_days": "1"}
    given |= {"source": "policy", "analyte_1": LOAD.analyte, "asks_1": "BELOW", "limit_1": "100"}
    given |= {"unit_1": LOAD.unit, "times_1": "2", "hours_apart_1": "24"}

    wrong = client.post(address, {**given, "limit_1": ""})
    unit = client.post(address, {**given, "unit_1": "mg/L"})
    done = client.post(address, given)
    made = QuarantineRule.objects.get()
    own = client.post(address, {"move": "approve", "rule": made.pk})
    page = client_of(other).get(address).content.decode()
    approved = client_of(other).post(address, {"move": "approve", "rule": made.pk})

    assert [wrong.status_code, unit.status_code, done.status_code] == [422, 422, 302]
    assert "is measured in" in unit.content.decode()
    assert own.status_code == 403
    assert "at least 24 h apart" in page
    assert approved.status_code == 302
    made.refresh_from_db()
    assert made.approved_by == other
    assert client.post(address, {"move": "approve", "rule": "x"}).status_code == 404


def test_a_person_leads_to_all_their_orders(officer) -> None:
    order = ordered()
    client = client_of(officer)

    said = client.get(reverse("person-quarantine", args=[order.person.uid])).content.decode()
    found = client.get(reverse("persons"), {"q": order.person.mrn}).content.decode()

    assert page_of(order) in said
    assert reverse("person-quarantine", args=[order.person.uid]) in found
