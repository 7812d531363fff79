"""The cached catalogue is always the one in force, for one small query."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from assays.actions import catalogue as actions
from assays.models import Panel
from assays.queries import catalogue as held
from assays.queries import catalogue_rows
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories, laboratory

pytestmark = pytest.mark.django_db


def test_a_second_look_costs_one_query(django_assert_num_queries) -> None:
    first = laboratory.load_catalogue()

    with django_assert_num_queries(1):
        second = held.current()

    assert second is first


def test_loading_takes_a_constant_number_of_queries(django_assert_num_queries) -> None:
    laboratory.load_catalogue()

    with django_assert_num_queries(13):
        loaded = catalogue_rows.load(("", 0))

    assert len(loaded.assays) > 80


def test_a_renamed_panel_has_its_new_name_at_once() -> None:
    laboratory.load_catalogue()
    panel = Panel.objects.get(code="THYROID")
    assert held.current().panels[panel.pk].name == panel.name

    actions.rename_panel(
        panel=panel,
        name="Thyroid function",
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
        reason="As the wards call it.",
    )

    assert held.current().panels[panel.pk].name == "Thyroid function"


def test_it_cannot_be_changed_by_who_holds_it() -> None:
    catalogue = laboratory.load_catalogue()

    with pytest.raises(TypeError):
        catalogue.assays[0] = None
    with pytest.raises(FrozenInstanceError):
        catalogue.by_code["TSH"][0].decimals = 9


def test_an_unknown_code_means_nothing() -> None:
    assert laboratory.load_catalogue().mapping(1, "GLU") is None
