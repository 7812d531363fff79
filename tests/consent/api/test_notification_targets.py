"""Addresses that are told, over HTTP: added, listed without their secret, told no longer."""

from __future__ import annotations

import pytest
from django.test import override_settings

from consent.models import Delivery, NotificationTarget
from labsys.accounts.roles import Role
from tests.calls import counted, get, is_problem, post
from tests.consent.programme import FAILED, World
from tests.factories import principal

TARGETS, DELIVERIES = "/api/v1/notification-targets", "/api/v1/deliveries"
MAIL = {"channel": "EMAIL", "address": "duty@host.example", "what": "REVOCATION"}
HOOK = {
    "channel": "WEBHOOK",
    "address": "https://hooks.example/labsys",
    "what": "RECALL",
    "secret": "canary that both of them know, and nobody else",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_an_address_is_told_until_it_is_told_no_longer(world) -> None:
    made = post(world.officer, TARGETS, {**MAIL, "programme": world.programme.code})
    assert made.status_code == 201, made.content
    world.medical(world.cleared(), FAILED)
    (told,) = get(world.officer, DELIVERIES, state="WAITING").json()["deliveries"]

    ended = post(world.officer, f"{TARGETS}/{made.json()['id']}/end")
    twice = post(world.officer, f"{TARGETS}/{made.json()['id']}/end")

    assert (told["address"], told["what"], told["target"]) == (
        MAIL["address"],
        "REVOCATION",
        made.json()["id"],
    )
    assert (ended.status_code, ended.json()["programme"]) == (200, world.programme.code)
    assert is_problem(twice, 409)
    assert [one.state for one in Delivery.objects.all()] == ["GIVEN_UP"]
    assert get(world.officer, TARGETS, current="1").json()["notification_targets"] == []
    listed = get(world.officer, TARGETS, what="REVOCATION").json()["notification_targets"]
    assert listed == [ended.json()]


def test_an_address_is_told_of_one_thing_once(world) -> None:
    first = post(world.officer, TARGETS, MAIL)

    again = post(world.officer, TARGETS, MAIL)

    assert is_problem(again, 409)
    assert "told of this already" in again.json()["detail"]
    assert post(world.officer, f"{TARGETS}/{first.json()['id']}/end").status_code == 200
    assert post(world.officer, TARGETS, MAIL).status_code == 201


@override_settings(LABSYS_WEBHOOK_HOSTS=frozenset({"hooks.example"}))
def test_the_secret_of_a_webhook_is_never_told(world) -> None:
    made = post(world.officer, TARGETS, HOOK)

    assert made.status_code == 201, made.content
    for said in (made, get(world.officer, TARGETS)):
        assert "canary" not in said.content.decode()
    assert b"canary" not in bytes(NotificationTarget.objects.get().secret)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channel": "FAX"}, "channel"),
        ({"channel": None}, "channel"),
        ({"what": "EVERYTHING"}, "what"),
        ({"what": ["RECALL"]}, "what"),
        ({"address": "nobody"}, "address"),
        ({"address": 7}, "address"),
        ({"address": "x" * 301}, "address"),
        ({"secret": "an e-mail is not signed"}, "secret"),
        ({"programme": "no-such"}, "programme"),
        ({"channel": "WEBHOOK", "address": "https://elsewhere.example/"}, "address"),
        ({"channel": "WEBHOOK", "address": "http://169.254.169.254/"}, "address"),
        ({"uid": "x"}, "uid"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_of_its_field(world, change, pointer) -> None:
    assert is_problem(post(world.officer, TARGETS, {**MAIL, **change}), 422, pointer)
    assert not NotificationTarget.objects.exists()


def test_others_are_refused(world) -> None:
    made = post(world.officer, TARGETS, MAIL).json()["id"]
    for role in (Role.EXAMINING_PHYSICIAN, Role.GATE_OFFICER, Role.ADMINISTRATOR, Role.PARTICIPANT):
        who = principal(role)
        assert post(who, TARGETS, MAIL).status_code == 403
        assert post(who, f"{TARGETS}/{made}/end").status_code == 403
        assert get(who, TARGETS).status_code == get(who, DELIVERIES).status_code == 403
    assert is_problem(post(world.officer, f"{TARGETS}/{2**40}/end"), 404)
    assert is_problem(get(world.officer, TARGETS, what="x"), 422, "what")
    assert is_problem(get(world.officer, DELIVERIES, state="x"), 422, "state")


def test_the_lists_ask_as_many_questions_however_long_they_are(world) -> None:
    found = []
    for more in (1, 4):
        for number in range(more):
            address = {"address": f"duty-{more}-{number}@host.example"}
            post(world.officer, TARGETS, {**MAIL, **address, "programme": world.programme.code})
        world.medical(world.cleared(), FAILED)
        found.append([counted(world.officer, path) for path in (TARGETS, DELIVERIES)])

    assert [rows for rows, _asked in found[1]] == [5, 6]
    assert [asked for _rows, asked in found[0]] == [asked for _rows, asked in found[1]]
