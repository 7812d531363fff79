"""Connections are set up by filling in a form; what cannot be is said beside its field."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assays.models import Endpoint, Instrument
from labsys.accounts.roles import Role
from tests import factories
from tests.assays.listeners import wires
from tests.clients import client_of

pytestmark = pytest.mark.django_db
ADD = "/admin/assays/endpoint/add/"


@pytest.fixture
def instrument() -> Instrument:
    return wires.instrument("ASTM", code="counter")


@pytest.fixture
def client() -> Client:
    return client_of(factories.principal(Role.ADMINISTRATOR))


def move(client: Client, endpoint: Endpoint, name: str, **data: object):
    where = reverse("admin:assays_endpoint_move", args=[endpoint.pk, name])
    return client.post(where, data)


def test_an_administrator_opens_a_port_by_a_form(client: Client, instrument: Instrument) -> None:
    given = {
        "instrument": instrument.pk,
        "role": "SERVER",
        "port": "15301",
        "frameless": "yes",
        "frame_numbers": "10",
        "idle_seconds": "600",
        "silence_minutes": "90",
        "tls": "on",
        "fingerprints": "sha256 Fingerprint=" + "AB:" * 31 + "AB\n" + "cd" * 32,
    }

    answered = client.post(ADD, given)

    made = Endpoint.objects.get()
    assert answered.status_code == 302
    assert (made.port, made.idle_seconds, made.silence_minutes, made.tls) == (15301, 600, 90, True)
    assert made.framing == {"frameless": True, "frame_numbers": 10}
    assert made.fingerprints == ["ab" * 32, "cd" * 32]


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("port", "", "Give the port on which this instrument alone is heard."),
        ("port", "x", "Enter a whole number."),
        ("port", "99999", "from 1 to 65535"),
        ("host", "xn-1", "leave it empty"),
        ("folder", "out", "leave it empty"),
        ("frame_limit", "3", "frame_limit"),
        ("idle_seconds", "1", "from 10 to 604800"),
        ("fingerprints", "ab", "Without encryption nobody shows a certificate"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    client: Client, instrument: Instrument, field: str, typed: str, says: str
) -> None:
    given = {"instrument": instrument.pk, "role": "SERVER", "port": "15301", field: typed}

    shown = client.post(ADD, given)

    assert says in str(shown.context["adminform"].form.errors[field])
    assert not Endpoint.objects.exists()


def test_the_form_of_a_change_is_filled_in_with_what_stands(
    client: Client, instrument: Instrument
) -> None:
    client.post(
        ADD,
        {
            "instrument": instrument.pk,
            "role": "CLIENT",
            "host": "10.1.4.17",
            "port": "4001",
            "checksum": "no",
            "first_frame": "0",
        },
    )
    endpoint = Endpoint.objects.get()
    where = reverse("admin:assays_endpoint_move", args=[endpoint.pk, "change"])

    form = client.get(where).context["form"]

    assert (form.initial["host"], form.initial["port"]) == ("10.1.4.17", 4001)
    assert (form.initial["checksum"], form.initial["first_frame"]) == ("no", 0)


def test_a_connection_is_changed_and_switched_by_buttons(
    client: Client, instrument: Instrument
) -> None:
    client.post(ADD, {"instrument": instrument.pk, "role": "SERVER", "port": "15301"})
    endpoint = Endpoint.objects.get()

    codes = [
        move(client, endpoint, "change", port="15302", reason="In use.").status_code,
        move(client, endpoint, "change", port="", reason="In use.").status_code,
        move(client, endpoint, "switch-off", reason="Repair.").status_code,
        move(client, endpoint, "switch-on", reason="Repaired.").status_code,
    ]

    endpoint.refresh_from_db()
    assert codes == [302, 422, 302, 302]
    assert (endpoint.port, endpoint.is_active) == (15302, True)


def test_who_looks_after_the_bench_sees_connections_and_changes_none(
    client: Client, instrument: Instrument
) -> None:
    client.post(ADD, {"instrument": instrument.pk, "role": "SERVER", "port": "15301"})
    bench = client_of(factories.principal(Role.TECHNOLOGIST))

    seen = bench.get("/admin/assays/endpoint/")

    assert ":15301" in seen.content.decode()
    assert bench.get(ADD).status_code == 403
