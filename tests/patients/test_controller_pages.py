"""Pages of controllers: drafted, signed, set, read, alarmed; documents; what is never shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import (
    control_documents,
    controller_alarms,
    controller_readings,
    controller_settings,
)
from patients.forms import MOMENT
from patients.models import (
    ControllerAlarm,
    ControllerReading,
    ControllerSetting,
    Intervention,
    SetPoint,
)
from patients.queries.control_signatures import digest_of
from tests import factories
from tests.clients import client_of
from tests.factories import PASSWORD
from tests.patients import controls, people

pytestmark = pytest.mark.django_db
ACT = {"password": PASSWORD, "act": "sign"}


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:400]
    return str(answer.content.decode())


def signed_in(who: Principal) -> Client:
    """Log in through the door, so that a password may be given again."""
    client = Client()
    client.post(reverse("login"), {"username": who.name, "password": PASSWORD})
    return client


def test_a_set_point_goes_from_draft_to_force_on_its_pages() -> None:
    someone, what = people.person(), controls.quantity()
    draft = {"quantity": what.pk, "value": "2.0", "low": "1.0", "high": "3.0", "reason": "rises"}
    there = client_of(controls.physician()).post(
        reverse("set-point-new", args=[someone.uid]), draft
    )
    made = SetPoint.objects.get()
    assert there.url == reverse("set-point", args=[made.uid])

    for _signature in range(2):
        client = signed_in(controls.physician())
        assert made.quantity.name in text_of(client.get(reverse("set-points-unsigned")))
        assert 'name="seen"' in text_of(client.get(there.url))
        refused = client.post(there.url, {**ACT, "seen": digest_of(made), "password": "wrong"})
        assert "That is not your password." in text_of(refused, 422)
        assert client.post(there.url, {**ACT, "seen": digest_of(made)}).status_code == 302
        again = client.post(there.url, {**ACT, "seen": digest_of(made)})
        assert again.status_code in (403, 409)

    page = text_of(client_of(controls.physician()).get(there.url))
    assert "in force" in page
    assert "Sign: I answer" not in page
    assert "sends nothing to one" in page


def test_what_is_wrong_stands_beside_its_field() -> None:
    someone, what = people.person(), controls.quantity()
    address = reverse("set-point-new", args=[someone.uid])
    client = client_of(controls.physician())
    draft = {"quantity": what.pk, "value": "2.0", "low": "2.1", "reason": "x"}

    assert "begins above the value" in text_of(client.post(address, draft), 422)
    assert client.post(address, {**draft, "low": "NaN"}).status_code == 422
    assert client.post(address, {**draft, "value": "1e400"}).status_code == 422
    assert client.post(address, {"reason": "\x00"}).status_code == 422
    assert not SetPoint.objects.exists()


def test_a_draft_is_discarded_with_a_reason() -> None:
    made = controls.drafted(people.person(), controls.quantity())
    client = client_of(controls.physician())
    address = reverse("set-point", args=[made.uid])

    assert "Say why the draft" in text_of(client.post(address, {"act": "discard"}), 422)
    client.post(address, {"act": "discard", "reason": "not wanted"})
    assert "discarded" in text_of(client.get(address))


class Bed:
    """A patient with a controller and a signed set-point."""

    def __init__(self) -> None:
        self.what, self.assignment = controls.quantity(), controls.assigned()
        self.person, self.device = self.assignment.person, self.assignment.controller
        self.signed = controls.in_force(self.person, self.what)
        self.address = reverse("controller", args=[self.device.uid])
        self.course = reverse("person-controllers", args=[self.person.uid])

    def typed(self, act: str, value: str) -> dict[str, Any]:
        when = database_now().astimezone().strftime(MOMENT)
        said = {"quantity": self.what.pk, "value": value, "happened_at": when}
        return {"act": act, **{f"{act}-{name}": one for name, one in said.items()}}


def test_readings_and_settings_are_typed_on_the_devices_page() -> None:
    bed, client = Bed(), client_of(controls.physician())

    for act, value in (("read", "3.4"), ("set", "2.4")):
        answer = client.post(bed.address, bed.typed(act, value))
        assert answer.status_code == 302, text_of(answer, answer.status_code)

    assert ControllerReading.objects.get().verdict in ("ABOVE", "NO_BAND")
    assert ControllerSetting.objects.get().value == Intervention.objects.get().dose
    page = text_of(client.get(bed.address))
    assert "2.4" in page
    assert client.post(bed.address, {"act": "explode"}).status_code == 422
    assert client.post(bed.address, bed.typed("read", "x")).status_code == 422


def test_a_deviation_is_told_loudly() -> None:
    bed, at = Bed(), database_now()
    client = client_of(controls.physician())
    assert "signed, not recorded as set" in text_of(client.get(bed.course))
    controller_settings.record(
        controller=bed.device,
        quantity=bed.what,
        value=Decimal("2.7"),
        set_at=at,
        by=controls.physician(),
        at=at,
    )

    page = text_of(client.get(bed.course))
    assert "the controller was set to 2.7" in page
    assert "Two people signed 2.0" in page
    assert "set differently" in text_of(client.get(bed.address))


def test_without_two_signatures_the_page_says_that_there_is_no_band() -> None:
    what, assignment = controls.quantity(), controls.assigned()
    controls.read(assignment.controller, what, "9.0")
    client = client_of(controls.physician())

    page = text_of(client.get(reverse("person-controllers", args=[assignment.person.uid])))

    assert "no band: no reading raises an alarm" in page
    assert "<svg" in page


def test_an_alarm_is_answered_on_its_page() -> None:
    bed = Bed()
    controls.read(bed.device, bed.what, "3.4")
    (alarm,) = ControllerAlarm.objects.open()
    client = client_of(controls.physician())
    address = reverse("controller-alarm", args=[alarm.pk])
    assert "nobody" in text_of(client.get(reverse("controller-alarms")))
    assert "nobody looks after it" in text_of(client.get(bed.course))

    assert client.post(address, {"act": "acknowledge"}).status_code == 302
    assert "Say what was done" in text_of(client.post(address, {"act": "close"}), 422)
    client.post(address, {"act": "close", "what_was_done": "electrode replaced"})

    assert "electrode replaced" in text_of(client.get(reverse("controller-alarms")))
    assert client.post(address, {"act": "reopen"}).status_code == 422


def test_who_does_not_reach_the_patient_sees_no_trace() -> None:
    bed = Bed()
    controls.read(bed.device, bed.what, "3.4")
    (alarm,) = ControllerAlarm.objects.open()
    client = client_of(factories.principal(Role.WARD_DOCTOR))

    for address in (
        bed.course,
        reverse("set-point", args=[bed.signed.uid]),
        reverse("controller-alarm", args=[alarm.pk]),
    ):
        assert client.get(address).status_code == 404
    for address in (bed.address, reverse("controllers"), reverse("controller-alarms")):
        assert bed.person.mrn not in text_of(client.get(address))
    assert "out of your reach" in text_of(client.get(bed.address))
    assert client.post(bed.address, bed.typed("read", "3.4")).status_code in (403, 404)
    assert not ReadEvent.objects.filter(person_id=bed.person.pk, purpose="controller").exists()


def test_home_counts_what_waits() -> None:
    bed = Bed()
    controls.read(bed.device, bed.what, "3.4")
    controls.drafted(bed.person, bed.what)

    page = text_of(client_of(controls.physician()).get(reverse("home")))

    assert "Set-points to sign" in page
    assert "A reading left its band" in page
    assert "The oldest waits for" in page


def test_an_alarm_that_nobody_looks_after_stands_first() -> None:
    first, second = Bed(), Bed()
    for bed in (first, second):
        controls.read(bed.device, bed.what, "3.4")
    older, newer = ControllerAlarm.objects.open().order_by("pk")
    controller_alarms.acknowledge(alarm=older, by=controls.physician(), at=database_now())

    page = text_of(client_of(controls.physician()).get(reverse("controller-alarms")))

    places = [page.index(reverse("controller-alarm", args=[one.pk])) for one in (newer, older)]
    assert places == sorted(places)


def test_an_alarm_tells_that_its_reading_was_set_right_or_taken_back() -> None:
    bed, client = Bed(), client_of(controls.physician())
    wrong = controls.read(bed.device, bed.what, "3.4")
    address = reverse("controller-alarm", args=[ControllerAlarm.objects.get().pk])
    given = {"by": controls.physician(), "at": database_now(), "reason": "misread"}
    again = controller_readings.correct(reading=wrong, value=Decimal("2.1"), **given)
    assert "was set right since: 2.1" in text_of(client.get(address))
    assert ControllerAlarm.objects.open().exists()

    other = controls.read(bed.device, bed.what, "0.1")
    controller_readings.retract(reading=other, **given)
    address = reverse("controller-alarm", args=[ControllerAlarm.objects.latest("pk").pk])
    assert "was taken back since" in text_of(client.get(address))
    assert again.verdict == "WITHIN"


@pytest.mark.parametrize(
    "name",
    [
        *("controllers", "controller-alarms", "course", "device"),
        *("set-points-unsigned", "control-documents", "document", "home"),
    ],
)
def test_a_page_costs_the_same_however_much_it_shows(name: str) -> None:
    bed, client = Bed(), client_of(people.infection_control())
    paper = controls.schematic()
    document = reverse("control-document", args=[paper.document.uid])
    known = {"course": bed.course, "device": bed.address, "document": document}
    address = known.get(name) or reverse(name)

    def cost() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            text_of(client.get(address))
        return len(queries)

    controls.read(bed.device, bed.what, "3.4")
    controls.drafted(bed.person, bed.what)
    one = cost()
    for value in ("0.4", "3.5", "2.0"):
        controls.read(bed.device, bed.what, value)
    controls.in_force(bed.person, bed.what)
    controls.read(controls.assigned(bed.person).controller, bed.what, "9.0")
    for someone in (bed.person, people.person()):
        controls.drafted(someone, bed.what)
        controls.kill_code()
        again = {"content": b"coil 5", "note": "new", "by": controls.physician()}
        control_documents.draft(document=paper.document, **again, at=database_now())

    assert cost() == one


def test_each_look_is_on_record() -> None:
    bed, reader = Bed(), controls.physician()
    controls.read(bed.device, bed.what, "3.4")
    alarm = reverse("controller-alarm", args=[ControllerAlarm.objects.get().pk])
    signed = reverse("set-point", args=[bed.signed.uid])
    client = client_of(reader)

    for address in (bed.course, bed.address, reverse("controllers"), alarm, signed):
        before = ReadEvent.objects.filter(actor=reader.pk, person_id=bed.person.pk).count()
        client.get(address)
        after = ReadEvent.objects.filter(actor=reader.pk, person_id=bed.person.pk).count()
        assert after == before + 1, address


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/controllers/?q=%00&after=%00", 200),
        ("/controllers/?after=zzzz&q=%25", 200),
        ("/controllers/00000000-0000-0000-0000-000000000000/", 404),
        ("/controller-alarms/0/", 404),
        ("/controller-alarms/99999999999999999999999/", 404),
        ("/set-points/00000000-0000-0000-0000-000000000000/", 404),
        ("/control-documents/00000000-0000-0000-0000-000000000000/", 404),
        ("/control-documents/versions/00000000-0000-0000-0000-000000000000/file", 404),
    ],
)
def test_an_address_of_nothing_is_no_fault(address: str, status: int) -> None:
    assert client_of(controls.physician()).get(address).status_code == status
