"""What two people typed of a downtime is settled by a third, and nothing that was typed is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.actions import downtime
from assays.models import (
    DowntimeBox,
    DowntimeOutcome,
    DowntimeTyping,
    PlausibilityOverride,
    Result,
)
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests import factories
from tests.assays import laboratory
from tests.assays.recording.downtime.paper import paper_time, type_in
from tests.assays.recording.gridded import identity
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def test_a_third_person_settles_with_a_reason_and_the_typists_cannot(
    form, specimen, first, second
) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="17.3")
    type_in(client_of(second), form, specimen, at=at, hgb="13.7")
    third = factories.principal(Role.PATHOLOGIST)
    box = DowntimeTyping.objects.first().box
    chosen = DowntimeTyping.objects.get(recorded_by=second)

    for one in (first, second):
        with pytest.raises(NotAllowed, match="a third person settles it"):
            downtime.settle(box=box, typing=chosen, reason="mine", by=one, at=database_now())
    with pytest.raises(InvalidInput, match="Say why"):
        downtime.settle(box=box, typing=chosen, reason=" ", by=third, at=database_now())
    client = client_of(third)
    assert "17.3" in client.get(f"/downtime/{form.pk}/differences/").content.decode()
    client.post(
        f"/downtime/{form.pk}/differences/",
        {"box": box.pk, "typing": chosen.pk, "reason": "the paper says 13.7", "move": "settle"},
    )

    result = Result.objects.get()
    assert (result.value, result.entered_by, result.recorded_by) == (Decimal("13.7"), second, third)
    assert DowntimeOutcome.objects.get().reason == "the paper says 13.7"
    with pytest.raises(Conflict):
        downtime.settle(box=box, typing=chosen, reason="again", by=third, at=database_now())


def test_what_was_chosen_and_typed_to_settle_is_kept_where_it_is_refused(
    form, specimen, first, second
) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="17.3")
    type_in(client_of(second), form, specimen, at=at, hgb="13.7")
    chosen = DowntimeTyping.objects.get(recorded_by=second)
    client, box = client_of(factories.principal(Role.PATHOLOGIST)), chosen.box_id
    address = f"/downtime/{form.pk}/differences/"

    silent = client.post(address, {"box": box, "typing": chosen.pk, "move": "settle"})
    unchosen = client.post(address, {"box": box, "reason": "as written", "move": "settle"})
    foreign = client.post(address, {"box": box + 999, "reason": "as written", "move": "settle"})

    assert (silent.status_code, unchosen.status_code, foreign.status_code) == (422, 422, 409)
    assert f'value="{chosen.pk}" id="t{chosen.pk}" checked' in silent.content.decode()
    assert 'value="as written"' in unchosen.content.decode()
    assert "Choose one of the values that were typed." in unchosen.content.decode()
    assert not Result.objects.exists()


def test_who_settles_is_on_record_for_what_they_saw(form, specimen, first, second) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="17.3")
    type_in(client_of(second), form, specimen, at=at, hgb="13.7")
    third = factories.principal(Role.PATHOLOGIST)

    client_of(third).get(f"/downtime/{form.pk}/differences/")

    look = ReadEvent.objects.get(actor=third.pk)
    assert (look.person_id, look.pk_of) == (specimen.person_id, specimen.pk)


def test_what_was_typed_for_a_form_that_is_not_made_is_kept(first) -> None:
    given = {"section": "CBC", "scans": "123 456", "reason": "power cut"}

    answer = client_of(first).post("/downtime/", given)

    text = answer.content.decode()
    assert answer.status_code in (404, 422)
    assert 'value="123 456"' in text
    assert 'value="power cut"' in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,234", "two ways"),
        ("13.25", "more decimal places"),
        ("31", "outside the plausibility limits"),
        ("NaN", "not a finite number"),
        ("1e999", "digits before"),
        ("\x00", "cannot be seen"),
        ("9" * 3000, "too long"),
    ],
)
def test_what_cannot_be_read_stays_in_its_box(form, specimen, first, text, said) -> None:
    answer = type_in(client_of(first), form, specimen, at=paper_time(), hgb=text, wbc="7")

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert [one.text for one in DowntimeTyping.objects.all()] == ["7"]


@pytest.mark.parametrize("at", ["", "yesterday", "2126-01-01T00:00"])
def test_without_a_time_that_can_be_nothing_is_kept(form, specimen, first, at) -> None:
    answer = type_in(client_of(first), form, specimen, at=at, hgb="13.2")

    assert answer.status_code == 422
    assert 'value="13.2"' in answer.content.decode()
    assert not DowntimeTyping.objects.exists()


def test_an_implausible_value_needs_a_reason_here_too(form, specimen, first, second) -> None:
    at = paper_time()
    for one in (first, second):
        type_in(client_of(one), form, specimen, at=at, hgb="31", o_hgb="measured twice")

    assert PlausibilityOverride.objects.get().result == Result.objects.get()


def test_what_cannot_be_placed_is_kept_and_recorded_once_it_can(assays, first, second) -> None:
    specimen = laboratory.specimen([assays["HGB"]], status="EXPECTED")
    form = downtime.prepare(section="", specimens=[specimen], by=first, at=database_now())
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="13.2")
    client = client_of(second)
    type_in(client, form, specimen, at=at, hgb="13.2")
    assert "not recorded as collected" in client.get(f"/downtime/{form.pk}/").content.decode()
    assert DowntimeTyping.objects.count() == 2
    box = DowntimeBox.objects.get(form=form)

    with pytest.raises(InvalidInput, match="One of the two"):
        third = factories.principal(Role.TECHNOLOGIST)
        downtime.place_agreed(box=box, by=third, at=database_now())
    laboratory.collected(specimen)
    client_of(second).post(f"/downtime/{form.pk}/differences/", {"box": box.pk, "move": "place"})

    result = Result.objects.get()
    assert (result.entered_by, result.recorded_by) == (first, second)


def test_what_was_not_measured_is_closed_with_a_reason(form, specimen, first) -> None:
    boxes = list(DowntimeBox.objects.filter(form=form))

    with pytest.raises(InvalidInput, match="Say why"):
        downtime.withdraw(boxes=boxes, reason="", by=first, at=database_now())
    count = downtime.withdraw(boxes=boxes, reason="power came back", by=first, at=database_now())

    assert count == 2
    refused = type_in(client_of(first), form, specimen, at=paper_time(), hgb="13.2")
    assert "settled already" in refused.content.decode()


def test_a_form_that_is_not_closed_keeps_the_reason_typed_for_it(form, specimen, first) -> None:
    client, address = client_of(first), f"/downtime/{form.pk}/"
    refused = client.post(address, {"move": "withdraw", "reason": " "})

    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert '<details class="disclosure" open>' in refused.content.decode()
    assert DowntimeBox.objects.filter(outcome=None).count() == 2
    done = client.post(address, {"move": "withdraw", "reason": "power came back"})
    assert done.status_code == 302
    assert not DowntimeBox.objects.filter(outcome=None).exists()


def test_another_persons_row_is_never_typed_into(form, assays, specimen, first) -> None:
    other = laboratory.specimen([assays["HGB"]])
    sent = {
        "move": "type",
        "row": [f"{specimen.pk}:{identity(other)}"],
        f"observed_at-{specimen.pk}": paper_time(),
        f"v-{specimen.pk}-{assays['HGB'].pk}": "13.2",
    }

    answer = client_of(first).post(f"/downtime/{form.pk}/", sent)

    assert "is not of the person this form was opened for" in answer.content.decode()
    assert not DowntimeTyping.objects.exists()
