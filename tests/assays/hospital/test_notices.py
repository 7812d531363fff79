"""What a hospital's order leaves to be looked at: it stands in a list and at the order until it is."""

from __future__ import annotations

import pytest

from assays.actions import order_notices
from assays.models import Order, OrderNotice
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, NotAllowed
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.hospital.messages import adt, obr, oml, orc, pid
from tests.assays.hospital.test_orders import assay
from tests.assays.hospital.told import hospital, tell
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def wards():  # type: ignore[no-untyped-def]
    shipped.load_catalogue()
    made = hospital()
    for code in ("K", "NA"):
        laboratory.map_code(made, code, assay(code))
    tell(made, adt("A04", pid()))
    return made


@pytest.fixture
def technologist() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


def ordered_twice(wards) -> tuple[Order, Order]:
    tell(wards, oml(pid(), orc(placer="P1^W"), obr("K")), oml(pid(), orc(placer="P2^W"), obr("K")))
    first, second = Order.objects.order_by("pk")
    return first, second


def test_an_order_that_repeats_another_is_placed_and_to_be_looked_at(wards) -> None:
    first, second = ordered_twice(wards)

    assert (first.status, second.status) == ("ACTIVE", "ACTIVE")
    notice = OrderNotice.objects.get()
    assert (notice.order, notice.kind, notice.earlier) == (second, "DUPLICATE", first)
    assert "P2^W" in notice.text
    assert f"K (order {first.pk}," in notice.text


def test_what_is_ordered_for_the_first_time_leaves_nothing(wards) -> None:
    tell(wards, oml(pid(), orc(placer="P1"), obr("K"), orc(placer="P2"), obr("NA")))

    assert not OrderNotice.objects.exists()


def test_an_order_after_a_cancelled_one_repeats_nothing(wards) -> None:
    tell(wards, oml(pid(), orc(placer="P1"), obr("K")), oml(pid(), orc("CA", "P1"), obr("K")))

    tell(wards, oml(pid(), orc(placer="P2"), obr("K")))

    assert not OrderNotice.objects.exists()


def test_a_notice_is_settled_once_by_whoever_may(wards, technologist) -> None:
    ordered_twice(wards)
    notice = OrderNotice.objects.get()
    given = {"notice": notice, "at": database_now(), "reason": "The ward wants both."}

    with pytest.raises(NotAllowed):
        order_notices.settle(by=factories.principal(Role.WARD_DOCTOR), **given)
    order_notices.settle(by=technologist, **given)

    with pytest.raises(Conflict, match="meanwhile"):
        order_notices.settle(by=technologist, **given)


def test_the_list_shows_numbers_and_notices_until_they_are_settled(wards, technologist) -> None:
    first, second = ordered_twice(wards)
    client = client_of(technologist)

    page = client.get("/orders/received/").content.decode()
    assert "P1^W" in page
    assert "P2^W" in page
    assert "Orders to look at" in client.get("/").content.decode()
    to_look_at = client.get("/orders/received/?show=open").content.decode()
    assert f"/orders/{second.pk}/" in to_look_at
    assert f"/orders/{first.pk}/" not in to_look_at

    notice = OrderNotice.objects.get()
    answer = client.post(f"/orders/notices/{notice.pk}/", {"reason": "Both are wanted."})
    assert (answer.status_code, answer.url) == (302, f"/orders/{second.pk}/")
    order = client.get(answer.url).content.decode()
    assert "Both are wanted." in order
    assert "P2^W" in order
    left = client.get("/orders/received/?show=open").content.decode()
    assert "No order is to be looked at." in left


@pytest.mark.parametrize("text", ["P1", "P1^W"])
def test_an_order_is_found_by_the_number_of_the_hospital(wards, technologist, text: str) -> None:
    first, _second = ordered_twice(wards)

    found = client_of(technologist).get("/search/", {"q": text}).content.decode()
    assert f"/orders/{first.pk}/" in found
