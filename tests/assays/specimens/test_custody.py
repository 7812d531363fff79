"""From the bench's side: received, divided, refused, lost, known by other names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays import signals
from assays.actions import order_items, orders, specimens
from assays.actions.specimens import SpecimenMoved
from assays.models import OrderItem, Specimen
from assays.queries.specimens import scanned
from assays.rules import accession
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests import factories, laboratory

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    laboratory.load_catalogue()
    return factories.principal(Role.PATHOLOGIST, Role.TECHNOLOGIST, name="worker")


@pytest.fixture
def order(worker):
    return laboratory.order("TSH FT4", by=worker)


def statuses(order) -> set[str]:
    return set(order.items.values_list("status", flat=True))


def test_receiving_puts_what_was_ordered_in_process(order, worker) -> None:
    before = statuses(order)

    (specimen,) = laboratory.received(order, by=worker)

    assert before == {"ORDERED"}
    assert (specimen.status, statuses(order)) == ("RECEIVED", {"IN_PROCESS"})
    assert specimen.received_at is not None


def test_what_nobody_recorded_as_collected_is_not_received(order, worker) -> None:
    with pytest.raises(SpecimenMoved, match="is not recorded as collected"):
        specimens.receive(specimen=order.specimens.get(), by=worker, at=database_now())


def test_a_phlebotomist_does_not_receive(order, worker) -> None:
    specimen = laboratory.collect(order.specimens.get(), by=worker)

    with pytest.raises(NotAllowed):
        specimens.receive(
            specimen=specimen, by=factories.principal(Role.PHLEBOTOMIST), at=database_now()
        )


def test_a_batch_takes_what_is_right_and_says_what_is_not(order, worker) -> None:
    other = laboratory.order("CBC", by=worker).specimens.get()
    good = laboratory.collect(order.specimens.get(), by=worker)
    mistyped = good.accession[:-1] + str((int(good.accession[-1]) + 1) % 10)
    scans = [good.accession, "", mistyped, other.accession, good.accession, "9900000000"]

    receipts = specimens.receive_batch(scans=scans, by=worker, at=database_now())

    said = {receipt.scan: str(receipt.refusal or "received") for receipt in receipts}
    assert said[good.accession] == "received"
    assert "does not check: at least one digit is wrong" in said[mistyped]
    assert "not recorded as collected" in said[other.accession]
    assert len(receipts) == 4


def test_a_second_scan_of_a_received_specimen_is_told(order, worker) -> None:
    (specimen,) = laboratory.received(order, by=worker)

    with pytest.raises(SpecimenMoved, match="is in the laboratory; it cannot become"):
        specimens.receive(specimen=specimen, by=worker, at=database_now())


def test_a_refused_specimen_is_asked_for_anew_under_a_new_number(order, worker) -> None:
    (old,) = laboratory.received(order, by=worker)

    new = specimens.reject(
        specimen=old, by=worker, at=database_now(), reason_code="RH", reason="Deep red."
    )

    event = old.events.latest("id")
    assert (old.status, event.reason_code, event.reason) == ("UNSATISFACTORY", "RH", "Deep red.")
    assert (new.status, new.replaces, new.order) == ("EXPECTED", old, order)
    assert new.accession != old.accession
    assert accession.is_valid(new.accession)
    assert set(OrderItem.objects.filter(specimen_items__specimen=new)) == set(order.items.all())
    assert statuses(order) == {"ORDERED"}


def test_only_what_is_still_open_is_asked_for_anew(order, worker) -> None:
    (old,) = laboratory.received(order, by=worker)
    done = order.items.get(assay__analyte__code="TSH")
    order_items.complete(item_ids=[done.pk], by=worker, at=database_now())

    new = specimens.reject(specimen=old, by=worker, at=database_now(), reason_code="QS")

    codes = OrderItem.objects.filter(specimen_items__specimen=new).values_list(
        "assay__analyte__code", flat=True
    )
    assert list(codes) == ["FT4"]


def test_nothing_is_asked_for_anew_when_nothing_is_open(order, worker) -> None:
    (old,) = laboratory.received(order, by=worker)
    orders.cancel(order=order, by=worker, at=database_now(), reason="Not needed.")

    assert specimens.reject(specimen=old, by=worker, at=database_now(), reason_code="EX") is None


def test_what_another_specimen_still_serves_is_not_drawn_again(order, worker) -> None:
    (parent,) = laboratory.received(order, by=worker)
    specimens.divide(specimen=parent, by=worker, at=database_now())

    assert specimens.reject(specimen=parent, by=worker, at=database_now(), reason_code="RB") is None
    assert statuses(order) == {"IN_PROCESS"}


@pytest.mark.parametrize("code", ["", "XX", "rh"])
def test_a_refusal_names_a_reason_of_table_0490(order, worker, code) -> None:
    (specimen,) = laboratory.received(order, by=worker)

    with pytest.raises(InvalidInput, match="Choose why") as refusal:
        specimens.reject(specimen=specimen, by=worker, at=database_now(), reason_code=code)

    assert refusal.value.field == "reason_code"


def test_a_lost_specimen_is_asked_for_anew(order, worker) -> None:
    (old,) = laboratory.received(order, by=worker)

    new = specimens.lose(specimen=old, by=worker, at=database_now(), reason="Not in the rack.")

    assert (old.status, new.replaces) == ("LOST", old)


def test_an_aliquot_is_a_specimen_of_its_own_with_a_parent(order, worker) -> None:
    (parent,) = laboratory.received(order, by=worker)

    first, second = specimens.divide(specimen=parent, by=worker, at=database_now(), count=2)

    assert (first.parent, first.status, first.collected_at) == (
        parent,
        "AVAILABLE",
        parent.collected_at,
    )
    assert len({parent.accession, first.accession, second.accession}) == 3
    assert set(OrderItem.objects.filter(specimen_items__specimen=first)) == set(order.items.all())
    assert first.events.get().new == "AVAILABLE"


def test_nothing_is_poured_off_what_is_not_there(order, worker) -> None:
    with pytest.raises(SpecimenMoved, match="nothing can be poured off"):
        specimens.divide(specimen=order.specimens.get(), by=worker, at=database_now())


def test_a_foreign_identifier_leads_to_the_specimen_and_is_announced_once(order, worker) -> None:
    specimen, heard = order.specimens.get(), []

    def listen(sender, identifier, by, at, **kwargs) -> None:
        heard.append(identifier.value)

    signals.specimen_identified.connect(listen)
    try:
        for _again in range(2):
            specimens.identify(
                specimen=specimen, by=worker, at=database_now(), system="referral", value=" R-9 "
            )
    finally:
        signals.specimen_identified.disconnect(listen)

    assert scanned("R-9", principal=worker) == specimen
    assert heard == ["R-9"]


def test_one_identifier_never_names_two_specimens(order, worker) -> None:
    other = laboratory.order("CBC", by=worker).specimens.get()
    at = database_now()
    specimens.identify(specimen=other, by=worker, at=at, system="referral", value="R-9")

    with pytest.raises(Conflict, match="R-9 of referral is registered for another specimen"):
        specimens.identify(
            specimen=order.specimens.get(), by=worker, at=at, system="referral", value="R-9"
        )


def test_the_same_number_of_two_systems_has_to_be_scanned_from_the_label(order, worker) -> None:
    other, at = laboratory.order("CBC", by=worker).specimens.get(), database_now()
    specimens.identify(specimen=other, by=worker, at=at, system="north", value="R-9")
    specimens.identify(
        specimen=order.specimens.get(), by=worker, at=at, system="south", value="R-9"
    )

    with pytest.raises(InvalidInput, match="Several specimens are called R-9"):
        scanned("R-9", principal=worker)


def test_a_number_that_checks_but_was_never_issued_is_not_found(worker) -> None:
    with pytest.raises(NotFound, match="No specimen has the accession number"):
        scanned(accession.make(2099, 9_999_999), principal=worker)


def test_the_world_and_the_record_keep_their_own_moments(order, worker) -> None:
    drawn_at = database_now() - timedelta(hours=1)
    specimen = laboratory.collect(order.specimens.get(), by=worker, collected_at=drawn_at)
    specimens.receive(specimen=specimen, by=worker, at=database_now())

    held = Specimen.objects.get()

    assert held.collected_at == drawn_at < held.recorded_at < held.received_at
