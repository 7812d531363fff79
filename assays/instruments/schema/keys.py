"""What can be declared of a family, key by key, with an example of each.

The keys are those of `Declaration`, of its `Spelling`, and of `LinkOptions`; what is not declared
stays as the base driver has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assays.instruments.dialects import Dialect
from assays.instruments.schema import kinds
from assays.instruments.schema.kinds import Kind

ASTM, HL7 = Dialect.ASTM, Dialect.HL7


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to declare: `field` is how the declaration calls it, `example` what it is like."""

    name: str
    kind: Kind
    example: Any
    field: str = ""
    # Where the two dialects are not alike, an example of HL7.
    of_hl7: Any = None

    @property
    def attribute(self) -> str:
        return self.field or self.name

    def such(self, dialect: Dialect) -> Any:
        """Return an example in a dialect."""
        return self.of_hl7 if dialect is HL7 and self.of_hl7 is not None else self.example


OF_DECLARATION = (
    Key("sender", kinds.PLACE, "H.5", of_hl7="MSH-3"),
    Key("control_id", kinds.PLACE, "H.3", of_hl7="MSH-10"),
    Key("sent_at", kinds.PLACE, "H.14", of_hl7="MSH-7"),
    Key("processing_id", kinds.PLACE, "H.12", of_hl7="MSH-11.1"),
    Key("processing_ids", kinds.SET, ["PR", "RQ"], of_hl7=["P"]),
    Key("charset", kinds.CHARSET, "8859/1"),
    Key("specimen", kinds.PLACES, ["O.3.1"], of_hl7=["OBR-3.1"]),
    Key("order_as_specimen", kinds.PLACES, ["O.4"], of_hl7=["OBR-3.1"]),
    Key("specimen_suffixes", kinds.TEXTS, ["&BARCODE"]),
    Key("specimen_fields", kinds.PLACES, ["O.3", "O.4"], of_hl7=["OBR-3"]),
    Key("padding", kinds.TEXT, " "),
    Key("must_agree", kinds.FLAG, True),
    Key("code", kinds.PLACES, ["R.3.4"], of_hl7=["OBX-3.1"]),
    Key("code_starts_at", kinds.TEXT, "+"),
    Key("code_ends_at", kinds.TEXT, "/"),
    Key("must_tell_apart", kinds.FLAG, True),
    Key("qualifier", kinds.PLACES, ["R.3.7"], of_hl7=["OBX-4"]),
    Key("ordered", kinds.PLACES, ["O.5.4"], of_hl7=["OBR-4.1"]),
    Key("value", kinds.PLACES, ["R.4"], of_hl7=["OBX-5"]),
    Key("unit", kinds.PLACES, ["R.5"], of_hl7=["OBX-6.1", "OBX-6.2"]),
    Key("flags", kinds.PLACE, "R.7", of_hl7="OBX-8"),
    Key("flags_or", kinds.PLACES, ["R.8"], of_hl7=["OBX-9"]),
    Key("no_flags", kinds.SET, ["NONE"]),
    Key("status", kinds.PLACE, "R.9", of_hl7="OBX-11"),
    Key("status_or", kinds.PLACES, ["R.10"], of_hl7=["OBX-12"]),
    Key("statuses", kinds.MEANINGS, {"F": "FINAL", "": "FINAL"}),
    Key("status_of_order", kinds.PLACES, ["O.26"], of_hl7=["OBR-25.1"]),
    Key("order_status", kinds.PLACE, "O.26", of_hl7="OBR-25"),
    Key("observed_at", kinds.PLACES, ["R.13", "R.12"], of_hl7=["OBX-19", "OBR-7"]),
    Key("run", kinds.PLACES, ["R.2"], of_hl7=["OBX-4"]),
    Key("value_type", kinds.PLACES, ["R.6"], of_hl7=["OBX-2"]),
    Key("sent", kinds.SENT, {"value": ["R.4"]}, of_hl7={"value": ["OBX-5"]}),
    Key(
        "patient",
        kinds.PATIENT,
        {"record_number": ["P.3"], "name": "P.6", "birth_date": "P.8", "sex": "P.9"},
        of_hl7={"record_number": ["PID-3"], "name": "PID-5", "birth_date": "PID-7", "sex": "PID-8"},
    ),
    Key("coded_types", kinds.SET, ["CE"]),
    Key("text_types", kinds.SET, ["TS"]),
    Key("has_flag_texts", kinds.FLAG, True),
    Key("supplement", kinds.RULES, [{"at": "R.3.8", "filled": True}], of_hl7=[{"at": "OBX-2", "says": ["ED"]}]),
    Key("control", kinds.RULES, [{"at": "O.12", "says": ["Q"]}], of_hl7=[{"at": "SPM-11.1", "says": ["Q"]}]),
    Key("questionable", kinds.RULES, [{"at": "R.4", "starts": ["-"]}], of_hl7=[{"at": "OBX-5", "starts": ["-"]}]),
    Key("control_names", kinds.TEXTS, ["HIV_NEG"]),
    Key("control_name", kinds.PLACES, ["O.3"], of_hl7=["INV-1.1"]),
    Key("query", kinds.PLACES, ["Q.3.2", "Q.3.1"], of_hl7=["QPD-3.1"]),
    Key("query_code", kinds.PLACES, ["Q.5"], of_hl7=["QPD-1.1"]),
    Key("query_tag", kinds.PLACES, ["Q.2"], of_hl7=["QPD-2"]),
    Key("query_rack", kinds.PLACES, ["Q.3.4"], of_hl7=["QPD-4"]),
    Key("query_position", kinds.PLACES, ["Q.3.5"], of_hl7=["QPD-5"]),
    Key("out_of_scope", kinds.TEXT, "Blood group serology"),
    Key("of_order_when", kinds.RULES, [{"at": "H.12", "says": ["QR"]}], of_hl7=[{"at": "MSH-16", "says": ["2"]}]),
)  # fmt: skip
OF_SPELLING = (
    Key("words", kinds.TABLE, {"NEG": "NOT_DETECTED"}),
    Key("flag_words", kinds.TABLE, {"ND": "NOT_DETECTED"}),
    Key("placeholders", kinds.SET, ["ValueNotSet"]),
    Key("units", kinds.UNITS, {"Copies / mL": "{copies}/mL"}),
    Key("units_of", kinds.UNITS, {"GLU": "mmol/L"}),
    Key("no_units", kinds.SET, ["1"]),
    Key("decimal_comma", kinds.FLAG, True, field="has_decimal_comma"),
    Key("thousands_comma", kinds.FLAG, True, field="has_thousands_comma"),
    Key("unit_in_value", kinds.FLAG, True, field="has_unit_in_value"),
    Key("logarithm_behind", kinds.FLAG, True, field="has_logarithm"),
)
# A value that stands in the order itself; declared as all the others, over the book's declaration.
OF_ORDER = "of_order"
DECLARED = {one.name: one for one in (*OF_DECLARATION, *OF_SPELLING)}
