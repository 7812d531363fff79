"""Everything about one specimen, read together for its page in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from assays.models import (
    AliquotDecision,
    CustodyTransfer,
    LabelPrint,
    Nonconformity,
    OrderItem,
    Receipt,
    ShipmentEvent,
    Specimen,
    SpecimenEvent,
    SpecimenIdentifier,
    StoredSpecimen,
)
from assays.queries import genealogy, stability
from assays.queries.genealogy import Branch
from assays.queries.stability import Asked
from assays.rules.conditions import LABELS as CONDITIONS
from assays.rules.conditions import Condition
from assays.rules.custody import Chain, Link, Step, chain
from assays.rules.rejection import LABELS as REASONS
from assays.rules.rejection import RejectReason
from assays.rules.stability import Stability
from assays.rules.states import SpecimenStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

STEPS = {
    "COLLECTED": _("drawn"),
    "RECEIVED": _("received in the laboratory"),
    "DISPOSED": _("disposed of"),
    "HANDED_OVER": _("handed over"),
    "SENT": _("sent away"),
    "ARRIVED": _("arrived at the referral laboratory"),
    "BACK": _("came back"),
}


@dataclass(frozen=True)
class ItemLine:
    """One thing ordered on the specimen, and whether it may still be measured."""

    item: OrderItem
    stability: Stability
    said: str


@dataclass(frozen=True)
class View:
    """What the page shows."""

    specimen: Specimen
    items: list[ItemLine]
    family: list[Branch]
    undecided: list[Specimen]
    decisions: list[AliquotDecision]
    events: list[SpecimenEvent]
    chain: Chain
    stays: list[StoredSpecimen]
    receipts: list[Receipt]
    prints: list[LabelPrint]
    identifiers: list[SpecimenIdentifier]
    nonconformities: list[Nonconformity]

    @property
    def stay(self) -> StoredSpecimen | None:
        """Where it stands now."""
        return next((stay for stay in self.stays if stay.left_at is None), None)

    @property
    def conditions(self) -> list[str]:
        """In which condition it came."""
        return [
            str(_(CONDITIONS[Condition(code)])) for one in self.receipts for code in one.conditions
        ]


def found(accession: str, principal: Principal) -> Specimen | None:
    """Return a specimen within the principal's reach, with patient and type."""
    rows = policy.scope(principal, Specimen.objects.filter(accession=accession.replace("\x00", "")))
    people = Prefetch("person", Person.objects.listed())
    return (
        rows.select_related("specimen_type", "order", "parent", "replaces", "collected_by__user")
        .prefetch_related(people)
        .first()
    )


def view(specimen: Specimen, *, at: datetime) -> View:
    """Return all that the page of a specimen shows."""
    family = genealogy.tree(specimen.pk)
    ids = [branch.specimen.pk for branch in family]
    events = list(specimen.events.select_related("recorded_by__user").order_by("happened_at", "pk"))
    transfers = list(
        specimen.transfers.select_related("place", "giver__user", "taker__user").order_by(
            "happened_at", "pk"
        )
    )
    journeys = _journeys(specimen)
    stays = list(
        specimen.stays.select_related("unit", "stored_by__user", "left_by__user").order_by("-pk")
    )
    decisions = AliquotDecision.objects.filter(aliquot__in=ids)
    return View(
        specimen=specimen,
        items=_items(specimen, at),
        family=family,
        undecided=list(genealogy.undecided().filter(pk__in=ids).select_related("parent")),
        decisions=list(decisions.select_related("aliquot", "recorded_by__user").order_by("-pk")),
        events=events,
        chain=_named(
            chain([*_own_steps(events), *_handovers(transfers), *_steps_of(journeys)]),
            [one.recorded_by for one in (*events, *journeys)]
            + [who for one in transfers for who in (one.giver, one.taker) if who is not None],
        ),
        stays=stays,
        receipts=list(specimen.receipts.select_related("recorded_by__user").order_by("pk")),
        prints=list(specimen.label_prints.select_related("recorded_by__user").order_by("-pk")),
        identifiers=list(specimen.identifiers.order_by("pk")),
        nonconformities=list(specimen.nonconformities.order_by("-pk")),
    )


def _items(specimen: Specimen, at: datetime) -> list[ItemLine]:
    rows = OrderItem.objects.filter(specimen_items__specimen=specimen)
    items = list(rows.select_related("assay__analyte").order_by("pk"))
    asked = {item.pk: Asked(specimen.pk, item.assay_id, at) for item in items}
    verdicts = stability.verdicts(asked.values())
    return [
        ItemLine(item, verdicts[asked[item.pk]], stability.words(verdicts[asked[item.pk]]))
        for item in items
    ]


def _own_steps(events: Sequence[SpecimenEvent]) -> list[Step]:
    """Return the moves of the specimen's own state that say who has it."""
    holders = {
        SpecimenStatus.COLLECTED: None,
        SpecimenStatus.RECEIVED: None,
        SpecimenStatus.DISPOSED: "",
    }
    return [
        Step(
            at=event.happened_at,
            what=str(STEPS[event.new]),
            giver="",
            taker=event.recorded_by.name if holders[SpecimenStatus(event.new)] is None else "",
            remark=event.reason,
        )
        for event in events
        if event.new in holders
    ]


def _handovers(transfers: Sequence[CustodyTransfer]) -> list[Step]:
    return [
        Step(
            at=one.happened_at,
            what=str(STEPS["HANDED_OVER"]),
            giver=one.giver_name,
            taker=one.taker_name,
            place=one.place.name if one.place else "",
            remark=one.remark,
            is_handover=True,
        )
        for one in transfers
    ]


def _named(found: Chain, principals: Iterable[Principal]) -> Chain:
    """Put names for the logins by which a chain tells people apart."""
    names = {one.name: one.display_name for one in principals}

    def named(link: Link) -> Link:
        giver, taker = (names.get(one, one) for one in (link.step.giver, link.step.taker))
        missing = names.get(link.missing_from, link.missing_from)
        return Link(replace(link.step, giver=giver, taker=taker), missing)

    return replace(found, links=tuple(named(link) for link in found.links))


def _journeys(specimen: Specimen) -> list[ShipmentEvent]:
    """Return what happened to the specimen in shipments."""
    rows = ShipmentEvent.objects.filter(
        line__specimen=specimen, new__in=["SENT", "ARRIVED", "BACK"]
    )
    moved = rows.select_related("shipment__destination", "recorded_by__user").order_by("pk")
    return [event for event in moved if event.old != event.new]


def _steps_of(journeys: Sequence[ShipmentEvent]) -> list[Step]:
    """Return the steps of journeys; away and back are recorded by one side."""
    steps = []
    for event in journeys:
        takers = {
            "SENT": event.shipment.courier,
            "ARRIVED": event.shipment.destination.name,
            "BACK": event.recorded_by.name,
        }
        steps.append(
            Step(
                at=event.happened_at,
                what=str(STEPS[event.new]),
                giver="",
                taker=takers[event.new],
                place=str(event.shipment),
                remark=event.remark,
            )
        )
    return steps


def reason_words(code: str) -> str:
    """Return what a code of HL7 table 0490 says, in English."""
    return REASONS[RejectReason(code)] if code in set(RejectReason) else code
