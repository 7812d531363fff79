"""What a driver declares: where things are written, which words mean what, what tells a control.

Most of a driver is one `Declaration` per dialect. Code is only for what cannot be declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from assays.instruments.conditions import Condition as Condition
from assays.instruments.conditions import Like as Like
from assays.instruments.conditions import Rule as Rule
from assays.instruments.conditions import any_of as any_of
from assays.instruments.conditions import blank as blank
from assays.instruments.conditions import ends as ends
from assays.instruments.conditions import filled as filled
from assays.instruments.conditions import matches as matches
from assays.instruments.conditions import says as says
from assays.instruments.conditions import starts as starts
from assays.instruments.segments import Place, at, place
from assays.instruments.settings import Settings
from assays.instruments.values import Spelling


class Meaning(StrEnum):
    """What a result status says."""

    FINAL = "FINAL"
    NOT_FINAL = "NOT_FINAL"
    CORRECTION = "CORRECTION"
    QUESTIONABLE = "QUESTIONABLE"
    FAILED = "FAILED"


def _meanings(**by_meaning: str) -> dict[str, Meaning]:
    return {code: Meaning[name] for name, codes in by_meaning.items() for code in codes}


# LIS2-A2 R.9. R: sent before, Q: sent because we asked; both are final. M and N are not results.
ASTM_STATUSES = _meanings(
    FINAL="FVRQ", NOT_FINAL="PIS", CORRECTION="C", QUESTIONABLE="W", FAILED="X"
)
# HL7 table 0085. W: the earlier value was of another patient.
HL7_STATUSES = _meanings(FINAL="FUV", NOT_FINAL="PIORS", CORRECTION="CADW", FAILED="X")


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPlaces:
    """Where a family carries data of the patient; not where operators type what they like."""

    record_number: tuple[Place, ...]
    name: Place
    birth_date: Place
    sex: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """How a family writes its messages in one dialect.

    Of several places the first that is not empty counts. `value` is different: more than one that
    is not empty is in doubt. `must_agree`: where several places name a specimen, all name the same.
    `order_as_specimen` counts where the group has nothing that could name a specimen. `qualifier` is
    added to the code after `^`, where one test reports several things. `sent` is what is kept of a
    record as it stood there; it is the dialect's, so that another driver keeps the same.

    `padding` are characters that fill up identifiers and codes and are no part of them.
    `specimen_fields` are for a family that nobody knows: where nothing stands at `specimen`, the
    first of them that says anything names it by its only component, or by the first where no other
    is longer; otherwise it is in doubt. A code begins behind `code_starts_at`, where that stands
    in it, and ends where `code_ends_at` does. Where it `must_tell_apart`, results of one code whose
    fields differ are in doubt, and so is a number behind an empty first place of `value`.
    """

    # Of the message
    sender: Place
    control_id: Place
    sent_at: Place
    processing_id: Place
    # What the family calls ordinary messages, beside what an instrument is set to.
    processing_ids: frozenset[str] = frozenset()
    charset: str
    # Of a result
    specimen: tuple[Place, ...]
    order_as_specimen: tuple[Place, ...] = ()
    specimen_suffixes: tuple[str, ...] = ()
    specimen_fields: tuple[Place, ...] = ()
    padding: str = ""
    must_agree: bool = False
    code: tuple[Place, ...]
    code_starts_at: str = ""
    code_ends_at: str = ""
    must_tell_apart: bool = False
    qualifier: tuple[Place, ...] = ()
    ordered: tuple[Place, ...]
    value: tuple[Place, ...]
    unit: tuple[Place, ...]
    flags: Place
    # Where else flags, or a status that is known, may stand: some put a field before them.
    flags_or: tuple[Place, ...] = ()
    status: Place
    status_or: tuple[Place, ...] = ()
    statuses: Mapping[str, Meaning]
    order_status: Place
    observed_at: tuple[Place, ...]
    run: tuple[Place, ...] = ()
    value_type: tuple[Place, ...] = ()
    sent: Mapping[str, tuple[Place, ...]]
    patient: PatientPlaces | None = None
    spelling: Spelling = field(default_factory=Spelling)
    # Of these types (OBX-2) the first component is the code of the answer, as it is.
    coded_types: frozenset[str] = frozenset()
    # Of these types a value is words, though it may look like a number: dates and times.
    text_types: frozenset[str] = frozenset()
    # Flags may come with what they mean in words.
    has_flag_texts: bool = False
    supplement: tuple[Rule, ...] = ()
    control: tuple[Rule, ...] = ()
    control_names: tuple[str, ...] = ()
    control_name: tuple[Place, ...] = ()
    # Of a query
    query: tuple[Place, ...]
    query_code: tuple[Place, ...] = ()
    query_tag: tuple[Place, ...] = ()
    query_rack: tuple[Place, ...] = ()
    query_position: tuple[Place, ...] = ()
    # What the family measures, if this laboratory does not.
    out_of_scope: str = ""
    # Where a result says nothing of its status, its order does.
    status_of_order: tuple[Place, ...] = ()
    # What is written where there is no flag.
    no_flags: frozenset[str] = frozenset()
    # What makes a value questionable though its status does not.
    questionable: tuple[Rule, ...] = ()
    # How a value is written into an order that has no result of its own, and when it is.
    of_order: Declaration | None = None
    of_order_when: tuple[Rule, ...] = ()

    def with_settings(self, settings: Settings) -> Declaration:
        """Return the declaration of one instrument: what it is set to goes before its family's."""
        controls = tuple(_said(*one) for one in settings.controls_at)
        no_results = tuple(_said(*one) for one in settings.no_results_at)
        return replace(
            self,
            charset=settings.charset or self.charset,
            specimen=settings.specimen or self.specimen,
            specimen_fields=() if settings.specimen else self.specimen_fields,
            specimen_suffixes=self.specimen_suffixes + settings.suffixes,
            code=settings.code or self.code,
            qualifier=() if settings.code else self.qualifier,
            control=self.control + controls,
            supplement=self.supplement + no_results,
            spelling=self.spelling.with_settings(settings),
            of_order=self.of_order.in_order(settings) if self.of_order else None,
        )

    def in_order(self, settings: Settings) -> Declaration:
        """Return it as set for what stands in orders: its places are its own."""
        return replace(
            self,
            charset=settings.charset or self.charset,
            spelling=self.spelling.with_settings(settings),
        )


def _said(where: Place, text: str) -> Rule:
    return (Condition(where, Like.SAYS, (text,)),)


# What the material is, where its type is written: control, or calibrator; never a patient's.
_MATERIAL = (
    r"\A[ ^]{0,2}(?:QC|qc|CTRL|Ctrl|ctrl|C(?:ONTROL|ontrol)|control|C(?:ALIBRATOR|alibrator)|calibrator)"
    r"[Ss]?(?:[^A-Za-z]|\Z)"
)

ASTM_PATIENT = PatientPlaces(
    record_number=at("P.3", "P.4"), name=place("P.6"), birth_date=place("P.8"), sex=place("P.9")
)
HL7_PATIENT = PatientPlaces(
    record_number=at("PID-3"), name=place("PID-5"), birth_date=place("PID-7"), sex=place("PID-8")
)
# LIS2-A2 by the book; O.12=Q and H.12=Q mark control material. So does what several families write:
# a specimen whose type says control (CTRL), or one that is called as the control material is sold.
ASTM = Declaration(
    sender=place("H.5"),
    control_id=place("H.3"),
    sent_at=place("H.14"),
    processing_id=place("H.12"),
    charset="UTF-8",
    specimen=at("O.3"),
    code=at("R.3.4"),
    ordered=at("O.5.4"),
    value=at("R.4"),
    unit=at("R.5"),
    flags=place("R.7"),
    status=place("R.9"),
    statuses=ASTM_STATUSES,
    order_status=place("O.26"),
    observed_at=at("R.13", "R.12"),
    sent={
        "specimen": at("O.3", "P.4", "O.4"),
        "ordered": at("O.5"),
        "order_status": at("O.26"),
        "code": at("R.3"),
        "value": at("R.4"),
        "unit": at("R.5"),
        "flags": at("R.7"),
        "status": at("R.9"),
        "observed_at": at("R.13", "R.12"),
    },
    patient=ASTM_PATIENT,
    control=(
        (says("O.12", "Q"),),
        (says("H.12", "Q"),),
        (matches("O.16", _MATERIAL),),
        (starts("O.3", "LYPHOCHEK"),),
        (starts("O.4", "LYPHOCHEK"),),
    ),
    query=at("Q.3.2", "Q.3.1"),
    query_code=at("Q.5"),
)
# HL7 2.5.1 ORU^R01 and OUL^R22 by the book; IHE LAW marks what is no result in OBX-3.4. What names
# a specimen may say behind it who assigned it (SPM-2.1 is an EI); our own number goes before the
# sender's. Table 0369 (from memory) of SPM-11: Q control, E electronic control, R replicate of a
# patient's as a control, C and V calibrators; so is a specimen whose own INV names it a control (CO).
HL7 = Declaration(
    sender=place("MSH-3"),
    control_id=place("MSH-10"),
    sent_at=place("MSH-7"),
    processing_id=place("MSH-11.1"),
    charset="UTF-8",
    specimen=at("SPM-2.1.1", "SAC-3.1", "SPM-2.2.1"),
    order_as_specimen=at("OBR-3.1", "OBR-2.1"),
    code=at("OBX-3.1", "OBX-3.4", "OBX-3.2", "OBX-3.5"),
    ordered=at("OBR-4.1"),
    value=at("OBX-5"),
    unit=at("OBX-6.1", "OBX-6.2"),
    flags=place("OBX-8"),
    status=place("OBX-11"),
    statuses=HL7_STATUSES,
    status_of_order=at("OBR-25.1"),
    order_status=place("OBR-25"),
    observed_at=at("OBX-19", "OBX-14", "OBR-7"),
    run=at("OBX-4"),
    value_type=at("OBX-2"),
    sent={
        "specimen": at("SPM-2", "SAC-3", "OBR-3", "OBR-2"),
        "ordered": at("OBR-4"),
        "order_status": at("OBR-25"),
        "code": at("OBX-3"),
        "run": at("OBX-4"),
        "type": at("OBX-2"),
        "value": at("OBX-5"),
        "unit": at("OBX-6"),
        "flags": at("OBX-8"),
        "status": at("OBX-11"),
        "observed_at": at("OBX-19", "OBX-14", "OBR-7"),
    },
    patient=HL7_PATIENT,
    coded_types=frozenset({"CE", "CWE", "CNE"}),
    text_types=frozenset({"DT", "TM", "TS", "DTM"}),
    has_flag_texts=True,
    supplement=(
        (says("OBX-3.4", "S_OTHER", "S_RAW", "S_IMAGE", "S_GRAPH"),),
        # Pictures and documents, pointers to them, and rows of numbers: no single value.
        (says("OBX-2", "ED", "RP", "NA", "MA"),),
    ),
    control=(
        (says("SPM-11.1", "Q", "C", "E", "R", "V"),),
        (matches("SPM-11", _MATERIAL),),
        (matches("SPM-4", _MATERIAL),),
        (matches("OBR-15", _MATERIAL),),
        # Before there were SPM segments: component 7 of the source is the role of the specimen.
        (says("OBR-15.7.1", "Q", "C", "E", "R", "V"),),
        (says("MSH-11.1", "Q"),),
        (says("INV-3.1", "CO"),),
        # Chemistry analysers that write as Mindray does say there: 1 calibration, 2 control.
        (says("MSH-16", "1", "2"),),
        # Cell counters call an order by the chart of its control: Levey-Jennings, X-B, X-R.
        (matches("OBR-4.2", r"\b(?:L-?J|X-?[BR]) QCR?\b"),),
    ),
    query=at("QPD-3.1", "QRD-8.1"),
    query_code=at("QPD-1.1"),
    query_tag=at("QPD-2", "QRD-4"),
    query_rack=at("QPD-4"),
    query_position=at("QPD-5"),
)
