"""Who sees the laboratory's tables, and whom somebody cares for by having ordered for them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from assays import models
from assays.rules.analyses.runs import AnalysisKind
from assays.rules.result_comments import CommentKind
from assays.rules.states import OrderStatus, SpecimenStatus
from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import Person
from patients.policy import add_care, found_once

CATALOGUE = "assays.catalogue.view"
ORDER = "assays.order.view"
SPECIMEN = "assays.specimen.view"
RESULT = "assays.result.view"
DOWNTIME = "assays.downtime.enter"
REPORT = "assays.report.view"
INSTRUMENT = "assays.instrument.view"
TRANSMISSION = "assays.transmission.view"
NONCONFORMITY = "assays.nonconformity.view"
CONTROL = "assays.control.view"
BENCH = "assays.bench.view"
EQA = "assays.eqa.view"
STORAGE = "assays.storage.view"
SHIPMENT = "assays.shipment.view"
DISPOSAL = "assays.disposal.view"
RULESET = "assays.ruleset.view"
QUALITY = "assays.quality.view"
VERIFY = "assays.result.verify"
ANALYSIS = "assays.analysis.view"
# A run is of many persons at once: whoever may ask for runs follows them.
RUN = "assays.analysis.run"
PLATE = "assays.plate.read"
GROUP = "assays.group.view"
HAND_OVER = "assays.group.work"
GROUP_PATIENTS = "assays.group.patients"
DASHBOARD = "assays.dashboard.view"

# What is sent is not anybody's until it is recorded: only the reach `any` opens it.
MODELS: dict[type[Any], tuple[str, str | None]] = {
    models.SpecimenType: (CATALOGUE, None),
    models.Analyte: (CATALOGUE, None),
    models.Assay: (CATALOGUE, None),
    models.AssayVersion: (CATALOGUE, None),
    models.ReferenceInterval: (CATALOGUE, None),
    models.CriticalLimit: (CATALOGUE, None),
    models.RangeSignature: (CATALOGUE, None),
    models.RangeRefusal: (CATALOGUE, None),
    models.AlleleFrequencies: (CATALOGUE, None),
    models.BenefitMeasures: (CATALOGUE, None),
    models.CodedComment: (CATALOGUE, None),
    models.CodedCommentVersion: (CATALOGUE, None),
    models.CatalogueImport: (CATALOGUE, None),
    models.CatalogueImportApplied: (CATALOGUE, None),
    models.Panel: (CATALOGUE, None),
    models.PanelVersion: (CATALOGUE, None),
    models.PanelMember: (CATALOGUE, None),
    models.UnitConversion: (CATALOGUE, None),
    models.CatalogueEvent: (CATALOGUE, None),
    models.CalculationVersion: (CATALOGUE, None),
    models.CalculationInput: (CATALOGUE, None),
    models.CalculatedResult: (RESULT, "result__person"),
    models.CalculatedInput: (RESULT, "result__person"),
    models.ReflexRule: (CATALOGUE, None),
    models.ReflexVersion: (CATALOGUE, None),
    models.ReflexCondition: (CATALOGUE, None),
    models.ReflexAddition: (CATALOGUE, None),
    models.ReflexFiring: (RESULT, "result__person"),
    models.AttemptRequest: (RESULT, "specimen__person"),
    models.Attempt: (RESULT, "result__person"),
    models.Instrument: (INSTRUMENT, None),
    models.CodeMapping: (INSTRUMENT, None),
    models.PanelMapping: (INSTRUMENT, None),
    models.HospitalAct: (TRANSMISSION, None),
    models.OrderSource: (ORDER, "order__person"),
    models.OrderNumber: (ORDER, "order__person"),
    models.OrderNumberItem: (ORDER, "number__order__person"),
    models.OrderNotice: (ORDER, "order__person"),
    models.OrderNoticeSeen: (ORDER, "notice__order__person"),
    models.Endpoint: (INSTRUMENT, None),
    models.EndpointState: (INSTRUMENT, None),
    models.DriverFamily: (INSTRUMENT, None),
    models.Order: (ORDER, "person"),
    models.OrderItem: (ORDER, "order__person"),
    models.OrderEvent: (ORDER, "order__person"),
    models.WorkGroup: (GROUP, None),
    models.GroupMember: (GROUP, None),
    models.Shift: (GROUP, None),
    models.GroupPatient: (GROUP_PATIENTS, "person"),
    models.HandOver: (HAND_OVER, None),
    models.HandOverItem: (HAND_OVER, None),
    models.HandOverItemEnd: (HAND_OVER, None),
    models.HandOverTaken: (HAND_OVER, None),
    models.OrderQuestion: (CATALOGUE, None),
    models.OrderAnswer: (ORDER, "order__person"),
    models.SeriesProtocol: (CATALOGUE, None),
    models.SeriesProtocolAssay: (CATALOGUE, None),
    models.OrderSeries: (ORDER, "person"),
    models.SeriesPoint: (ORDER, "series__person"),
    models.Specimen: (SPECIMEN, "person"),
    models.SpecimenIdentifier: (SPECIMEN, "specimen__person"),
    models.SpecimenItem: (SPECIMEN, "specimen__person"),
    models.SpecimenEvent: (SPECIMEN, "specimen__person"),
    models.Recording: (RESULT, "specimen__person"),
    models.DowntimeForm: (DOWNTIME, None),
    models.DowntimeBox: (DOWNTIME, "specimen__person"),
    models.DowntimeTyping: (DOWNTIME, "box__specimen__person"),
    models.DowntimeOutcome: (DOWNTIME, "box__specimen__person"),
    models.RecordingForm: (RESULT, "specimen__person"),
    models.PlausibilityOverride: (RESULT, "result__person"),
    models.Result: (RESULT, "person"),
    models.ResultEvent: (RESULT, "result__person"),
    models.ResultHold: (RESULT, "result__person"),
    models.ResultHoldClear: (RESULT, "hold__result__person"),
    models.Evaluation: (RESULT, "result__person"),
    models.ResultComment: (RESULT, "result__person"),
    models.Signature: ("assays.signature.view", None),
    models.SignedResult: ("assays.signature.view", "result__person"),
    models.Report: (REPORT, "order__person"),
    models.ReportVersion: (REPORT, "report__order__person"),
    models.ReportDocument: (REPORT, "version__report__order__person"),
    models.ReportAccess: ("assays.report.readers", "version__report__order__person"),
    models.CumulativeReport: (REPORT, "person"),
    models.CumulativeDocument: (REPORT, "cumulative__person"),
    models.CumulativeAccess: ("assays.report.readers", "cumulative__person"),
    models.CommunicationTimes: (CATALOGUE, None),
    models.DataExport: ("assays.export.view", None),
    models.CriticalCall: ("assays.critical.view", "result__person"),
    models.ContactAttempt: ("assays.critical.call", "call__result__person"),
    models.Escalation: ("assays.critical.call", "call__result__person"),
    models.InboxEntry: ("assays.inbox.view", "person"),
    models.ResultAcknowledgement: ("assays.inbox.view", "result__person"),
    models.CorrectionNotice: ("assays.correction.chase", "person"),
    models.CorrectionAcknowledgement: ("assays.correction.chase", "notice__person"),
    models.NoticeClosure: ("assays.correction.chase", "notice__person"),
    models.NaniteCount: (RESULT, "specimen__person"),
    models.NaniteField: (RESULT, "count__specimen__person"),
    models.NaniteEstimate: (RESULT, "calculation__count__specimen__person"),
    models.NaniteCalculation: (RESULT, "count__specimen__person"),
    models.NaniteProfile: (RESULT, "specimen__person"),
    models.NaniteType: (CATALOGUE, None),
    models.NaniteTypeName: (CATALOGUE, None),
    models.NaniteFunction: (CATALOGUE, None),
    models.NaniteFunctionSource: (RESULT, "result__person"),
    models.NaniteFunctionProfile: (RESULT, "profile__specimen__person"),
    models.StoredContent: (ANALYSIS, None),
    models.Micrograph: (ANALYSIS, "specimen__person"),
    models.MicrographView: (ANALYSIS, "micrograph__specimen__person"),
    models.MicrographReading: (ANALYSIS, "micrograph__specimen__person"),
    models.CountedReading: (RESULT, "count__specimen__person"),
    models.TransmissionSession: (TRANSMISSION, None),
    models.TransmissionFrame: (TRANSMISSION, None),
    models.TransmissionMessage: (TRANSMISSION, None),
    models.TransmissionItem: (TRANSMISSION, None),
    models.ItemEvent: (TRANSMISSION, None),
    models.MessageEvent: (TRANSMISSION, None),
    models.ReadingRun: (TRANSMISSION, None),
    models.MessageReading: (TRANSMISSION, None),
    models.Dispatch: (TRANSMISSION, None),
    models.DispatchEvent: (TRANSMISSION, None),
    models.WorkAnswer: (TRANSMISSION, None),
    models.WorkOrder: (TRANSMISSION, None),
    models.Nonconformity: (NONCONFORMITY, None),
    models.NonconformityEvent: (NONCONFORMITY, None),
    models.ControlMaterial: (CONTROL, None),
    models.ControlLot: (CONTROL, None),
    models.ControlLevel: (CONTROL, None),
    models.ControlIdentifier: (CONTROL, None),
    models.ControlTarget: (CONTROL, None),
    models.ControlRuleSet: (CONTROL, None),
    models.ControlPlan: (CONTROL, None),
    models.ControlMeasurement: (CONTROL, None),
    models.ControlItem: (CONTROL, None),
    models.ControlEvaluation: (CONTROL, None),
    models.ControlViolation: (CONTROL, None),
    models.ControlHold: (CONTROL, None),
    models.CorrectiveStep: (CONTROL, None),
    models.RuleSet: (RULESET, None),
    models.RuleSetAssay: (RULESET, None),
    models.RuleSetMode: (RULESET, None),
    models.RuleTrace: (RESULT, "result__person"),
    models.AnalysisRun: (RUN, None),
    models.AnalysisPart: (ANALYSIS, "person"),
    models.PlateRecording: (PLATE, None),
    models.PlateAddition: (PLATE, None),
    models.LedgerCount: ("assays.ledger.view", None),
    models.LookBack: ("assays.lookback.view", None),
    models.LookBackDecision: ("assays.lookback.decide", "result__person"),
    models.StabilityLimit: (CATALOGUE, None),
    models.RetentionRule: (CATALOGUE, None),
    models.AliquotDecision: (SPECIMEN, "aliquot__person"),
    models.Receipt: (SPECIMEN, "specimen__person"),
    models.LabelPrint: (SPECIMEN, "specimen__person"),
    models.CustodyTransfer: (SPECIMEN, "specimen__person"),
    models.StorageUnit: (STORAGE, None),
    models.StorageUnitMove: (STORAGE, None),
    models.StoredSpecimen: (STORAGE, "specimen__person"),
    models.ReferralLaboratory: (SHIPMENT, None),
    models.Shipment: (SHIPMENT, None),
    models.ShipmentLine: (SHIPMENT, "specimen__person"),
    models.ShipmentEvent: (SHIPMENT, None),
    models.Disposal: (DISPOSAL, None),
    models.DisposalLine: (DISPOSAL, "specimen__person"),
    models.Reagent: (BENCH, None),
    models.ReagentPlace: (BENCH, None),
    models.ReagentLot: (BENCH, None),
    models.ReagentMovement: (BENCH, None),
    models.ReagentPeriod: (BENCH, None),
    models.Calibration: (BENCH, None),
    models.MaintenanceTask: (BENCH, None),
    models.MaintenanceRecord: (BENCH, None),
    models.PatientAverage: (BENCH, None),
    models.QualityTargets: (QUALITY, None),
    models.TurnaroundTarget: (QUALITY, None),
    models.IndicatorLimit: (QUALITY, None),
    models.FiguresDay: (QUALITY, None),
    models.FigureSnapshot: (DASHBOARD, None),
    models.CouncilReport: (DASHBOARD, None),
    models.TurnaroundDay: (QUALITY, None),
    models.IndicatorDay: (QUALITY, None),
    models.EqaScheme: (EQA, None),
    models.EqaRound: (EQA, None),
    models.EqaResult: (EQA, None),
    models.EqaScore: (EQA, None),
    models.EqaFollowUp: (EQA, None),
}


def ordered_for(principal: Principal) -> QuerySet[Any]:
    """Persons for whom the principal has placed an order that was not a mistake."""
    orders = models.Order.objects.filter(requester_id=principal.pk)
    return orders.exclude(status=OrderStatus.ENTERED_IN_ERROR).values("person_id")


def to_collect(principal: Principal, person: str) -> Q:
    return found_once("to_collect", principal, person, _on_the_way)


def _on_the_way(_principal: Principal) -> QuerySet[Any]:
    """Persons with a specimen to be collected, or collected and not yet in the laboratory."""
    on_the_way = [SpecimenStatus.EXPECTED, SpecimenStatus.COLLECTED]
    return models.Specimen.objects.filter(status__in=on_the_way).values("person_id")


def of_my_groups(principal: Principal) -> QuerySet[Any]:
    """Persons whom a group looks after now in which the principal works now."""
    groups = _running(models.GroupMember).filter(principal_id=principal.pk).values("group")
    return _running(models.GroupPatient).filter(group__in=groups).values("person_id")


def _running(model: type[models.GroupMember] | type[models.GroupPatient]) -> QuerySet[Any]:
    """Return who works in a group, or is looked after by one, now: a closed one has nobody."""
    now = Now()
    rows = model.objects.filter(Q(until=None) | Q(until__gt=now), since__lte=now)
    return rows.filter(group__is_active=True)


def readable(principal: Principal, path: str = "") -> Q | None:
    """Which results may be read by somebody in whose reach they are; None is all of them.

    Whoever verifies sees every value. Everybody else sees those that somebody verified or released,
    also after they were withdrawn; what they entered themselves; and critical ones, which are shown
    as preliminary and unverified and do not wait.
    """
    if policy.can(principal, VERIFY):
        return None
    at = f"{path}__" if path else ""
    looked_at = Q(**{f"{at}verified_at__isnull": False}) | Q(**{f"{at}released_at__isnull": False})
    own = Q(**{f"{at}entered_by": principal.pk})
    told = Exists(models.CriticalCall.objects.filter(result=OuterRef(f"{at}pk")))
    return looked_at | own | Q(told)


def _doubted(principal: Principal, path: str) -> Q | None:
    """A request for another attempt is read by whoever reads the value it doubts."""
    seen = readable(principal, path)
    return None if seen is None else seen | Q(**{path: None})


def _not_notes(principal: Principal, path: str) -> Q | None:
    """Notes never leave the laboratory, whatever they are about."""
    seen = readable(principal, path)
    return None if seen is None else seen & ~Q(kind=CommentKind.NOTE)


def _inputs(principal: Principal, path: str) -> Q | None:
    """An input of a calculation shows its own value beside the one that rests on it."""
    seen, of = readable(principal, path), readable(principal, "calculated__result")
    return None if seen is None or of is None else seen & of


def _counted(principal: Principal, path: str) -> Q | None:
    """A count of nanites is read by whoever reads a value that was made of it, or counted it."""
    seen = readable(principal)
    if seen is None:
        return None
    at = f"{path}__" if path else ""
    made = models.Result.objects.filter(seen).values("recording")
    estimates = models.NaniteEstimate.objects.filter(
        calculation__count=OuterRef(f"{at}pk"), recording__in=made
    )
    own = Q(**{f"{at}counted_by": principal.pk}) | Q(**{f"{at}recorded_by": principal.pk})
    return own | Q(Exists(estimates))


def _not_plates(principal: Principal, path: str) -> Q | None:
    """A plate shows values that nobody verified: only those who may record them read it."""
    if policy.can(principal, PLATE):
        return None
    at = f"{path}__" if path else ""
    return ~Q(**{f"{at}kind": AnalysisKind.PLATE.value})


def _of_members(principal: Principal, path: str) -> Q | None:
    """A hand-over is read by those who work in its group now."""
    at = f"{path}__" if path else ""
    mine = _running(models.GroupMember).filter(principal_id=principal.pk).values("group")
    return Q(**{f"{at}group__in": mine})


def _items_of_members(principal: Principal, path: str) -> Q | None:
    """An item about a patient is read while they are in reach: the group's care for them may end."""
    at = f"{path}__" if path else ""
    theirs = _of_members(principal, f"{at}hand_over")
    if theirs is None or policy.ANY in policy.reaches(principal, GROUP_PATIENTS):
        return theirs
    reached = policy.scope(principal, Person.objects.all(), GROUP_PATIENTS).values("pk")
    return theirs & (Q(**{f"{at}person": None}) | Q(**{f"{at}person__in": reached}))


# What shows a result's value or says something of it: what of it may be read, and where it is.
NARROWED: dict[type[Any], tuple[policy.Narrowing, str]] = {
    models.Result: (readable, ""),
    models.CalculatedResult: (readable, "result"),
    models.CalculatedInput: (_inputs, "result"),
    models.ReflexFiring: (readable, "result"),
    models.Attempt: (readable, "result"),
    models.AttemptRequest: (_doubted, "result"),
    models.PlausibilityOverride: (readable, "result"),
    models.ResultEvent: (readable, "result"),
    models.ResultHold: (readable, "result"),
    models.ResultHoldClear: (readable, "hold__result"),
    models.ResultComment: (_not_notes, "result"),
    models.Evaluation: (readable, "result"),
    models.RuleTrace: (readable, "result"),
    models.NaniteFunctionSource: (readable, "result"),
    models.AnalysisRun: (_not_plates, ""),
    models.AnalysisPart: (_not_plates, "run"),
    models.NaniteCount: (_counted, ""),
    models.NaniteField: (_counted, "count"),
    models.NaniteCalculation: (_counted, "count"),
    models.NaniteEstimate: (_counted, "calculation__count"),
    models.HandOver: (_of_members, ""),
    models.HandOverItem: (_items_of_members, ""),
    models.HandOverItemEnd: (_items_of_members, "item"),
    models.HandOverTaken: (_of_members, "hand_over"),
}


def register() -> None:
    """Tell the policy who sees which table, and what makes a person one in my care."""
    add_care(ordered_for)
    add_care(of_my_groups)
    policy.register_reach("to_collect", to_collect)
    for model, (view, person) in MODELS.items():
        policy.register_model(model, view=view, person=person)
    for model, (narrowing, path) in NARROWED.items():
        policy.narrow(model, narrowing, path)
