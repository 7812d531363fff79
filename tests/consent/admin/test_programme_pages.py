"""Programmes in the admin: lists narrowed by name, and whom a draft or a closing concerns."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.contrib import admin
from django.urls import reverse

from consent.models import Programme
from consent.queries import endings
from labsys.audit.models import ReadEvent
from tests import laboratory
from tests.clients import client_of
from tests.consent.programme import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def narrowed() -> list[str]:
    """Return the lists that are narrowed by a programme."""
    found = []
    for model, shown in admin.site._registry.items():
        for item in shown.list_filter:
            path = item if isinstance(item, str) else item[0] if isinstance(item, tuple) else ""
            if path.split("__")[-1] == "programme":
                found.append(model._meta.model_name)
    return found


def test_lists_are_narrowed_by_what_a_programme_is_called(world) -> None:
    other, asked = World(), {}
    names = {world.programme.name, other.programme.name}

    for name in narrowed():
        address = reverse(f"admin:consent_{name}_changelist")
        for who in (world.officer, world.manager, world.examiner):
            answer = client_of(who).get(address)
            if answer.status_code != 200:
                continue
            changes = answer.context["cl"]
            (spec,) = [
                one
                for one in changes.filter_specs
                if getattr(getattr(one, "field", None), "related_model", None) is Programme
            ]
            asked[name] = {str(one["display"]) for one in spec.choices(changes)}
            break

    assert len(asked) >= 10
    wrong = {
        name: shown
        for name, shown in asked.items()
        if not all(name in " ".join(shown) for name in names)
    }
    assert wrong == {}


def preview(world: World, who, **asks) -> str:
    version = world.draft(**asks)
    move = reverse("admin:consent_programmeversion_move", args=[version.pk, "approve"])
    answer = client_of(who).get(move)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_approval_whom_a_version_ends_is_named_to_who_may_see_them(world) -> None:
    ended, stays = world.cleared(family="ENDED"), world.member(family="STAYS")

    shown = preview(world, world.examiner, minimum_age_years=120)
    counted = preview(world, world.manager, minimum_age_years=120)

    link = reverse("clearance", args=[ended.uid, world.programme.code])
    assert f'<a href="{link}">' in shown
    assert "ENDED" in shown
    assert ended.mrn in shown
    assert "STAYS" not in shown
    assert str(stays.uid) not in shown
    looked = ReadEvent.objects.filter(purpose="programme-preview")
    assert list(looked.values_list("person_id", "actor")) == [(ended.pk, world.examiner.pk)]
    assert "ends 1 of 1" in counted
    assert "ENDED" not in counted
    assert ended.mrn not in counted


def test_of_many_whom_a_version_ends_the_first_are_named(world, monkeypatch) -> None:
    monkeypatch.setattr(endings, "NAMED", 2)
    people = [world.cleared() for _each in range(3)]

    shown = preview(world, world.examiner, minimum_age_years=120)

    assert sum(one.mrn in shown for one in people) == 2
    assert "and 1 more" in shown


def test_before_a_closing_who_would_be_recalled_is_named(world) -> None:
    away, here = world.cleared(family="FARAWAY"), world.cleared(family="HERE")
    world.post(away)
    move = reverse("admin:consent_programme_move", args=[world.programme.pk, "close"])

    shown = client_of(world.examiner).get(move).content.decode()
    counted = client_of(world.manager).get(move).content.decode()

    assert "FARAWAY" in shown
    assert here.mrn not in shown
    assert "1 are away" in counted
    assert "FARAWAY" not in counted


def test_the_next_version_is_drafted_from_what_is_asked_now(world) -> None:
    laboratory.load_catalogue()
    strict = World(asks={"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(5000)})
    client = client_of(strict.manager)
    address = reverse("admin:consent_programme_change", args=[strict.programme.pk])

    page = client.get(address).content.decode()
    (link,) = re.findall(r'href="([^"]*/programmeversion/add/[^"]*)"', page)
    begun = client.get(link).context["adminform"].form

    assert begun["programme"].value() == strict.programme.pk
    assert (begun["nanite_analyte"].value(), begun["nanite_maximum"].value()) == (
        "NANITE-LOAD",
        Decimal(5000),
    )
    assert client.get(f"{link}nothing").status_code == 200


def test_before_approval_it_is_said_what_a_version_asks_otherwise(world) -> None:
    laboratory.load_catalogue()
    strict = World(asks={"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(5000)})

    shown = preview(strict, strict.examiner, requires_psychological=False)
    same = preview(world, world.examiner)

    assert "requires psychological: yes → no" in shown
    assert "nanite analyte: NANITE-LOAD → none" in shown
    assert "nanite maximum: 5000 → none" in shown
    assert "It changes" not in same
