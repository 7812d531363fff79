"""The lane of results, from what is known of them now; and what a page shows of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from assays.models import Evaluation, Result, ResultComment, ResultHold
from assays.queries import attempts, controls
from assays.queries.attempts import Unsettled
from assays.rules import lanes
from assays.rules.lanes import Known, Placing
from assays.rules.shown import Shown


@dataclass(frozen=True)
class Standing:
    """How one result stands: its newest evaluation, open holds, remarks, lane with reasons."""

    result: Result
    evaluation: Evaluation | None
    holds: Sequence[ResultHold]
    comments: Sequence[ResultComment]
    placing: Placing
    out_of_control: tuple[str, ...]
    beside: Unsettled

    @property
    def shown(self) -> Shown:
        """What a page that lists this result shows of it."""
        evaluation = self.evaluation
        return Shown(
            result_id=self.result.pk,
            status=self.result.status,
            evaluation=(evaluation.pk, evaluation.method_version) if evaluation else (),
            holds=tuple(hold.pk for hold in self.holds),
            comments=tuple(comment.pk for comment in self.comments),
            blocks=self.out_of_control,
            lane=self.placing.lane.value,
        )


def with_standing(results: QuerySet[Result]) -> QuerySet[Result]:
    """Fetch with each result what its lane depends on, and the remarks that stand."""
    remarks = ResultComment.objects.filter(replaced_by=None).exclude(text="")
    return results.prefetch_related(
        Prefetch("evaluations", Evaluation.objects.order_by("-method_version", "-id")),
        Prefetch(
            "holds", ResultHold.objects.filter(clear=None).order_by("id"), to_attr="open_holds"
        ),
        Prefetch(
            "comments",
            remarks.select_related("recorded_by__user").order_by("id"),
            to_attr="remarks",
        ),
    )


def standings(results: Sequence[Result]) -> list[Standing]:
    """Return how results stand that were fetched by `with_standing`, in their order."""
    blocked = out_of_control(results)
    beside = attempts.unsettled([one.pk for one in results])
    return [
        _standing(one, blocked.get(one.pk, ()), beside.get(one.pk, Unsettled())) for one in results
    ]


def of_ids(result_ids: Collection[int]) -> dict[int, Standing]:
    """Return how results stand now, by their ids; for an action, which has locked them before."""
    rows = Result.objects.filter(pk__in=list(result_ids)).select_related(
        "specimen", "analyte", "order_item", "assay_version"
    )
    return {one.result.pk: one for one in standings(list(with_standing(rows)))}


def out_of_control(results: Iterable[Result]) -> Mapping[int, tuple[str, ...]]:
    """Return, by result, why its instrument is out of control for its assay, where it is."""
    pairs = {
        one.pk: (one.instrument_id, one.assay_version.assay_id)
        for one in results
        if one.instrument_id is not None
    }
    blocked = controls.open_holds(pairs.values())
    return {pk: (blocked[pair].reason,) for pk, pair in pairs.items() if pair in blocked}


def _standing(result: Result, blocked: tuple[str, ...], beside: Unsettled) -> Standing:
    evaluation = next(iter(result.evaluations.all()), None)
    holds: list[ResultHold] = result.open_holds  # type: ignore[attr-defined]
    return Standing(
        result=result,
        evaluation=evaluation,
        holds=holds,
        comments=result.remarks,  # type: ignore[attr-defined]
        placing=lanes.place(known(result, evaluation, holds, blocked, beside)),
        out_of_control=blocked,
        beside=beside,
    )


def known(
    result: Result,
    evaluation: Evaluation | None,
    holds: Sequence[ResultHold],
    out_of_control: tuple[str, ...],
    beside: Unsettled,
) -> Known:
    """Return what is known of a result, as its lane is decided by."""
    delta = (evaluation.trace.get("delta") or {}) if evaluation else {}
    return Known(
        is_analysed=evaluation is not None,
        flags=tuple(evaluation.flags) if evaluation else (),
        is_critical=evaluation is not None and evaluation.is_critical,
        delta=evaluation.delta_verdict if evaluation else "",
        delta_reasons=tuple(delta.get("reasons", ())),
        is_range_signed=result.range_signed,
        holds=tuple(str(hold.get_kind_display()) for hold in holds),
        out_of_control=out_of_control,
        flags_sent=result.flags_sent,
        comparator=result.comparator,
        is_correction=result.corrects_id is not None,
        has_rivals=beside.has_rivals,
        is_asked_again=beside.is_asked_again,
    )
