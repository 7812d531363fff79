"""Messages written for the tests, by the book or as a family writes them; all of them invented."""

from __future__ import annotations

from typing import Any

from assays.instruments import drivers
from assays.instruments.dialects import Dialect
from assays.instruments.readings import Interpretation, Reading

H = r"H|\^&|||ANALYSER^1.0|||||LIS||P|LIS2-A2|20260105100000"
P = "P|1|R-77|||Ardal^Bera||19810317|F"
ORDER = "O|1|ACC-1||^^^GLU"
MSH = r"MSH|^~\&|ANALYSER|LAB|LIS|LAB|20260105100000||%s|C-1|P|2.5.1||||||UNICODE UTF-8"
ORU = MSH % "ORU^R01^ORU_R01"
OUL = MSH % "OUL^R22^OUL_R22"


def result(code: str = "GLU", value: str = "5.4", unit: str = "mmol/L", **more: str) -> str:
    """Write an R record: `status`, `flags`, `started` and `ended` beside code, value and unit."""
    said = {"status": "F", "flags": "", "started": "", "ended": "20260105095500", **more}
    return (
        f"R|1|^^^{code}|{value}|{unit}||{said['flags']}||{said['status']}|||"
        f"{said['started']}|{said['ended']}|"
    )


def obx(code: str = "GLU", value: str = "5.4", unit: str = "mmol/L", **more: str) -> str:
    """Write an OBX: `kind`, `sub`, `status`, `flags` and `at` beside code, value and unit."""
    said = {"kind": "NM", "sub": "", "status": "F", "flags": "", "at": "20260105095500", **more}
    return (
        f"OBX|1|{said['kind']}|{code}|{said['sub']}|{value}|{unit}||{said['flags']}|||"
        f"{said['status']}||||||||{said['at']}"
    )


def astm(*records: str, charset: str = "utf-8") -> bytes:
    return "".join(f"{record}\r" for record in (*records, "L|1|N")).encode(charset)


def hl7(*segments: str, charset: str = "utf-8", end: str = "\r") -> bytes:
    return "".join(f"{segment}{end}" for segment in segments).encode(charset)


def read(content: bytes, driver: str = "", zone: str = "UTC", **settings: Any) -> Interpretation:
    """Interpret a message with the driver of its dialect, unless another is named."""
    dialect = Dialect.HL7 if content[:3] == b"MSH" else Dialect.ASTM
    name = driver or {Dialect.HL7: "hl7-oru-oul", Dialect.ASTM: "lis2a2"}[dialect]
    return drivers.find(name).interpret(content, dialect=dialect, settings=settings, zone=zone)


def only(content: bytes, driver: str = "", zone: str = "UTC", **settings: Any) -> Reading:
    """Return the one reading of a message."""
    (reading,) = read(content, driver, zone, **settings).readings
    return reading


def holds(reading: Reading) -> list[str]:
    return [doubt.hold.value for doubt in reading.doubts]


GLU = ("OBR|1||F-1|T", obx("GLU"))
