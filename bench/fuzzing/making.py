"""Inputs: messages by the book and by every rule that families break, then broken further.

Everything comes from a seed, so that an input that did harm is made again by its number.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from assays.instruments.astm.options import LinkOptions
from assays.instruments.astm.sending import frame
from assays.instruments.dialects import Dialect

VT, FS_CR, ENQ, EOT, STX, ETX = b"\x0b", b"\x1c\r", b"\x05", b"\x04", b"\x02", b"\x03"
CONTROL = [bytes([n]) for n in (0, 1, 2, 3, 4, 5, 6, 10, 11, 13, 21, 23, 27, 28)]
WORDS = [
    *(b"|", b"^", b"~", b"\\", b"&", b"@", b"|^~\\&", b"\\^&", b"\r", b"\n", b"\r\n", b"\r\r"),
    *(b"H|\\^&", b"H@^\\|", b"L|1|N\r", b"MSH|^~\\&|", b"FHS|", b"BHS|", b"P|1", b"Q|1|^A||ALL"),
    *(b"<", b">=", b"12,5", b"1,234", b"1e999", b"-0", b"NaN", b"Infinity", b"***", b"---", b'""'),
    *(b"20260230", b"99999999999999", b"19000101", b"20260101120000.1234+0130", b"+", b"0" * 40),
    *(b"\\X0D\\", b"\\XZZ\\", b"\\.br\\", b"\\T\\", b"&F&", b"&X41&", b"\\", b"&&", b"\\E\\\\E\\"),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xc3",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xc2\x85",
        b"\xef\xbf\xbd",
    ),
    *(b"\x1b$B", b"\x1b(B", b"\x1b(J", b"ISO IR87", b"UNICODE UTF-8", b"8859/1", b"GB 18030-2000"),
    *(b"\xb5mol/L", "µ°²".encode(), "１２".encode(), "é\u0301\u202e".encode(), b"10*-1.{c}/mL"),
]
RECORDS = "HPORCQLMSX"
SEGMENTS = (
    "PID",
    "PV1",
    "SPM",
    "SAC",
    "ORC",
    "OBR",
    "TCD",
    "INV",
    "OBX",
    "NTE",
    "QPD",
    "ZXX",
    "MSA",
)
FRAMINGS = (
    LinkOptions(),
    LinkOptions(numbering=10),
    LinkOptions(first=0),
    LinkOptions(has_checksum=False),
    LinkOptions(frameless=True),
)
TEXTS = (
    b"H|\\^&|C-1||ANALYSER^1^77|||||||P|LIS2-A2|20260105100000\rP|1||PAT-1||Name^First||19700101|F\r"
    b"O|1|ACC-1|^7^2|^^^GLU\\^^^NA|R||||||N||||S||||||||||F\rR|1|^^^GLU|5.4|mmol/L|3 to 6|N||F||OP|"
    b"20260105095900|20260105100000|77\rC|1|I|a note|G\rR|2|^^^NA^A|<120|mmol/L||L~A||F\rL|1|N\r",
    b"H@^\\|@@@GeneX^PC\rP@1\rO@1@S 1@@^^^HIV\rR@1@^HIV^^^x^^VL@POS^1,5@copies/mL@@<@@F\rL@1@N\r",
    b"H|\\^&\rQ|1|PAT^ACC-9||ALL||||||||O\rL|1|N\r",
    b"MSH|^~\\&|MAKER|MODEL|LIS||20260105100000+0100||OUL^R22^OUL_R22|7|P|2.5.1|||NE|AL||UNICODE UTF-8|"
    b"||LAB-29^IHE\rPID|1||PAT-1||Name^First\rSPM|1|ACC-1&X||SER|||||||P^^HL70369\rSAC|||ACC-1\rOBR|1|"
    b'""||GLU^Glucose^99X\rORC|SC||||CM\rOBX|1|NM|GLU^Glucose^99X|1|5.4|mmol/L^^UCUM|3-6|N~A|||F|||||OP'
    b"||77^M~78^S|20260105100000||||||||||RSLT\rNTE|1|Z|a note\rINV|1^2|OK|CO\rOBX|2|CWE|T||POS^Positive"
    b"^99X||||||F\r",
    b"MSH|^~\\&|Mindray|BC|||20260105||ORU^R01|1|P|2.3.1||||2||ASCII\rPID|1\rOBR|1|ACC-2|ACC-3|00001^Auto"
    b"||20260105095900\rOBX|1|NM|6690-2^WBC^LN||9.5|10*9/L|4-10|H|||F\rOBX|2|ED|1^Hist^99M||^a^b^Base64^QUJD"
    b"||||||F\rOBX|3|SN|X^Y||<=^3.2|U/L|||||C\r",
    b"MSH|^~\\&|A|B|||20260105||QBP^Q11^QBP_Q11|2|P|2.5.1\rQPD|WOS^x|T1|ACC-4|50001|1\rRCP|I\r",
    b"MSH|^~\\&|EHR|H|||20260105||ADT^A01|3|P|2.4\rEVN||20260105\rPID|1||MRN1^^^H^MR||Doe^J||1970|F\r",
)


class Maker:
    """Makes inputs of one seed; `texts` are messages of one kind or another, without frames."""

    def __init__(self, seed: object, texts: tuple[bytes, ...] = TEXTS) -> None:
        self.random = random.Random(str(seed))  # noqa: S311 - not for secrets
        self._texts = texts

    def text(self) -> bytes:
        """Return a message, as it is or broken."""
        kind = self.random.random()
        if kind < 0.15:
            return self._grown()
        text = self.random.choice(self._texts)
        if kind < 0.2:
            return text
        for _ in range(self.random.choice((1, 1, 2, 3, 6))):
            text = self.random.choice(_BREAKS)(self.random, text)
        return text[:6_000]

    def stream(self) -> tuple[Dialect, LinkOptions, bytes]:
        """Return what might come over a wire, and how its instrument frames."""
        options = self.random.choice(FRAMINGS)
        if self.random.random() < 0.4:
            blocks = [VT + self.text() + FS_CR for _ in range(self.random.choice((1, 1, 2, 3)))]
            return Dialect.HL7, options, self._disturbed(b"".join(blocks))
        out = b""
        for _ in range(self.random.choice((1, 1, 2))):
            out += ENQ + b"".join(self._framed(self.text(), options)) + EOT
        return Dialect.ASTM, options, self._disturbed(out)

    def pieces(self, stream: bytes) -> list[bytes]:
        """Cut a stream as reads do."""
        least = 1 if len(stream) < 200 else 7
        size = self.random.choice((least, 23, 64, 300, len(stream) or 1))
        return [stream[at : at + size] for at in range(0, len(stream), size)]

    def noise(self) -> bytes:
        """Return bytes of no meaning, or nearly none."""
        parts = [CONTROL, WORDS, [b"x", b"1", b"H|", b"L|1\r"]]
        chosen = [self.random.choice(self.random.choice(parts)) for _ in range(20)]
        return b"".join(chosen) + self.random.randbytes(self.random.randrange(40))

    def _grown(self) -> bytes:
        """Return records or segments whose fields are anything."""
        names = RECORDS if self.random.random() < 0.5 else SEGMENTS
        head = b"H|\\^&|||X\r" if names is RECORDS else b"MSH|^~\\&|X||||2026||ORU^R01|1|P|2.5.1\r"
        lines = []
        for _ in range(self.random.randrange(12)):
            fields = [self.random.choice(WORDS) for _ in range(self.random.randrange(20))]
            kept = [field if self.random.random() < 0.4 else b"" for field in fields]
            lines.append(b"|".join([self.random.choice(names).encode(), *kept]) + b"\r")
        return head + b"".join(lines) + (b"L|1|N\r" if names is RECORDS else b"")

    def _framed(self, text: bytes, options: LinkOptions) -> list[bytes]:
        if options.frameless:
            return [STX + text + ETX]
        size = self.random.choice((20, 80, 240, 63_000))
        starts = range(0, max(len(text), 1), size)
        frames = [
            frame(
                number,
                text[at : at + size],
                is_last=at + size >= len(text) or self.random.random() < 0.2,
                numbering=options.numbering,
            )
            for number, at in enumerate(starts, start=options.first)
        ]
        if self.random.random() < 0.3:
            at = self.random.randrange(len(frames))
            frames[at : at + 1] = self.random.choice(
                ([frames[at]] * 2, [], [frames[at][:-2]], [frames[at][: len(frames[at]) // 2]])
            )
        return frames

    def _disturbed(self, stream: bytes) -> bytes:
        while self.random.random() < 0.35:
            stream = self.random.choice(_BREAKS)(self.random, stream)
        return stream


def _turn(chance: random.Random, text: bytes) -> bytes:
    at = chance.randrange(len(text) + 1)
    return text[:at] + bytes([chance.randrange(256)]) + text[at + 1 :]


def _insert(chance: random.Random, text: bytes) -> bytes:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(chance.choice((WORDS, CONTROL))) + text[at:]


def _drop(chance: random.Random, text: bytes) -> bytes:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.choice((1, 1, 2, 5, 30, 200)) :]


def _double(chance: random.Random, text: bytes) -> bytes:
    at = chance.randrange(len(text) + 1)
    return text[: at + chance.choice((1, 8, 60))] + text[at:]


def _swap_lines(chance: random.Random, text: bytes) -> bytes:
    lines = text.split(b"\r")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\r".join(lines)


def _fill_field(chance: random.Random, text: bytes) -> bytes:
    fields = text.split(b"|")
    fields[chance.randrange(len(fields))] = chance.choice(WORDS)
    return b"|".join(fields)


def _swap_ends(chance: random.Random, text: bytes) -> bytes:
    return text.replace(b"\r", chance.choice((b"\n", b"\r\n", b"\n\r", b"")))


def _repeat(chance: random.Random, text: bytes) -> bytes:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(WORDS) * chance.choice((2, 9, 300)) + text[at:]


_BREAKS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    *(_turn, _insert, _drop, _double, _swap_lines, _fill_field, _fill_field, _swap_ends, _repeat),
)
