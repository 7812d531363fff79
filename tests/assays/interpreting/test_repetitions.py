"""The same bytes again: a repetition where the message can be told apart, else a question."""

from __future__ import annotations

import pytest

from assays.actions import held_items
from assays.models import Result
from assays.rules import filing
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem
from tests import factories
from tests.assays import laboratory
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading

pytestmark = pytest.mark.django_db


def decide(action, message, reason: str = "looked at it") -> None:
    """Let a technologist decide on the item that stands for a whole message."""
    action(
        item=message.items.get(position=0),
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason=reason,
    )


@pytest.mark.parametrize("apart", [{"control_id": "1", "sent_at": None}, {}])
def test_the_same_bytes_with_a_time_or_number_of_their_own_are_a_repetition(
    lab, specimen, apart
) -> None:
    text = message(reading(specimen), reading(specimen, "XYZ"), **apart)

    first, again, third = (*read(lab.instrument, text, text), *read(lab.instrument, text))

    assert (first.status, first.duplicate_of) == ("PARTLY_HELD", None)
    assert [(one.status, one.duplicate_of) for one in (again, third)] == [("DUPLICATE", first)] * 2
    assert ends(again) == ends(third) == ["DUPLICATE", "DUPLICATE"]
    assert Result.objects.count() == 1


def test_a_control_number_used_again_with_other_content_is_a_new_message(lab, specimen) -> None:
    one = message(reading(specimen, value="13.2"), control_id="1")
    other = message(reading(specimen, value="13.3"), control_id="1")

    first, second = read(lab.instrument, one, other)

    assert [first.status, second.status] == ["FILED", "FILED"]
    assert Result.objects.count() == 2


def test_the_same_bytes_of_another_instrument_are_no_repetition(lab, specimen) -> None:
    other = plain.instrument({"HB": lab.assays["HGB"]}, sender="other")
    text = message(reading(specimen))

    (first,), (second,) = read(lab.instrument, text), read(other, text)

    assert [first.status, second.status] == ["FILED", "FILED"]


def test_without_a_time_or_number_a_person_is_asked(lab, specimen) -> None:
    text = message(reading(specimen, observed_at=None), sent_at=None)

    first, again, third = read(lab.instrument, text, text, text)

    assert [first.status, again.status, third.status] == ["FILED", "HELD", "HELD"]
    (item,) = plain.items(again)
    assert (item.position, item.hold_code) == (0, "POSSIBLE_DUPLICATE")
    assert f"message {first.pk}" in item.hold_reason
    assert Result.objects.count() == 1


def test_what_a_person_takes_for_a_new_message_is_filed(lab, specimen) -> None:
    text = message(reading(specimen, observed_at=None), reading(specimen, "XYZ"), sent_at=None)
    first, again = read(lab.instrument, text, text)

    decide(held_items.ask_again, again)
    plain.work_off()

    again.refresh_from_db()
    assert (again.status, again.item_count, again.duplicate_of) == ("PARTLY_HELD", 3, None)
    assert ends(again) == ["NOT_A_RESULT", "RECORDED", "UNMAPPED_CODE"]
    assert Result.objects.count() == 2
    event = again.items.get(position=0).events.latest("id")
    assert (event.new, event.hold_code) == ("NOT_A_RESULT", "POSSIBLE_DUPLICATE")
    assert event.recorded_by.name == "system:interpret"


def test_what_a_person_rejects_stays_and_is_never_filed(lab, specimen) -> None:
    text = message(reading(specimen, observed_at=None), sent_at=None)
    _first, again = read(lab.instrument, text, text)

    decide(held_items.reject, again)

    again.refresh_from_db()
    assert (again.status, ends(again)) == ("REJECTED", ["REJECTED"])
    assert Result.objects.count() == 1


def test_of_a_message_that_was_rejected_the_same_bytes_are_new(lab) -> None:
    text = message(reading("2600000000"))
    (first,) = read(lab.instrument, text)
    held_items.reject(
        item=first.items.get(),
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason="by mistake",
    )

    (second,) = read(lab.instrument, text)

    assert (second.status, second.duplicate_of) == ("HELD", None)


def test_empty_messages_and_queries_are_repeated_without_a_question(lab) -> None:
    empty = message(sent_at=None)
    query = message({"sort": "QUERY", "specimen": "2600000000"}, sent_at=None)

    stored = read(lab.instrument, empty, empty, query, query)

    assert [one.status for one in stored] == ["FILED", "DUPLICATE", "FILED", "DUPLICATE"]


def test_the_same_value_in_another_message_is_a_duplicate_that_names_the_result(
    lab, specimen
) -> None:
    sent = reading(specimen)

    first, second = read(lab.instrument, message(sent), message(sent, control_id="2"))

    assert (first.status, second.status, second.duplicate_of) == ("FILED", "DUPLICATE", None)
    assert plain.items(second)[0].duplicate_of == Result.objects.get()


@pytest.mark.parametrize("value", [{}, {"absent": "no sample"}, {"run": "2"}])
def test_the_same_value_without_a_time_in_another_message_is_asked_about(
    lab, specimen, value
) -> None:
    sent = {**reading(specimen, observed_at=None), **value}
    (first,) = read(lab.instrument, message(sent))

    more = reading("NOBODY 1", observed_at=None)
    second, third = read(lab.instrument, message(sent, more), message(sent, control_id="3"))

    assert (ends(first), ends(second)) == (["RECORDED"], ["POSSIBLE_DUPLICATE", "UNKNOWN_SPECIMEN"])
    assert ends(third) == ["POSSIBLE_DUPLICATE"]
    assert f"result {Result.objects.get().pk}" in plain.items(second)[0].hold_reason


def test_of_one_batch_the_second_value_without_a_time_is_asked_about(lab, specimen) -> None:
    sent = reading(specimen, observed_at=None)

    first, second = read(lab.instrument, message(sent), message(sent, control_id="2"))

    assert (ends(first), ends(second)) == (["RECORDED"], ["POSSIBLE_DUPLICATE"])


def test_a_value_without_a_time_twice_in_one_message_is_recorded_once(lab, specimen) -> None:
    sent = reading(specimen, observed_at=None)

    (stored,) = read(lab.instrument, message(sent, sent))

    assert ends(stored) == ["RECORDED", "DUPLICATE"]


@pytest.mark.parametrize("what", ["value", "run", "observed_at"])
def test_what_differs_from_a_value_without_a_time_is_another_measurement(
    lab, specimen, what
) -> None:
    other = {"value": "13.3", "run": "2", "observed_at": laboratory.moment().isoformat()}[what]
    sent = reading(specimen, observed_at=None)
    read(lab.instrument, message(sent))

    (second,) = read(lab.instrument, message({**sent, what: other}))

    assert ends(second) == ["RECORDED"]


def test_a_value_without_a_time_that_a_person_takes_for_new_is_filed(lab, specimen) -> None:
    sent = reading(specimen, observed_at=None)
    _first, second = read(lab.instrument, message(sent), message(sent, control_id="2"))

    held_items.ask_again(
        item=second.items.get(),
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason="it was measured twice",
    )
    plain.work_off()

    assert ends(second) == ["RECORDED"]
    assert Result.objects.count() == 2


def test_nobody_but_a_person_takes_a_value_for_new(lab, specimen) -> None:
    sent = reading(specimen, observed_at=None)
    _first, second = read(lab.instrument, message(sent), message(sent, control_id="2"))

    plain.sweep()
    plain.work_off()

    assert ends(second) == ["POSSIBLE_DUPLICATE"]


def test_a_value_twice_in_one_message_is_recorded_once(lab, specimen) -> None:
    sent = reading(specimen)

    (stored,) = read(lab.instrument, message(sent, sent))

    assert (stored.status, ends(stored)) == ("FILED", ["RECORDED", "DUPLICATE"])
    assert plain.items(stored)[1].duplicate_of == Result.objects.get()


@pytest.mark.parametrize("value", [{"value": "13.2"}, {"value": ">20.0"}, {"absent": "no sample"}])
def test_a_repetition_that_filing_overlooks_is_refused_by_the_database(
    lab, specimen, monkeypatch, value
) -> None:
    sent = {**reading(specimen), **value}
    (first,) = read(lab.instrument, message(sent))
    monkeypatch.setattr(filing, "_is_repetition", lambda *_: False)

    (second,) = read(lab.instrument, message(sent, control_id="2"))
    overlooked = WorkItem.objects.get(kind="interpret", subject_id=second.pk)
    monkeypatch.undo()

    assert (ends(first), second.status) == (["RECORDED"], "RECEIVED")
    assert "assays_result_sent_once" in overlooked.last_error
    assert Result.objects.count() == 1


def test_a_rerun_is_a_new_attempt_and_a_timed_series_keeps_every_point(lab, specimen) -> None:
    runs = [
        reading(specimen, value="13.2"),
        reading(specimen, value="13.2", run="2"),
        reading(specimen, value="13.9", run="3"),
        reading(specimen, value="13.2", observed_at=plain.days(0.02)),
    ]

    (stored,) = read(lab.instrument, message(*runs))

    assert ends(stored) == ["RECORDED"] * 4


def test_a_repetition_of_a_message_that_waits_is_no_second_question(lab, specimen) -> None:
    text = message(reading(specimen), charset="8859/1")

    first, again = read(lab.instrument, text, text)

    assert [first.status, again.status] == ["HELD", "HELD"]
    assert ends(first) == ends(again) == ["UNDECODABLE"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_that_became_readable_one_is_filed_whichever_is_read_first(
    lab, specimen, order
) -> None:
    text = message(reading(specimen), charset="8859/1")
    both = read(lab.instrument, text, text)
    plain.reset(lab.instrument, charset="8859/1")

    for number in order:
        decide(held_items.ask_again, both[number])
        plain.work_off()

    for one in both:
        one.refresh_from_db()
    assert [both[0].status, both[1].status] == ["FILED", "DUPLICATE"]
    assert both[1].duplicate_of == both[0]
    assert Result.objects.count() == 1
