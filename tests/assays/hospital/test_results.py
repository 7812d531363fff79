"""Hospitals are told what is released of their orders, and every edit of it, under their own numbers."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from assays.actions import orders, reports, result_comments, results, specimens
from assays.actions.hospital import results as hospital_results
from assays.instruments import interpret
from assays.models import Dispatch, Order, OrderNumber, ReportVersion, Result
from assays.queries import ledger
from assays.queries import parked as parked_work
from assays.rules.absence import AbsentReason
from assays.rules.signatures import Meaning
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import Absent, Quantity, parse_quantity
from labsys.work import queue
from labsys.work.models import WorkItem
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.hospital.messages import adt, obr, oml, orc, pid
from tests.assays.hospital.told import end, hospital, tell
from tests.assays.interpreting import plain
from tests.assays.reports.making import Bench, fresh, work_off
from tests.signing import signing

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Ward(Bench):
    """A hospital that ordered these tests, one line each, and the people who measure them."""

    def __init__(self, *codes: str, order: bool = True, **settings: Any) -> None:
        usual = {"low": "12.0", "high": "15.5", "critical": (7, 20)}
        self.assays = laboratory.assays(**dict.fromkeys(codes, usual))
        self.hospital = hospital(**settings)
        for code, assay in self.assays.items():
            laboratory.map_code(self.hospital, f"W-{code}", assay)
        tell(self.hospital, adt("A04", pid()))
        self.technologist = factories.principal(Role.TECHNOLOGIST)
        self.verifier = factories.principal(Role.TECHNOLOGIST)
        self.pathologist = factories.principal(Role.PATHOLOGIST)
        self.corrector = factories.principal(Role.PATHOLOGIST)
        self._seconds = count()
        if order:
            lines = [
                one
                for number, code in enumerate(codes, start=1)
                for one in (orc(placer=f"P{number}^W", group="G"), obr(f"W-{code}^{code}^L"))
            ]
            tell(self.hospital, oml(pid(), *lines))
            self.order = Order.objects.get()
            self.receive()

    def receive(self) -> None:
        (self.specimen,) = self.order.specimens.select_related("person")
        shipped.collect(
            self.specimen, by=self.technologist, collected_at=laboratory.moment(ago=HOUR)
        )
        specimens.receive(specimen=self.specimen, by=self.technologist, at=database_now())

    def dispatches(self) -> list[Dispatch]:
        work_off()
        return list(
            Dispatch.objects.filter(instrument=self.hospital, kind="RESULT_REPORT").order_by("pk")
        )

    def told(self) -> list[list[list[str]]]:
        """The messages queued so far: segments and fields; field n of MSH stands at n - 1."""
        return [
            [line.split("|") for line in bytes(one.content).decode().rstrip("\r").split("\r")]
            for one in self.dispatches()
        ]


def segments(message: list[list[str]], name: str) -> list[list[str]]:
    return [one for one in message if one[0] == name]


def values(message: list[list[str]]) -> list[tuple[str, str, str]]:
    """Code, value and status of each OBX."""
    return [(one[3].split("^")[0], one[5], one[11]) for one in segments(message, "OBX")]


def lines(message: list[list[str]]) -> list[tuple[str, str]]:
    """Placer number and status of each OBR."""
    return [(one[2], one[25]) for one in segments(message, "OBR")]


def notes(message: list[list[str]]) -> str:
    return "\n".join(one[3] for one in segments(message, "NTE"))


def tell_again(ward: Ward, version: ReportVersion) -> None:
    """As a worker does that comes to a version once more."""
    hospital_results.tell(version_ids=[version.pk], by=ward.pathologist, at=database_now())


def test_nothing_is_told_before_a_value_is_released() -> None:
    ward = Ward("HGB")
    ward.verify(ward.record("HGB"))

    assert ward.told() == []


def test_a_released_value_is_told_under_the_numbers_of_its_order() -> None:
    ward = Ward("HGB")
    ward.reported("HGB", "11.20")

    (message,) = ward.told()
    number = OrderNumber.objects.get()
    assert message[0][8] == "ORU^R01^ORU_R01"
    assert message[0][9] == ward.dispatches()[0].control_id
    assert segments(message, "PID")[0][3].startswith("1001^^^STATION^MR~")
    assert segments(message, "PID")[0][5:9] == ["Vega^Lyra", "", "19900517", "F"]
    assert segments(message, "ORC")[0][1:5] == ["RE", "P1^W", number.filler, "G"]
    obr_ = segments(message, "OBR")[0]
    assert obr_[2:5] == ["P1^W", number.filler, "W-HGB^HGB^L"]
    assert obr_[25] == "F"
    obx = segments(message, "OBX")[0]
    assert (obx[2], obx[3], obx[5]) == ("NM", "W-HGB^Hgb^L^hgb^Hgb^99LAB", "11.20")
    assert (obx[6], obx[8], obx[11]) == ("g/dL^^UCUM", "L", "F")
    assert obx[7]
    assert segments(message, "SPM")[0][2] == f"^{ward.specimen.accession}"


def test_a_line_of_which_tests_are_open_is_told_as_far_as_it_is_released() -> None:
    ward = Ward("HGB", "WBC")
    ward.reported("HGB", "13.2")
    ward.reported("WBC", "14.0")

    first, second = ward.told()
    assert values(first) == [("W-HGB", "13.2", "F")]
    assert lines(first) == [("P1^W", "F")]
    assert values(second) == [("W-HGB", "13.2", "F"), ("W-WBC", "14.0", "F")]


@pytest.mark.parametrize(("text", "told"), [("<5.0", "<^5.0"), (">20.0", ">^20.0")])
def test_what_lies_beyond_the_measuring_range_is_told_with_its_sign(text: str, told: str) -> None:
    ward = Ward("HGB")
    ward.reported("HGB", parse_quantity(text, unit="g/dL"))

    obx = segments(ward.told()[0], "OBX")[0]
    assert (obx[2], obx[5]) == ("SN", told)


def test_a_correction_takes_the_old_value_back_at_once_and_is_told_as_one() -> None:
    ward = Ward("HGB")
    old = ward.reported("HGB", "13.2")
    new = ward.correct(old, "14.1", "tubes were swapped")
    ward.release(new)

    first, withdrawn, corrected = ward.told()
    assert values(first) == [("W-HGB", "13.2", "F")]
    assert values(withdrawn) == [("W-HGB", '""', "W")]
    assert lines(withdrawn) == [("P1^W", "C")]
    assert "13.2" in notes(withdrawn)
    assert values(corrected) == [("W-HGB", "14.1", "C")]
    assert "the value given before was 13.2 g/dL. tubes were swapped" in notes(corrected)


def test_a_value_that_never_was_is_taken_back() -> None:
    ward = Ward("HGB")
    old = ward.reported("HGB", "13.2")
    ward.withdraw(old, "wrong patient")

    assert values(ward.told()[-1]) == [("W-HGB", '""', "W")]
    assert "wrong patient" in notes(ward.told()[-1])


def test_after_a_merge_results_go_out_under_the_number_that_survives() -> None:
    ward = Ward("HGB")
    tell(ward.hospital, adt("A04", pid("2002", name="Vega-Ros^Lyra")))
    survivor = pid("2002", name="Vega-Ros^Lyra")
    merge = adt("A40", survivor, "MRG|1001^^^STATION^MR", sent="20260302120000")
    assert end(ward.hospital, merge) == "DONE"
    old = ward.reported("HGB", "13.2")

    part = adt("A37", survivor, pid("1001"), sent="20260303120000")
    assert end(ward.hospital, part) == "DONE"
    ward.withdraw(old, "wrong patient")

    merged, parted = (segments(one, "PID")[0][3].split("~") for one in ward.told())
    assert merged[:2] == ["2002^^^STATION^MR", "1001^^^STATION^MR"]
    assert parted[0] == "1001^^^STATION^MR"


def test_every_edit_is_another_message_under_an_id_of_its_own() -> None:
    ward = Ward("HGB")
    old = ward.reported("HGB", "13.2")
    ward.release(ward.correct(old, "14.1"))

    sent = ward.dispatches()
    assert len({one.control_id for one in sent}) == len(sent) == 3
    assert [one.subject_id for one in sent] == [one.pk for one in ward.versions]
    assert {one.order_id for one in sent} == {ward.order.pk}


def test_a_version_is_told_once() -> None:
    ward = Ward("HGB")
    ward.reported("HGB", "13.2")

    assert len(ward.dispatches()) == 1

    tell_again(ward, ward.newest)

    assert len(ward.dispatches()) == 1


def test_a_held_value_and_one_told_early_to_the_ward_are_never_told() -> None:
    ward = Ward("HGB", "WBC")
    ward.reported("HGB", "13.2")
    held = ward.verify(ward.record("WBC", "14.0"))
    reports.issue_interim(order=ward.order, by=ward.technologist, at=database_now())
    results.hold(result=held, by=ward.pathologist, at=database_now(), reason="clot?")

    assert {one for message in ward.told() for one in values(message)} == {("W-HGB", "13.2", "F")}


def test_a_test_without_a_value_is_told_as_having_none_and_why() -> None:
    ward = Ward("HGB")
    ward.reported("HGB", Absent(AbsentReason.ERROR.value))

    (message,) = ward.told()
    assert values(message) == [("W-HGB", "", "X")]
    assert lines(message) == [("P1^W", "X")]
    assert "no value" in notes(message)


def test_a_cancelled_test_is_told_as_not_measured() -> None:
    ward = Ward("HGB", "WBC")
    ward.reported("HGB", "13.2")
    item = ward.order.items.get(assay=ward.assays["WBC"])
    orders.cancel(
        order=ward.order, by=ward.pathologist, at=database_now(), reason="lost", item_ids=[item.pk]
    )

    assert values(ward.told()[-1]) == [("W-HGB", "13.2", "F"), ("W-WBC", "", "X")]
    assert lines(ward.told()[-1]) == [("P1^W", "F"), ("P2^W", "X")]


def test_a_range_that_nobody_established_is_empty_and_never_called_normal(monkeypatch) -> None:
    ward = Ward("HGB")
    plain_assay = laboratory.assays(ODD={"low": None, "high": None})["ODD"]
    laboratory.map_code(ward.hospital, "W-ODD", plain_assay)
    ward.assays["ODD"] = plain_assay
    tell(ward.hospital, oml(pid(), orc(placer="P9"), obr("W-ODD")))
    ward.order = Order.objects.order_by("pk").last()
    ward.receive()
    ward.reported("ODD", "13.2")

    obx = segments(ward.told()[-1], "OBX")[0]
    assert (obx[7], obx[8]) == ("", "")
    assert "No reference range is established." in notes(ward.told()[-1])


def test_remarks_are_told_line_by_line_beside_their_value() -> None:
    ward = Ward("HGB")
    ward.reported("HGB", "13.2", comment="clotted & repeated\nsee ward")

    assert "clotted \\T\\ repeated\\.br\\see ward" in notes(ward.told()[0])


def test_what_it_is_told_reads_as_it_was_written() -> None:
    ward = Ward("HGB", "WBC")
    ward.reported("HGB", "13.2")
    ward.reported("WBC", parse_quantity("<5.0", unit="g/dL"))

    found = interpret(bytes(ward.dispatches()[-1].content), "hl7-oru-oul")

    assert [(one.code, one.comparator, str(one.value), one.unit) for one in found] == [
        ("W-HGB", "", "13.2", "g/dL"),
        ("W-WBC", "<", "5.0", "g/dL"),
    ]
    assert {one.specimen_id for one in found} == {ward.specimen.accession}


def test_letters_that_its_character_set_lacks_are_told_in_utf_8_and_said_to_be() -> None:
    ward = Ward("HGB", charset="8859/1")
    ward.reported("HGB", "13.2", comment="µg and Ω")

    (message,) = ward.told()
    assert message[0][17] == "UNICODE UTF-8"
    assert "µg and Ω" in notes(message)


def test_another_hospital_is_told_only_where_it_asks_for_all() -> None:
    ward = Ward("HGB")
    silent, all_ = hospital(), hospital(results="all")
    ward.reported("HGB", "13.2")

    work_off()
    kinds = Dispatch.objects.filter(kind="RESULT_REPORT")
    assert not kinds.filter(instrument=silent).exists()
    message = bytes(kinds.get(instrument=all_).content).decode()
    assert "P1^W" not in message
    assert "|13.2|" in message


def test_a_hospital_that_wants_none_is_told_nothing() -> None:
    ward = Ward("HGB")
    plain.reset(ward.hospital, default_species="human", results="none")
    ward.reported("HGB", "13.2")

    assert ward.told() == []


def test_an_order_of_a_form_is_nobody_s_to_be_told() -> None:
    ward = Ward("HGB", order=False)
    bench = Bench("WBC")
    bench.reported("WBC", Quantity(parse_quantity("13.2", unit="g/dL").value, "g/dL"))

    assert ward.told() == []


def test_an_amended_remark_is_told_with_the_value_again() -> None:
    ward = Ward("HGB")
    made = ward.reported("HGB", "13.2")

    result_comments.append(
        result=fresh(made),
        text="Repeated, confirmed.",
        signing=signing(ward.pathologist, Meaning.APPENDED),
        by=ward.pathologist,
        at=database_now(),
    )

    assert values(ward.told()[-1]) == [("W-HGB", "13.2", "F")]
    assert "Repeated, confirmed." in notes(ward.told()[-1])


def fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_given: Any) -> Any:
        raise RuntimeError("no message can be made of this")

    monkeypatch.setattr(hospital_results.queries, "lines", nothing)


def parked() -> list[str]:
    """What workers gave up for a person, after as many attempts as they make."""
    for _attempt in range(queue.MAX_ATTEMPTS):
        WorkItem.objects.filter(state="PENDING").update(available_at=database_now())
        work_off()
    return list(WorkItem.objects.filter(state="PARKED").values_list("kind", flat=True))


def test_a_message_that_cannot_be_written_stops_no_release_and_waits_for_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ward = Ward("HGB")
    with monkeypatch.context() as broken:
        fail(broken)
        ward.reported("HGB", "13.2")
        assert parked() == ["hospital_report"]

    assert Result.objects.get().status == "RELEASED"
    assert ward.newest.status == "FINAL"
    assert ward.dispatches() == []
    (work,) = ledger.take().parked
    assert (work.kind, work.subject) == ("hospital_report", ward.newest.pk)
    assert "no message can be made of this" in work.error
    assert parked_work.by_instrument() == {ward.hospital.pk: 1}


def test_a_version_that_is_come_to_after_a_newer_one_is_not_told_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ward = Ward("HGB")
    with monkeypatch.context() as broken:
        fail(broken)
        old = ward.reported("HGB", "13.2")
        parked()
    ward.withdraw(old, "wrong patient")
    assert len(ward.told()) == 1

    tell_again(ward, ward.versions[0])

    (only,) = ward.told()
    assert values(only) == [("W-HGB", '""', "W")]
