"""Pages of possible duplicates: listed, compared, decided, and asked about before anybody is registered."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict
from patients.actions import duplicates, links
from patients.models import Person, PersonDistinction, PersonLink
from tests import factories
from tests.clients import client_of
from tests.patients import people
from tests.patients.doubles import looked_for, pair

pytestmark = pytest.mark.django_db


def officer() -> Any:
    return client_of(people.infection_control())


def address(one: Person, other: Person) -> str:
    return reverse("duplicate-pair", args=[one.uid, other.uid])


def described(**more: str) -> dict[str, str]:
    return {
        "family": "vega ros",
        "given": "Lyra",
        "species": str(people.human().pk),
        "sex": "F",
        "birth_date": people.BORN.date.isoformat() if people.BORN.date else "",
        "birth_precision": "DAY",
        **more,
    }


def test_the_list_names_both_with_every_reason() -> None:
    one, other = pair()
    looked_for()

    shown = officer().get(reverse("duplicates")).content.decode()

    for words in (one.mrn, other.mrn, "certainly one person", "The birth dates are the same."):
        assert words in shown
    assert ReadEvent.objects.filter(purpose="duplicates").exists()
    assert (
        "No pair waits" in officer().get(reverse("duplicates") + "?grade=POSSIBLE").content.decode()
    )


@pytest.mark.parametrize(
    "query", ["?grade=SURE", "?show=all", "?after=1", "?after=x_1", "?after=1_99999999999999999999"]
)
def test_an_address_that_names_no_list_is_refused(query: str) -> None:
    assert officer().get(reverse("duplicates") + query).status_code == 422


def test_two_entries_are_compared_word_by_word() -> None:
    one = people.person(family="Vega-Ros", given="Lyra", identifiers=[("passport", "AB1")])
    other = people.person(family="Vega-Ros", given="Lyra", sex="M")

    shown = officer().get(address(one, other)).content.decode()

    assert "differs" in shown
    assert "passport AB1" in shown
    assert "Their sex differs" in shown
    assert officer().get(address(one, one)).status_code == 404
    assert client_of(Role.NURSE).get(address(one, other)).status_code == 403


def test_a_pair_is_joined_and_parted_from_its_pages() -> None:
    one, other = pair()
    stay = people.admitted(other)
    client = officer()
    without = client.post(address(one, other), {"act": "merge", "merge-survivor": one.mrn})
    assert without.status_code == 422

    given = {"act": "merge", "merge-survivor": one.mrn, "merge-reason": "same passport"}
    assert client.post(address(one, other), given).status_code == 302
    assert client.post(address(one, other), given).status_code == 422  # they are one already
    link = PersonLink.objects.get()
    assert (link.survivor, link.duplicate) == (one, other)
    page = reverse("duplicate-link", args=[link.pk])
    shown = client.get(page).content.decode()

    assert "Ward stays" in shown
    assert link.recorded_by.display_name in shown
    assert one.mrn in client.get(reverse("duplicates") + "?show=merged").content.decode()
    assert client.post(page, {"reason": " "}).status_code == 422
    assert client.post(page, {"reason": "two people", "distinct": "on"}).status_code == 302
    assert PersonLink.objects.active().count() == 0
    assert PersonDistinction.objects.get().reason == "two people"
    assert "that were read as one" in client.get(page).content.decode()
    assert stay.pk


def test_who_cannot_be_said_to_be_two_is_not_parted(monkeypatch) -> None:
    one, other = pair()
    client = officer()
    given = {"act": "merge", "merge-survivor": one.mrn, "merge-reason": "same passport"}
    client.post(address(one, other), given)

    def refused(**_given: object) -> None:
        raise Conflict("not now")

    monkeypatch.setattr(duplicates, "distinguish", refused)
    page = reverse("duplicate-link", args=[PersonLink.objects.get().pk])

    assert client.post(page, {"reason": "two", "distinct": "on"}).status_code == 409
    assert PersonLink.objects.active().count() == 1


def test_conflicts_are_said_and_have_to_be_read() -> None:
    one, other = people.person(family="Vega"), people.person(family="Vega", sex="M")
    client = officer()
    given = {"act": "merge", "merge-survivor": one.mrn, "merge-reason": "same face"}

    unread = client.post(address(one, other), given)

    assert unread.status_code == 422
    assert not PersonLink.objects.exists()
    read = client.post(address(one, other), {**given, "merge-conflicts_read": "on"})
    assert read.status_code == 302


def test_what_stands_in_the_way_leaves_no_button() -> None:
    one, other = pair()
    people.admitted(one)
    people.admitted(other)
    client = officer()

    shown = client.get(address(one, other)).content.decode()

    assert "Stands in the way" in shown
    assert "discharge the wrong entry first" in shown
    given = {"act": "merge", "merge-survivor": one.mrn, "merge-reason": "x"}
    forced = client.post(address(one, other), {**given, "merge-conflicts_read": "on"})
    assert forced.status_code == 409


def test_two_persons_are_recorded_and_taken_back() -> None:
    one, other = pair()
    client = officer()

    assert client.post(address(one, other), {"act": "apart"}).status_code == 422
    told = client.post(address(one, other), {"act": "apart", "apart-reason": "met both"})
    assert told.status_code == 302
    assert "met both" in client.get(address(other, one)).content.decode()
    assert one.mrn in client.get(reverse("duplicates") + "?show=distinct").content.decode()
    back = client.post(address(one, other), {"act": "back", "back-reason": "one face"})

    assert back.status_code == 302
    assert not PersonDistinction.objects.standing().exists()
    assert client.post(address(one, other), {"act": "x"}).status_code == 422


def test_a_likely_double_is_shown_before_anybody_is_registered() -> None:
    known = people.person(family="Vega-Ros", given="Lyra", birth=people.BORN)
    client, before = officer(), Person.objects.count()

    asked = client.post(reverse("person-new"), described())

    assert asked.status_code == 422
    assert known.mrn in asked.content.decode()
    assert Person.objects.count() == before
    seen = asked.context["others"]
    unsure = client.post(reverse("person-new"), described(others=seen))
    assert unsure.status_code == 422
    sure = client.post(reverse("person-new"), described(others=seen, confirmed="on"))
    assert sure.status_code == 302
    assert Person.objects.count() == before + 1


def test_a_confirmation_counts_for_those_who_were_shown() -> None:
    people.person(family="Vega-Ros", given="Lyra", birth=people.BORN)
    client = officer()
    seen = client.post(reverse("person-new"), described()).context["others"]
    people.person(family="Vega Ros", given="Lyra", birth=people.BORN)

    again = client.post(reverse("person-new"), described(others=seen, confirmed="on"))

    assert again.status_code == 422


def test_somebody_out_of_reach_is_counted_and_not_named() -> None:
    known = people.person(family="Vega-Ros", given="Lyra", birth=people.BORN)
    nurse = client_of(factories.principal(Role.NURSE))

    asked = nurse.post(reverse("person-new"), described())

    assert asked.status_code == 422
    assert known.mrn not in asked.content.decode()
    assert "not in your reach" in asked.content.decode()


def test_somebody_new_is_registered_at_once() -> None:
    people.person(family="Vega-Ros", given="Lyra", birth=people.BORN)

    made = officer().post(reverse("person-new"), described(family="Okafor", given="Chi", sex="M"))

    assert made.status_code == 302


def test_pages_cost_the_same_whatever_is_recorded(django_assert_max_num_queries: Any) -> None:
    one, other = pair()
    for _again in range(3):
        people.admitted(people.person())
    looked_for()
    link = links.link(
        by=people.infection_control(), at=database_now(), duplicate=other, survivor=one, reason="x"
    )
    client = officer()
    client.get(reverse("duplicates"))

    with django_assert_max_num_queries(40):
        client.get(address(one, other))
    with django_assert_max_num_queries(40):
        client.get(reverse("duplicate-link", args=[link.pk]))
