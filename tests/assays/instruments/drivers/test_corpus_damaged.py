"""What is read of recorded sessions that were damaged, or that no standard foresaw."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.instruments.hl7 import tree
from assays.instruments.hl7.tree import Tree
from assays.instruments.readings import Interpretation
from labsys.lib.quantities import Coded, Quantity
from tests.assays.instruments.drivers import recorded
from tests.assays.instruments.drivers.messages import holds
from tests.assays.instruments.drivers.recorded import Recording, measured

pytestmark = pytest.mark.skipif(recorded.CORPUS is None, reason=recorded.ABSENT)


def session(file: str) -> Recording:
    return Recording(file, None)


def read(file: str) -> list[Interpretation]:
    return recorded.read(session(file))


@pytest.mark.parametrize("recording", recorded.of("synthetic/"), ids=lambda one: one.file)
def test_what_is_off_the_standard_is_survived(recording: Recording) -> None:
    found = recorded.read(recording)

    assert found
    assert all(one.doubt is None for one in found)


@pytest.mark.parametrize(
    "file",
    [
        "m2000_all_records_in_one_frame",
        "m2000_etb_every_7_bytes",
        "m2000_one_record_per_frame_no_cr_before_etx",
        "m2000_lowercase_checksum",
        "m2000_noise_nul_xon_before_stx",
    ],
)
def test_however_a_message_was_framed_it_says_the_same(file: str) -> None:
    readings = measured(read(f"malformed/astm/{file}.astm"))

    assert readings
    assert all(reading.specimen.startswith("VL") for reading in readings)
    assert all(reading.doubts == () for reading in readings)


def test_hl7_inside_astm_frames_is_read_as_hl7() -> None:
    (found,) = read("malformed/astm/hl7_oru_r32_inside_astm_frames.astm")

    readings = measured([found])
    assert {reading.specimen for reading in readings} == {"00726"}
    assert [(reading.code, reading.value) for reading in readings] == [
        ("INVALID", None),
        ("MTB", Coded("DETECTED", "")),
    ]
    assert [holds(reading) for reading in readings] == [["NOT_A_NUMBER"], []]


def test_latin_1_on_a_utf_8_driver_is_never_garbled() -> None:
    (found,) = read("malformed/astm/m2000_latin1_bytes_on_utf8_driver.astm")

    assert found.readings == ()
    assert found.doubt is not None
    assert found.doubt.hold == "UNDECODABLE"
    assert found.doubt.params["charset"] == "UTF-8"


@pytest.mark.parametrize(
    ("file", "charset"),
    [("alinity_invalid_utf8", "UNICODE UTF-8"), ("alinity_unknown_charset", "KLINGON")],
)
def test_hl7_that_is_no_text_is_held_as_a_whole(file: str, charset: str) -> None:
    (found,) = read(f"malformed/hl7/{file}.bin")

    assert found.readings == ()
    assert found.doubt is not None
    assert (found.doubt.hold, found.doubt.params["charset"]) == ("UNDECODABLE", charset)


def last_note(file: str) -> str:
    (message,) = recorded.messages(session(f"malformed/hl7/{file}.bin"))
    found = tree.parse(message.text)
    assert isinstance(found, Tree)
    return found.segments[-1].text(3)


def test_escapes_of_a_note_are_resolved() -> None:
    assert last_note("alinity_escapes") == "a|b^c&d~e\\f\rg\nh"


def test_latin_1_is_read_where_it_is_declared() -> None:
    assert last_note("alinity_latin1_declared") == "Crème brûlée µg"


def test_a_segment_cut_off_at_the_end_costs_nothing_before_it() -> None:
    (found,) = read("malformed/hl7/alinity_truncated_segment.bin")

    result, rest = measured([found])
    assert result.value == Quantity(Decimal(161152), "{copies}/mL")
    assert (holds(result), holds(rest)) == ([], ["UNREADABLE"])
    assert rest.as_sent == {"record": "OB"}


def test_two_names_for_one_specimen_are_a_conflict_before_anything_else() -> None:
    (found,) = read("astm/biorad_ih1000/two_patients.astm")

    assert {tuple(holds(reading)) for reading in measured([found])} == {
        ("IDENTITY_CONFLICT", "OUT_OF_SCOPE")
    }


def test_one_name_for_a_specimen_is_none() -> None:
    (found,) = read("astm/biorad_ih1000/bloodtype.astm")

    assert {tuple(holds(reading)) for reading in measured([found])} == {("OUT_OF_SCOPE",)}


def test_a_training_message_is_nobodys_result() -> None:
    (found,) = read("malformed/hl7/alinity_processing_id_T.bin")

    assert found.readings == ()
    assert found.doubt is not None
    assert found.doubt.hold == "OUT_OF_SCOPE"
