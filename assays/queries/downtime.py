"""Paper forms and their boxes: what waits, how far each box has come, and for how long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from assays.models import (
    DowntimeBox,
    DowntimeForm,
    DowntimeOutcome,
    DowntimeTyping,
    Result,
    Specimen,
    SpecimenItem,
)
from assays.queries import catalogue, entry_people, to_type
from assays.queries.filing import assay_facts, reported_value
from assays.rules import downtime
from assays.rules.catalogue_in_force import ActiveAssay
from assays.rules.downtime import BoxState, Typing
from assays.rules.filing import reportable
from assays.rules.holds import Hold
from assays.rules.states import OrderStatus, SpecimenStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

LATELY = 50
ENDED = (
    SpecimenStatus.DISPOSED,
    SpecimenStatus.LOST,
    SpecimenStatus.UNSATISFACTORY,
    SpecimenStatus.ENTERED_IN_ERROR,
)


@dataclass
class Box:
    """One box with what was typed from it."""

    box: DowntimeBox
    assay: ActiveAssay | None
    outcome: DowntimeOutcome | None
    typings: list[DowntimeTyping] = field(default_factory=list)
    facts: list[Typing] = field(default_factory=list)

    @property
    def state(self) -> BoxState:
        if self.outcome is not None:
            return BoxState.RECORDED if self.outcome.result_id else BoxState.WITHDRAWN
        return downtime.state(self.facts)

    def mine(self, principal: Principal) -> DowntimeTyping | None:
        """Return this person's newest typing, and nobody else's."""
        own = [one for one in self.typings if one.recorded_by_id == principal.pk]
        return own[-1] if own else None


@dataclass
class FormRow:
    """One specimen of a form with whose it is."""

    specimen: Specimen
    person: Person
    identity: str
    boxes: dict[int, Box] = field(default_factory=dict)


def forms() -> QuerySet[DowntimeForm]:
    """Return the forms with how many of their boxes are open and typed, those with open ones first."""
    typed = DowntimeTyping.objects.filter(box=OuterRef("boxes"))
    is_open = Q(boxes__outcome=None)
    found: QuerySet[DowntimeForm] = (
        DowntimeForm.objects.select_related("recorded_by__user")
        .annotate(
            total=Count("boxes"),
            open=Count("boxes", filter=is_open),
            typed=Count("boxes", filter=is_open & Q(Exists(typed))),
        )
        .order_by(F("open").desc(nulls_last=True), "id")[:LATELY]
    )
    return found


def waiting_typed() -> QuerySet[DowntimeBox]:
    """Return boxes that somebody typed and nothing has closed."""
    return DowntimeBox.objects.filter(
        Exists(DowntimeTyping.objects.filter(box=OuterRef("pk"))), outcome=None
    )


def rows(principal: Principal, form: DowntimeForm) -> list[FormRow]:
    """Return a form's specimens within reach, in a constant number of queries."""
    held = catalogue.current()
    boxes = list(
        DowntimeBox.objects.filter(form=form)
        .select_related("outcome__result", "form", "specimen")
        .order_by("pk")
    )
    ids = list(dict.fromkeys(one.specimen_id for one in boxes))
    specimens = policy.scope(principal, Specimen.objects.filter(pk__in=ids), to_type.ENTER)
    by_id = {one.pk: one for one in specimens.select_related("specimen_type")}
    people = entry_people.people(one.person_id for one in by_id.values())
    typed = typings(one.pk for one in boxes)
    found: dict[int, FormRow] = {}
    for pk in ids:
        if pk in by_id:
            person = people[by_id[pk].person_id]
            found[pk] = FormRow(by_id[pk], person, entry_people.identity(pk, person))
    for one in boxes:
        if one.specimen_id in found:
            assay = held.assays.get(one.assay_id)
            found[one.specimen_id].boxes[one.assay_id] = box(one, assay, typed[one.pk])
    return list(found.values())


def typings(box_ids: Iterable[int]) -> Mapping[int, list[DowntimeTyping]]:
    """Return what was typed from each box, the oldest first."""
    found: dict[int, list[DowntimeTyping]] = defaultdict(list)
    rows = DowntimeTyping.objects.filter(box__in=list(box_ids)).select_related("recorded_by__user")
    for one in rows.order_by("pk"):
        found[one.box_id].append(one)
    return found


def box(row: DowntimeBox, assay: ActiveAssay | None, typed: Sequence[DowntimeTyping]) -> Box:
    """Return a box with its typings as the rules read them."""
    outcome = getattr(row, "outcome", None)
    recorded = row.specimen.collected_at
    facts = [] if assay is None else [_facts(one, assay, recorded) for one in typed]
    return Box(row, assay, outcome, list(typed), facts)


def value_of(typing: DowntimeTyping) -> object:
    """Return the value of a typing row as it was read."""
    return reported_value(
        typing.kind,
        typing.comparator,
        typing.value,
        typing.unit,
        typing.value_code,
        "",
        typing.absent_reason,
    )


def _facts(typing: DowntimeTyping, assay: ActiveAssay, recorded: datetime | None) -> Typing:
    """Read a typing; whoever was shown no time of collection means the one that is on record."""
    read = value_of(typing)
    collected_at = typing.collected_at or recorded
    converted = reportable(read, assay_facts(assay))  # type: ignore[arg-type]
    return Typing(
        id=typing.pk,
        by=typing.recorded_by_id,
        value=read if isinstance(converted, Hold) else converted[0],  # type: ignore[arg-type]
        observed_at=typing.observed_at,
        collected_at=collected_at and downtime.minute(collected_at),
    )


def to_print(
    principal: Principal, *, section: str, specimen_ids: Sequence[int], limit: int
) -> list[tuple[int, int]]:
    """Return (specimen, assay) of the open tests of a section, or of these specimens."""
    answered = Result.objects.filter(order_item=OuterRef("item"), status__in=to_type.LIVE)
    items = policy.scope(principal, SpecimenItem.objects.all(), to_type.ENTER).filter(
        ~Exists(answered),
        ~Q(item__assay__in=list(catalogue.current().calculations)),
        item__status__in=to_type.OPEN,
        item__order__status=OrderStatus.ACTIVE,
    )
    if specimen_ids:
        items = items.filter(specimen__in=list(specimen_ids)).exclude(specimen__status__in=ENDED)
    else:
        items = items.filter(specimen__status__in=to_type.USABLE)
    if section:
        items = items.filter(item__assay__analyte__section=section)
    pairs = items.order_by("specimen__priority", "specimen_id", "item__assay_id")
    return list(dict.fromkeys(pairs.values_list("specimen_id", "item__assay_id")[:limit]))
