"""Who of a cluster is a confirmed case: told by verified results, to readers who may see them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assays.queries import confirmed_cases
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients import cases
from patients.actions import links
from patients.cases import Status
from tests import factories
from tests.clients import client_of
from tests.consent.nanites import recorded, released
from tests.patients import people
from tests.patients.exposed import AGENT, chain

pytestmark = pytest.mark.django_db


def test_a_verified_finding_makes_a_case_of_whom_the_reader_may_know() -> None:
    by, ward = people.infection_control(), people.ward()
    found, none, waiting, other = (people.person() for _each in range(4))
    released(found, 40)
    released(none, 0)
    recorded(waiting, 40)
    people.admitted(none, ward)
    everybody = [found.pk, none.pk, waiting.pk, other.pk]

    told = confirmed_cases.among(by, everybody, AGENT)

    assert told == {one: one == found.pk for one in everybody}
    assert confirmed_cases.among(people.doctor_of(ward), everybody, AGENT) == {none.pk: False}
    assert confirmed_cases.among(by, everybody, "Dock dust") == {}
    assert (
        confirmed_cases.among(factories.principal(Role.SCREENING_OFFICER), everybody, AGENT) == {}
    )
    links.link(by=by, at=database_now(), duplicate=found, survivor=other, reason="same")
    assert confirmed_cases.among(by, [other.pk], AGENT) == {other.pk: True}


def test_a_drawn_cluster_tells_cases_contacts_and_others_apart() -> None:
    client = client_of(people.infection_control())
    first, second, third = chain(3)
    released(second, 40)

    answer = client.get(reverse("cluster", args=[first.uid]))
    page = answer.content.decode()

    lines = {
        third: ("contact", "chain-end"),
        second: ("confirmed case", "chain-on chain-case"),
        first: ("status unknown", "chain-on chain-unknown"),
    }
    picture, table = page.split('id="chain-title"')[1].split("</svg>")[0], page.split("<tbody>")[-1]
    for person, (words, shape) in lines.items():
        (node,) = (one for one in picture.split("<a ")[1:] if f"({person.mrn})" in one)
        assert words in node.split("</title>")[0]
        assert f'class="{shape}"' in node
        (row,) = (one for one in table.split("</tr>") if person.mrn in one)
        assert f">{words}</span>" in row


def test_of_whom_results_may_not_be_seen_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(people.infection_control())
    first, second = chain(2)
    address = reverse("cluster", args=[first.uid])
    assert "confirmed case" in client.get(address).content.decode()

    monkeypatch.setattr(cases, "_telling", [lambda _by, _persons, _agent: {second.pk: True}])
    some = client.get(address).content.decode()
    monkeypatch.setattr(cases, "_telling", [lambda _by, _persons, _agent: {}])
    none = client.get(address).content.decode()

    assert cases.statuses(people.infection_control(), [first.pk], [first.pk], agent=AGENT) == {}
    picture = some.split('id="chain-title"')[1].split("</svg>")[0]
    assert picture.count("confirmed case") == picture.count(' chain-case"') == 1
    assert not any(one in picture for one in ("status unknown", "chain-unknown"))
    assert not any(one in none for one in ("confirmed case", "status unknown", "chain-case"))
    assert Status.UNKNOWN not in none
