"""What an instrument does otherwise is filled in, field by field, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assays.admin import setting_fields
from assays.admin.setting_fields import KINDS, PREFIX, SECTIONS, SettingFields
from assays.instruments import settings
from assays.models import Instrument
from labsys.accounts.roles import Role
from tests.clients import client_of

ADD = "/admin/assays/instrument/add/"
GIVEN = {
    "code": "pcr-1",
    "name": "PCR 1",
    "protocol": "ASTM",
    "driver": "lis2a2",
    "peer_networks": "127.0.0.0/8",
    "time_zone": "UTC",
}
FILLED_IN = {
    "sender": "XN-1",
    "specimen": "O.4.1",
    "suffixes": "&BARCODE",
    "units": "Copies / mL = {copies}/mL",
    "comma": "decimal",
    "controls": "QC-*\nHIV_NEG",
    "controls_at": "O.16 = CTRL",
    "oldest_days": "90",
    "corrections": "hold",
    "downloads": "on",
    "order_codes": 'B12II = B12\nINDEX = ""',
    "checksum": "no",
    "first_frame": "0",
    "tubes": "ORC-4",
}
SET = {
    "sender": "XN-1",
    "specimen": "O.4.1",
    "suffixes": ["&BARCODE"],
    "units": {"Copies / mL": "{copies}/mL"},
    "decimal_comma": True,
    "controls": ["QC-*", "HIV_NEG"],
    "controls_at": {"O.16": "CTRL"},
    "oldest_days": 90,
    "corrections": "hold",
    "downloads": True,
    "order_codes": {"B12II": "B12", "INDEX": ""},
    "checksum": False,
    "first_frame": 0,
    "tubes": "ORC-4",
}


def typed(said: dict[str, str]) -> dict[str, str]:
    return {f"{PREFIX}{name}": text for name, text in said.items()}


@pytest.fixture
def administrator(db: None) -> Client:
    return client_of(Role.ADMINISTRATOR)


def reconfigure(instrument: Instrument) -> str:
    return reverse("admin:assays_instrument_move", args=[instrument.pk, "reconfigure"])


def test_every_setting_has_a_field_under_a_heading() -> None:
    fields = {name for _title, names in SECTIONS for name in names} | {"setting_sender"}

    assert fields == set(SettingFields.base_fields)
    assert {*KINDS, "decimal_comma", "thousands_comma"} == set(settings.KEYS)


def test_what_is_filled_in_is_what_the_instrument_is_set_to(administrator: Client) -> None:
    answer = administrator.post(ADD, {**GIVEN, **typed(FILLED_IN)})

    assert answer.status_code == 302
    assert Instrument.objects.get().settings == SET


def test_a_change_starts_from_what_is_set_and_an_emptied_field_takes_back(
    administrator: Client,
) -> None:
    administrator.post(ADD, {**GIVEN, **typed(FILLED_IN)})
    instrument = Instrument.objects.get()
    form = administrator.get(reconfigure(instrument)).context["form"]
    shown = {name: "" if one is None else one for name, one in form.initial.items()}

    again = {**shown, "setting_sender": "", "reason": "moved"}
    answer = administrator.post(reconfigure(instrument), again)

    instrument.refresh_from_db()
    assert answer.status_code == 302
    assert instrument.settings == {key: one for key, one in SET.items() if key != "sender"}
    opened = [part["title"] for part in form.parts if part["title"] and part["is_open"]]
    assert opened == [title for title, _names in SECTIONS if title != "Further"]


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("specimen", "OBR3", "“OBR3”"),
        ("units", "cp = cp mL", "UCUM"),
        ("units", "cp", "Line 1 has no “=”"),
        ("controls", "Q*", "needs 3 letters"),
        ("charset", "EBCDIC", "not known here"),
        ("oldest_days", "0", "from 1 to 3650"),
        ("oldest_days", "x", "whole number"),
        ("text_limit", "5", "from 20 to 63993"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    administrator: Client, field: str, text: str, says: str
) -> None:
    answer = administrator.post(ADD, {**GIVEN, **typed({field: text})})

    errors = answer.context["adminform"].form.errors
    assert list(errors) == [f"{PREFIX}{field}"]
    assert says in " ".join(errors[f"{PREFIX}{field}"])
    assert not Instrument.objects.exists()


def test_what_stands_in_a_field_goes_before_what_came_as_json(administrator: Client) -> None:
    further = {"settings": '{"sender": "OLD", "words": {"NEG": "NOT_DETECTED"}}'}

    administrator.post(ADD, {**GIVEN, **further, **typed({"sender": "NEW"})})

    assert Instrument.objects.get().settings == {"sender": "NEW", "words": {"NEG": "NOT_DETECTED"}}


def test_settings_are_read_by_the_names_of_their_fields(administrator: Client) -> None:
    administrator.post(ADD, {**GIVEN, **typed(FILLED_IN)})
    instrument = Instrument.objects.get()

    page = administrator.get(f"/admin/assays/instrument/{instrument.pk}/change/").content.decode()

    for line in (
        "Its name in messages: XN-1",
        "A comma in a number: is a decimal sign: 60,96",
        "Names of control specimens: QC-*; HIV_NEG",
        "It is told what to measure without asking: yes",
        "Checksums: no",
    ):
        assert line in page


@pytest.mark.parametrize(
    "kept",
    [
        {"downloads": False},
        {"decimal_comma": False},
        {"words": {" a": "b=c"}},
        {"controls": ["two words"]},
        {"decimal_comma": False, "thousands_comma": False},
        {"tubes": "SPM-2", "results": "ordered"},
    ],
)
def test_what_was_set_by_other_means_comes_back_unchanged(kept: dict[str, Any]) -> None:
    settings.read(kept)

    shown = setting_fields.initial(kept)
    form = SettingFields({name: one for name, one in shown.items() if name != "settings"})
    form.data = {
        **form.data,
        "settings": setting_fields.JsonField().prepare_value(shown["settings"]),
    }

    assert form.is_valid(), form.errors
    assert form.cleaned_data["settings"] == kept
