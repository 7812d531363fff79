"""What controllers and kill codes did stands among a person's trends by itself, once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from assays.models import Assay
from labsys.lib.clock import database_now
from patients.actions import control_documents, controller_settings
from tests.assays import laboratory
from tests.assays.results.test_moves import recorded
from tests.assays.trends.test_pages import page
from tests.patients import controls
from tests.patients.people import HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def hgb() -> Assay:
    return laboratory.assays(HGB={"low": "12.0", "high": "15.5", "critical": (7, 20)})["HGB"]


def test_a_signed_set_point_stands_on_the_trends_once_it_was_set(hgb: Assay) -> None:
    person, what = laboratory.person(), controls.quantity()
    recorded(hgb, "13.0", of=person, collected_ago=timedelta(days=1))
    device = controls.assigned(person).controller
    controls.in_force(person, what)
    assert "controller set-point" not in page(person)
    at = database_now()
    given = {"controller": device, "quantity": what, "value": Decimal("2.0"), "set_at": at}
    made = controller_settings.record(**given, by=controls.physician(), at=at)  # type: ignore[arg-type]

    text = page(person)

    assert f"controller set-point, Replication rate v1, Regulator {device.serial}" in text
    assert page(person, "?view=table").count("1 controller set-point") == 1
    assert made.set_point is not None
    again = {"setting": made, "reason": "never set", "by": controls.physician(), "at": at}
    controller_settings.retract(**again)  # type: ignore[arg-type]
    assert "controller set-point" not in page(person)


def test_a_kill_code_is_named_with_its_version_and_never_told(hgb: Assay) -> None:
    person, code = laboratory.person(), controls.kill_code()
    recorded(hgb, "13.0", of=person, collected_ago=timedelta(days=1))
    controls.sign(code)
    controls.sign(code)
    at = database_now()
    given = {"version": code, "person": person, "started_at": at - HOUR}
    control_documents.use(**given, by=controls.physician(), at=at)  # type: ignore[arg-type]

    text = page(person)

    assert f"kill code, {code.document.code} v1" in text
    assert controls.CODE.decode() not in text
