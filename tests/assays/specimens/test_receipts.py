"""What arrives: in which condition, how old, and an account of every scan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import custody, specimens, stability, storage, versions
from assays.models import CustodyTransfer, Receipt
from assays.queries import stability as queries
from assays.queries.stability import Asked
from assays.rules.stability import Verdict
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotFound
from tests import factories
from tests.assays import laboratory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assay(worker):
    made = laboratory.assays(HGB={})["HGB"]
    limit(made, worker, AMBIENT=24, REFRIGERATED=72)
    return made


def limit(assay, by, **hours: int) -> None:
    at, approver = database_now(), factories.principal(Role.PATHOLOGIST)
    draft = stability.draft_limit(assay=assay, hours=hours, by=by, at=at, source="own trial")
    versions.approve(version=draft, by=approver, at=at)
    versions.activate(version=draft, by=approver, at=database_now())


def came(assay, hours: float):
    return laboratory.specimen([assay], status="COLLECTED", collected_ago=timedelta(hours=hours))


def receive(by, *rows, **given):
    scans = [row.accession for row in rows]
    return specimens.receive_batch(scans=scans, by=by, at=database_now(), **given)


def test_each_scan_stays_on_record_with_what_became_of_it(assay, worker) -> None:
    good, old, expected = (
        came(assay, 1),
        came(assay, 30),
        laboratory.specimen([assay], status="EXPECTED"),
    )

    told = receive(worker, good, old, expected)

    rows = Receipt.objects.order_by("pk")
    assert [row.outcome for row in rows] == ["RECEIVED", "WARNED", "REFUSED"]
    assert "at most 24 h are permitted" in rows[1].why
    assert told[1].warnings == (rows[1].why,)
    assert "not recorded as collected" in rows[2].why
    assert (rows[2].specimen, rows[2].scan) == (None, expected.accession)


def test_what_came_cool_is_judged_by_the_limit_of_the_cold(assay, worker) -> None:
    (told,) = receive(worker, came(assay, 30), conditions=["COOL"])

    assert told.warnings == ()
    assert Receipt.objects.get().conditions == ["COOL"]


def test_a_doubtful_condition_is_said(assay, worker) -> None:
    (told,) = receive(worker, came(assay, 1), conditions=["HEM"], remark="Dark red.")

    assert told.warnings == ("hemolyzed",)
    assert Receipt.objects.get().remark == "Dark red."


def test_an_unknown_condition_receives_nothing(assay, worker) -> None:
    (told,) = receive(worker, came(assay, 1), conditions=["XXX"])

    assert isinstance(told.refusal, InvalidInput)
    assert told.specimen is None


def test_time_in_the_freezer_counts_by_the_freezers_limit(assay, worker) -> None:
    limit(assay, worker, AMBIENT=24, FROZEN=1000)
    specimen = laboratory.specimen([assay], collected_ago=timedelta(hours=20))
    at = database_now()
    box = storage.build(
        code="b", name="B", kind="BOX", temperature="FROZEN", rows=1, columns=1, by=worker, at=at
    )
    storage.store(specimen=specimen, unit=box, by=worker, at=at)
    later = at + timedelta(hours=100)
    (child,) = specimens.divide(specimen=specimen, by=worker, at=at + timedelta(minutes=1))

    asked = [Asked(specimen.pk, assay.pk, later), Asked(child.pk, assay.pk, later)]
    found = queries.verdicts(asked)

    assert found[asked[0]].verdict is Verdict.WITHIN
    # The aliquot was never put away: since it was poured off it stood at room temperature.
    assert found[asked[1]].verdict is Verdict.EXCEEDED


def test_many_questions_cost_no_more_queries_than_one(
    assay, worker, django_assert_num_queries
) -> None:
    at = database_now()
    asked = [Asked(came(assay, hours).pk, assay.pk, at) for hours in range(1, 6)]

    with django_assert_num_queries(4):
        queries.verdicts(asked[:1])
    with django_assert_num_queries(4):
        queries.verdicts(asked)


@pytest.mark.parametrize(
    ("hours", "source", "field"),
    [
        ({}, "x", "ambient_hours"),
        ({"AMBIENT": -1}, "x", "ambient_hours"),
        ({"AMBIENT": 1}, " ", "source"),
    ],
)
def test_a_limit_that_says_nothing_is_refused(worker, assay, hours, source, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        stability.draft_limit(assay=assay, hours=hours, by=worker, at=database_now(), source=source)

    assert refused.value.field == field


def hand(by, *rows, **given):
    given = {"side": "TAKES", "other_name": "tube post", **given}
    return custody.hand_over(specimens=rows, by=by, at=database_now(), **given)


def test_a_handover_names_both_and_is_recorded_by_one_of_them(assay, worker) -> None:
    nurse = factories.principal(Role.PHLEBOTOMIST)
    first, second = came(assay, 1), came(assay, 1)

    hand(nurse, first, second, side="GIVES", other=worker)

    rows = CustodyTransfer.objects.filter(specimen__in=[first, second])
    assert {(row.giver, row.taker, row.recorded_by) for row in rows} == {(nurse, worker, nurse)}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"side": "WATCHES"}, "side"),
        ({"other_name": " "}, "other"),
        ({"happened_at": "ahead"}, "happened_at"),
    ],
)
def test_a_handover_without_two_people_or_ahead_of_time_is_refused(
    assay, worker, given, field: str
) -> None:
    if "happened_at" in given:
        given = {"happened_at": database_now() + timedelta(hours=1)}
    with pytest.raises(InvalidInput) as refused:
        hand(worker, came(assay, 1), **given)

    assert refused.value.field == field


def test_nobody_hands_a_specimen_to_themselves(assay, worker) -> None:
    with pytest.raises(InvalidInput, match="between two people"):
        hand(worker, came(assay, 1), other=worker)


def test_what_was_not_drawn_changes_no_hands(assay, worker) -> None:
    with pytest.raises(Conflict, match="changes no hands"):
        hand(worker, laboratory.specimen([assay], status="EXPECTED"))


def test_a_nurse_hands_over_only_what_is_of_her_ward(assay) -> None:
    with pytest.raises(NotFound):
        hand(factories.principal(Role.NURSE), came(assay, 1))
