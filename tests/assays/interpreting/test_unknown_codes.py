"""One incident about each code that means nothing here, however many values wait for it."""

from __future__ import annotations

import pytest

from assays.actions import nonconformities, unknown_codes
from assays.models import CodeMapping, Nonconformity, TransmissionItem
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import message, read, reading

pytestmark = pytest.mark.django_db


def follow() -> list[tuple[str, str]]:
    """Let the sweep run; returns what incidents there are, and how they stand."""
    unknown_codes.follow(by=Principal.objects.system("sweep"), at=database_now())
    rows = Nonconformity.objects.order_by("pk")
    items = TransmissionItem.objects.in_bulk([one.source_id for one in rows])
    return [(items[one.source_id].code_text, one.status) for one in rows]


def test_many_values_of_one_code_are_one_incident(lab, specimen) -> None:
    sent = [reading(specimen, "NEW", run=str(run)) for run in range(3)]
    (first,) = read(lab.instrument, message(*sent))
    read(lab.instrument, message(reading(specimen, "NEW", run="9")))

    assert follow() == follow() == [("NEW", "OPEN")]

    made = Nonconformity.objects.get()
    assert (made.instrument, made.source_id) == (lab.instrument, first.items.first().pk)
    assert "“NEW”" in made.summary


def test_each_instrument_and_each_code_has_its_own(lab, specimen) -> None:
    other = plain.instrument({})
    read(lab.instrument, message(reading(specimen, "ONE"), reading(specimen, "TWO")))
    read(other, message(reading(specimen, "ONE")))

    assert sorted(follow()) == [("ONE", "OPEN"), ("ONE", "OPEN"), ("TWO", "OPEN")]


def test_it_is_settled_once_the_code_is_mapped(lab, specimen) -> None:
    read(lab.instrument, message(reading(specimen, "NEW")))
    follow()

    laboratory.map_code(lab.instrument, "NEW", lab.assays["HGB"])

    assert follow() == follow() == [("NEW", "CLOSED")]
    made = Nonconformity.objects.get()
    mapping = CodeMapping.objects.get(instrument=lab.instrument, code="NEW")
    assert made.corrected_by == mapping.approved_by
    assert made.closed_by.name == "system:sweep"
    assert made.corrective_action
    assert made.effectiveness


def test_one_entered_in_error_speaks_for_nothing_that_comes_later(lab, specimen) -> None:
    read(lab.instrument, message(reading(specimen, "NEW")))
    follow()
    made = Nonconformity.objects.get()
    nonconformities.mark_entered_in_error(
        nonconformity=made,
        seen=made.events.latest("pk").pk,
        reason="a trial",
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
    )
    assert follow() == [("NEW", "ENTERED_IN_ERROR")]

    read(lab.instrument, message(reading(specimen, "NEW", run="2")))

    assert follow() == [("NEW", "ENTERED_IN_ERROR"), ("NEW", "OPEN")]


def test_what_waits_for_another_reason_is_no_incident(lab) -> None:
    read(lab.instrument, message(reading("NOBODY", "NEW")))

    assert follow() == []
