"""A specimen too old for a test: nothing is added on it, the grid warns, and rules hold the value."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from assays.actions import orders, storage
from assays.models import Assay, OrderEvent, OrderItem, RuleTrace, StoredSpecimen
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.rulesets.judging import Judged
from tests.assays.specimens.test_receipts import limit

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
AGE = {"id": "age", "kind": "SPECIMEN_AGE"}


@pytest.fixture
def assays(worker: Principal) -> dict[str, Assay]:
    made = laboratory.assays(HGB={}, WBC={})
    limit(made["WBC"], worker, AMBIENT=24, REFRIGERATED=72)
    return made


def added(specimen: Any, assay: Assay, by: Principal) -> OrderItem:
    (item,) = orders.add_on(order=specimen.order, assays=[assay.pk], by=by, at=database_now())
    return item


def test_nothing_is_added_on_a_specimen_that_is_too_old_for_it(assays, worker) -> None:
    old = laboratory.specimen([assays["HGB"]], collected_ago=30 * HOUR)

    item = added(old, assays["WBC"], worker)

    asked = item.specimen_items.get().specimen
    assert (asked.status, asked.specimen_type) == ("EXPECTED", old.specimen_type)
    said = OrderEvent.objects.get(item=item).reason
    assert f"Specimen {old.accession} is too old for it" in said
    assert "30 h at room temperature (15 to 25 °C); at most 24 h are permitted." in said


@pytest.mark.parametrize(("code", "ago"), [("WBC", 23), ("HGB", 2300)])
def test_it_is_added_where_the_specimen_still_serves_or_no_limit_is_known(
    assays, worker, code: str, ago: int
) -> None:
    other = "HGB" if code == "WBC" else "WBC"
    there = laboratory.specimen([assays[other]], collected_ago=ago * HOUR)

    item = added(there, assays[code], worker)

    assert item.specimen_items.get().specimen == there


@pytest.mark.parametrize(
    ("address", "asked"),
    [("/entry/", "scan"), ("/admin/assays/recording/add/", "accession")],
    ids=["grid", "admin"],
)
def test_a_form_warns_beside_the_field_and_takes_the_value(
    assays, address: str, asked: str
) -> None:
    old = laboratory.specimen(list(assays.values()), collected_ago=30 * HOUR)
    client = Client()
    client.force_login(factories.principal(Role.TECHNOLOGIST).user)

    text = client.get(address, {asked: old.accession}).content.decode()

    assert text.count("Too old:") == 1
    assert "30 h at room temperature (15 to 25 °C); at most 24 h are permitted." in text
    item = old.order.items.get(assay=assays["WBC"])
    fields = (f'name="v-{old.pk}-{assays["WBC"].pk}"', f'name="value_{item.pk}"')
    assert any(field in text for field in fields)


def test_the_admins_form_still_warns_when_something_else_is_refused(assays) -> None:
    old = laboratory.specimen(list(assays.values()), collected_ago=30 * HOUR)
    client = Client()
    client.force_login(factories.principal(Role.TECHNOLOGIST).user)
    sent = {"specimen": old.pk, "person": old.person_id, "observed_at": ""}

    answer = client.post("/admin/assays/recording/add/", sent)

    assert answer.status_code == 422
    assert answer.content.decode().count("Too old:") == 1


@pytest.fixture
def judged(worker: Principal) -> Judged:
    made = Judged()
    limit(made.assays["HGB"], worker, AMBIENT=24, REFRIGERATED=72)
    made.live(AGE)
    return made


def kept_cold(
    specimen: Any, by: Principal, *, since: timedelta, unit: str = "REFRIGERATED"
) -> None:
    at = database_now() - since
    fridge = storage.build(
        code="f", name="F", kind="BOX", temperature=unit, rows=1, columns=1, by=by, at=at
    )
    storage.store(specimen=specimen, unit=fridge, by=by, at=at)


def test_rules_release_what_was_kept_cold_and_hold_what_was_not(judged, worker) -> None:
    at_room, cold = (judged.specimen(collected_ago=30 * HOUR) for _one in range(2))
    kept_cold(cold, worker, since=29 * HOUR)

    held, gone = judged.judge(specimen=at_room), judged.judge(specimen=cold)

    assert (held.status, gone.status) == ("RESULTED", "RELEASED")
    (line,) = [one for one in RuleTrace.objects.get(result=held).lines if one["rule"] == "age"]
    assert line["outcome"] == "HOLD"
    assert line["inputs"]["limit"] == "24"


def test_a_temperature_without_a_limit_gives_no_permission(judged, worker) -> None:
    frozen = judged.specimen(collected_ago=2 * HOUR)
    kept_cold(frozen, worker, since=HOUR, unit="FROZEN")

    assert judged.judge(specimen=frozen).status == "RESULTED"
    assert StoredSpecimen.objects.get().temperature == "FROZEN"


def test_a_value_without_any_limit_waits_for_a_person() -> None:
    unlimited = Judged()
    unlimited.live(AGE)

    assert unlimited.judge().status == "RESULTED"
