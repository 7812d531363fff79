"""Orders of a hospital's system: placed, cancelled and numbered, in its own name.

The lines of one message that belong together (one group, requester and priority) are one order; one
that was held is added to it once its code means something. What a line requires to be answered has to
come with it, as at every other door: without the answer nobody can read the result.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays import signals
from assays.actions import order_notices, orders
from assays.actions.hospital import tubes
from assays.actions.hospital.items import Done
from assays.actions.orders.choosing import chosen
from assays.actions.orders.questions import QuestionsOpen
from assays.models import Instrument, Order, OrderNumber, OrderNumberItem, OrderSource, Priority
from assays.queries import catalogue
from assays.queries import hospital as hospital_queries
from assays.queries import hospital_orders as queries
from assays.queries.hospital import Naming
from assays.queries.orders import Duplicate, duplicates
from assays.rules.filing import Held, Hold
from assays.rules.hospital_known import Outcome
from assays.rules.hospital_messages import Event, Line
from assays.rules.hospital_orders import Cancel, Leave, LineKnown, Place, decide
from assays.rules.order_notices import NoticeKind
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import Refusal
from patients.actions.gateway import lock
from patients.models import Encounter, Person
from patients.queries import entries


def act(
    *,
    event: Event,
    instrument: Instrument,
    item_id: int,
    message_id: int,
    by: Principal,
    at: datetime,
    is_accepted: bool = False,
) -> Done | Held:
    """Do what an order line asks for, or say why it is held; all of it or nothing.

    `by` is the principal of the connection; `item_id` the item that the line is or will be.
    """
    naming = hospital_queries.naming(instrument)
    event = naming.event(event)
    known = hospital_queries.known(event, naming)
    line = event.line or Line()
    of_line = queries.line_known(line, instrument, naming)
    decision = decide(event, known, of_line, at=at, is_accepted=is_accepted)
    person_id = known.persons[0].id if len(known.persons) == 1 else None
    match decision:
        case Held():
            return decision
        case Leave():
            return Done(decision.outcome, person_id=person_id, order_id=decision.order)
    try:
        with acting(by=by, at=at, action=f"assays.hospital.{event.act.value.lower()}"):
            if isinstance(decision, Cancel):
                order = _cancel(decision, event, by=by, at=at)
            else:
                placing = _Placing(line, of_line, decision, instrument, naming, by, at)
                order = placing.placed(item_id, message_id)
    except QuestionsOpen as wanted:
        questions = "; ".join(f"{code}: {why}" for code, why in wanted.errors)
        return Held(Hold.ANSWER_WANTED, {"questions": questions})
    except Refusal as refused:
        return Held(Hold.ACT_REFUSED, {"why": str(refused)})
    return Done(Outcome.DONE, person_id=person_id, order_id=order.pk)


def _cancel(decision: Cancel, event: Event, *, by: Principal, at: datetime) -> Order:
    order = Order.objects.get(pk=decision.number.order)
    line = event.line or Line()
    notes = "; ".join(line.notes) or line.question
    reason = _("Cancelled by the requester (%(control)s).") % {"control": line.control}
    return orders.cancel(
        order=order,
        by=by,
        at=at,
        reason=f"{reason} {notes}".strip(),
        item_ids=decision.number.open_items,
    )


class _Placing:
    """One line that becomes an order, or a part of the one that its message began."""

    def __init__(
        self,
        line: Line,
        of_line: LineKnown,
        place: Place,
        instrument: Instrument,
        naming: Naming,
        by: Principal,
        at: datetime,
    ) -> None:
        self._line, self._place, self._tubes = line, place, of_line.tubes
        self._instrument, self._naming = instrument, naming
        self._by, self._at = by, at
        self._panels = [] if of_line.panel is None else [of_line.panel]
        self._assays = [] if of_line.assay is None else [of_line.assay]
        self._wanted = list(chosen(catalogue.current(), self._panels, self._assays))

    def placed(self, item_id: int, message_id: int) -> Order:
        answers, others = queries.answers_to(self._line, self._wanted)
        repeated = self._repeated()
        asked = {
            "by": self._by,
            "at": self._at,
            "panels": self._panels,
            "assays": self._assays,
            # To refuse it would lose it; whoever orders there may have been asked there, or not.
            "confirmed": self._wanted,
            "is_unasked": True,
            "answers": answers,
        }
        order = self._beside(message_id)
        if order is not None:
            orders.add_on(order=order, **asked)  # type: ignore[arg-type]
        else:
            order = self._order(asked, others)
        number = self._number(order, item_id)
        tubes.register(number=number, tubes=self._tubes, by=self._by, at=self._at)
        if repeated:
            self._note(order, repeated)
        return order

    def _repeated(self) -> list[Duplicate]:
        """Return what of the line was ordered lately; two orders for one person see each other."""
        every = lock(Person.objects.get(pk=self._place.person))
        return duplicates(every, self._wanted, since=self._at - orders.DUPLICATE_WINDOW)

    def _note(self, order: Order, repeated: list[Duplicate]) -> None:
        """Show the laboratory that an order repeats another: nobody was asked, as at a form."""
        text = _(
            "Ordered by the hospital’s system (%(placer)s) although it was ordered: %(found)s."
        )
        order_notices.note(
            order=order,
            kind=NoticeKind.DUPLICATE,
            text=text
            % {"placer": self._line.placer, "found": "; ".join(str(one) for one in repeated)},
            earlier=Order.objects.get(pk=max(one.order_id for one in repeated)),
            by=self._by,
            at=self._at,
        )

    def _beside(self, message_id: int) -> Order | None:
        """Return the order this line belongs to, unless that holds some of it already."""
        every = entries(self._place.person)
        found = queries.begun_beside(message_id, every, self._line, self._place.priority)
        if found is None or found.items.filter(assay__in=self._wanted).exists():
            return None
        return found

    def _order(self, asked: dict[str, object], others: list[str]) -> Order:
        line, stay = self._line, self._place.stay
        said = [line.question, *line.notes, *others]
        made = orders.place(
            person=Person.objects.get(pk=self._place.person),
            requester=queries.requester(line, self._naming),
            priority=Priority(self._place.priority),
            clinical_question="\n".join(filter(None, said)),
            encounter=None if stay is None else Encounter.objects.get(pk=stay),
            **asked,  # type: ignore[arg-type]
        )
        OrderSource.objects.create(
            order=made,
            instrument=self._instrument,
            requester_id_text=line.requester_id,
            requester_text=line.requester,
            ordered_at=line.ordered_at,
            recorded_by=self._by,
            recorded_at=self._at,
        )
        return made

    def _number(self, order: Order, item_id: int) -> OrderNumber:
        line, stamp = self._line, {"recorded_by": self._by, "recorded_at": self._at}
        made = OrderNumber.objects.create(
            order=order,
            instrument=self._instrument,
            placer=line.placer,
            filler=f"{order.pk}-{order.numbers.count() + 1}",
            group=line.group,
            code=line.code,
            code_system=line.code_system,
            text=line.text,
            item_id=item_id,
            **stamp,
        )
        for item in queries.new_items(order):
            OrderNumberItem.objects.create(number=made, order_item=item, **stamp)
        signals.order_numbered.send(sender=OrderNumber, number=made, by=self._by, at=self._at)
        return made
