"""Handing in files of the catalogue, and applying them: new drafts for all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assays.actions import versions
from assays.actions.catalogue.adding import add_analyte, add_assay, amend_analyte, rename_panel
from assays.actions.catalogue.comments import draft_comment
from assays.actions.catalogue.drafts import add_panel, draft_assay_version, draft_panel_version
from assays.actions.catalogue.ranges import RangeDraft
from assays.models import (
    Analyte,
    Assay,
    CatalogueImport,
    CatalogueImportApplied,
    CodedCommentVersion,
    Panel,
    PanelVersion,
    SpecimenType,
)
from assays.queries import catalogue_trial
from assays.queries.catalogue_files import LIMITS
from assays.queries.catalogue_trial import Plan
from assays.rules.catalogue_files import Problem, Row, Sort
from assays.rules.catalogue_files.cells import shown
from assays.rules.catalogue_files.layout import ASSAY, ASSAYS
from assays.rules.coded_comments import LANGUAGES
from assays.rules.range_rows import RowKind
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from labsys.lib.reasons import check_reason

VALUES = tuple(name for name in ASSAYS.headings if name not in ASSAY)


class CatalogueChanged(Conflict):
    """The catalogue moved after the trial run, which would not be what is applied."""

    kind = "catalogue-changed"


class BadFiles(InvalidInput):
    """Rows that cannot be taken keep the whole import out; `problems` names each."""

    kind = "bad-files"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            _("%(count)d problems keep these files out; nothing was taken.")
            % {"count": len(problems)},
            field="files",
        )
        self.problems = tuple(problems)


def try_out(
    *, texts: Mapping[str, str], is_complete: bool, hole_reason: str, by: Principal, at: datetime
) -> Plan:
    """Return what files would change, having drafted all of it and taken everything back."""
    versions.check_drafter(by)
    plan = catalogue_trial.read(texts, is_complete=is_complete, hole_reason=hole_reason)
    if not plan.problems:
        with acting(by=by, at=at, action="catalogue.import.try"):
            versions.lock()
            # Every draft is made as it would be, so that what an action refuses is found now.
            undone = transaction.savepoint()
            _apply(plan, "trial", hole_reason, by=by, at=at, problems=plan.problems)
            transaction.savepoint_rollback(undone)
    return plan


def hand_in(
    *,
    texts: Mapping[str, str],
    note: str,
    by: Principal,
    at: datetime,
    is_complete: bool = False,
    hole_reason: str = "",
) -> CatalogueImport:
    """Keep files that can be taken, beside the digest of the catalogue they were tried on.

    Nothing of the catalogue changes. Raises `BadFiles` with every problem of every row.
    """
    check_reason(note)
    if not texts:
        raise InvalidInput(_("Choose at least one file."), field="files")
    plan = try_out(texts=texts, is_complete=is_complete, hole_reason=hole_reason, by=by, at=at)
    if plan.problems:
        raise BadFiles(plan.problems)
    with acting(by=by, at=at, action="catalogue.import.hand_in", reason=note):
        made: CatalogueImport = CatalogueImport.objects.create(
            tables=dict(texts),
            catalogue_sha256=plan.catalogue_sha256,
            is_complete=is_complete,
            hole_reason=hole_reason.strip(),
            note=note.strip(),
            recorded_by=by,
            recorded_at=at,
        )
    return made


def apply_import(*, source: CatalogueImport, by: Principal, at: datetime) -> CatalogueImportApplied:
    """Make the drafts of an import, all or none; others approve and activate them.

    Refused where anything in the catalogue moved since the trial run. What results rest on stays:
    each keeps the version it was recorded with.
    """
    versions.check_drafter(by)
    with acting(by=by, at=at, action="catalogue.import.apply", reason=source.note):
        versions.lock()
        if CatalogueImportApplied.objects.filter(source=source).exists():
            raise Conflict(_("These files were applied already."))
        plan = catalogue_trial.read(
            source.tables, is_complete=source.is_complete, hole_reason=source.hole_reason
        )
        if plan.catalogue_sha256 != source.catalogue_sha256:
            raise CatalogueChanged(
                _("The catalogue changed since the trial run; hand the files in again.")
            )
        if plan.problems:
            raise BadFiles(plan.problems)
        if not plan.changes:
            raise Conflict(_("These files change nothing."))
        made = _apply(plan, source.note, source.hole_reason, by=by, at=at, problems=None)
        applied: CatalogueImportApplied = CatalogueImportApplied.objects.create(
            source=source, made=made, recorded_by=by, recorded_at=at
        )
    return applied


def _apply(
    plan: Plan,
    note: str,
    hole_reason: str,
    *,
    by: Principal,
    at: datetime,
    problems: list[Problem] | None,
) -> list[str]:
    """Make everything a plan asks for; with ``problems`` what is refused is listed, not raised."""
    who = {"by": by, "at": at}
    made: list[str] = []
    steps: list[tuple[str, Row | None, Callable[[], Any]]] = []
    rows = {(name, row.of(_group(name))): row for name, many in plan.rows.items() for row in many}

    def step(table: str, group: tuple[Any, ...], act: Callable[[], Any]) -> None:
        steps.append((table, rows.get((table, group)), act))

    for change in plan.of("analytes"):
        if change.sort is not Sort.RETIRED:
            row = rows["analytes", change.group]
            step("analytes", change.group, lambda row=row: _analyte(row, note, **who))
    for group in plan.assays:
        act = _retire_assay if group in plan.retired else _assay
        step(
            "assays", group, lambda act=act, group=group: act(plan, group, note, hole_reason, **who)
        )
    for name, act_ in (("panels", _panel), ("comments", _comment)):
        for group in dict.fromkeys(change.group for change in plan.of(name)):
            step(name, group, lambda act=act_, group=group: act(plan, group, note, **who))
    for table, row, act in steps:
        try:
            with transaction.atomic():
                made.append(str(act()))
        except Refusal as refusal:
            if problems is None:
                raise
            problems.append(_problem(table, row, refusal))
    return made


def _group(table: str) -> tuple[str, ...]:
    return catalogue_trial.TABLES[table].group


def _problem(table: str, row: Row | None, refusal: Refusal) -> Problem:
    column = refusal.field if isinstance(refusal, InvalidInput) else ""
    value = shown(row.values[column]) if row is not None and column in row.values else ""
    # The sentence is in its reader's language already.
    return Problem(
        table, row.number if row else None, column, value, "%(said)s", {"said": str(refusal)}
    )


def _analyte(row: Row, note: str, *, by: Principal, at: datetime) -> str:
    given = {name: row[name] for name in ("name", "loinc", "section")}
    analyte = Analyte.objects.filter(code=row["code"]).first()
    if analyte is None:
        return str(add_analyte(code=row["code"], **given, by=by, at=at))
    amend_analyte(analyte=analyte, **given, by=by, at=at, reason=note)
    return str(row["code"])


def _found(group: tuple[Any, ...]) -> Assay | None:
    analyte, specimen_type, method = group
    key = {"analyte__code": analyte, "specimen_type__code": specimen_type, "method": method}
    found: Assay | None = Assay.objects.filter(**key).first()
    return found


def _assay(
    plan: Plan, group: tuple[Any, ...], note: str, hole_reason: str, *, by: Principal, at: datetime
) -> Any:
    row = next((one for one in plan.rows.get("assays", ()) if one.of(ASSAY) == group), None)
    values = {name: row[name] for name in VALUES} if row is not None else {}
    if "answers" in values:
        values["answers"] = list(values["answers"])
    given: dict[str, Any] = {"note": note, "hole_reason": hole_reason, "by": by, "at": at}
    if group in plan.named_ranges or plan.of("ranges"):
        ranges = plan.ranges_of(group)
        if ranges or any(change.group == group for change in plan.of("ranges")):
            values |= _limits(ranges)
            given |= {
                "intervals": _drafts(ranges, RowKind.REFERENCE),
                "critical": _drafts(ranges, RowKind.CRITICAL),
            }
    assay = _found(group)
    if assay is not None:
        return draft_assay_version(assay=assay, values=values, **given)
    return add_assay(
        analyte=Analyte.objects.get(code=group[0]),
        specimen_type=SpecimenType.objects.get(code=group[1]),
        method=group[2],
        values=values,
        **given,
    )


def _limits(rows: Sequence[Row]) -> dict[str, Any]:
    found = {}
    for kind, (low, high) in LIMITS.items():
        row = next((one for one in rows if one["range"] == kind), None)
        found |= {low: row["low"] if row else None, high: row["high"] if row else None}
    return found


def _drafts(rows: Sequence[Row], kind: RowKind) -> list[RangeDraft]:
    return [
        RangeDraft(
            species=row["species"],
            sex=row["sex"],
            age_low_days=row["age_low_days"],
            age_high_days=row["age_high_days"],
            state=row["state"],
            low=row["low"],
            high=row["high"],
            source=row["source"],
            established=not row["not_established_because"],
            reason=row["not_established_because"],
        )
        for row in rows
        if row["range"] == kind
    ]


def _retire_assay(
    plan: Plan, group: tuple[Any, ...], note: str, hole_reason: str, *, by: Principal, at: datetime
) -> str:
    assay = _found(group)
    assert assay is not None  # it was in force when the plan was made, under the catalogue's lock
    version = assay.versions.get(status=VersionStatus.ACTIVE)
    versions.retire(version=version, by=by, at=at, reason=note)
    return str(version)


def _panel(plan: Plan, group: tuple[Any, ...], note: str, *, by: Principal, at: datetime) -> str:
    (code,) = group
    rows = [row for row in plan.rows.get("panels", ()) if row["panel"] == code]
    panel = Panel.objects.filter(code=code).first()
    if not rows:
        version = PanelVersion.objects.get(panel=panel, status=VersionStatus.ACTIVE)
        versions.retire(version=version, by=by, at=at, reason=note)
        return str(version)
    if panel is None:
        panel = add_panel(code=code, name=rows[0]["name"], by=by, at=at)
    elif panel.name != rows[0]["name"]:
        rename_panel(panel=panel, name=rows[0]["name"], by=by, at=at, reason=note)
    found = [_found(row.of(ASSAY)) for row in sorted(rows, key=lambda row: row["position"])]
    held = [one for one in found if one is not None]
    draft = draft_panel_version(panel=panel, assays=held, by=by, at=at, note=note)
    return str(draft)


def _comment(plan: Plan, group: tuple[Any, ...], note: str, *, by: Principal, at: datetime) -> str:
    (code,) = group
    row = next((one for one in plan.rows.get("comments", ()) if one["code"] == code), None)
    if row is None:
        version = CodedCommentVersion.objects.get(comment__code=code, status=VersionStatus.ACTIVE)
        versions.retire(version=version, by=by, at=at, reason=note)
        return str(version)
    analyte = Analyte.objects.get(code=row["analyte"]) if row["analyte"] else None
    draft = draft_comment(
        code=code,
        name=row["name"],
        texts={one: row[f"text_{one}"] for one in LANGUAGES},
        analyte=analyte,
        flags=row["flags"],
        condition=row["condition"],
        by=by,
        at=at,
        note=note,
    )
    return str(draft)
