"""Nonconformities: opened by acts and people, worked on in order, closed by another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from assays.actions import nonconformities
from assays.actions.nonconformities import ClosedByCorrector, NonconformityMoved
from assays.models import Nonconformity, NonconformityEvent
from assays.rules.nonconformities import Kind
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.errors import InvalidInput, NotAllowed, NotFound
from tests import factories
from tests.assays import laboratory

pytestmark = pytest.mark.django_db

INSTEAD = {"effectiveness": "No tube of this ward was refused in a month."}


@pytest.fixture
def technologist():
    return factories.principal(Role.TECHNOLOGIST)


def opened(by, **given) -> Nonconformity:
    given = {"kind": Kind.STORAGE, "summary": "Freezer 2 stood open over night.", **given}
    return nonconformities.report(by=by, at=database_now(), **given)


def seen(row: Nonconformity) -> int:
    return row.events.latest("pk").pk


def go_on(act, row: Nonconformity, *, by, **given) -> Nonconformity:
    given = {"seen": seen(row), **given}
    return act(nonconformity=row, by=by, at=database_now(), **given)


def corrected(by) -> Nonconformity:
    row = opened(by)
    return go_on(nonconformities.correct, row, by=by, corrective_action="Door alarm mended.")


def test_what_an_act_reports_names_what_raised_it(technologist) -> None:
    specimen = laboratory.specimen(list(laboratory.assays(HGB={}).values()))
    instrument = laboratory.instrument()

    row = opened(
        technologist, specimen=specimen, order=specimen.order, source=instrument, severity="MINOR"
    )

    assert row.status == "OPEN"
    assert row.specimen == specimen
    assert (row.source_table, row.source_id) == ("assays_instrument", instrument.pk)
    assert [event.new for event in row.events.all()] == ["OPEN"]


def test_a_report_undone_with_its_act_leaves_nothing(technologist) -> None:
    at = database_now()
    with pytest.raises(RuntimeError), acting(by=technologist, at=at, action="tests.act"):
        opened(technologist)
        raise RuntimeError("the act failed")

    assert not Nonconformity.objects.exists()


@pytest.mark.parametrize(
    ("kind", "severity", "days"),
    [
        ("SPECIMEN_REJECTED", "MINOR", 30),
        ("STORAGE", "MAJOR", 14),
        ("IDENTIFICATION", "CRITICAL", 3),
    ],
)
def test_severity_and_due_day_follow_from_the_kind(technologist, kind, severity, days) -> None:
    row = opened(technologist, kind=kind)

    assert row.severity == severity
    assert row.due_on == hospital_day(row.recorded_at) + timedelta(days=days)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "NOTHING"}, "kind"),
        ({"summary": "  "}, "summary"),
        ({"summary": "x" * 4001}, "summary"),
        ({"severity": "HUGE"}, "severity"),
    ],
)
def test_a_report_that_says_nothing_is_refused_by_field(technologist, given, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        opened(technologist, **given)

    assert refused.value.field == field


def test_the_whole_course_is_kept_step_by_step(technologist, manager) -> None:
    row = opened(technologist)
    row = go_on(nonconformities.investigate, row, by=technologist)
    row = go_on(nonconformities.describe, row, by=technologist, root_cause="Worn seal.")
    row = go_on(
        nonconformities.correct,
        row,
        by=technologist,
        corrective_action="Seal replaced.",
        root_cause="Worn seal.",
    )
    row = go_on(nonconformities.close, row, by=manager, **INSTEAD)

    assert (row.status, row.responsible, row.closed_by) == ("CLOSED", technologist, manager)
    steps = [(one.old, one.new) for one in row.events.order_by("pk")]
    assert steps == [
        ("", "OPEN"),
        ("OPEN", "INVESTIGATING"),
        ("INVESTIGATING", "INVESTIGATING"),
        ("INVESTIGATING", "CORRECTED"),
        ("CORRECTED", "CLOSED"),
    ]
    assert row.events.order_by("pk")[2].changes == {"root_cause": "Worn seal."}


def test_nobody_closes_what_they_corrected(manager) -> None:
    row = corrected(manager)

    with pytest.raises(ClosedByCorrector):
        go_on(nonconformities.close, row, by=manager, **INSTEAD)

    row.refresh_from_db()
    assert row.status == "CORRECTED"


def test_the_database_refuses_a_closing_by_the_corrector_too(manager) -> None:
    row, at = corrected(manager), database_now()

    with (
        pytest.raises(IntegrityError, match="closed_by_another"),
        transaction.atomic(),
        acting(by=manager, at=at, action="tests.forge"),
    ):
        Nonconformity.objects.filter(pk=row.pk).update(
            status="CLOSED", closed_by=manager, closed_at=at
        )


def test_nothing_is_closed_without_a_stated_correction(technologist, manager) -> None:
    row = opened(technologist)

    with pytest.raises(NonconformityMoved):
        go_on(nonconformities.close, row, by=manager, **INSTEAD)
    with pytest.raises(InvalidInput):
        go_on(nonconformities.correct, row, by=technologist, corrective_action=" ")


def test_a_closed_one_is_reopened_with_a_reason_and_closed_anew(technologist, manager) -> None:
    row = go_on(nonconformities.close, corrected(technologist), by=manager, **INSTEAD)

    row = go_on(nonconformities.reopen, row, by=manager, reason="The door stood open again.")

    assert (row.status, row.corrected_by, row.closed_by) == ("INVESTIGATING", None, None)
    assert row.corrective_action == "Door alarm mended."
    assert row.events.latest("pk").remark == "The door stood open again."


def test_what_is_closed_takes_no_more_words(technologist, manager) -> None:
    row = go_on(nonconformities.close, corrected(technologist), by=manager, **INSTEAD)

    with pytest.raises(NonconformityMoved):
        go_on(nonconformities.describe, row, by=technologist, root_cause="Another.")


def test_a_page_that_is_out_of_date_is_refused(technologist, manager) -> None:
    row = opened(technologist)
    stale = seen(row)
    go_on(nonconformities.describe, row, by=technologist, root_cause="Worn seal.")

    with pytest.raises(NonconformityMoved, match="changed since"):
        go_on(nonconformities.describe, row, by=manager, seen=stale, root_cause="Bad habit.")

    assert NonconformityEvent.objects.filter(nonconformity=row).count() == 2


@pytest.mark.parametrize("act", ["close", "reopen", "mark_entered_in_error", "assign"])
def test_the_bench_corrects_and_the_quality_manager_decides(technologist, act) -> None:
    row = corrected(technologist)
    given = {
        "close": INSTEAD,
        "assign": {
            "responsible": technologist,
            "due_on": hospital_day(database_now()),
            "severity": "MAJOR",
        },
    }.get(act, {"reason": "No."})

    with pytest.raises(NotAllowed):
        go_on(getattr(nonconformities, act), row, by=technologist, **given)


def test_it_is_given_to_somebody_who_may_work_on_it(technologist, manager) -> None:
    row, today = opened(technologist), hospital_day(database_now())
    given = {"due_on": today + timedelta(days=2), "severity": "CRITICAL"}
    nurse = factories.principal(Role.NURSE)

    with pytest.raises(InvalidInput, match="may work"):
        go_on(nonconformities.assign, row, by=manager, responsible=nurse, **given)
    row = go_on(nonconformities.assign, row, by=manager, responsible=technologist, **given)

    assert (row.responsible, row.severity) == (technologist, "CRITICAL")
    assert row.due_on == today + timedelta(days=2)


def test_a_ward_reports_only_about_specimens_in_its_reach(technologist) -> None:
    far = laboratory.specimen(list(laboratory.assays(HGB={}).values()))
    nurse = factories.principal(Role.NURSE)
    given = {"kind": "CUSTODY", "summary": "Left at the desk.", "at": database_now()}

    with pytest.raises(NotFound):
        nonconformities.submit(by=nurse, specimen=far, **given)

    assert nonconformities.submit(by=technologist, specimen=far, **given).specimen == far
    assert nonconformities.submit(by=nurse, **given).specimen is None


def test_who_has_no_part_in_the_laboratory_reports_nothing() -> None:
    officer = factories.principal(Role.GATE_OFFICER)

    with pytest.raises(NotAllowed):
        nonconformities.submit(kind="OTHER", summary="x", by=officer, at=database_now())
