"""What an instrument is told when it asks: the work of exactly the specimen that it named."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import IntegrityError

from assays.actions import worklists
from assays.models import (
    Specimen,
    SpecimenIdentifier,
    TransmissionMessage,
    WorkAnswer,
    WorkOrder,
)
from assays.rules.dispatching import DispatchKind, DispatchStatus
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem
from tests.assays import laboratory
from tests.assays.worklists.asking import (
    analyser,
    ask,
    astm,
    lines,
    parts,
    qbp,
    qry,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> SimpleNamespace:
    return SimpleNamespace(assays=laboratory.assays(GLU={}, HGB={}, PLT={}))


def ordered(lab: SimpleNamespace, *codes: str, **more: object) -> Specimen:
    return laboratory.specimen([lab.assays[code] for code in codes], **more)  # type: ignore[arg-type]


def mapped(lab: SimpleNamespace, *codes: str) -> dict[str, object]:
    return {code: lab.assays[code] for code in codes}


def test_an_astm_analyser_is_told_what_it_can_measure_of_the_specimen(
    lab: SimpleNamespace,
) -> None:
    machine = analyser(mapped(lab, "GLU", "HGB"))
    specimen = ordered(lab, "GLU", "HGB", "PLT")
    ordered(lab, "GLU")

    ask(machine, astm(specimen.accession))

    (sent,) = told(machine)
    assert (sent.kind, sent.status) == (DispatchKind.QUERY_ANSWER, DispatchStatus.QUEUED)
    (order,) = parts(sent.content, "O")
    assert (order.text(3), order.repeats(5)) == (specimen.accession, ["^^^GLU", "^^^HGB"])
    assert lines(machine) == [
        (specimen.accession, "GLU", 1, "TOLD"),
        (specimen.accession, "HGB", 1, "TOLD"),
    ]


def test_the_answer_is_of_no_use_after_the_time_that_the_family_waits(
    lab: SimpleNamespace,
) -> None:
    machine = analyser(mapped(lab, "GLU"))

    message = ask(machine, astm(ordered(lab, "GLU").accession))

    (sent,) = told(machine)
    assert (sent.expires_at - message.received_at).total_seconds() == 60


@pytest.mark.parametrize(
    ("why", "nothing"),
    [("unknown", "UNKNOWN"), ("expected", "NOT_HERE"), ("done", "DONE"), ("elsewhere", "DONE")],
)
def test_no_work_is_told_as_such_with_the_reason_kept(
    lab: SimpleNamespace, why: str, nothing: str
) -> None:
    machine = analyser(mapped(lab, "GLU"))
    name = {
        "unknown": lambda: "NOBODY",
        "expected": lambda: ordered(lab, "GLU", status="EXPECTED").accession,
        "done": lambda: ordered(lab, "GLU", item_status="CANCELLED").accession,
        "elsewhere": lambda: ordered(lab, "PLT").accession,
    }[why]()

    ask(machine, astm(name))

    (sent,) = told(machine)
    assert parts(sent.content, "O") == []
    assert parts(sent.content, "L")[0].text(3) == "I"
    kept = WorkAnswer.objects.get()
    assert (kept.asked, kept.nothing) == (name, nothing)
    assert not WorkOrder.objects.exists()


def test_a_registered_identifier_is_answered_under_the_name_that_was_asked(
    lab: SimpleNamespace,
) -> None:
    machine = analyser(mapped(lab, "GLU"))
    specimen = ordered(lab, "GLU")
    with laboratory.setting_up() as stamp:
        SpecimenIdentifier.objects.create(specimen=specimen, system="a", value="EXT-1", **stamp)

    ask(machine, astm("EXT-1"))

    assert parts(told(machine)[0].content, "O")[0].text(3) == "EXT-1"
    assert WorkAnswer.objects.get().specimen == specimen


def test_an_identifier_of_two_specimens_gets_the_work_of_neither(lab: SimpleNamespace) -> None:
    machine = analyser(mapped(lab, "GLU"))
    for system in ("a", "b"):
        with laboratory.setting_up() as stamp:
            SpecimenIdentifier.objects.create(
                specimen=ordered(lab, "GLU"), system=system, value="EXT-1", **stamp
            )

    ask(machine, astm("EXT-1"))

    assert parts(told(machine)[0].content, "O") == []
    assert WorkAnswer.objects.get().nothing == "AMBIGUOUS"


@pytest.mark.parametrize("change", ["{}0", "0{}", " {}", "{}^X"])
def test_a_name_that_is_nearly_a_specimen_s_is_nobody_s(lab: SimpleNamespace, change: str) -> None:
    machine = analyser(mapped(lab, "GLU"), driver="hl7-oru-oul")
    specimen = ordered(lab, "GLU")
    asked = change.format(specimen.accession).replace("^", "\\S\\")

    ask(machine, qbp(asked))

    assert not WorkOrder.objects.exists()


def test_all_work_is_told_to_who_asks_for_all(lab: SimpleNamespace) -> None:
    machine = analyser(mapped(lab, "GLU"))
    urgent, plain = ordered(lab, "GLU", priority=0), ordered(lab, "GLU")
    ordered(lab, "PLT")

    ask(machine, astm("ALL"))

    found = parts(told(machine)[0].content, "O")
    assert [(one.text(3), one.text(6)) for one in found] == [
        (urgent.accession, "S"),
        (plain.accession, "R"),
    ]


def test_a_patient_is_named_only_where_the_settings_say_so(lab: SimpleNamespace) -> None:
    silent = analyser(mapped(lab, "GLU"))
    knowing = analyser(mapped(lab, "GLU"), demographics=True)
    specimen = ordered(lab, "GLU")

    for machine in (silent, knowing):
        ask(machine, astm(specimen.accession))

    assert parts(told(silent)[0].content, "P")[0].fields == ["", "P", "1"]
    who = parts(told(knowing)[0].content, "P")[0]
    assert (who.text(3), who.text(8), who.text(9)) == (specimen.person.mrn, "19900504", "F")


def test_a_test_is_ordered_by_the_code_that_its_family_takes(lab: SimpleNamespace) -> None:
    machine = analyser({"B12II": lab.assays["GLU"]}, driver="beckman-access")

    ask(machine, astm(ordered(lab, "GLU").accession))

    assert parts(told(machine)[0].content, "O")[0].repeats(5) == ["^^^B12"]


def test_law_is_replied_to_and_then_told_by_an_order_for_each_specimen(
    lab: SimpleNamespace,
) -> None:
    machine = analyser(mapped(lab, "GLU", "HGB"), driver="hl7-oru-oul")
    specimen = ordered(lab, "GLU", "HGB")

    message = ask(machine, qbp(specimen.accession, "NOBODY"))

    reply = bytes(message.reply)
    assert (reply[:1], reply[-2:]) == (b"\x0b", b"\x1c\r")
    assert parts(reply, "MSH")[0].raw(9) == "RSP^K11^RSP_K11"
    assert parts(reply, "QAK")[0].text(2) == "OK"
    first, second = told(machine)
    assert {parts(one.content, "MSH")[0].text(10) for one in (first, second)} == {
        first.control_id,
        second.control_id,
    }
    numbers = [one.label for one in WorkOrder.objects.order_by("pk")]
    assert [one.text(2) for one in parts(first.content, "OBR")] == numbers
    assert parts(second.content, "ORC")[0].text(1) == "DC"
    assert (first.specimen, second.specimen) == (specimen, None)


@pytest.mark.parametrize("kind", ["WOS_BY_RACK", "WOS_BY_TRAY"])
def test_who_asks_by_rack_or_tray_hears_that_nobody_here_knows_and_not_of_no_work(
    lab: SimpleNamespace, kind: str
) -> None:
    machine = analyser(mapped(lab, "GLU"), driver="hl7-oru-oul")
    ordered(lab, "GLU")

    message = ask(machine, qbp("", kind=kind))

    assert parts(message.reply, "MSA")[0].text(1) == "AE"
    assert parts(message.reply, "QAK")[0].text(2) == "AE"
    assert "ask for each by its identifier" in parts(message.reply, "ERR")[0].text(8)
    assert (told(machine), WorkOrder.objects.exists()) == ([], False)


def test_a_mindray_analyser_is_replied_to_and_told_by_a_display(lab: SimpleNamespace) -> None:
    machine = analyser(mapped(lab, "GLU"), driver="mindray-bs")
    specimen = ordered(lab, "GLU")

    message = ask(machine, qry(specimen.accession))
    nothing = ask(machine, qry("NOBODY", control_id="32"))

    assert parts(message.reply, "QAK")[0].text(2) == "OK"
    assert parts(nothing.reply, "QAK")[0].text(2) == "NF"
    (sent,) = told(machine)
    assert parts(sent.content, "MSH")[0].raw(9) == "DSR^Q03"


def test_a_question_is_one_piece_of_work_and_never_answered_twice(lab: SimpleNamespace) -> None:
    machine = analyser(mapped(lab, "GLU"), driver="hl7-oru-oul")
    message = ask(machine, qbp(ordered(lab, "GLU").accession))
    item = WorkItem.objects.get(kind="answer")

    assert (item.state, item.subject_id, item.priority) == ("DONE", message.pk, 0)
    assert item.ordering_key == f"answer:{machine.pk}"
    with pytest.raises(IntegrityError, match="assays_workanswer_position"):
        worklists.answer(
            asked=worklists.read([message.pk]),
            by=Principal.objects.system("interpret"),
            at=database_now(),
        )


def test_whoever_asks_again_is_told_again(lab: SimpleNamespace) -> None:
    machine = analyser(mapped(lab, "GLU"))
    specimen = ordered(lab, "GLU")

    ask(machine, astm(specimen.accession))
    ask(machine, astm(specimen.accession))

    assert lines(machine) == [(specimen.accession, "GLU", n, "TOLD") for n in (1, 2)]
    assert len(told(machine)) == 2


def test_what_is_taken_back_before_it_was_sent_is_withdrawn(lab: SimpleNamespace) -> None:
    machine = analyser(mapped(lab, "GLU"))
    specimen = ordered(lab, "GLU")
    ask(machine, astm(specimen.accession))

    ask(machine, astm(specimen.accession, status="A"))

    (sent,) = told(machine)
    assert sent.status == DispatchStatus.WITHDRAWN


def test_a_question_too_old_to_be_waited_for_is_not_replied_to(
    lab: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = analyser(mapped(lab, "GLU"), driver="hl7-oru-oul")
    monkeypatch.setattr("assays.actions.worklists.answering.PATIENCE", -worklists.PATIENCE)

    message = ask(machine, qbp(ordered(lab, "GLU").accession))

    assert (bytes(message.reply), told(machine)) == (b"", [])


@pytest.mark.parametrize("driver", ["immucor", "siemens-dca-vantage"])
def test_a_family_that_is_told_nothing_is_not_answered(lab: SimpleNamespace, driver: str) -> None:
    machine = analyser(mapped(lab, "GLU"), driver=driver)

    ask(machine, astm(ordered(lab, "GLU").accession))

    assert told(machine) == []
    assert not WorkItem.objects.filter(kind="answer").exists()


def test_a_hospital_s_system_is_told_no_work(lab: SimpleNamespace) -> None:
    hospital = laboratory.instrument(
        mapped(lab, "GLU"), protocol="HL7", driver="hl7-oru-oul", kind="HOSPITAL",
        settings={"downloads": True}, peer_networks=["127.0.0.0/8"],
    )  # fmt: skip

    message = ask(hospital, qbp(ordered(lab, "GLU").accession))

    assert message.status == "REJECTED"
    assert b"|AR|" in bytes(message.reply)
    assert worklists.tell(by=Principal.objects.system("interpret"), at=database_now()) == 0


def test_the_query_is_filed_as_before(lab: SimpleNamespace) -> None:
    machine = analyser(mapped(lab, "GLU"))

    message = ask(machine, astm("NOBODY"))

    assert message.status == "FILED"
    assert TransmissionMessage.objects.get(pk=message.pk).items.get().status == "NOT_A_RESULT"
