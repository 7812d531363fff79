"""Placing an order: what is chosen, asked and confirmed becomes items and specimens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import specimens
from assays.actions.orders import questions
from assays.actions.orders.choosing import add_items, chosen, containers, settle_duplicates
from assays.models import Order, OrderEvent, Priority
from assays.queries import catalogue
from assays.rules.states import OrderStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import InvalidInput
from patients.actions.gateway import lock
from patients.models import Encounter, Person
from patients.queries import entries


def place(
    *,
    person: Person,
    by: Principal,
    at: datetime,
    panels: Collection[int] = (),
    assays: Collection[int] = (),
    priority: Priority = Priority.ROUTINE,
    clinical_question: str = "",
    encounter: Encounter | None = None,
    intent: str = Order.Intent.ORDER,
    confirmed: Collection[int] = (),
    omitted: Collection[int] = (),
    answers: Mapping[str, str] | None = None,
    requester: Principal | None = None,
    is_unasked: bool = False,
) -> Order:
    """Order panels and single assays for a person: items, and one specimen per container type.

    `panels` and `assays` are ids of the catalogue in force. An assay ordered for the person within
    `DUPLICATE_WINDOW` is refused with `DuplicateOrder` unless its id is among `confirmed`;
    with its id among `omitted` it is left out, and the order's first event says so.
    `answers` are by the code of the question; `QuestionsOpen` is raised where one is wanting.
    `requester` is who asks, where another enters it: its reports are theirs. With `is_unasked` a
    system confirmed what is `confirmed`.
    Accession numbers are issued at once, so that labels can be printed before the collection.
    """
    policy.check(by, "assays.order.place", person)
    if encounter is not None and encounter.person_id not in entries(person.pk):
        raise InvalidInput(_("This stay is another patient's."), field="encounter")
    held = catalogue.current()
    wanted = chosen(held, panels, assays)
    with acting(by=by, at=at, action="assays.order.place"):
        # Two orders for one person are looked at one after the other, so that each sees the other.
        chosen_by = {"confirmed": confirmed, "omitted": omitted, "is_unasked": is_unasked}
        wanted, note = settle_duplicates(held, lock(person), wanted, at=at, **chosen_by)  # type: ignore[arg-type]
        order = Order.objects.create(
            person=person,
            requester=requester or by,
            encounter=encounter,
            priority=priority,
            intent=intent,
            clinical_question=clinical_question.strip(),
            status=OrderStatus.ACTIVE,
            recorded_at=at,
            recorded_by=by,
        )
        moved = {"new": OrderStatus.ACTIVE, "reason": note}
        OrderEvent.objects.create(order=order, recorded_by=by, recorded_at=at, **moved)
        questions.answer(order=order, assays=wanted, answers=answers or {}, by=by, at=at)
        items = add_items(order, wanted)
        specimens.expect(order=order, wanted=containers(held, items), by=by, at=at)
    return order
