"""Instruments that write LIS2-A2 or HL7 by the book; what they do differently is set."""

from __future__ import annotations

from assays.instruments.declarations import ASTM, HL7
from assays.instruments.drivers.driver import Driver

LIS2A2 = Driver(name="lis2a2", label="LIS2-A2 by the book", astm=ASTM)
HL7_ORU_OUL = Driver(name="hl7-oru-oul", label="HL7 ORU and OUL by the book", hl7=HL7)
