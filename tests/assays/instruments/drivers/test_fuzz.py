"""No bytes whatever make a driver raise, and no driver makes up a character."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assays.instruments import drivers
from assays.instruments.dialects import Dialect
from assays.instruments.readings import Interpretation
from assays.rules.filing import REASONS
from labsys.lib.quantities import Text
from tests.assays.instruments.drivers.messages import ORDER, ORU, OUL, H, P, astm, hl7, obx, result

PID = "PID|1||R-77^^^LAB^MR||Ardal^Bera||19810317|F"
SEEDS = (
    astm(H, P, ORDER, "C|1|I|x", result(), result("B", "< 40", "Copies / mL"), "C|1|I|y"),
    astm(r"H|@^\|1||X", "P|1|||Z", "O|1|S||^^^A|" + "|" * 20 + "X", "Q|1|^S||ALL", "M|1"),
    hl7(ORU, PID, "ORC|RE", "OBR|1|||CHEM", obx(), "NTE|1||n", "SPM|1|ACC-1"),
    hl7(OUL, "SPM|1|A&ROCHE", "SAC|||A^BARCODE", "INV|C|OK|CO", "OBR|1", obx(), obx(kind="SN")),
)
NAMES = st.sampled_from(drivers.names())
# What damages most: delimiters, ends of records, escapes, halves of characters.
SPLINTERS = st.sampled_from(
    [b"|", b"^", b"\\", b"&", b"~", b"\r", b"\n", b"\x00", b"\xff", b"\xc3", b'""', b"\x1b$B"]
    + [b"\rR|", b"\rH|\\^&", b"\rOBX|", b"\rMSH|", b"\\X41\\", b"&X41&", b"9" * 60, b"\xef\xbf\xbd"]
)


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _cut in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 12))
        content[at : at + length] = draw(st.one_of(SPLINTERS, st.binary(max_size=4)))
    return bytes(content)


def checked(content: bytes, name: str, dialect: Dialect) -> None:
    found = drivers.find(name).interpret(content, dialect=dialect, settings={}, zone="Europe/Paris")

    assert [reading.position for reading in found.readings] == [
        number for number, _reading in enumerate(found.readings, start=1)
    ]
    assert not (found.doubt and found.readings)
    for text in _texts(found):
        assert "\ufffd" not in text
        assert "\x00" not in text
    for reading in found.readings:
        for doubt in reading.doubts:
            assert REASONS[doubt.hold] % doubt.params


def _texts(found: Interpretation) -> list[str]:
    texts = [found.sender, found.control_id]
    for reading in found.readings:
        texts += [reading.specimen, reading.code, reading.comment, reading.flags, reading.run]
        texts += [reading.control, *reading.as_sent.values()]
        texts += [reading.value.text] if isinstance(reading.value, Text) else []
    return texts


@given(content=st.binary(max_size=400), name=NAMES, dialect=st.sampled_from(Dialect))
def test_any_bytes(content: bytes, name: str, dialect: Dialect) -> None:
    checked(content, name, dialect)


@given(rest=st.text(max_size=300), head=st.sampled_from(["H|\\^&", "MSH|^~\\&|"]), name=NAMES)
def test_any_text_behind_a_header(rest: str, head: str, name: str) -> None:
    for dialect in (Dialect.ASTM, Dialect.HL7):
        checked(f"{head}{rest}".encode(), name, dialect)


@settings(max_examples=400)
@given(content=mutations(), name=NAMES)
def test_damaged_messages(content: bytes, name: str) -> None:
    for dialect in (Dialect.ASTM, Dialect.HL7):
        checked(content, name, dialect)
