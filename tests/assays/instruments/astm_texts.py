"""Messages, whole and in frames, that the tests of the ASTM link send."""

from __future__ import annotations

from assays.instruments.astm.sending import frame

H = b"H|\\^&|||ANALYSER^1|||||||P|1|20260105100000\r"
TEXT = H + b"P|1\rO|1|ACC-1||^^^GLU\rR|1|^^^GLU|5.4|mmol/L||N||F\rL|1|N\r"
OTHER = H + b"P|1\rO|1|ACC-2||^^^GLU\rR|1|^^^GLU|6.1|mmol/L||N||F\rL|1|N\r"
MSH = b"MSH|^~\\&|ANALYSER||LIS||20260105100000||ORU^R01|C-1|P|2.5\r"
HL7 = MSH + b"OBR|1|ACC-1\rOBX|1|NM|GLU||5.4|mmol/L|||||F\r"


def records(text: bytes) -> list[bytes]:
    """One frame per record, each ended by ETX."""
    lines = text.splitlines(keepends=True)
    return [frame(number, line, is_last=True) for number, line in enumerate(lines, start=1)]


def wrong_sum(whole: bytes) -> bytes:
    return whole[:-4] + (b"00" if whole[-4:-2] != b"00" else b"01") + whole[-2:]


def message(number: int, size: int) -> bytes:
    """A text unlike every other."""
    values = b"".join(b"R|%d|^^^GLU|%d.%d\r" % (n, number, n) for n in range(size))
    return b"H|\\^&|||ANALYSER\rP|1\rO|1|ACC-%d\r" % number + values + b"L|1|N\r"
