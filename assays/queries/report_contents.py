"""What a report of an order has to say now: everything that is printed, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assays.models import (
    Evaluation,
    Order,
    OrderItem,
    Result,
    ResultEvent,
    ResultHold,
    Specimen,
)
from assays.queries import words
from assays.queries.signatures import standing_comments
from assays.rules.reference_intervals import Outcome, Resolution
from assays.rules.reports import Standing, replaced_by_chain
from assays.rules.result_comments import REPORTED, CommentKind
from assays.rules.signatures import WORDS, Meaning
from assays.rules.states import OrderItemStatus, OrderStatus, ResultStatus
from labsys.accounts.models import Principal
from labsys.lib.quantities import plain
from patients.models import BirthPrecision, Person

SCHEMA = 1
OPEN = (OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS, OrderItemStatus.HELD)
EARLY = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED)
_PEOPLE = ("verified_by__user", "released_by__user")


def snapshot(
    order_id: int, *, with_preliminary: bool = False, told: Collection[int] = ()
) -> tuple[dict[str, Any], Standing]:
    """Return everything a report of this order says now, in words, and how the order stands.

    `with_preliminary`: also what care staff may see before its release, apart and marked as such,
    and which values that were `told` early, by their ids, are held. Called under the order's lock. A constant number of queries; the hospital's language, whoever
    acts; decimals as their digits, moments as ISO 8601.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _snapshot(order_id, with_preliminary=with_preliminary, told=told)


def _snapshot(
    order_id: int, *, with_preliminary: bool, told: Collection[int]
) -> tuple[dict[str, Any], Standing]:
    order = (
        Order.objects.select_related("requester__user", "encounter__location", "source__instrument")
        .prefetch_related(Prefetch("person", Person.objects.listed()))
        .get(pk=order_id)
    )
    items = list(
        order.items.select_related("assay__analyte", "panel_version__panel").order_by("id")
    )
    results = list(_results(order_id))
    gone = _withdrawals(order_id)
    released = [one for one in results if one.status == ResultStatus.RELEASED]
    early = _preliminary(results) if with_preliminary else []
    held = _held(results, told, early) if with_preliminary else []
    holds = _open_holds([*early, *held])
    replaces = replaced_by_chain({one.pk: one.corrects_id for one in results}, gone)
    lines = [_line(one, replaces[one.pk]) for one in sorted(released, key=_place)]
    withdrawn = [_withdrawn(one, gone[one.pk]) for one in results if one.pk in gone]
    content = {
        "schema": SCHEMA,
        "language": settings.LANGUAGE_CODE,
        "zone": settings.TIME_ZONE,
        "hospital": settings.HOSPITAL_NAME,
        "patient": patient_of(order.person),
        "order": _order(order),
        "specimens": _specimens([*released, *early]),
        "results": lines,
        "withdrawn": withdrawn,
        "awaited": _names(items, OPEN),
        "cancelled": _names(items, [OrderItemStatus.CANCELLED]),
    }
    if early:
        # Left out where there is none, so that contents of before read the same.
        content["preliminary"] = [
            {**_line(one, None), "standing": one.status, **_on_hold(one, holds)}
            for one in sorted(early, key=_place)
        ]
    if held:
        content["held"] = [
            {**_value(one), **_on_hold(one, holds)} for one in sorted(held, key=_place)
        ]
    standing = Standing(
        has_values=bool(lines),
        has_preliminary=bool(early or held),
        is_open=any(item.status in OPEN for item in items),
        is_in_error=order.status == OrderStatus.ENTERED_IN_ERROR,
    )
    return content, standing


def _results(order_id: int) -> QuerySet[Result]:
    return (
        Result.objects.filter(order_item__order=order_id)
        .annotate(is_held=Exists(ResultHold.objects.filter(result=OuterRef("pk"), clear=None)))
        .select_related(
            "analyte",
            "assay_version__assay",
            "order_item__panel_version__panel",
            "instrument",
            "specimen__specimen_type",
            "signature",
            "critical_call",
            *_PEOPLE,
        )
        .prefetch_related(
            Prefetch("evaluations", Evaluation.objects.order_by("-method_version")),
            standing_comments(),
        )
        .order_by("id")
    )


def _preliminary(results: Iterable[Result]) -> list[Result]:
    """Keep what may be told before its release: verified and not held, or critical.

    A critical value does not wait for anybody: it is told as unverified. No other value is before a
    technical verification.
    """
    return [
        one
        for one in results
        if (one.status in EARLY and getattr(one, "critical_call", None) is not None)
        or (one.status == ResultStatus.TECHNICALLY_VERIFIED and not one.is_held)  # type: ignore[attr-defined]
    ]


def _held(
    results: Iterable[Result], told: Collection[int], early: Iterable[Result]
) -> list[Result]:
    """Keep what was told before its release and is held since."""
    given = {one.pk for one in early}
    return [
        one
        for one in results
        if one.pk in told and one.pk not in given and one.status in EARLY and one.is_held  # type: ignore[attr-defined]
    ]


def _open_holds(results: Iterable[Result]) -> dict[int, ResultHold]:
    """Return, per result that is held, the first of its open holds."""
    held = [one.pk for one in results if one.is_held]  # type: ignore[attr-defined]
    rows = (
        ResultHold.objects.filter(result__in=held, clear=None)
        if held
        else ResultHold.objects.none()
    )
    found = rows.select_related("recorded_by__user").order_by("-pk")
    return {one.result_id: one for one in found}


def _on_hold(result: Result, holds: Mapping[int, ResultHold]) -> dict[str, Any]:
    """Return why, by whom and since when a value is held, where it is."""
    hold = holds.get(result.pk)
    if hold is None:
        return {}
    by, at = name_of(hold.recorded_by), _moment(hold.recorded_at)
    return {"held": {"reason": hold.reason, "by": by, "at": at}}


def _place(result: Result) -> tuple[int, int]:
    return result.order_item_id or 0, result.pk


def _withdrawals(order_id: int) -> dict[int, ResultEvent]:
    """Return, per result that was released once and is not any more, the event that ended it."""
    events = ResultEvent.objects.filter(
        result__order_item__order=order_id, old=ResultStatus.RELEASED
    )
    return {one.result_id: one for one in events.select_related("recorded_by__user")}


def _line(result: Result, replaces: int | None) -> dict[str, Any]:
    evaluation = next(iter(result.evaluations.all()), None)
    panel = result.order_item.panel_version
    return {
        **_value(result),
        "group": panel.panel.name if panel else "",
        "section": result.section,
        "replaces": replaces,
        "range": range_of(result),
        "flags": [_flag(code) for code in (evaluation.flags if evaluation else [])],
        "is_critical": evaluation is not None and evaluation.is_critical,
        "comment": _comment(result),
        "addenda": _addenda(result),
        "method": result.assay_version.assay.method,
        "instrument": result.instrument.name if result.instrument else "",
        "specimen": result.specimen.accession,
        "observed_at": _moment(result.observed_at),
        "verified_by": name_of(result.verified_by),
        "verified_at": _moment(result.verified_at),
        "released_by": name_of(result.released_by),
        "released_at": _moment(result.released_at),
        "meaning": _meaning(result),
    }


def _comment(result: Result) -> str:
    """Return what is said beside the value, one remark per line."""
    written = [one.text for one in result.standing_comments if one.kind in REPORTED]  # type: ignore[attr-defined]
    return "\n".join(filter(None, [result.comment, *written]))


def _addenda(result: Result) -> list[dict[str, Any]]:
    return [
        {"text": one.text, "by": name_of(one.recorded_by), "at": _moment(one.recorded_at)}
        for one in result.standing_comments  # type: ignore[attr-defined]
        if one.kind == CommentKind.ADDENDUM
    ]


def _meaning(result: Result) -> str:
    """Return what the signature means by which the value was released."""
    if result.signature is None:
        return ""
    meaning = _(WORDS[Meaning(result.signature.meaning)])
    return ": ".join(filter(None, [meaning, result.signature.remark]))


def _value(result: Result) -> dict[str, Any]:
    """Return the value as it is stored, column by column, and as it is printed."""
    return {
        "id": result.pk,
        "code": result.analyte.code,
        "name": result.analyte.name,
        "kind": result.kind,
        "comparator": result.comparator,
        "value": None if result.value is None else plain(result.value),
        "unit": result.unit,
        "value_code": result.value_code,
        "value_text": result.value_text,
        "absent_reason": result.absent_reason,
        "shown": words.value_text(result),
    }


def _withdrawn(result: Result, event: ResultEvent) -> dict[str, Any]:
    return {
        **_value(result),
        "fate": event.new,
        "reason": event.reason,
        "by": name_of(event.recorded_by),
        "at": _moment(event.recorded_at),
        "specimen": result.specimen.accession,
        "released_at": _moment(result.released_at),
    }


def range_of(result: Result) -> dict[str, Any]:
    """Return the frozen range in words. A range that nobody established is never called normal."""
    resolution = Resolution.from_json(result.reference)
    if resolution.outcome is Outcome.NOT_ESTABLISHED:
        text = _("no range established")
    else:
        text = words.range_text(resolution)
    return {
        "text": text,
        "unknown": words.axes_words(resolution.unknown) if resolution.established else "",
        "is_established": bool(resolution.established),
        "is_verified": result.range_signed,
    }


def _flag(code: str) -> dict[str, str]:
    return {"code": code, "sign": words.MARKS.get(code, ""), "words": words.flag_words(code)}


def patient_of(person: Person) -> dict[str, str]:
    return {
        "name": person.display_name,
        "record_number": person.mrn,
        "born": _born(person),
        "sex": person.get_sex_display(),
        "species": person.species.name,
    }


def _born(person: Person) -> str:
    """Return the birth date as far as it is known."""
    if person.birth_date is None:
        return _("unknown")
    match person.birth_precision:
        case BirthPrecision.DAY:
            return date_format(person.birth_date, "j M Y", use_l10n=False)
        case BirthPrecision.MONTH:
            return date_format(person.birth_date, "M Y", use_l10n=False)
        case BirthPrecision.YEAR:
            return date_format(person.birth_date, "Y", use_l10n=False)
        case _:
            return _("about %(year)s (estimated)") % {
                "year": date_format(person.birth_date, "Y", use_l10n=False)
            }


def _order(order: Order) -> dict[str, str]:
    return {
        "number": str(order.pk),
        "requester": _requester(order),
        "ordered_at": _moment(order.recorded_at),
        "priority": order.get_priority_display(),
        "stay": order.encounter.location.name if order.encounter else "",
        "clinical_question": order.clinical_question,
    }


def _requester(order: Order) -> str:
    """Return who asked: the name a hospital told, where it is the hospital that ordered for them."""
    source = getattr(order, "source", None)
    if source is None or not source.requester_text:
        return name_of(order.requester)
    is_told = order.requester_id == source.instrument.principal_id
    return str(source.requester_text) if is_told else name_of(order.requester)


def _specimens(released: Iterable[Result]) -> list[dict[str, str]]:
    """Return the specimens that the values come from, in the order of their accessioning."""
    found: dict[int, Specimen] = {one.specimen_id: one.specimen for one in released}
    return [
        {
            "accession": one.accession,
            "type": one.specimen_type.name,
            "collected_at": _moment(one.collected_at),
            "received_at": _moment(one.received_at),
        }
        for _key, one in sorted(found.items())
    ]


def _names(items: Iterable[OrderItem], statuses: Iterable[str]) -> list[str]:
    wanted = set(statuses)
    return [item.assay.analyte.name for item in items if item.status in wanted]


def name_of(principal: Principal | None) -> str:
    """Return the name that a reader knows somebody by."""
    return "" if principal is None else principal.display_name


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")
