"""A family declared as JSON: everything that ships can be, and what cannot be says why."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from assays.instruments import drivers, schema
from assays.instruments.astm.options import LinkOptions
from assays.instruments.declarations import ASTM, HL7, Declaration, Meaning, says
from assays.instruments.dialects import Dialect
from assays.instruments.drivers.driver import Driver
from assays.instruments.schema import orders
from assays.instruments.schema.keys import OF_DECLARATION, OF_SPELLING
from assays.instruments.values import Spelling

BASE = drivers.find("lis2a2")
# Said of a family by other means: what it rests on, and what nests.
BESIDE = {"spelling", "of_order"}
PIECES = {
    "specimen": ["O.4.3"],
    "code": ["R.3.5", "R.3.4"],
    "padding": " ",
    "statuses": {"F": "FINAL", "": "FINAL"},
    "control": [{"at": "O.12", "says": ["Q"]}, [{"at": "O.3", "starts": ["QC-"]}, {"at": "R.4", "filled": True}]],
    "words": {"NEG": "NOT_DETECTED"},
    "units_of": {"INR": "{INR}"},
    "decimal_comma": True,
}  # fmt: skip


def read(given: Any, base: Driver = BASE) -> Driver:
    return schema.read(given, base=base, name="ours", label="Ours")


def refused(given: Any) -> list[tuple[str, str]]:
    with pytest.raises(schema.FamilyRefused) as found:
        read(given)
    return [(fault.field, fault.sentence) for fault in found.value.faults]


def as_declared(driver: Driver) -> Driver:
    """All of a driver but what is code: how it is recognised, and the rewriting of other texts."""
    return replace(driver, senders=(), marks=(), rewrite=None)


@pytest.mark.parametrize("base", ["lis2a2", "hl7-oru-oul", "sysmex-xn"])
@pytest.mark.parametrize("driver", drivers.ALL, ids=lambda one: one.name)
def test_every_driver_that_ships_can_be_declared(driver: Driver, base: str) -> None:
    on = drivers.find(base)
    text = json.dumps(schema.written(driver, on))

    found = schema.read(json.loads(text), base=on, name=driver.name, label=driver.label)

    assert as_declared(found) == as_declared(driver)


def test_there_is_a_key_for_everything_a_declaration_says() -> None:
    said = {key.attribute for key in OF_DECLARATION}
    spelled = {key.attribute for key in OF_SPELLING}

    assert {one.name for one in fields(Declaration)} - said == BESIDE
    assert {one.name for one in fields(Spelling)} == spelled


@pytest.mark.parametrize("key", schema.DECLARED.values(), ids=lambda one: one.name)
@pytest.mark.parametrize("dialect", [Dialect.ASTM, Dialect.HL7])
def test_every_example_can_be_declared(key: schema.Key, dialect: Dialect) -> None:
    name = dialect.value.lower()
    base = BASE if dialect is Dialect.ASTM else drivers.find("hl7-oru-oul")

    found = read({name: {key.name: key.such(dialect)}}, base)

    declared = getattr(found, name)
    owner = declared if key in OF_DECLARATION else declared.spelling
    assert key.kind.write(getattr(owner, key.attribute)) == key.such(dialect)


def test_a_declaration_becomes_a_driver_that_reads() -> None:
    family = read({"astm": PIECES})
    text = b"H|\\^&|||OURS\rP|1\rO|1||^^  S-7^B||^^^X\rR|1|^^^^WBC^1|5,31|10*3/uL|\rL|1|N\r"

    (found,) = family.interpret(
        text, dialect=Dialect.ASTM, settings={}, zone="Europe/Paris"
    ).readings

    assert (found.specimen, found.code, str(found.value)) == ("S-7", "WBC", "5.31 10*3/uL")
    assert found.doubts == ()


def test_what_is_not_declared_stays_as_the_base_has_it() -> None:
    family = read({"astm": {"charset": "8859/1"}}, drivers.find("sysmex-xn"))

    shipped = drivers.find("sysmex-xn").astm
    assert shipped is not None
    assert family.astm == replace(shipped, charset="8859/1")


def test_a_dialect_that_the_base_does_not_speak_starts_from_the_book() -> None:
    family = read({"hl7": {"specimen": ["OBR-3.1"]}})

    assert family.hl7 == replace(HL7, specimen=HL7.order_as_specimen[:1])
    assert family.speaks(Dialect.ASTM)


def test_a_dialect_can_be_left_out() -> None:
    family = read({"astm": None, "hl7": {}})

    assert not family.speaks(Dialect.ASTM)


def test_a_value_in_the_order_rests_on_the_book() -> None:
    declared = {"of_order": {"value": ["O.12.4"]}, "of_order_when": [{"at": "H.12", "says": "QR"}]}

    family = read({"astm": declared})

    assert family.astm is not None
    assert family.astm.of_order is not None
    assert replace(family.astm.of_order, value=ASTM.value) == ASTM
    assert family.astm.of_order_when == ((says("H.12", "QR"),),)


def test_how_it_frames_is_declared_as_an_instrument_is_set() -> None:
    said = {"frameless": True, "frame_limit": 9000, "text_limit": 1000, "joins_records": True}

    family = read({"link": said})

    assert family.link == LinkOptions(
        frameless=True, limit=9000, text_limit=1000, joins_records=True
    )
    assert schema.written(family)["link"] == said


def test_its_names_recognise_it_and_stand_for_nothing_else() -> None:
    family = read({"names": ["A.1+ (old)"]}, drivers.find("snibe-maglumi"))

    assert drivers.recognising.suggest(b"H|\\^&|||a.1+ (OLD)^3\rL|1|N\r", [family]) == "ours"
    assert drivers.recognising.suggest(b"H|\\^&|||AB1\rL|1|N\r", [family]) is None


@pytest.mark.parametrize(
    ("given", "field", "says_"),
    [
        ({"astm": {"code": ["R34"]}}, "astm.code", "“R34” is not a place such as O.3"),
        ({"astm": {"code": "R.3.4"}}, "astm.code", "a list of at most 200 is required"),
        ({"astm": {"code": []}}, "astm.code", "at least one place is required"),
        ({"astm": {"code": ["OBX-3"]}}, "astm.code", "no place of ASTM"),
        ({"hl7": {"code": ["R.3"]}}, "hl7.code", "no place of HL7"),
        ({"astm": {"specimen": [], "specimen_fields": []}}, "astm.specimen", "has to be said"),
        ({"astm": {"charset": "EBCDIC"}}, "astm.charset", "“EBCDIC” is not known here"),
        ({"astm": {"units": {"cp": "cp mL"}}}, "astm.units", "“cp mL” is no UCUM unit"),
        ({"astm": {"statuses": {"F": "DONE"}}}, "astm.statuses", "“DONE” is not one of CORRECTION"),
        ({"astm": {"must_agree": "yes"}}, "astm.must_agree", "true or false is required"),
        ({"astm": {"words": {"NEG": " "}}}, "astm.words", "a text that is not blank"),
        ({"astm": {"padding": "a\x00"}}, "astm.padding", "printable characters"),
        ({"astm": {"control": [{"says": "Q"}]}}, "astm.control", "an object with “at”"),
        ({"astm": {"control": [{"at": "O.12"}]}}, "astm.control", "one of blank, ends"),
        ({"astm": {"control": [{"at": "O.12", "ends": ""}]}}, "astm.control", "needs a text"),
        ({"astm": {"control": [{"at": "O.12", "blank": 1}]}}, "astm.control", "is true or is left"),
        ({"astm": {"control": [[]]}}, "astm.control", "a rule needs a condition"),
        ({"astm": {"patient": {"name": "P.6"}}}, "astm.patient", "an object with record_number"),
        ({"astm": {"of_order": {"of_order": {}}}}, "astm.of_order", "an object is required"),
        ({"astm": {"of_order": {"code": ["x"]}}}, "astm.of_order.code", "is not a place"),
        ({"astm": {"colour": 1}}, "astm.colour", "no such thing to declare"),
        ({"astm": [1]}, "astm", "an object is required"),
        ({"astm": None}, "astm", "one of the two dialects"),
        ({"link": {"frame_numbers": 9}}, "link.frame_numbers", "8 or 10 is required"),
        ({"link": {"speed": 9}}, "link.speed", "no such thing to declare"),
        ({"names": [""]}, "names", "a text that is not blank"),
        ({"baud": 9600}, "baud", "no such thing to declare"),
        ([], "", "an object of at most"),
        ({"astm": {"words": {str(n): "x" * 100 for n in range(2000)}}}, "", "at most 100000"),
        (
            {"astm": {"decimal_comma": True, "thousands_comma": True}},
            "astm.thousands_comma",
            "cannot be a decimal sign and set off thousands",
        ),
    ],
)
def test_what_cannot_be_declared_names_the_field_and_shows_an_example(given, field, says_) -> None:
    ((named, sentence),) = refused(given)

    assert named == field
    assert says_ in sentence
    assert sentence.startswith(f"“{field}” cannot be ")
    assert "An example: " in sentence


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = refused({"astm": {"code": ["x"], "charset": "x"}, "link": {"checksum": 1}, "y": 1})

    assert [field for field, _sentence in found] == [
        *("y", "astm.charset", "astm.code", "link.checksum"),
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        *("A.*B", "A+", "(?:a|b){2,}", "(?=x)", r"(.)\1", "(?P<n>x)", "(?:a?){9}", "a{0,99}"),
        *("a?a?a?a?a?", "[", "(", ""),
    ],
)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str) -> None:
    ((named, _sentence),) = refused({"astm": {"control": [{"at": "O.3", "matches": pattern}]}})

    assert named == "astm.control"


@pytest.mark.parametrize("pattern", [r"\bQC\b", "[*+]", r"\A0000[3-8]\Z", "(?:L-?J|X-?R) QCR?"])
def test_a_pattern_with_an_end_is_taken(pattern: str) -> None:
    family = read({"astm": {"control": [{"at": "O.3", "matches": [pattern]}]}})

    assert family.astm is not None
    assert family.astm.control[0][0].texts == (pattern,)


def test_statuses_mean_what_they_say() -> None:
    family = read({"astm": {"statuses": {"V": "FINAL", "E": "FAILED"}}})

    assert family.astm is not None
    assert dict(family.astm.statuses) == {"V": Meaning.FINAL, "E": Meaning.FAILED}


@pytest.mark.parametrize("key", orders.KEYS)
def test_every_example_of_the_way_out_can_be_declared(key: str) -> None:
    kind, example = orders.KEYS[key]

    found = read({"orders": {"astm": {key: example}}})

    form = found.order_form(Dialect.ASTM)
    assert form is not None
    assert kind.write(getattr(form, key)) == example


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (7, "orders"),
        ({"http": {}}, "orders.http"),
        ({"astm": 7}, "orders.astm"),
        ({"astm": {"wide": 22}}, "orders.astm.wide"),
        ({"astm": {"width": "22"}}, "orders.astm.width"),
        ({"astm": {"unasked": "FAX"}}, "orders.astm.unasked"),
        ({"astm": {"delimiters": "||^&"}}, "orders.astm.delimiters"),
        ({"astm": {"fixed": {"Z": "1"}}}, "orders.astm.fixed"),
        ({"astm": {"echoed": {"O.4": "Q"}}}, "orders.astm.echoed"),
    ],
)
def test_what_cannot_be_told_so_names_its_field(given: Any, field: str) -> None:
    assert [name for name, _sentence in refused({"orders": given})] == [field]


def test_a_family_may_be_told_nothing() -> None:
    assert read({"orders": {"astm": None}}).order_form(Dialect.ASTM) is None
