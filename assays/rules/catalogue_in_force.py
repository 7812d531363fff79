"""What is in force of the catalogue, as plain values that one process holds at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from assays.rules.calculated import Definition
from assays.rules.catalogue import ValueKind
from assays.rules.coded_comments import Rule as CommentRule
from assays.rules.delta_check import DeltaRule
from assays.rules.intervals import CriticalLimits, IntervalRow, PlausibilityLimits
from assays.rules.reflexes import Rule
from labsys.lib.units import Conversion

Stamp = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ActiveAssay:
    """One assay with the version in force and everything a recording needs of it."""

    assay_id: int
    version_id: int
    number: int
    analyte_id: int
    code: str
    name: str
    section: str
    loinc: str
    method: str
    specimen_type_id: int
    kind: ValueKind
    unit: str
    answers: tuple[str, ...]
    decimals: int
    amr_low: Decimal | None
    amr_high: Decimal | None
    lob: Decimal | None
    lod: Decimal | None
    loq: Decimal | None
    tea_percent: Decimal | None
    tea_source: str
    intervals: tuple[IntervalRow, ...]
    critical: tuple[CriticalLimits, ...]
    plausibility: PlausibilityLimits | None
    delta: DeltaRule
    conversions: tuple[Conversion, ...]
    is_measuring_signed: bool = False

    @property
    def states_measuring(self) -> bool:
        """Whether a measuring range is stated at all."""
        return self.amr_low is not None or self.amr_high is not None


@dataclass(frozen=True, slots=True)
class MappedCode:
    """What an instrument's code means here, by which row."""

    mapping_id: int
    number: int
    assay_id: int


@dataclass(frozen=True, slots=True)
class ActivePanel:
    """A panel that can be ordered, with its assays in order."""

    panel_id: int
    version_id: int
    code: str
    name: str
    assay_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ActiveCalculation:
    """The formula in force of a calculated assay, and the analyte of each of its inputs."""

    assay_id: int
    version_id: int
    number: int
    definition: Definition
    inputs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ActiveReflex:
    """A reflex rule in force: what it asks, and the assays it orders."""

    rule_id: int
    version_id: int
    name: str
    rule: Rule
    assay_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ActiveComment:
    """A comment in force: its wordings, and the rule by which it is said by itself, if any."""

    version_id: int
    comment_id: int
    code: str
    name: str
    analyte: str
    rule: CommentRule
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything in force at one moment. `stamp` names that moment."""

    stamp: Stamp
    assays: Mapping[int, ActiveAssay]
    mappings: Mapping[tuple[int, str], MappedCode]
    panels: Mapping[int, ActivePanel]
    by_code: Mapping[str, tuple[ActiveAssay, ...]]
    by_version: Mapping[int, ActiveAssay]
    calculations: Mapping[int, ActiveCalculation]
    reflexes: tuple[ActiveReflex, ...]
    comments: tuple[ActiveComment, ...] = ()

    @property
    def calculated_from(self) -> frozenset[int]:
        """The analytes that something is calculated from."""
        return frozenset(
            analyte for one in self.calculations.values() for analyte in one.inputs.values()
        )

    def mapping(self, instrument_id: int, code: str) -> MappedCode | None:
        """Return what an instrument's code means, or None: then the item is held."""
        return self.mappings.get((instrument_id, code))


def index(
    *,
    stamp: Stamp,
    assays: Mapping[int, ActiveAssay],
    mappings: Mapping[tuple[int, str], MappedCode],
    panels: Mapping[int, ActivePanel],
    calculations: Mapping[int, ActiveCalculation] | None = None,
    reflexes: Sequence[ActiveReflex] = (),
    comments: Sequence[ActiveComment] = (),
) -> Catalogue:
    """Freeze what was loaded, with its secondary indexes."""
    by_code: dict[str, tuple[ActiveAssay, ...]] = {}
    for assay in assays.values():
        by_code[assay.code] = (*by_code.get(assay.code, ()), assay)
    return Catalogue(
        stamp=stamp,
        assays=MappingProxyType(dict(assays)),
        mappings=MappingProxyType(dict(mappings)),
        panels=MappingProxyType(dict(panels)),
        by_code=MappingProxyType(by_code),
        by_version=MappingProxyType({assay.version_id: assay for assay in assays.values()}),
        calculations=MappingProxyType(dict(calculations or {})),
        reflexes=tuple(reflexes),
        comments=tuple(comments),
    )
