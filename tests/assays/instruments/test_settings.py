"""What an instrument may be set to."""

from __future__ import annotations

from typing import Any

import pytest

from assays.instruments import settings
from assays.instruments.hl7.judging import judge
from assays.instruments.segments import at
from tests.assays.instruments.drivers.messages import OUL, hl7, obx, only


def test_nothing_set_is_the_book() -> None:
    found = settings.read({})

    assert (found.processing_ids, found.decimal_comma, found.oldest_days) == (
        ("P", "Q"),
        None,
        None,
    )
    assert not found.is_control("LYPHO-1")


def test_what_is_set_is_read() -> None:
    found = settings.read(
        {
            "sender": "m2000",
            "charset": "8859/1",
            "decimal_comma": False,
            "words": {"NEG": "NOT_DETECTED"},
            "units": {"10^3/uL": "10*3/uL"},
            "units_of": {"INR": "1"},
            "controls": ["LYPHOCHEK*", "PC 1"],
            "specimen": "OBR-3.1",
            "processing_ids": ["P", "T"],
            "oldest_days": 7,
        }
    )

    assert (found.sender, found.charset, found.oldest_days) == ("m2000", "8859/1", 7)
    assert found.specimen == at("OBR-3.1")
    assert found.units == {"10^3/uL": "10*3/uL"}
    assert [found.is_control(name) for name in ("LYPHOCHEK1", "PC 1", "pc 1", "PC 11")] == [
        True,
        True,
        False,
        False,
    ]


def test_control_material_is_answered_as_it_is_read_where_nothing_is_set() -> None:
    control = hl7(OUL.replace("|P|2.5.1", "|Q|2.5.1"), "SPM|1|LEVEL-1", "OBR|1||1|T", obx())

    assert judge(control, processing_ids=settings.read({}).processing_ids).is_accepted
    assert only(control).control == "LEVEL-1"


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        (
            "colour",
            "red",
            "is not a setting of an instrument; there are authorities, charset, checksum",
        ),
        ("sender", "", "a text is required"),
        ("sender", 5, "a text is required"),
        ("sender", "x" * 81, "at most 80"),
        ("charset", "KLINGON", "this character set is not known here"),
        ("decimal_comma", "yes", "true or false is required"),
        ("oldest_days", 0, "a whole number of days"),
        ("oldest_days", True, "a whole number of days"),
        ("oldest_days", 2.5, "a whole number of days"),
        ("words", ["NEG"], "an object of texts is required"),
        ("words", {"NEG": 1}, "a text is required"),
        ("units", {"cop": "copies per mL"}, "is not a UCUM unit"),
        ("controls", "HIV_NEG", "a list of texts is required"),
        ("controls", ["*"], "needs 3 letters beside"),
        ("controls", ["PC?"], "needs 3 letters beside"),
        ("controls", ["[A-Z]*"], "needs 3 letters beside"),
        ("specimen", "the label", "is not a place such as O.3"),
        ("processing_ids", [], "a list of texts is required"),
        ("controls_at", {"the bottle": "Q"}, "is not a place such as O.3"),
        ("controls_at", {}, "an object of a place and its text is required"),
        ("thousands_comma", 1, "true or false is required"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_its_value(key: str, value: Any, why: str) -> None:
    with pytest.raises(settings.SettingRefused) as refused:
        settings.read({"sender": "A", key: value})

    assert f"“{key}”" in str(refused.value)
    assert why in str(refused.value)


def test_a_comma_has_one_meaning() -> None:
    with pytest.raises(settings.SettingRefused, match="decimal sign and set off thousands"):
        settings.read({"decimal_comma": True, "thousands_comma": True})
    assert settings.read({"decimal_comma": True, "thousands_comma": False}).decimal_comma
