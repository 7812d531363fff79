"""Whoever opens a row of a person in the admin is on record for it, whichever table it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from assays.models import SpecimenType
from labsys.accounts.roles import EXCLUSIVE, GRANTS, WITHOUT_FORMS, Role
from labsys.audit.models import ReadEvent
from labsys.lib import looks, policy
from tests.architecture.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def readers(model: type[Model]) -> frozenset[Role]:
    """Return roles that together open every row of a table: ordinary ones, or one held alone."""
    view, _path = policy.registered_models()[model]
    people = (name for name in GRANTS[view] if not name.startswith("system:"))
    held = frozenset(map(Role, people)) - WITHOUT_FORMS
    return held - EXCLUSIVE or frozenset(sorted(held)[:1])


def opened(world: World, model: type[Model], row: Model) -> Any:
    client = Client()
    client.force_login(
        world.principal(readers(model)).user,
        backend="labsys.accounts.backends.PrincipalBackend",
    )
    return client.get(
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
    )


def test_opening_a_row_of_a_person_is_recorded_in_every_admin(world: World) -> None:
    of_persons = [
        model
        for model in admin.site._registry
        if policy.registered_models().get(model, ("", None))[1] is not None
    ]
    wrong = []
    for model in of_persons:
        row = world.row(model, world.near)
        answer = opened(world, model, row)
        seen = ReadEvent.objects.filter(model=model._meta.label_lower, pk_of=row.pk)
        found = list(seen.filter(person_id=world.near.pk).values_list("actor", flat=True))
        if answer.status_code != 200 or found.count(world.principal(readers(model)).pk) != 1:
            wrong.append((model._meta.label, answer.status_code, found))

    assert len(of_persons) > 30
    assert not wrong


def test_opening_a_row_that_concerns_nobody_is_no_look_at_a_patient(world: World) -> None:
    before = ReadEvent.objects.count()

    answer = opened(world, SpecimenType, SpecimenType.objects.order_by("pk")[0])

    assert answer.status_code == 200
    assert ReadEvent.objects.count() == before


def test_whose_path_the_policy_does_not_have_is_told_by_the_table_itself() -> None:
    shown = {model for model in admin.site._registry if model in looks.registered()}

    assert {one.__name__ for one in shown} == {
        *("Dispatch", "WorkOrder", "TransmissionItem", "TransmissionMessage"),
        *("HandOverItem", "HandOverItemEnd"),
    }
    assert all(policy.registered_models()[one][1] is None for one in looks.registered())
