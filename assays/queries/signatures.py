"""What a signature covers of a result, as it stands now, or read again as it was signed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from assays.models import (
    Evaluation,
    NaniteCount,
    ReportVersion,
    Result,
    ResultComment,
    Signature,
    SignedResult,
)
from assays.rules.result_comments import CommentKind
from assays.rules.signatures import Difference, Meaning, differences, digest, statement
from assays.rules.states import ResultStatus
from labsys.lib.quantities import plain

Content = dict[str, Any]
AT_ONCE = 200


def contents(result_ids: Collection[int]) -> dict[int, Content]:
    """Return what signing each of these results would cover now, in a constant number of queries.

    Of evaluations and report versions the newest counts; of comments those that hold.
    """
    results = list(
        _results(result_ids).prefetch_related(_newest_evaluations(), standing_comments())
    )
    reports = _newest_reports([one.order_item.order_id for one in results if one.order_item])
    return {
        one.pk: _content(
            one,
            next(iter(one.evaluations.all()), None),
            one.standing_comments,  # type: ignore[attr-defined]
            reports.get(one.order_item.order_id) if one.order_item else None,
            is_verified=one.verified_by_id is not None,
        )
        for one in results
    }


def again(signed: Iterable[SignedResult]) -> dict[int, Content]:
    """Return, per row of a signature, what is found of what it covers: the very same rows, as they
    are now. A row that is gone is missing in its content."""
    rows = list(signed)
    results = {one.pk: one for one in _results([row.result_id for row in rows])}
    named = [row.content for row in rows]
    evaluations = Evaluation.objects.in_bulk(_ids(named, "evaluation"))
    reports = ReportVersion.objects.defer("content").in_bulk(_ids(named, "report"))
    comment_ids = [one["id"] for content in named for one in content.get("comments", [])]
    comments = ResultComment.objects.in_bulk(comment_ids)
    counts = NaniteCount.objects.prefetch_related("fields").in_bulk(_ids(named, "count"))
    return {
        row.pk: _counted(row.content, counts)
        | _content(
            results[row.result_id],
            evaluations.get(_id(row.content, "evaluation")),
            [
                comments[one["id"]]
                for one in row.content.get("comments", [])
                if one["id"] in comments
            ],
            reports.get(_id(row.content, "report")),
            is_verified=row.content.get("verified") is not None,
        )
        for row in rows
    }


def whole(signature: Signature, digests: Sequence[tuple[int, str]]) -> dict[str, Any]:
    """Return all that a signature says, whose digest is its own."""
    step_up = signature.step_up_id
    return statement(
        by=signature.signed_by_id,
        name=signature.signed_name,
        at=signature.signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        meaning=Meaning(signature.meaning),
        remark=signature.remark,
        proof=signature.rule_set if step_up is None else f"step-up {step_up}",
        shown=signature.shown_sha256,
        signed=digests,
        algorithm=signature.algorithm,
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """A signature read again: nothing in `wrong` means that all is as it was signed."""

    signature: Signature
    wrong: tuple[Difference, ...]

    @property
    def is_intact(self) -> bool:
        return not self.wrong


def check(signatures: Sequence[Signature]) -> list[Checked]:
    """Read signatures again with all they cover, and name whatever is not as it was signed."""
    rows = SignedResult.objects.filter(signature__in=signatures).order_by("position")
    by_signature: dict[int, list[SignedResult]] = {}
    for row in rows:
        by_signature.setdefault(row.signature_id, []).append(row)
    found = again(rows)
    return [_checked(one, by_signature.get(one.pk, []), found) for one in signatures]


def check_all(*, after: int = 0, result_id: int | None = None) -> Iterator[Checked]:
    """Read all signatures again in the order they were given, some hundred at a time."""
    rows = Signature.objects.order_by("id")
    if result_id is not None:
        rows = rows.filter(signed__result=result_id)
    while batch := list(rows.filter(pk__gt=after)[:AT_ONCE]):
        yield from check(batch)
        after = batch[-1].pk


def not_covered() -> QuerySet[Result]:
    """Return the released results whose signature is none, or does not list them."""
    listed = SignedResult.objects.filter(result=OuterRef("pk"), signature=OuterRef("signature"))
    return Result.objects.filter(~Exists(listed), status=ResultStatus.RELEASED)


def _checked(
    signature: Signature, rows: Sequence[SignedResult], found: Mapping[int, Content]
) -> Checked:
    wrong: list[Difference] = []
    for row in rows:
        where = f"result {row.result_id}"
        wrong += differences(row.content, found[row.pk], where)
        if digest(row.content) != row.sha256:
            wrong.append(Difference(f"{where}: content", row.sha256, digest(row.content)))
    total = digest(whole(signature, [(row.result_id, row.sha256) for row in rows]))
    if total != signature.sha256:
        wrong.append(Difference("signature", signature.sha256, total))
    return Checked(signature, tuple(wrong))


def standing_comments() -> Prefetch[str, QuerySet[ResultComment], str]:
    """Fetch with each result the comments that its report gives, as `standing_comments`."""
    rows = ResultComment.objects.filter(replaced_by=None).exclude(kind=CommentKind.NOTE)
    shown = rows.exclude(text="").select_related("recorded_by__user").order_by("id")
    return Prefetch("comments", shown, to_attr="standing_comments")


def of_result(result_id: int) -> list[Signature]:
    """Return the signatures that cover a result, in their order."""
    rows = Signature.objects.filter(signed__result=result_id)
    return list(rows.select_related("signed_by").order_by("id"))


def all_comments(result_id: int) -> list[ResultComment]:
    """Return everything written about a result, what was replaced included, in its order."""
    rows = ResultComment.objects.filter(result=result_id).order_by("id")
    return list(
        rows.select_related("recorded_by__user", "replaced_by", "signature", "coded__comment")
    )


def comment_content(comment: ResultComment) -> dict[str, Any]:
    """Return what a signature covers of a comment."""
    coded = {} if comment.coded_id is None else {"coded": comment.coded_id}
    return {
        "id": comment.pk,
        "kind": comment.kind,
        "text": comment.text,
        "by": comment.recorded_by_id,
        "at": _moment(comment.recorded_at),
        **coded,
    }


def count_content(count: NaniteCount) -> dict[str, Any]:
    """Return what a signature covers of a count that corrects another one."""
    return {
        "id": count.pk,
        "corrects": count.corrects_id,
        "method": count.method,
        "comment": count.comment,
        "observed_at": _moment(count.observed_at),
        "counted_by": count.counted_by_id,
        "fields": [[one.position, one.red_cells, one.nanites] for one in count.fields.all()],
    }


def _counted(content: Mapping[str, Any], counts: Mapping[int, NaniteCount]) -> Content:
    """Return what is found of the count that a content names, where it names one."""
    id_ = _id(content, "count")
    if id_ is None:
        return {}
    return {"count": count_content(counts[id_]) if id_ in counts else None}


def _results(result_ids: Collection[int]) -> QuerySet[Result]:
    found: QuerySet[Result] = Result.objects.filter(pk__in=list(result_ids))
    return found.select_related(
        "specimen", "person", "analyte", "assay_version", "order_item"
    ).order_by("pk")


def _newest_evaluations() -> Prefetch[str, QuerySet[Evaluation], str]:
    return Prefetch("evaluations", Evaluation.objects.order_by("-method_version", "-id"))


def _newest_reports(order_ids: Collection[int]) -> dict[int, ReportVersion]:
    versions = ReportVersion.objects.filter(report__order__in=set(order_ids))
    newest = versions.order_by("report__order_id", "-number").distinct("report__order_id")
    return {one.report.order_id: one for one in newest.select_related("report").defer("content")}


def _content(
    result: Result,
    evaluation: Evaluation | None,
    comments: Sequence[ResultComment],
    report: ReportVersion | None,
    *,
    is_verified: bool,
) -> Content:
    return {
        "result": result.pk,
        "person": str(result.person.uid),
        "specimen": result.specimen.accession,
        "analyte": result.analyte.code,
        "assay_version": [result.assay_version_id, result.assay_version.number],
        "instrument": result.instrument_id,
        **_value(result),
        "range": _range(result),
        "evaluation": evaluation and _evaluation(evaluation),
        "comments": [comment_content(one) for one in comments],
        "corrects": result.corrects_id,
        "collected_at": _moment(result.collected_at),
        "observed_at": _moment(result.observed_at),
        "recorded": [result.recorded_by_id, _moment(result.recorded_at)],
        "entered_by": result.entered_by_id,
        "verified": [result.verified_by_id, _moment(result.verified_at)] if is_verified else None,
        "report": report and {"id": report.pk, "number": report.number, "sha256": report.sha256},
    }


def _value(result: Result) -> Content:
    return {
        "kind": result.kind,
        "comparator": result.comparator,
        "value": None if result.value is None else plain(result.value),
        "unit": result.unit,
        "code": result.value_code,
        "text": result.value_text,
        "absent_reason": result.absent_reason,
        "comment": result.comment,
        "as_sent": result.as_sent,
        "flags_sent": result.flags_sent,
    }


def _range(result: Result) -> Content:
    """Return the rows and versions that the value was judged by, and a digest of all of them."""
    candidates = result.reference.get("candidates", [])
    return {
        "rows": [[str(row.get("id")), row.get("version")] for row in candidates],
        "interval": result.reference_interval_id,
        "signed": result.range_signed,
        "sha256": digest(result.reference),
    }


def _evaluation(evaluation: Evaluation) -> Content:
    return {
        "id": evaluation.pk,
        "method_version": evaluation.method_version,
        "flags": list(evaluation.flags),
        "is_critical": evaluation.is_critical,
        "delta": evaluation.delta_verdict,
        "trace_sha256": digest(evaluation.trace),
    }


def _ids(named: Iterable[Mapping[str, Any]], key: str) -> list[int]:
    return [found for content in named if (found := _id(content, key)) is not None]


def _id(content: Mapping[str, Any], key: str) -> int | None:
    part = content.get(key)
    return part["id"] if part else None


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
