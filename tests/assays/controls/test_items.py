"""Control values that instruments send become measurements; none is ever dropped."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from assays.actions import controls, held_items, instruments, versions
from assays.actions.controls import ControlMoved
from assays.models import (
    Assay,
    ControlItem,
    ControlMeasurement,
    Result,
    TransmissionItem,
    TransmissionMessage,
)
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from tests.assays import laboratory, senders
from tests.assays.controls import bench as benches
from tests.assays.controls.bench import Bench, posted
from tests.assays.interpreting import plain
from tests.assays.senders import Sender


@pytest.fixture
def wired(db: None, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose analyser sends over a wire."""
    plain.install(monkeypatch)
    assays = laboratory.assays(
        HGB={"low": "12.0", "high": "15.5", "converts": [("g/L", "0.1")]},
        WBC={"low": "4.0", "high": "11.0"},
    )
    return benches.make(plain.instrument({"HB": assays["HGB"]}), assays)


def control(name: str = "QC-L1", value: str = "10.2", **more: Any) -> dict[str, Any]:
    """A control reading as the wired analyser writes it."""
    return plain.reading(name, **{"sort": "CONTROL", "control": name, "value": value, **more})


def deliveries() -> list[tuple[str, str]]:
    rows = ControlItem.objects.order_by("id").values_list("delivery", "reason_code")
    return [(delivery, code) for delivery, code in rows]


def test_a_control_with_a_known_name_and_code_is_a_measurement(wired: Bench) -> None:
    (message,) = plain.read(wired.instrument, plain.message(control(run="17")))

    (measured,) = ControlMeasurement.objects.all()
    assert (measured.level, measured.assay) == (wired.levels[1], wired.assay)
    assert (measured.value, measured.unit, measured.run_sent) == (Decimal("10.2"), "g/dL", "17")
    assert measured.entered_by == wired.instrument.principal
    assert measured.transmission_item == message.items.get()
    assert (message.status, plain.ends(message)) == ("FILED", ["QC"])
    assert measured.evaluation.verdict == "ACCEPTED"


def test_a_failing_control_holds_its_instrument_in_the_transaction_that_reads_it(
    wired: Bench,
) -> None:
    plain.read(wired.instrument, plain.message(control(value="12.5")))

    assert wired.hold() is not None


def test_patients_and_controls_of_one_message_go_their_ways(wired: Bench) -> None:
    specimen = laboratory.specimen([wired.assay])

    (message,) = plain.read(
        wired.instrument,
        plain.message(plain.reading(specimen), control(), control("QC-L2", "20.1")),
    )

    assert plain.ends(message) == ["RECORDED", "QC", "QC"]
    assert ControlMeasurement.objects.count() == 2
    assert Result.objects.get().specimen == specimen
    assert len(set(ControlMeasurement.objects.values_list("run", flat=True))) == 1


def test_a_value_in_a_unit_with_an_approved_row_is_converted(wired: Bench) -> None:
    plain.read(wired.instrument, plain.message(control(value="102", unit="g/L")))

    measured = ControlMeasurement.objects.get()
    assert (str(measured.value), measured.unit) == ("10.2", "g/dL")
    assert measured.as_sent["converted_by"]["version"] == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"name": "LOPOS"}, "UNKNOWN_CONTROL"),
        ({"code": "XYZ"}, "UNMAPPED_CODE"),
        ({"unit": "mol/L"}, "UNIT"),
        ({"value": ""}, "UNREADABLE"),
        ({"doubts": [["QUESTIONABLE", {"status": "X"}]]}, "QUESTIONABLE"),
        ({"doubts": [["UNKNOWN_STATUS", {}]]}, "UNKNOWN_STATUS"),
        ({"code": ""}, "UNMAPPED_CODE"),
    ],
)
def test_what_cannot_be_placed_waits_with_its_reason(
    wired: Bench, given: dict[str, Any], why: str
) -> None:
    (message,) = plain.read(wired.instrument, plain.message(control(**given)))

    assert plain.ends(message) == ["QC"]
    assert deliveries() == [("WAITING", why)]
    assert ControlItem.objects.get().reason
    assert not ControlMeasurement.objects.exists()


def test_every_control_item_has_exactly_one_end(wired: Bench) -> None:
    sent = [control(), control("LOPOS"), control(code="XYZ"), control(unit="mol/L")]
    plain.read(wired.instrument, plain.message(*sent), plain.message(control()))

    items = TransmissionItem.objects.filter(status="QC")
    assert items.count() == 5
    assert items.filter(control_item=None).count() == 0


def test_a_resend_gives_no_second_measurement(wired: Bench) -> None:
    reading = control()
    text = plain.message(reading)

    plain.read(wired.instrument, text, text, plain.message(reading, control_id="again"))

    assert ControlMeasurement.objects.count() == 1
    assert deliveries() == [("RECORDED", ""), ("REPEATED", "")]
    assert [one.status for one in TransmissionMessage.objects.order_by("id")] == [
        "FILED",
        "DUPLICATE",
        "FILED",
    ]


def test_the_same_value_twice_in_one_message_is_measured_once(wired: Bench) -> None:
    reading = control()

    plain.read(wired.instrument, plain.message(reading, reading))

    assert ControlMeasurement.objects.count() == 1
    assert deliveries() == [("RECORDED", ""), ("REPEATED", "")]


def test_registering_a_name_places_what_waits_under_it(wired: Bench) -> None:
    plain.read(wired.instrument, plain.message(control("LOPOS"), control("HIPOS")))

    wired.name(wired.levels[2], "LOPOS")

    assert [one[0] for one in deliveries()] == ["RECORDED", "WAITING"]
    assert ControlMeasurement.objects.get().level == wired.levels[2]


def test_mapping_a_code_places_what_waits_for_it(wired: Bench) -> None:
    plain.read(wired.instrument, plain.message(control(code="LEU")))

    mapped(wired, "LEU", wired.assays["WBC"])

    assert [one[0] for one in deliveries()] == ["RECORDED"]
    assert ControlMeasurement.objects.get().assay == wired.assays["WBC"]


def mapped(bench: Bench, code: str, assay: Assay) -> None:
    at = database_now()
    draft = instruments.draft_mapping(
        instrument=bench.instrument, code=code, assay=assay, by=bench.quality, at=at
    )
    versions.approve(version=draft, by=bench.pathologist, at=at)
    versions.activate(version=draft, by=bench.pathologist, at=at)


def test_a_name_means_the_lot_of_its_time(wired: Bench) -> None:
    lot = wired.new_lot("B200")
    changed = database_now() - timedelta(days=2)
    wired.name(benches.levels_of(lot)[1], "QC-L1", since=changed, takes_over=True)

    before, after = plain.days(3), plain.days(1)
    plain.read(
        wired.instrument,
        plain.message(control(observed_at=before), control(observed_at=after)),
    )

    lots = ControlMeasurement.objects.order_by("observed_at").values_list("level__lot__number")
    assert [number for (number,) in lots] == ["A100", "B200"]


def test_a_name_goes_over_only_if_that_is_said(wired: Bench) -> None:
    lot = wired.new_lot("B200")

    with pytest.raises(InvalidInput, match="until now"):
        wired.name(benches.levels_of(lot)[1], "QC-L1")


def test_a_person_matches_what_waits(wired: Bench) -> None:
    plain.read(wired.instrument, plain.message(control("LOPOS", code="LEU")))
    waiting = ControlItem.objects.get()

    controls.match(
        waiting=waiting,
        level=wired.levels[1],
        assay=wired.assay,
        by=wired.technologist,
        at=database_now(),
        reason="the new vial's barcode",
    )

    measured = ControlMeasurement.objects.get()
    assert measured.entered_by == wired.instrument.principal
    assert (measured.recorded_by, measured.assay) == (wired.technologist, wired.assay)
    assert deliveries()[0][0] == "RECORDED"


def test_what_is_matched_or_dismissed_is_settled_once(wired: Bench) -> None:
    plain.read(wired.instrument, plain.message(control("CAL-1")))
    waiting = ControlItem.objects.get()
    given = {"waiting": waiting, "by": wired.technologist, "at": database_now()}
    controls.dismiss(reason="a calibrator", **given)

    with pytest.raises(ControlMoved):
        controls.match(level=wired.levels[1], assay=wired.assay, reason="a control", **given)

    waiting.refresh_from_db()
    assert (waiting.delivery, waiting.decision) == ("DISMISSED", "a calibrator")
    assert TransmissionItem.objects.get().status == "QC"


def test_matching_needs_the_right_and_a_reason(wired: Bench) -> None:
    plain.read(wired.instrument, plain.message(control("LOPOS")))
    given = {"waiting": ControlItem.objects.get(), "at": database_now()}

    with pytest.raises(NotAllowed):
        controls.dismiss(by=wired.quality, reason="none of ours", **given)
    with pytest.raises(InvalidInput):
        controls.dismiss(by=wired.technologist, reason="  ", **given)


def test_a_held_value_that_turns_out_a_control_is_measured(wired: Bench) -> None:
    (message,) = plain.read(wired.instrument, plain.message(plain.reading("QC-L1", value="10.2")))
    assert plain.ends(message) == ["UNKNOWN_SPECIMEN"]
    plain.reset(wired.instrument, controls=["QC-L1"])
    held_items.ask_again(
        item=message.items.get(), by=wired.technologist, at=database_now(), reason="a control"
    )
    plain.interpret_at(database_now())

    assert ControlMeasurement.objects.get().level == wired.levels[1]


@pytest.fixture
def posting(bench: Bench) -> Sender:
    return Sender(bench.instrument, laboratory.key_of(bench.instrument), bench.assays)


def test_a_control_over_http_is_a_measurement(bench: Bench, posting: Sender) -> None:
    answer = posting.send(posted(), posted("QC-L2"))

    assert answer.status_code == 201
    assert [one["status"] for one in answer.json()["results"]] == ["QC", "QC"]
    assert [one[0] for one in bench.verdicts()] == [1, 2]
    assert bench.hold() is not None, "level 2 measured level 1's value"


def test_a_control_over_http_and_a_result_beside_it_keep_their_places(
    bench: Bench, posting: Sender
) -> None:
    specimen = laboratory.specimen([bench.assay])

    answer = posting.send(posted(), senders.item(specimen), posted("LOPOS"))

    lines = answer.json()["results"]
    assert [one["status"] for one in lines] == ["QC", "RECORDED", "QC"]
    assert lines[1]["result"] == Result.objects.get().pk
    assert deliveries() == [("RECORDED", ""), ("WAITING", "UNKNOWN_CONTROL")]


def test_the_same_bytes_under_another_key_measure_nothing_again(
    bench: Bench, posting: Sender
) -> None:
    one = posted()
    posting.send(one)

    answer = posting.send(one)

    assert answer.json()["results"][0]["status"] == "DUPLICATE"
    assert ControlMeasurement.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"specimen": "2600000418"}, "/results/0/control"),
        ({"control": ""}, "/results/0/control"),
        ({"control": 7}, "/results/0/control"),
        ({"value": "***"}, "/results/0/value"),
        ({"level": 1}, "/results/0/level"),
    ],
)
def test_a_control_that_cannot_be_read_is_named_by_its_pointer(
    posting: Sender, change: dict[str, Any], pointer: str
) -> None:
    answer = posting.send(posted() | change)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert not ControlItem.objects.exists()
