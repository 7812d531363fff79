"""Aliquots: poured off into containers of their own, and decided about when their parent fails."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from assays.actions import specimens
from assays.actions.specimens import SpecimenMoved
from assays.models import Nonconformity, Specimen, SpecimenType
from assays.queries import genealogy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from tests.assays import laboratory

pytestmark = pytest.mark.django_db


@pytest.fixture
def parent() -> Specimen:
    made = laboratory.assays(HGB={}, WBC={})
    return laboratory.specimen(list(made.values()), status="AVAILABLE", item_status="IN_PROCESS")


def divide(parent, by, **given) -> list[Specimen]:
    return specimens.divide(specimen=parent, by=by, at=database_now(), **given)


def reject(specimen, by, code: str = "RC"):
    return specimens.reject(specimen=specimen, by=by, at=database_now(), reason_code=code)


def test_aliquots_have_their_own_container_volume_and_items(parent, worker) -> None:
    with laboratory.setting_up():
        cryo = SpecimenType.objects.create(code="cryo", name="Cryo tube")
    first_item = parent.specimen_items.order_by("pk").first().item

    made = divide(
        parent,
        worker,
        count=2,
        specimen_type=cryo,
        volumes_ml=[Decimal("0.5"), Decimal("1.25")],
        item_ids=[first_item.pk],
    )

    assert [(one.specimen_type, one.volume_ml) for one in made] == [
        (cryo, Decimal("0.5")),
        (cryo, Decimal("1.25")),
    ]
    assert {one.specimen_items.get().item for one in made} == {first_item}
    assert len({parent.accession, *(one.accession for one in made)}) == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 25}, "count"),
        ({"count": 2, "volumes_ml": [Decimal(1)]}, "volumes"),
        ({"count": 1, "volumes_ml": [Decimal(0)]}, "volumes"),
        ({"count": 1, "volumes_ml": [Decimal(101)]}, "volumes"),
        ({"item_ids": [10**9]}, "items"),
    ],
)
def test_what_cannot_be_poured_is_refused_by_field(parent, worker, given, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        divide(parent, worker, **given)

    assert refused.value.field == field
    assert not parent.aliquots.exists()


def test_the_family_is_one_tree_from_wherever_it_is_asked(parent, worker) -> None:
    first, second = divide(parent, worker, count=2)
    (grandchild,) = divide(first, worker)

    tree = [(branch.specimen, branch.depth) for branch in genealogy.tree(grandchild.pk)]

    assert tree == [(parent, 0), (first, 1), (grandchild, 2), (second, 1)]
    assert genealogy.root(grandchild.pk) == parent.pk
    assert genealogy.descendants(parent.pk) == [first.pk, grandchild.pk, second.pk]


def test_no_specimen_is_poured_off_a_younger_one(parent) -> None:
    with (
        pytest.raises(IntegrityError, match="parent_older"),
        transaction.atomic(),
        laboratory.setting_up() as stamp,
    ):
        Specimen.objects.create(
            id=1,
            accession="2699999990",
            person=parent.person,
            specimen_type=parent.specimen_type,
            parent=parent,
            status="AVAILABLE",
            collected_at=parent.collected_at,
            **stamp,
        )


def test_an_unfit_parent_leaves_its_aliquots_to_be_decided_about(parent, worker) -> None:
    kept, refused = divide(parent, worker, count=2)
    reject(parent, worker)
    waiting = set(genealogy.undecided())

    specimens.keep_aliquot(
        specimen=kept, by=worker, at=database_now(), reason="Poured off before it clotted."
    )
    specimens.refuse_aliquot(
        specimen=refused, by=worker, at=database_now(), reason_code="RC", reason="Clots as well."
    )

    refused.refresh_from_db()
    assert waiting == {kept, refused}
    assert refused.status == "UNSATISFACTORY"
    assert not genealogy.undecided().exists()
    summary = Nonconformity.objects.get(specimen=parent).summary
    assert "2 aliquots of it are to be decided about" in summary


def test_nothing_is_decided_twice_nor_about_a_good_family(parent, worker) -> None:
    (child,) = divide(parent, worker)
    given = {"specimen": child, "by": worker, "reason": "Good."}
    with pytest.raises(SpecimenMoved, match="Nothing is to be decided"):
        specimens.keep_aliquot(at=database_now(), **given)
    reject(parent, worker)
    specimens.keep_aliquot(at=database_now(), **given)

    with pytest.raises(SpecimenMoved, match="Nothing is to be decided"):
        specimens.keep_aliquot(at=database_now(), **given)


def test_what_an_aliquot_still_serves_is_not_drawn_again_until_it_fails_too(parent, worker) -> None:
    (child,) = divide(parent, worker)

    first = reject(parent, worker)
    second = reject(child, worker)

    assert first is None
    assert second.specimen_type == parent.specimen_type
    assert (second.status, second.replaces) == ("EXPECTED", child)


def test_a_refusal_reports_itself_in_its_own_transaction(parent, worker) -> None:
    reject(parent, worker, code="RI")

    row = Nonconformity.objects.get(specimen=parent)
    assert (row.kind, row.severity, row.order) == ("IDENTIFICATION", "CRITICAL", parent.order)
    assert "identification problem" in row.summary
    assert parent.accession in row.summary
