"""Instruments deliver: recorded once, answered alike, held where it cannot be placed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from assays.models import Result, TransmissionItem, TransmissionMessage
from labsys.work.models import WorkItem
from tests.assays import laboratory
from tests.assays.senders import item

pytestmark = pytest.mark.django_db


def test_results_are_recorded_and_answered_one_by_one(sender, specimen) -> None:
    answer = sender.send(
        item(specimen, "HB", "13.20"),
        item(specimen, "WBC", 7.1, unit="10*3/uL", run="117", flags=["H", "!"]),
    )

    assert answer.status_code == 201, answer.content
    hgb, wbc = Result.objects.order_by("pk")
    assert (str(hgb.value), hgb.unit, hgb.instrument) == ("13.20", "g/dL", sender.instrument)
    assert (str(wbc.value), wbc.run, wbc.flags_sent) == ("7.1", "117", "H !")
    assert hgb.recorded_by == hgb.entered_by == sender.instrument.principal
    assert hgb.recording == wbc.recording
    message = TransmissionMessage.objects.get()
    assert answer.json() == {
        "message": message.pk,
        "status": "FILED",
        "results": [
            {
                "position": 0,
                "item": hgb.transmission_item_id,
                "status": "RECORDED",
                "result": hgb.pk,
            },
            {
                "position": 1,
                "item": wbc.transmission_item_id,
                "status": "RECORDED",
                "result": wbc.pk,
            },
        ],
    }


def test_the_message_is_kept_byte_by_byte(sender, specimen) -> None:
    body = json.dumps({"results": [item(specimen)]}, indent=3).encode()

    answer = sender.post(body)

    message = TransmissionMessage.objects.get()
    assert bytes(message.content) == body
    assert bytes(message.reply) == answer.content
    assert (message.status, message.item_count) == ("FILED", 1)


def test_a_number_keeps_its_digits_from_the_wire_to_the_row(sender, specimen) -> None:
    body = json.dumps({"results": [item(specimen, value="@")]}).replace('"@"', "13.2000")

    sender.post(body.encode())

    assert str(Result.objects.get().value) == "13.2000"
    assert TransmissionItem.objects.get().content["value"] == "13.2000"


def test_a_comparator_is_part_of_the_value(sender, specimen) -> None:
    sender.send(item(specimen, value="<7.0"))

    result = Result.objects.get()
    assert (result.comparator, str(result.value)) == ("<", "7.0")


def test_a_missing_value_has_a_reason_and_no_number(sender, specimen) -> None:
    sender.send(item(specimen, value=None, unit=None, absent_reason="error"))

    result = Result.objects.get()
    assert (result.kind, result.value, result.absent_reason) == ("ABSENT", None, "error")


def test_a_registered_foreign_identifier_names_the_specimen(sender, specimen) -> None:
    with laboratory.setting_up() as stamp:
        specimen.identifiers.create(system="urn:lab:north", value="N-77", **stamp)

    answer = sender.send(item({"system": "urn:lab:north", "value": "N-77"}))

    assert answer.json()["status"] == "FILED"
    assert Result.objects.get().specimen == specimen


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"specimen": "2600000000"}, "UNKNOWN_SPECIMEN"),
        ({"specimen": "whatever"}, "UNKNOWN_SPECIMEN"),
        ({"specimen": {"system": "urn:x", "value": "1"}}, "UNKNOWN_SPECIMEN"),
        ({"code": "XYZ"}, "UNMAPPED_CODE"),
        ({"observed_at": "2020-01-01T00:00:00Z"}, "BEFORE_COLLECTION"),
    ],
)
def test_what_is_not_known_here_is_kept_and_held(sender, specimen, change, code) -> None:
    answer = sender.send(item(specimen) | change)

    assert answer.status_code == 201
    assert answer.json()["status"] == "HELD"
    assert answer.json()["results"][0]["code"] == code
    kept = TransmissionItem.objects.get()
    assert (kept.status, kept.hold_code) == ("HELD", code)
    assert kept.hold_reason == answer.json()["results"][0]["reason"]
    assert not Result.objects.exists()


def test_a_held_item_does_not_hold_its_siblings(sender, specimen) -> None:
    answer = sender.send(item(specimen), item(specimen, "XYZ"))

    assert [one["status"] for one in answer.json()["results"]] == ["RECORDED", "HELD"]
    assert answer.json()["status"] == "PARTLY_HELD"
    assert Result.objects.count() == 1


def test_an_accession_of_another_patient_is_never_guessed(sender, specimen) -> None:
    near = specimen.accession[:-1] + str((int(specimen.accession[-1]) + 1) % 10)

    answer = sender.send(item(near))

    assert answer.json()["results"][0]["code"] == "UNKNOWN_SPECIMEN"


def test_the_same_key_and_body_get_the_stored_answer(sender, specimen) -> None:
    body = json.dumps({"results": [item(specimen)]}).encode()
    first = sender.post(body, key="k1")

    again = sender.post(body, key="k1")

    assert again.status_code == first.status_code == 201
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert Result.objects.count() == TransmissionMessage.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(sender, specimen) -> None:
    sender.send(item(specimen), key="k1")

    answer = sender.send(item(specimen, "WBC", "7", unit="10*3/uL"), key="k1")

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:labsys:problem:idempotency-key-reused"
    assert Result.objects.count() == TransmissionMessage.objects.count() == 1


def test_a_key_belongs_to_its_instrument(sender, specimen) -> None:
    other = laboratory.instrument({"HB": sender.assays["HGB"]})
    sender.send(item(specimen), key="k1")

    answer = sender.send(item(specimen, value="13.9"), key="k1", token=laboratory.key_of(other))

    assert answer.status_code == 201
    assert TransmissionMessage.objects.count() == 2


def test_the_same_bytes_under_another_key_are_a_duplicate(sender, specimen) -> None:
    body = json.dumps({"results": [item(specimen)]}).encode()
    first = sender.post(body)

    again = sender.post(body)

    assert again.json()["status"] == "DUPLICATE"
    assert [one["status"] for one in again.json()["results"]] == ["DUPLICATE"]
    original, repetition = TransmissionMessage.objects.order_by("pk")
    assert repetition.duplicate_of == original
    assert Result.objects.get().pk == first.json()["results"][0]["result"]


def test_the_same_measurement_in_another_message_is_a_duplicate(sender, specimen) -> None:
    sent = item(specimen, run="5")
    sender.send(sent)

    again = sender.send({**sent, "value": "13.20"}, item(specimen, "WBC", "7", unit="10*3/uL"))

    assert [one["status"] for one in again.json()["results"]] == ["DUPLICATE", "RECORDED"]
    assert again.json()["status"] == "FILED"
    duplicate = TransmissionItem.objects.get(status="DUPLICATE")
    assert duplicate.duplicate_of == Result.objects.earliest("pk")


def test_a_repetition_within_one_message_is_a_duplicate(sender, specimen) -> None:
    sent = item(specimen)

    answer = sender.send(sent, sent)

    assert [one["status"] for one in answer.json()["results"]] == ["RECORDED", "DUPLICATE"]
    assert Result.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"value": "13.4"}, {"run": "2"}, {"observed_at": "later"}],
    ids=["another value", "another run", "a later moment"],
)
def test_a_rerun_is_a_new_attempt_before_verification(sender, specimen, change) -> None:
    sent = item(specimen, run="1")
    sender.send(sent)
    if "observed_at" in change:
        change = {"observed_at": laboratory.moment(ago=timedelta(minutes=1)).isoformat()}

    answer = sender.send(sent | change)

    assert answer.json()["status"] == "FILED"
    first, second = Result.objects.order_by("pk")
    assert first.order_item == second.order_item
    assert {first.status, second.status} == {"RESULTED"}


@pytest.mark.parametrize("status", ["TECHNICALLY_VERIFIED", "RELEASED"])
def test_a_rerun_after_verification_is_held(sender, specimen, status) -> None:
    sender.send(item(specimen))
    laboratory.verified(Result.objects.get(), status)

    answer = sender.send(item(specimen, value="14"))

    assert answer.json()["results"][0]["code"] == "ALREADY_VERIFIED"
    assert Result.objects.count() == 1


def test_several_specimens_in_one_message_have_a_recording_and_a_work_item_each(sender) -> None:
    hgb = sender.assays["HGB"]
    routine, urgent = laboratory.specimen([hgb]), laboratory.specimen([hgb], priority=0)

    sender.send(item(routine), item(urgent, value="9.9"))

    found = WorkItem.objects.filter(kind="evaluate").order_by("priority")
    assert [(one.priority, one.ordering_key) for one in found] == [
        (0, f"specimen:{urgent.pk}"),
        (3, f"specimen:{routine.pk}"),
    ]


def test_a_second_recording_of_a_specimen_waits_for_the_first(sender, specimen) -> None:
    sender.send(item(specimen))
    sender.send(item(specimen, "WBC", "7", unit="10*3/uL"))

    assert list(WorkItem.objects.order_by("pk").values_list("state", flat=True)) == [
        "PENDING",
        "BLOCKED",
    ]


def test_an_instrument_that_is_switched_off_sends_nothing(sender, specimen) -> None:
    with laboratory.setting_up():
        type(sender.instrument).objects.filter(pk=sender.instrument.pk).update(is_active=False)

    answer = sender.send(item(specimen))

    assert answer.status_code == 403
    assert not TransmissionMessage.objects.exists()


@pytest.mark.parametrize("size", [1, 20])
def test_a_batch_costs_the_same_queries_whatever_its_size(
    sender, size, django_assert_num_queries
) -> None:
    names = {f"A{n}": {"unit": "g/dL"} for n in range(size)}
    assays = laboratory.assays(**names)
    for code, assay in assays.items():
        laboratory.map_code(sender.instrument, code, assay)
    specimen = laboratory.specimen(list(assays.values()), item_status="IN_PROCESS")
    sender.send(item("warm the catalogue"))
    body = {"results": [item(specimen, code) for code in assays]}

    with django_assert_num_queries(19):
        answer = sender.post(body)

    assert answer.json()["status"] == "FILED"


def test_an_instrument_reads_the_written_interface_with_its_key(sender) -> None:
    headers = {"Authorization": f"Instrument {sender.token}"}

    assert Client().get("/api/schema/", headers=headers).status_code == 200
