"""Control materials in the admin: added and signed by the actions, by two people."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from assays.actions import controls
from assays.models import ControlLot, ControlTarget
from labsys.accounts.actions.step_ups import PasswordNeeded
from labsys.lib.clock import database_now
from tests import signing
from tests.assays.controls import bench as benches
from tests.assays.controls.bench import Bench
from tests.clients import client_of
from tests.factories import PASSWORD

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_targets_are_fixed_and_signed_in_the_admin_by_two_people(bench: Bench) -> None:
    lot = bench.new_lot("B200")
    level = benches.levels_of(lot)[1]
    given = {
        "level": level.pk,
        "assay": bench.assay.pk,
        "mean": "10.2",
        "sd": "0.4",
        "source": "INSERT",
    }
    client = client_of(bench.quality)
    assert client.post(reverse("admin:assays_controltarget_add"), given).status_code == 302
    target = ControlTarget.objects.get(level=level)
    sign = reverse("admin:assays_controltarget_move", args=[target.pk, "sign"])

    own = client.post(sign, {"password": PASSWORD})
    assert own.status_code == 422, "nobody signs their own"
    assert client_of(bench.pathologist).post(sign, {"password": PASSWORD}).status_code == 302

    target.refresh_from_db()
    assert (target.fixed_by, target.signed_by) == (bench.quality, bench.pathologist)
    assert target.step_up.session.user == bench.pathologist.user


def test_a_target_is_not_signed_without_the_password(bench: Bench) -> None:
    target = bench.target(
        bench.levels[1], Decimal(30), is_signed=False, replaces=bench.targets["HGB", 1]
    )
    client = client_of(bench.pathologist)
    sign = reverse("admin:assays_controltarget_move", args=[target.pk, "sign"])

    unsigned = [client.post(sign), client.post(sign, {"password": "a guess of somebody else"})]

    assert [one.status_code for one in unsigned] == [422, 422]
    assert "That is not your password" in unsigned[1].content.decode()
    assert ControlTarget.objects.get(pk=target.pk).signed_by is None
    assert "Your password" in client.get(sign).content.decode()


def test_a_password_that_was_given_is_not_asked_for_again_by_the_next_target(
    bench: Bench,
) -> None:
    first, second = (
        bench.target(level, Decimal(30), is_signed=False, replaces=bench.targets["HGB", number])
        for number, level in bench.levels.items()
    )
    client = client_of(bench.pathologist)
    sign = "admin:assays_controltarget_move"
    client.post(reverse(sign, args=[first.pk, "sign"]), {"password": PASSWORD})

    asked = client.get(reverse(sign, args=[second.pk, "sign"])).content.decode()

    assert "You sign as" in asked
    assert "Your password</label>" not in asked
    assert client.post(reverse(sign, args=[second.pk, "sign"])).status_code == 302


def test_another_persons_password_signs_no_target(bench: Bench) -> None:
    target = bench.target(
        bench.levels[1], Decimal(30), is_signed=False, replaces=bench.targets["HGB", 1]
    )
    given = {"target": target, "by": bench.pathologist, "at": database_now()}

    for step_up in (None, signing.step_up(bench.quality)):
        with pytest.raises(PasswordNeeded):
            controls.sign(step_up=step_up, **given)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"sd": "0"}, "sd"), ({"mean": "NaN"}, "mean"), ({"source": ""}, "source"),
     ({"source": "STUDY"}, "note")],
)  # fmt: skip
def test_a_target_that_cannot_be_is_refused_in_the_admin(
    bench: Bench, change: dict[str, str], field: str
) -> None:
    level = benches.levels_of(bench.new_lot("B200"))[1]
    given = {
        **{"level": level.pk, "assay": bench.assay.pk, "mean": "10.2", "sd": "0.4"},
        **{"source": "INSERT", **change},
    }

    answer = client_of(bench.quality).post(reverse("admin:assays_controltarget_add"), given)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors[field]


def test_the_admin_adds_lots_names_and_measurements_by_the_actions(bench: Bench) -> None:
    client = client_of(bench.technologist)
    lot = {"material": bench.lot.material.pk, "number": "D400", "expires_on": "2031-01-01"}
    assert client.post(reverse("admin:assays_controllot_add"), lot).status_code == 302
    made = ControlLot.objects.get(number="D400")
    assert made.levels.count() == 2
    opened = reverse("admin:assays_controllot_move", args=[made.pk, "open"])
    moment = (database_now() - HOUR).strftime("%Y-%m-%dT%H:%M:%S")
    assert client.post(opened, {"opened_at": moment}).status_code == 302
    name = {"level": made.levels.first().pk, "value": "D-LOW"}
    assert client.post(reverse("admin:assays_controlidentifier_add"), name).status_code == 302
    value = {
        **{"instrument": bench.instrument.pk, "assay": bench.assay.pk},
        **{"level": bench.levels[1].pk, "typed_value": "> 12", "observed_at": moment},
    }

    answer = client.post(reverse("admin:assays_controlmeasurement_add"), value)

    assert answer.status_code == 302
    assert [one[1] for one in bench.verdicts()] == ["REJECTED"]
