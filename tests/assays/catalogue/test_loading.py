"""What ships is loaded once, completely, unsigned, and without anybody's approval but its own."""

from __future__ import annotations

import time

import pytest
from django.core.management import call_command

from assays.actions import catalogue
from assays.models import (
    Analyte,
    AssayVersion,
    CatalogueEvent,
    CriticalLimit,
    PanelVersion,
    RangeSignature,
    ReferenceInterval,
    UnitConversion,
)
from assays.queries import catalogue as held
from assays.rules.coverage import check_coverage
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from tests import factories, laboratory


@pytest.fixture
def loaded(fresh_database: str) -> catalogue.Loaded:
    return catalogue.load(by=factories.seed(), at=database_now())


def test_every_shipped_assay_comes_into_force_with_its_first_version(loaded) -> None:
    versions = AssayVersion.objects.all()

    assert loaded.assays == Analyte.objects.count() >= 80
    assert {(version.number, version.status) for version in versions} == {(1, "ACTIVE")}
    assert {version.approved_by_id for version in versions} == {factories.seed().pk}


def test_every_interval_is_unsigned_and_every_patient_is_covered_exactly_once(loaded) -> None:
    incomplete = [
        assay.code
        for assay in held.current().assays.values()
        if not check_coverage(assay.intervals).is_complete
    ]

    assert incomplete == []
    assert RangeSignature.objects.count() == 0
    assert not any(row.signed for a in held.current().assays.values() for row in a.intervals)


def test_holes_say_why_nothing_is_established(loaded) -> None:
    holes = ReferenceInterval.objects.filter(established=False)

    assert holes.filter(version__assay__analyte__code="TSH", species="*").exists()
    assert not holes.filter(reason="").exists()


def test_critical_limits_are_those_of_adults(loaded) -> None:
    limits = CriticalLimit.objects.all()

    assert limits.count() == loaded.critical_limits > 20
    assert min(limit.age_low_days for limit in limits) == 6575  # the 18th birthday


def test_only_conversions_that_move_the_point_come_into_force_unseen(loaded) -> None:
    active = UnitConversion.objects.filter(status="ACTIVE")
    drafts = UnitConversion.objects.filter(status="DRAFT")

    assert {row.factor.normalize().as_tuple().digits for row in active} == {(1,)}
    assert set(active.values_list("offset", flat=True)) == {0}
    assert drafts.filter(analyte__code="GLU", from_unit="mmol/L").exists()
    assert active.filter(analyte__code="HGB", from_unit="g/L", to_unit="g/dL").exists()


def test_coded_nanite_assays_have_no_unit_and_numeric_ones_have_theirs(loaded) -> None:
    nanites = held.current().by_code

    assert nanites["NANITE-LOAD"][0].unit == "{nanites}/uL"
    assert (nanites["NANITE-TYPE"][0].kind, nanites["NANITE-TYPE"][0].unit) == ("CODED", "")


def test_panels_can_be_ordered_at_once(loaded) -> None:
    panels = {panel.code: panel for panel in held.current().panels.values()}

    assert {"CBC", "CMP", "HORMONE", "NANITE"} <= set(panels)
    codes = [held.current().assays[pk].code for pk in panels["CBC"].assay_ids]
    assert codes[:4] == ["WBC", "RBC", "HGB", "HCT"]
    assert PanelVersion.objects.filter(status="ACTIVE").count() == len(panels)


def test_each_version_leaves_the_three_events_of_its_life(loaded) -> None:
    version = AssayVersion.objects.get(assay__analyte__code="HGB")

    moves = version.events.order_by("id").values_list("old", "new")

    assert list(moves) == [("", "DRAFT"), ("DRAFT", "APPROVED"), ("APPROVED", "ACTIVE")]


def test_loading_twice_adds_nothing(loaded) -> None:
    newest = CatalogueEvent.objects.order_by("-id").first()

    again = catalogue.load(by=factories.seed(), at=database_now())

    assert again.is_empty
    assert CatalogueEvent.objects.order_by("-id").first() == newest


def test_what_people_changed_is_left_as_it_is(loaded) -> None:
    author, other = factories.principal(Role.PATHOLOGIST), factories.principal(Role.PATHOLOGIST)
    laboratory.new_version("TSH", author=author, approver=other, values={"decimals": 3})

    catalogue.load(by=factories.seed(), at=database_now())

    assert held.current().by_code["TSH"][0].decimals == 3


def test_nobody_else_brings_a_catalogue_in(fresh_database: str) -> None:
    with pytest.raises(NotAllowed, match=r"system:seed"):
        catalogue.load(by=factories.principal(Role.PATHOLOGIST), at=database_now())


def test_the_command_says_what_it_added_and_that_nothing_is_left(
    fresh_database: str, capsys
) -> None:
    started = time.monotonic()
    call_command("load_catalogue")
    took = time.monotonic() - started
    call_command("load_catalogue")

    said = capsys.readouterr().out
    assert "intervals (all unsigned)" in said
    assert "nothing was added" in said
    assert took < 5
