"""What was overtaken is never sent again: a value after its correction, an order after its end."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assays.actions import dispatches, worklists
from assays.actions.dispatches import Overtaken
from assays.models import Dispatch, Specimen, WorkOrder
from assays.rules.dispatching import DispatchStatus
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.hospital.test_results import Ward
from tests.assays.worklists.asking import analyser, told
from tests.clients import client_of

pytestmark = pytest.mark.django_db
S = DispatchStatus


@pytest.fixture
def technologist() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


def ended(dispatch: Dispatch, status: DispatchStatus) -> Dispatch:
    """Let a message have come to this end."""
    by, at = Principal.objects.system("interpret"), database_now()
    with acting(by=by, at=at, action="tests.end"):
        columns = {"status": status, "attempts": 1, "sender": "here", "reason": "because"}
        Dispatch.objects.filter(pk=dispatch.pk).update(**columns)
    dispatch.refresh_from_db()
    return dispatch


def again(dispatch: Dispatch, by: Principal) -> None:
    dispatches.retry(dispatch=dispatch, reason="once more", by=by, at=database_now())


@pytest.fixture
def corrected() -> tuple[Dispatch, Dispatch, Dispatch]:
    """What was told of a value: that it is released, that it was taken back, and its correction."""
    ward = Ward("HGB")
    ward.release(ward.correct(ward.reported("HGB", "13.2"), "14.1"))
    first, second, third = ward.dispatches()
    return first, second, third


@pytest.mark.parametrize("left", [S.REFUSED, S.DEAD])
@pytest.mark.parametrize("newer", [S.ACCEPTED, S.QUEUED, S.SENDING])
def test_a_value_is_never_sent_again_after_its_correction(
    corrected, technologist, left, newer
) -> None:
    first, _second, third = corrected
    ended(first, left)
    if newer is not S.QUEUED:
        ended(third, newer)

    with pytest.raises(Overtaken, match=third.control_id):
        again(first, technologist)

    first.refresh_from_db()
    assert first.status == left
    dispatches.withdraw(dispatch=first, reason="old", by=technologist, at=database_now())


def test_of_versions_that_all_failed_each_is_sent_again_in_their_order(
    corrected, technologist
) -> None:
    for one in corrected:
        ended(one, S.DEAD)

    for one in corrected:
        again(one, technologist)

    assert {one.status for one in Dispatch.objects.filter(kind="RESULT_REPORT")} == {S.QUEUED}


def test_the_newest_version_is_sent_again(corrected, technologist) -> None:
    *older, third = corrected
    for one in older:
        ended(one, S.ACCEPTED)

    again(ended(third, S.REFUSED), technologist)

    assert third.status == S.QUEUED


def test_the_page_says_why_a_message_is_not_sent_again(corrected, technologist) -> None:
    first, _second, third = corrected
    client = client_of(technologist)
    ended(first, S.DEAD)

    shown = client.get(f"/outbox/{first.pk}/").content.decode()
    refused = client.post("/outbox/", {"dispatch": [first.pk], "move": "retry", "reason": "x"})

    assert third.control_id in shown
    assert "Send again" not in shown
    assert "Withdraw" in shown
    assert refused.status_code == 409


@pytest.fixture
def lab() -> SimpleNamespace:
    assays = laboratory.assays(GLU={}, HGB={})
    return SimpleNamespace(
        assays=assays, machine=analyser(assays, driver="hl7-oru-oul", downloads=True)
    )


def tell() -> int:
    return worklists.tell(by=Principal.objects.system("interpret"), at=database_now())


def cancel(specimen: Specimen) -> None:
    with laboratory.setting_up():
        for link in specimen.specimen_items.all():
            type(link.item).objects.filter(pk=link.item_id).update(status="CANCELLED")


@pytest.mark.parametrize("end", [S.ACCEPTED, S.REFUSED, S.QUEUED, None])
def test_an_order_is_never_sent_again_after_its_cancellation(lab, technologist, end) -> None:
    specimen = laboratory.specimen([lab.assays["GLU"]])
    tell()
    (ordered,) = told(lab.machine)
    ended(ordered, S.DEAD)
    cancel(specimen)
    if end is not None:  # else nobody has told the instrument yet
        tell()
        cancelled = told(lab.machine)[1]
        if end is not S.QUEUED:
            ended(cancelled, end)

    with pytest.raises(Overtaken, match=specimen.accession):
        again(ordered, technologist)


def test_an_order_that_stands_is_sent_again(lab, technologist) -> None:
    laboratory.specimen([lab.assays["GLU"]])
    tell()
    (ordered,) = told(lab.machine)

    again(ended(ordered, S.DEAD), technologist)

    assert ordered.status == S.QUEUED


def test_a_cancellation_is_never_sent_again_after_the_test_was_ordered_anew(
    lab, technologist
) -> None:
    specimen = laboratory.specimen([lab.assays["GLU"]])
    tell()
    cancel(specimen)
    tell()
    cancelled = ended(told(lab.machine)[1], S.DEAD)
    with laboratory.setting_up():
        WorkOrder.objects.update(status="CANCELLED")
        link = specimen.specimen_items.get()
        type(link.item).objects.filter(pk=link.item_id).update(status="ORDERED")
    assert tell() == 1

    with pytest.raises(Overtaken, match="ordered anew"):
        again(cancelled, technologist)


def test_a_cancellation_that_stands_is_sent_again(lab, technologist) -> None:
    specimen = laboratory.specimen([lab.assays["GLU"]])
    tell()
    cancel(specimen)
    tell()
    cancelled = ended(told(lab.machine)[1], S.DEAD)

    again(cancelled, technologist)

    assert cancelled.status == S.QUEUED
