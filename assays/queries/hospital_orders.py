"""What is on record of the orders that a hospital's system places: numbers, mappings, who asks."""

from __future__ import annotations

from collections.abc import Mapping

from assays.models import (
    CodeMapping,
    Instrument,
    Order,
    OrderItem,
    OrderNumber,
    OrderNumberItem,
    PanelMapping,
    Result,
    Specimen,
    SpecimenIdentifier,
)
from assays.queries.hospital import Naming
from assays.queries.order_questions import asked_of
from assays.rules import accession
from assays.rules.hospital_messages import Line, Tube
from assays.rules.hospital_orders import LineKnown, NumberKnown, TubeKnown
from assays.rules.states import OrderItemStatus, OrderStatus, VersionStatus
from labsys.accounts.models import Principal, PrincipalKind
from patients.queries import entries

OPEN = (OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS, OrderItemStatus.HELD)


def line_known(line: Line, instrument: Instrument, naming: Naming) -> LineKnown:
    """Return what is on record about a line of this connection."""
    in_force = {"instrument": instrument, "code": line.code, "status": VersionStatus.ACTIVE}
    panels = PanelMapping.objects.filter(**in_force).values_list("panel", flat=True)
    assays = CodeMapping.objects.filter(**in_force).values_list("assay", flat=True)
    panel = panels.first()
    return LineKnown(
        number=_number(line, instrument),
        panel=panel,
        assay=None if panel is not None else assays.first(),
        tubes=tuple(_tube(one, naming) for one in _tubes(line, naming.settings.tubes)),
    )


def _tubes(line: Line, where: str) -> tuple[Tube, ...]:
    """Return the tubes of a line, from where this hospital writes them."""
    if where == "SPM-2":
        return line.specimens
    texts = {"ORC-2": line.placer, "ORC-3": line.filler, "ORC-4": line.group}
    value, _caret, authority = texts.get(where, "").partition("^")
    return (Tube(value, authority),) if value else ()


def _tube(tube: Tube, naming: Naming) -> TubeKnown:
    """A number without an authority is the connection's own, as that of a person is."""
    known = naming.settings.authorities.get(tube.authority, tube.authority)
    system = known or naming.code
    registered = SpecimenIdentifier.objects.filter(system=system, value=tube.value)
    person = registered.values_list("specimen__person__read_as__canonical", flat=True).first()
    is_like_ours = accession.is_valid(tube.value)
    return TubeKnown(system, tube.value, is_like_ours=is_like_ours, person=person)


def specimens_of(number: OrderNumber) -> list[Specimen]:
    """Return the specimens that a line's tests are measured on."""
    rows = Specimen.objects.filter(specimen_items__item__numbered__number=number, parent=None)
    return list(rows.distinct().order_by("pk"))


def _number(line: Line, instrument: Instrument) -> NumberKnown | None:
    rows = OrderNumber.objects.filter(instrument=instrument).select_related("order")
    found = rows.filter(placer=line.placer).first()
    if found is None and line.filler:
        # Some name an order by the number that we gave it alone.
        found = rows.filter(filler=line.filler.partition("^")[0]).first()
    if found is None:
        return None
    items = OrderItem.objects.filter(numbered__number=found)
    return NumberKnown(
        id=found.pk,
        order=found.order_id,
        person_entries=entries(found.order.person_id),
        code=found.code,
        open_items=tuple(items.filter(status__in=OPEN).order_by("pk").values_list("pk", flat=True)),
        has_values=Result.objects.filter(order_item__in=items).exists(),
    )


def requester(line: Line, naming: Naming) -> Principal | None:
    """Return whose login the requester is said to be; None where nobody said so."""
    name = naming.settings.requesters.get(line.requester_id)
    rows = Principal.objects.filter(name=name, kind=PrincipalKind.PERSON, is_active=True)
    found: Principal | None = rows.first() if name else None
    return found


def begun_beside(
    message_id: int, person_entries: frozenset[int], line: Line, priority: int
) -> Order | None:
    """Return the order that an earlier line of the same message began, and this one belongs to."""
    rows = Order.objects.filter(
        numbers__item__message=message_id,
        numbers__group=line.group,
        source__requester_id_text=line.requester_id,
        priority=priority,
        status=OrderStatus.ACTIVE,
        person__in=person_entries,
    )
    found: Order | None = rows.order_by("-pk").first()
    return found


def new_items(order: Order) -> list[OrderItem]:
    """Return the items of an order that no number stands for yet."""
    numbered = OrderNumberItem.objects.filter(number__order=order).values("order_item")
    return list(order.items.exclude(pk__in=numbered).order_by("pk"))


def answers_to(line: Line, assay_ids: list[int]) -> tuple[Mapping[str, str], list[str]]:
    """Return the answers to questions that are asked here, and what is said besides, as texts."""
    asked = {one.code for one in asked_of(assay_ids)}
    fitting = {code: text for code, text in line.answers if code in asked}
    others = [f"{code}: {text}" for code, text in line.answers if code not in asked]
    return fitting, others
