from assays.models.allele_frequencies import AlleleFrequencies
from assays.models.analysis_runs import AnalysisPart, AnalysisRun
from assays.models.attempts import Attempt, AttemptRequest
from assays.models.benefit_measures import BenefitMeasures
from assays.models.calculations import (
    CalculatedInput,
    CalculatedResult,
    CalculationInput,
    CalculationVersion,
)
from assays.models.calibrations import Calibration
from assays.models.catalogue import (
    Analyte,
    Assay,
    AssayVersion,
    CriticalLimit,
    Panel,
    PanelMember,
    PanelVersion,
    ReferenceInterval,
    SpecimenType,
    UnitConversion,
)
from assays.models.catalogue_events import CatalogueEvent
from assays.models.catalogue_imports import CatalogueImport, CatalogueImportApplied
from assays.models.coded_comments import CodedComment, CodedCommentVersion
from assays.models.communication import CommunicationTimes, DataExport
from assays.models.control_holds import ControlHold, CorrectiveStep
from assays.models.control_measurements import (
    ControlEvaluation,
    ControlItem,
    ControlMeasurement,
    ControlViolation,
)
from assays.models.control_rules import ControlPlan, ControlRuleSet
from assays.models.controls import (
    ControlIdentifier,
    ControlLevel,
    ControlLot,
    ControlMaterial,
    ControlTarget,
)
from assays.models.criticals import (
    ContactAttempt,
    CriticalCall,
    Escalation,
)
from assays.models.cumulative_reports import (
    CumulativeAccess,
    CumulativeDocument,
    CumulativeReport,
)
from assays.models.custody import CustodyTransfer
from assays.models.dashboards import CouncilReport, FigureSnapshot
from assays.models.dispatches import Dispatch, DispatchEvent
from assays.models.disposals import Disposal, DisposalLine
from assays.models.downtime import DowntimeBox, DowntimeForm, DowntimeOutcome, DowntimeTyping
from assays.models.driver_families import DriverFamily
from assays.models.endpoints import Endpoint, EndpointState
from assays.models.entry import PlausibilityOverride, RecordingForm
from assays.models.eqa import EqaFollowUp, EqaResult, EqaRound, EqaScheme, EqaScore
from assays.models.hospital_acts import HospitalAct
from assays.models.inbox import (
    CorrectionAcknowledgement,
    CorrectionNotice,
    InboxEntry,
    NoticeClosure,
    ResultAcknowledgement,
)
from assays.models.instruments import (
    CodeMapping,
    Instrument,
    PanelMapping,
    TransmissionFrame,
    TransmissionSession,
)
from assays.models.labels import LabelPrint
from assays.models.ledger_counts import LedgerCount
from assays.models.look_backs import LookBack, LookBackDecision
from assays.models.maintenance import MaintenanceKind, MaintenanceRecord, MaintenanceTask
from assays.models.micrographs import (
    CountedReading,
    Micrograph,
    MicrographReading,
    MicrographView,
)
from assays.models.nanite_profiles import NaniteProfile
from assays.models.nanite_types import (
    NaniteFunction,
    NaniteFunctionProfile,
    NaniteFunctionSource,
    NaniteType,
    NaniteTypeName,
)
from assays.models.nanites import (
    NaniteCalculation,
    NaniteCount,
    NaniteEstimate,
    NaniteField,
)
from assays.models.nonconformities import Nonconformity, NonconformityEvent
from assays.models.order_notices import OrderNotice, OrderNoticeSeen
from assays.models.order_numbers import OrderNumber, OrderNumberItem, OrderSource
from assays.models.order_questions import OrderAnswer, OrderQuestion
from assays.models.orders import (
    Order,
    OrderEvent,
    OrderItem,
    Priority,
)
from assays.models.patient_averages import PatientAverage
from assays.models.plate_recordings import PlateAddition, PlateRecording
from assays.models.quality_figures import (
    FiguresDay,
    IndicatorDay,
    IndicatorLimit,
    QualityTargets,
    TurnaroundDay,
    TurnaroundTarget,
)
from assays.models.range_signatures import RangeRefusal, RangeSignature
from assays.models.reagents import Reagent, ReagentLot, ReagentMovement, ReagentPeriod, ReagentPlace
from assays.models.receipts import Receipt
from assays.models.reflexes import (
    ReflexAddition,
    ReflexCondition,
    ReflexFiring,
    ReflexRule,
    ReflexVersion,
)
from assays.models.reports import (
    Report,
    ReportAccess,
    ReportDocument,
    ReportVersion,
)
from assays.models.rereadings import MessageEvent, MessageReading, ReadingRun
from assays.models.result_comments import ResultComment
from assays.models.results import (
    Comparator,
    Evaluation,
    Recording,
    Result,
    ResultEvent,
    ResultHold,
    ResultHoldClear,
)
from assays.models.rulesets import (
    RuleSet,
    RuleSetAssay,
    RuleSetMode,
    RuleTrace,
)
from assays.models.series import (
    OrderSeries,
    SeriesPoint,
    SeriesProtocol,
    SeriesProtocolAssay,
)
from assays.models.shifts import (
    HandOver,
    HandOverItem,
    HandOverItemEnd,
    HandOverTaken,
    Shift,
)
from assays.models.shipments import ReferralLaboratory, Shipment, ShipmentEvent, ShipmentLine
from assays.models.signatures import Signature, SignedResult
from assays.models.specimens import (
    AliquotDecision,
    Specimen,
    SpecimenEvent,
    SpecimenIdentifier,
    SpecimenItem,
)
from assays.models.stability import RetentionRule, StabilityLimit
from assays.models.storage import StorageUnit, StorageUnitMove, StoredSpecimen
from assays.models.stored_contents import StoredContent
from assays.models.transmissions import (
    ItemEvent,
    TransmissionItem,
    TransmissionMessage,
)
from assays.models.work_groups import GroupMember, GroupPatient, WorkGroup
from assays.models.work_orders import WorkAnswer, WorkOrder

__all__ = [
    "AliquotDecision",
    "AlleleFrequencies",
    "AnalysisPart",
    "AnalysisRun",
    "Analyte",
    "Assay",
    "AssayVersion",
    "Attempt",
    "AttemptRequest",
    "BenefitMeasures",
    "CalculatedInput",
    "CalculatedResult",
    "CalculationInput",
    "CalculationVersion",
    "Calibration",
    "CatalogueEvent",
    "CatalogueImport",
    "CatalogueImportApplied",
    "CodeMapping",
    "CodedComment",
    "CodedCommentVersion",
    "CommunicationTimes",
    "Comparator",
    "ContactAttempt",
    "ControlEvaluation",
    "ControlHold",
    "ControlIdentifier",
    "ControlItem",
    "ControlLevel",
    "ControlLot",
    "ControlMaterial",
    "ControlMeasurement",
    "ControlPlan",
    "ControlRuleSet",
    "ControlTarget",
    "ControlViolation",
    "CorrectionAcknowledgement",
    "CorrectionNotice",
    "CorrectiveStep",
    "CountedReading",
    "CriticalCall",
    "CriticalLimit",
    "CouncilReport",
    "CumulativeAccess",
    "CumulativeDocument",
    "CumulativeReport",
    "CustodyTransfer",
    "DataExport",
    "Dispatch",
    "DispatchEvent",
    "Disposal",
    "DisposalLine",
    "DowntimeBox",
    "DowntimeForm",
    "DowntimeOutcome",
    "DowntimeTyping",
    "DriverFamily",
    "Endpoint",
    "EndpointState",
    "EqaFollowUp",
    "EqaResult",
    "EqaRound",
    "EqaScheme",
    "EqaScore",
    "Escalation",
    "Evaluation",
    "FigureSnapshot",
    "FiguresDay",
    "GroupMember",
    "GroupPatient",
    "HandOver",
    "HandOverItem",
    "HandOverItemEnd",
    "HandOverTaken",
    "HospitalAct",
    "InboxEntry",
    "IndicatorDay",
    "IndicatorLimit",
    "Instrument",
    "ItemEvent",
    "LabelPrint",
    "LedgerCount",
    "LookBack",
    "LookBackDecision",
    "MaintenanceKind",
    "MaintenanceRecord",
    "MaintenanceTask",
    "MessageEvent",
    "MessageReading",
    "Micrograph",
    "MicrographReading",
    "MicrographView",
    "NaniteCalculation",
    "NaniteCount",
    "NaniteEstimate",
    "NaniteField",
    "NaniteFunction",
    "NaniteFunctionProfile",
    "NaniteFunctionSource",
    "NaniteProfile",
    "NaniteType",
    "NaniteTypeName",
    "Nonconformity",
    "NonconformityEvent",
    "NoticeClosure",
    "Order",
    "OrderAnswer",
    "OrderEvent",
    "OrderItem",
    "OrderNotice",
    "OrderNoticeSeen",
    "OrderNumber",
    "OrderNumberItem",
    "OrderQuestion",
    "OrderSeries",
    "OrderSource",
    "Panel",
    "PanelMapping",
    "PanelMember",
    "PanelVersion",
    "PatientAverage",
    "PlateAddition",
    "PlateRecording",
    "PlausibilityOverride",
    "Priority",
    "QualityTargets",
    "RangeRefusal",
    "RangeSignature",
    "ReadingRun",
    "Reagent",
    "ReagentLot",
    "ReagentMovement",
    "ReagentPeriod",
    "ReagentPlace",
    "Receipt",
    "Recording",
    "RecordingForm",
    "ReferenceInterval",
    "ReferralLaboratory",
    "ReflexAddition",
    "ReflexCondition",
    "ReflexFiring",
    "ReflexRule",
    "ReflexVersion",
    "Report",
    "ReportAccess",
    "ReportDocument",
    "ReportVersion",
    "Result",
    "ResultAcknowledgement",
    "ResultComment",
    "ResultEvent",
    "ResultHold",
    "ResultHoldClear",
    "RetentionRule",
    "RuleSet",
    "RuleSetAssay",
    "RuleSetMode",
    "RuleTrace",
    "SeriesPoint",
    "SeriesProtocol",
    "SeriesProtocolAssay",
    "Shift",
    "Shipment",
    "ShipmentEvent",
    "ShipmentLine",
    "Signature",
    "SignedResult",
    "Specimen",
    "SpecimenEvent",
    "SpecimenIdentifier",
    "SpecimenItem",
    "SpecimenType",
    "StabilityLimit",
    "StorageUnit",
    "StorageUnitMove",
    "StoredContent",
    "StoredSpecimen",
    "TransmissionFrame",
    "TransmissionItem",
    "TransmissionMessage",
    "TransmissionSession",
    "TurnaroundDay",
    "TurnaroundTarget",
    "UnitConversion",
    "WorkAnswer",
    "WorkGroup",
    "WorkOrder",
]
