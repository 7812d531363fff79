"""Specimens in their positions: one each, found again, with the temperature they were kept at."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from assays.actions import specimens, storage
from assays.actions.storage import NotEmpty, PositionTaken
from assays.models import StorageUnit, StoredSpecimen
from assays.queries import storage as queries
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests import factories
from tests.assays import laboratory

pytestmark = pytest.mark.django_db


def unit(by, code="box-1", kind="BOX", **given) -> StorageUnit:
    size = {"rows": 2, "columns": 2} if kind == "BOX" else {}
    given = {"name": code.title(), **size, **given}
    return storage.build(code=code, kind=kind, by=by, at=database_now(), **given)


def put(specimen, box, by, position=None) -> StoredSpecimen:
    return storage.store(specimen=specimen, unit=box, position=position, by=by, at=database_now())


def freezer_with_box(by) -> tuple[StorageUnit, StorageUnit]:
    freezer = unit(by, "freezer", "FREEZER", temperature="FROZEN")
    return freezer, unit(by, parent=freezer)


def test_a_specimen_stands_in_one_position_and_moves_with_its_history(worker, assay) -> None:
    box, specimen = unit(worker), laboratory.specimen([assay])

    put(specimen, box, worker, (1, 1))
    put(specimen, box, worker, (2, 2))

    stays = specimen.stays.order_by("pk")
    assert [(stay.row, stay.column, stay.left_at is None) for stay in stays] == [
        (1, 1, False),
        (2, 2, True),
    ]


def test_the_next_free_position_is_taken_until_none_is_left(worker, assay) -> None:
    box = unit(worker)

    made = [put(laboratory.specimen([assay]), box, worker) for _ in range(4)]

    assert [(stay.row, stay.column) for stay in made] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    with pytest.raises(Conflict, match="no free position"):
        put(laboratory.specimen([assay]), box, worker)


def test_a_taken_position_is_refused_and_the_specimen_stays_where_it_was(worker, assay) -> None:
    box = unit(worker)
    first, second = laboratory.specimen([assay]), laboratory.specimen([assay])
    put(first, box, worker, (1, 1))
    put(second, box, worker, (1, 2))

    with pytest.raises(PositionTaken, match="A1 of box-1 is taken"):
        put(second, box, worker, (1, 1))

    assert second.stays.get(left_at=None).column == 2


def test_a_position_is_free_again_once_its_specimen_left(worker, assay) -> None:
    box, first = unit(worker), laboratory.specimen([assay])
    put(first, box, worker, (1, 1))

    storage.take_out(specimen=first, by=worker, at=database_now(), reason="To be measured.")

    assert put(laboratory.specimen([assay]), box, worker, (1, 1)).left_at is None


@pytest.mark.parametrize("end", ["lose", "mark_entered_in_error"])
def test_a_specimen_that_is_gone_frees_its_position(worker, assay, end: str) -> None:
    box, specimen = unit(worker), laboratory.specimen([assay])
    put(specimen, box, worker, (1, 1))

    getattr(specimens, end)(specimen=specimen, by=worker, at=database_now(), reason="Gone.")

    assert not queries.open_stays(box).exists()


@pytest.mark.parametrize("position", [(0, 1), (3, 1), (1, 3)])
def test_there_is_nothing_outside_the_grid(worker, assay, position) -> None:
    with pytest.raises(InvalidInput):
        put(laboratory.specimen([assay]), unit(worker), worker, position)


@pytest.mark.parametrize("status", ["EXPECTED", "COLLECTED"])
def test_what_is_not_in_the_laboratory_is_not_put_away(worker, assay, status: str) -> None:
    with pytest.raises(Conflict, match="not in the laboratory"):
        put(laboratory.specimen([assay], status=status), unit(worker), worker)


def test_a_box_has_the_temperature_of_what_it_stands_in(worker, assay) -> None:
    _freezer, box = freezer_with_box(worker)

    assert put(laboratory.specimen([assay]), box, worker).temperature == "FROZEN"
    assert queries.temperatures([box.pk]) == {box.pk: "FROZEN"}


def test_moving_a_freezers_box_to_the_refrigerator_restarts_what_stands_in_it(
    worker, assay
) -> None:
    _freezer, box = freezer_with_box(worker)
    specimen = laboratory.specimen([assay])
    put(specimen, box, worker, (1, 2))
    fridge = unit(worker, "fridge", "REFRIGERATOR", temperature="REFRIGERATED")

    storage.relocate(unit=box, parent=fridge, by=worker, at=database_now())

    kept = specimen.stays.order_by("pk").values_list("temperature", "column")
    assert list(kept) == [("FROZEN", 2), ("REFRIGERATED", 2)]
    assert specimen.stays.filter(left_at=None).count() == 1


def test_nothing_stands_in_itself_nor_in_a_box(worker) -> None:
    freezer, box = freezer_with_box(worker)

    for inner, outer in ((freezer, box), (freezer, freezer), (box, box)):
        with pytest.raises(InvalidInput, match="cannot stand in"):
            storage.relocate(unit=inner, parent=outer, by=worker, at=database_now())


def test_only_what_is_empty_is_taken_out_of_use(worker, assay) -> None:
    freezer, box = freezer_with_box(worker)
    specimen = laboratory.specimen([assay])
    put(specimen, box, worker)

    for full in (freezer, box):
        with pytest.raises(NotEmpty):
            storage.retire(unit=full, by=worker, at=database_now(), reason="Old.")

    storage.take_out(specimen=specimen, by=worker, at=database_now(), reason="Moved.")
    assert not storage.retire(unit=box, by=worker, at=database_now(), reason="Old.").is_active
    with pytest.raises(Conflict, match="out of use"):
        put(specimen, box, worker)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "BOX", "rows": None, "columns": None}, "rows"),
        ({"kind": "BOX", "rows": 27, "columns": 1}, "rows"),
        ({"kind": "BOX", "rows": 1, "columns": 41}, "columns"),
        ({"kind": "FREEZER", "rows": 2, "columns": 2}, "rows"),
        ({"kind": "CUPBOARD"}, "kind"),
        ({"kind": "FREEZER", "temperature": "HOT"}, "temperature"),
        ({"kind": "FREEZER", "name": " "}, "code"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_by_field(worker, given, field: str) -> None:
    given = {"code": "x", "name": "X", **given}
    with pytest.raises(InvalidInput) as refused:
        storage.build(by=worker, at=database_now(), **given)

    assert refused.value.field == field


def test_a_phlebotomist_puts_nothing_away_and_the_bench_puts_up_nothing(assay, worker) -> None:
    box = unit(worker)

    with pytest.raises(NotAllowed):
        put(laboratory.specimen([assay]), box, factories.principal(Role.PHLEBOTOMIST))
    with pytest.raises(NotAllowed):
        unit(factories.principal(Role.TECHNOLOGIST), "box-2")


def test_the_database_holds_one_specimen_per_position(worker, assay) -> None:
    box = unit(worker)
    put(laboratory.specimen([assay]), box, worker, (1, 1))
    other = laboratory.specimen([assay])

    with (
        pytest.raises(IntegrityError, match="one_per_position"),
        transaction.atomic(),
        laboratory.setting_up() as stamp,
    ):
        StoredSpecimen.objects.create(
            specimen=other,
            unit=box,
            row=1,
            column=1,
            temperature="AMBIENT",
            stored_at=stamp["recorded_at"],
            stored_by=worker,
        )
