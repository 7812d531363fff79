"""A message that is answered and not accepted keeps back only what must not overtake it."""

from __future__ import annotations

from typing import Any

import pytest

from assays.instruments.delivery import Delivery, Fate
from assays.models import Dispatch, Instrument, Specimen
from assays.queries import outbox
from tests.assays import laboratory
from tests.assays.dispatches.receiving import attempted, enqueue, hurry
from tests.assays.listeners import wires

pytestmark = pytest.mark.django_db
SILENT = Delivery(Fate.AGAIN, "There was no answer in time.")
UNWELL = Delivery(Fate.AGAIN, "It was answered AE.", b"MSA|AE")


@pytest.fixture
def reader() -> Instrument:
    return wires.instrument("HL7", code="reader")


@pytest.fixture
def specimens() -> list[Specimen]:
    assays = laboratory.assays(HGB={})
    return [laboratory.specimen([assays["HGB"]]) for _one in range(3)]


def about(reader: Instrument, specimen: Specimen, number: int = 1, **more: Any) -> Dispatch:
    return enqueue(reader, number, subject=specimen, specimen=specimen, **more)


def due(reader: Instrument) -> list[int]:
    return [one.dispatch_id for one in outbox.due([reader.pk])]


def test_what_is_about_another_specimen_goes_past_it(reader, specimens) -> None:
    first, same, other = (
        about(reader, specimens[0]),
        about(reader, specimens[0], 2),
        about(reader, specimens[1]),
    )

    attempted(first, UNWELL)

    assert due(reader) == [other.pk]
    hurry(first)
    assert due(reader) == [first.pk]
    assert same.pk > first.pk


def test_what_is_about_the_same_specimen_waits_behind_it(reader, specimens) -> None:
    first = about(reader, specimens[0])
    about(reader, specimens[0], 2)
    enqueue(reader, 3, subject=specimens[0])

    attempted(first, UNWELL)

    assert due(reader) == []


def test_what_was_never_answered_keeps_all_others_back(reader, specimens) -> None:
    first = about(reader, specimens[0])
    about(reader, specimens[1])
    attempted(first, UNWELL)
    hurry(first)

    attempted(first, SILENT)

    assert due(reader) == []


def test_of_many_that_are_answered_so_none_is_passed_any_more(
    reader, specimens, monkeypatch
) -> None:
    monkeypatch.setattr(outbox, "MOST_ASIDE", 1)
    first, second, third = (about(reader, one) for one in specimens)
    attempted(first, UNWELL)
    assert due(reader) == [second.pk]

    attempted(second, UNWELL)

    assert due(reader) == []
    hurry(first)
    assert due(reader) == [first.pk]
    assert third.status == "QUEUED"
