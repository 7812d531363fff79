"""What instruments are told without asking, once each, and what they say to it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import IntegrityError

from assays.actions import worklists
from assays.models import Dispatch, DispatchEvent, Specimen, WorkOrder
from assays.rules.dispatching import DispatchKind
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import typed
from tests.assays.worklists.asking import analyser, ask, lines, parts, qbp, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> SimpleNamespace:
    return SimpleNamespace(assays=laboratory.assays(GLU={}, HGB={}))


def ordered(lab: SimpleNamespace, *codes: str, **more: object) -> Specimen:
    return laboratory.specimen([lab.assays[code] for code in codes], **more)  # type: ignore[arg-type]


def tell() -> int:
    return worklists.tell(by=Principal.objects.system("interpret"), at=database_now())


def put(specimen: Specimen, **columns: str) -> None:
    """Put an order's items, or the specimen, into a state by hand."""
    with laboratory.setting_up():
        if "item" in columns:
            for link in specimen.specimen_items.all():
                type(link.item).objects.filter(pk=link.item_id).update(status=columns["item"])
        if "status" in columns:
            Specimen.objects.filter(pk=specimen.pk).update(status=columns["status"])


def answered(dispatch: Dispatch, *said: str, status: str = "ACCEPTED") -> None:
    """Let an instrument have answered a message, and its answer be taken."""
    text = f"MSH|^~\\&|x||labsys||1||ORL^O34|7|P|2.5.1\rMSA|AA|{dispatch.control_id}\r" + "".join(
        f"{line}\r" for line in said
    )
    by, at = Principal.objects.system("interpret"), database_now()
    with acting(by=by, at=at, action="tests.answer"):
        columns = {"status": status, "answer": text.encode(), "attempts": 1, "sender": "here"}
        Dispatch.objects.filter(pk=dispatch.pk).update(**columns, reason="because")
        event = DispatchEvent.objects.filter(dispatch=dispatch)[0]
    worklists.take_answers(event_ids=[event.pk], by=by, at=at)


def test_only_an_instrument_that_is_set_so_is_told_unasked(lab: SimpleNamespace) -> None:
    quiet, loud = analyser(lab.assays), analyser(lab.assays, downloads=True)
    specimen = ordered(lab, "GLU", "HGB")

    assert tell() == 1

    assert told(quiet) == []
    (sent,) = told(loud)
    assert (sent.kind, sent.specimen) == (DispatchKind.WORK_ORDER, specimen)
    assert parts(sent.content, "O")[0].repeats(5) == ["^^^GLU", "^^^HGB"]


def test_what_was_told_is_not_told_again(lab: SimpleNamespace) -> None:
    machine = analyser(lab.assays, downloads=True)
    ordered(lab, "GLU")

    assert [tell(), tell(), tell()] == [1, 0, 0]
    assert len(told(machine)) == 1


def test_a_dialect_that_takes_nothing_back_is_never_told_its_work_once_more(
    lab: SimpleNamespace,
) -> None:
    machine = analyser(lab.assays, driver="mindray-bs", downloads=True)
    specimen = ordered(lab, "GLU")
    assert tell() == 1

    put(specimen, item="CANCELLED")

    assert [tell(), tell()] == [1, 0]
    assert len(told(machine)) == 1
    assert lines(machine) == [(specimen.accession, "GLU", 1, "KEPT")]


def test_what_was_answered_to_a_question_is_not_told_once_more(lab: SimpleNamespace) -> None:
    machine = analyser(lab.assays, driver="hl7-oru-oul", downloads=True)
    ask(machine, qbp(ordered(lab, "GLU").accession))

    assert tell() == 0


def test_nothing_is_told_twice_even_by_two_that_look_at_once(lab: SimpleNamespace) -> None:
    analyser(lab.assays, downloads=True)
    ordered(lab, "GLU")
    tell()
    row = WorkOrder.objects.get()

    with pytest.raises(IntegrityError, match="assays_workorder_told_once"), laboratory.setting_up():
        names = [field.name for field in WorkOrder._meta.concrete_fields if field.name != "id"]
        WorkOrder.objects.create(**{name: getattr(row, name) for name in names})


@pytest.mark.parametrize(
    ("change", "is_cancelled"),
    [
        ({"item": "CANCELLED"}, True),
        ({"status": "LOST"}, True),
        ({"status": "UNSATISFACTORY"}, True),
        ({"item": "COMPLETED"}, False),
        ({}, False),
    ],
)
def test_cancelled_work_is_cancelled_at_the_instrument_once(
    lab: SimpleNamespace, change: dict[str, str], is_cancelled: bool
) -> None:
    machine = analyser(lab.assays, driver="hl7-oru-oul", downloads=True)
    specimen = ordered(lab, "GLU")
    tell()
    put(specimen, **change)

    assert [tell(), tell()] == [int(is_cancelled), 0]

    (status,) = [line[3] for line in lines(machine)]
    assert status == ("CANCELLING" if is_cancelled else "TOLD")
    if is_cancelled:
        first, second = told(machine)
        assert second.kind == DispatchKind.WORK_CANCEL
        assert parts(second.content, "ORC")[0].text(1) == "CA"
        number = parts(first.content, "OBR")[0].text(2)
        assert parts(second.content, "OBR")[0].text(2) == number


def test_cancelled_work_is_cancelled_in_astm_by_its_action_code(lab: SimpleNamespace) -> None:
    machine = analyser(lab.assays, downloads=True)
    specimen = ordered(lab, "GLU")
    tell()
    put(specimen, item="CANCELLED")

    tell()

    assert parts(told(machine)[1].content, "O")[0].text(12) == "C"


def test_what_was_cancelled_and_ordered_again_is_told_again(lab: SimpleNamespace) -> None:
    machine = analyser(lab.assays, driver="hl7-oru-oul", downloads=True)
    specimen = ordered(lab, "GLU")
    tell()
    put(specimen, item="CANCELLED")
    tell()
    answered(told(machine)[1], f"ORC|CR|{WorkOrder.objects.get().label}")
    put(specimen, item="ORDERED")

    tell()

    assert [(number, status) for _n, _c, number, status in lines(machine)] == [
        (1, "CANCELLED"),
        (2, "TOLD"),
    ]


def test_cepheid_is_told_nothing_that_it_did_not_ask_for(lab: SimpleNamespace) -> None:
    machine = analyser(lab.assays, driver="cepheid-genexpert", downloads=True)
    ordered(lab, "GLU")

    assert (tell(), told(machine)) == (0, [])


@pytest.mark.parametrize(
    ("said", "status"), [("OK", "TAKEN"), ("UA", "REFUSED"), ("", "TOLD"), ("CR", "TOLD")]
)
def test_each_line_is_what_the_instrument_said_of_it(
    lab: SimpleNamespace, said: str, status: str
) -> None:
    machine = analyser(lab.assays, driver="hl7-oru-oul", downloads=True)
    ordered(lab, "GLU", "HGB")
    tell()
    first = WorkOrder.objects.order_by("pk")[0]

    answered(told(machine)[0], f"ORC|{said}|{first.label}")

    assert [line[3] for line in lines(machine)] == [status, "TOLD"]


def test_a_message_that_is_refused_is_refused_in_all_its_lines(lab: SimpleNamespace) -> None:
    machine = analyser(lab.assays, driver="hl7-oru-oul", downloads=True)
    ordered(lab, "GLU", "HGB")
    tell()

    answered(told(machine)[0], status="REFUSED")

    assert [line[3] for line in lines(machine)] == ["REFUSED", "REFUSED"]
    assert tell() == 0


def test_an_answer_to_another_specimen_s_line_changes_nothing(lab: SimpleNamespace) -> None:
    machine = analyser(lab.assays, driver="hl7-oru-oul", downloads=True)
    ordered(lab, "GLU")
    ordered(lab, "GLU")
    tell()
    one, other = WorkOrder.objects.order_by("pk")

    answered(told(machine)[0], f"ORC|OK|{one.label}", f"ORC|UA|{other.label}")

    assert [line[3] for line in lines(machine)] == ["TAKEN", "TOLD"]


def finish() -> int:
    return worklists.finish(by=Principal.objects.system("sweep"), at=database_now())


def test_a_line_is_closed_when_its_value_came_and_told_anew_for_a_repeat(
    lab: SimpleNamespace,
) -> None:
    machine = analyser(lab.assays, downloads=True)
    specimen = ordered(lab, "GLU", "HGB")
    tell()
    assert finish() == 0
    typed(specimen, lab.assays["GLU"], "13")

    assert finish() == 1

    assert [line[1::2] for line in lines(machine)] == [("GLU", "DONE"), ("HGB", "TOLD")]
    assert tell() == 0
