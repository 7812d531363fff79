"""Downtime: a paper form, typed in by two people who do not see each other's values."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.timezone import get_default_timezone

from assays.actions import downtime, results
from assays.actions.result_checks import OwnEntry
from assays.models import (
    DowntimeBox,
    DowntimeForm,
    DowntimeOutcome,
    DowntimeTyping,
    PlausibilityOverride,
    Result,
)
from assays.queries import ledger
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.records import AppendOnlyError
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.recording.test_grid import identity
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assays():
    return laboratory.assays(
        HGB={"plausible": (2, 25), "converts": [("g/L", "0.1")]},
        WBC={"unit": "10*3/uL", "low": 4, "high": 11},
    )


@pytest.fixture
def specimen(assays):
    return laboratory.specimen(list(assays.values()))


@pytest.fixture
def first():
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def second():
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def form(first, specimen) -> DowntimeForm:
    return downtime.prepare(section="CBC", by=first, at=database_now(), reason="power cut")


def paper_time(ago: timedelta = timedelta(minutes=20)) -> str:
    moment = (database_now() - ago).astimezone(get_default_timezone())
    return moment.strftime("%Y-%m-%dT%H:%M")


def type_in(client: Client, form, specimen, *, at: str, collected: str = "", **texts: str):
    """Type what the paper says, e.g. `hgb="13.2"`, `o_hgb="seen"`."""
    sent: dict[str, object] = {"move": "type", "row": [f"{specimen.pk}:{identity(specimen)}"]}
    sent[f"observed_at-{specimen.pk}"] = at
    sent[f"collected_at-{specimen.pk}"] = collected
    for name, text in texts.items():
        kind, _low, code = name.rpartition("_")
        box = DowntimeBox.objects.get(form=form, specimen=specimen, assay__analyte__code=code)
        sent[f"{kind or 'v'}-{specimen.pk}-{box.assay_id}"] = text
    return client.post(f"/downtime/{form.pk}/", sent)


def test_a_form_has_a_box_for_each_open_test_of_its_section(assays, specimen, first) -> None:
    laboratory.specimen([assays["HGB"]], item_status="COMPLETED")

    made = downtime.prepare(section="CBC", by=first, at=database_now())

    assert {(one.specimen, one.assay) for one in made.boxes.all()} == {
        (specimen, assay) for assay in assays.values()
    }


def test_a_form_with_nothing_on_it_is_not_made(first) -> None:
    with pytest.raises(InvalidInput, match="no form was made"):
        downtime.prepare(section="NOWHERE", by=first, at=database_now())

    assert not DowntimeForm.objects.exists()


def test_the_form_prints_with_every_accession(form, specimen, first) -> None:
    answer = client_of(first).get(f"/downtime/{form.pk}/form.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_what_two_people_typed_alike_becomes_a_result_of_both(
    form, specimen, first, second
) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="13.2")
    assert not Result.objects.exists()

    type_in(client_of(second), form, specimen, at=at, hgb="132 g/L")

    result = Result.objects.get()
    assert (result.value, result.entered_by, result.recorded_by) == (Decimal("13.2"), first, second)
    local = result.observed_at.astimezone(get_default_timezone())
    assert local.strftime("%Y-%m-%dT%H:%M") == at
    assert DowntimeOutcome.objects.get().result == result


def test_neither_of_the_two_verifies_it_and_a_third_may(form, specimen, first, second) -> None:
    at = paper_time()
    for one in (first, second):
        type_in(client_of(one), form, specimen, at=at, hgb="13.2")
    work_off()
    result = Result.objects.get()

    for one in (first, second):
        with pytest.raises(OwnEntry):
            results.verify(result=result, by=one, at=database_now())
    third = factories.principal(Role.TECHNOLOGIST)
    results.verify(result=result, by=third, at=database_now())

    assert result.status == "TECHNICALLY_VERIFIED"


def test_the_second_person_is_not_shown_what_the_first_typed(form, specimen, first, second) -> None:
    type_in(client_of(first), form, specimen, at=paper_time(), hgb="17.3")

    shown = client_of(second).get(f"/downtime/{form.pk}/").content.decode()
    own = client_of(first).get(f"/downtime/{form.pk}/").content.decode()

    assert "17.3" not in shown
    assert "typed by one person" in shown
    assert "you typed 17.3" in own


def test_a_difference_is_told_to_both_without_the_other_value(
    form, specimen, first, second
) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="17.3")
    client = client_of(second)
    told = type_in(client, form, specimen, at=at, hgb="13.7")
    page = client.get(told["Location"]).content.decode()
    back = client_of(first).get(f"/downtime/{form.pk}/").content.decode()
    for one in (first, second):
        settling = client_of(one).get(f"/downtime/{form.pk}/differences/").content.decode()
        assert "17.3" not in settling
        assert "13.7" not in settling

    assert "differ from what another person typed" in page
    assert "17.3" not in page
    assert "the two typings differ" in back
    assert "13.7" not in back
    assert not Result.objects.exists()


def test_typing_again_until_both_agree_records_and_keeps_every_typing(
    form, specimen, first, second
) -> None:
    at = paper_time()
    for who, text in ((first, "17.3"), (second, "13.7"), (first, "13.7")):
        type_in(client_of(who), form, specimen, at=at, hgb=text)

    result = Result.objects.get()
    assert (result.entered_by, result.recorded_by) == (second, first)
    assert list(DowntimeTyping.objects.order_by("pk").values_list("text", flat=True)) == [
        "17.3",
        "13.7",
        "13.7",
    ]


def test_other_times_on_the_paper_are_a_difference(form, specimen, first, second) -> None:
    type_in(client_of(first), form, specimen, at=paper_time(), hgb="13.2")
    type_in(client_of(second), form, specimen, at=paper_time(timedelta(minutes=25)), hgb="13.2")

    assert not Result.objects.exists()


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


def test_one_person_typing_twice_agrees_with_nobody(form, specimen, first) -> None:
    at = paper_time()
    for _time in range(2):
        type_in(client_of(first), form, specimen, at=at, hgb="13.2")

    assert not Result.objects.exists()
    assert DowntimeTyping.objects.count() == 1, "a page sent twice says nothing new"


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


def test_nothing_typed_is_changed_or_removed(form, specimen, first) -> None:
    type_in(client_of(first), form, specimen, at=paper_time(), hgb="13.2")
    typing = DowntimeTyping.objects.get()

    with pytest.raises(AppendOnlyError):
        DowntimeTyping.objects.filter(pk=typing.pk).update(text="14")
    with pytest.raises(AppendOnlyError):
        typing.delete()


def test_open_boxes_stand_in_the_list_and_the_ledger(form, specimen, first, second) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="13.2", wbc="7")
    type_in(client_of(second), form, specimen, at=at, hgb="13.2")

    listed = client_of(first).get("/downtime/").content.decode()
    (level,) = [one for one in ledger.take().levels if one.key == "downtime_box"]

    assert str(form) in listed
    assert {(one.key, one.count) for one in level.buckets} == {("RECORDED", 1), ("TYPED_ONCE", 1)}
    assert level.is_balanced
    assert all(one.age is not None for one in level.buckets if one.key == "TYPED_ONCE")


@pytest.mark.parametrize(
    "role", [Role.WARD_DOCTOR, Role.NURSE, Role.AUDITOR, Role.PHLEBOTOMIST, Role.ADMINISTRATOR]
)
def test_who_may_not_type_forms_sees_none(form, role) -> None:
    client = client_of(factories.principal(role))

    for address in ("/downtime/", f"/downtime/{form.pk}/", f"/downtime/{form.pk}/form.pdf"):
        assert client.get(address).status_code == 403


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


def test_the_form_costs_the_same_however_many_specimens_it_has(
    assays, specimen, first, django_assert_max_num_queries
) -> None:
    few = downtime.prepare(section="CBC", by=first, at=database_now())
    for _number in range(5):
        laboratory.specimen(list(assays.values()))
    many = downtime.prepare(section="CBC", by=first, at=database_now())
    client = client_of(first)
    client.get(f"/downtime/{few.pk}/")
    counts = []

    for form in (few, many):
        with django_assert_max_num_queries(40) as context:
            client.get(f"/downtime/{form.pk}/")
        counts.append(len(context))

    assert counts[0] == counts[1]


def test_the_moment_typed_is_read_in_the_hospitals_zone(form, specimen, first) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="13.2")

    zone = get_default_timezone()
    expected = datetime.fromisoformat(at).replace(tzinfo=zone)
    assert DowntimeTyping.objects.get().observed_at == expected
