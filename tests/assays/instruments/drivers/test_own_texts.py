"""Instruments that write no ASTM at all: read where they write as was seen, kept where not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.instruments import drivers, interpret
from assays.instruments.astm.link import Link
from assays.instruments.astm.options import LinkOptions
from assays.instruments.interpreted import Of
from tests.assays.instruments.played import ENQ, EOT, play, sized

VIDAS, SPOTCHEM = "biomerieux-mini-vidas", "arkray-spotchem-el"
LINE = b"\x0225/11/29 13:08 ID# A-1001   [Serum] Na       139  mmol/L K        4.1  mmol/L     \x03"


def vidas(**said: str) -> bytes:
    fields = {"ci": "A-1001", "rt": "TSH", "tt": "18:35", "td": "10/25/25", **said}
    text = "\x1emtrsl|" + "".join(f"\x1e{name}{value}|" for name, value in fields.items()) + "\x1d"
    return b"\x02" + text.encode() + b"%02x" % (sum(text.encode()) & 0xFF)


def test_mini_vidas_reports_a_number_and_a_word() -> None:
    number, word = interpret(vidas(ql="Normal", qn="1.9", y3="uIU/ml"), VIDAS)

    assert (number.specimen_id, number.code, number.value) == ("A-1001", "TSH", Decimal("1.9"))
    assert number.unit == "u[IU]/mL"
    assert number.observed_at is not None
    assert f"{number.observed_at:%Y-%m-%d %H:%M}" == "2025-10-25 18:35"
    assert number.held == ()
    assert (word.code, [one.code for one in word.held]) == ("TSH^ql", ["NOT_A_NUMBER"])
    (said, _) = interpret(vidas(ql="Normal", qn="1"), VIDAS, settings={"words": {"Normal": "N"}})[
        ::-1
    ]
    assert said.code_value == "N"


def test_a_day_that_may_be_two_is_held() -> None:
    (value,) = interpret(vidas(qn="1.9", td="03/04/25"), VIDAS)

    assert [one.code for one in value.held] == ["TIME_UNCLEAR"]


def test_spotchem_reports_each_electrolyte() -> None:
    sodium, potassium = interpret(LINE, SPOTCHEM)

    assert (sodium.specimen_id, sodium.code, sodium.value) == ("A-1001", "Na", Decimal(139))
    assert (potassium.code, potassium.value, potassium.unit) == ("K", Decimal("4.1"), "mmol/L")
    assert sodium.observed_at is not None
    assert f"{sodium.observed_at:%Y-%m-%d %H:%M}" == "2025-11-29 13:08"
    assert sodium.held == ()


@pytest.mark.parametrize(
    ("raw", "driver"),
    [
        (vidas(qn="1.9")[:-2] + b"zz", VIDAS),
        (vidas(qn="1.9").replace(b"1.9", b"9.1x"), VIDAS),
        (vidas(qn="1^9"), VIDAS),
        (vidas(), VIDAS),
        (LINE.replace(b"mmol/L K", b"mEq/L K"), SPOTCHEM),
        (LINE.replace(b"ID#", b"No."), SPOTCHEM),
        (b"\x02anything else\x03", SPOTCHEM),
    ],
)
def test_a_text_that_is_not_so_is_one_unread_message(raw: bytes, driver: str) -> None:
    found = interpret(raw, driver)

    assert [value.of for value in found] == [Of.UNREAD]
    assert found[0].held


def test_their_texts_give_them_away() -> None:
    assert drivers.suggest(vidas(qn="1.9")) == VIDAS
    assert drivers.suggest(LINE) == SPOTCHEM


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
@pytest.mark.parametrize("has_bid", [True, False])
def test_on_a_wire_a_text_is_a_message_by_itself(has_bid: bool, size: int) -> None:
    data = ENQ + LINE + LINE + EOT if has_bid else LINE + LINE

    played = play(Link(LinkOptions(frameless=True)), sized(data, size))

    assert played.complete == [LINE[1:-1]] * 2
    assert played.content == data
    assert "N" not in played.answers
    assert {frame.message for frame in played.frames if b"Na" in frame.content} == {1, 2}
    assert len(interpret(LINE[1:-1], SPOTCHEM)) == 2
