"""A report follows its order: a version for every change of what was said, and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from assays.actions import orders, reports, results
from assays.models import Report, ReportAccess, ReportVersion, Result
from assays.queries import ledger
from assays.queries import reports as queries
from assays.rules.reports import digest, said
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.quantities import Absent, plain
from labsys.lib.records import AppendOnlyError
from labsys.work.models import WorkItem
from patients.actions import persons
from tests import factories
from tests.assays.reports.making import Bench, fresh
from tests.signing import signing

pytestmark = pytest.mark.django_db


def changes(version: ReportVersion, *names: str) -> list[tuple[str, ...]]:
    wanted = names or ("sort", "subject", "old", "new")
    return [tuple(change[name] for name in wanted) for change in version.content["changes"]]


def statuses(bench: Bench) -> list[str]:
    return [version.status for version in bench.versions]


def test_nothing_is_reported_before_a_value_is_released() -> None:
    bench = Bench("HGB")
    bench.verify(bench.record("HGB"))

    assert not Report.objects.exists()


def test_an_upgrade_reports_what_was_released_before_there_were_reports(monkeypatch) -> None:
    bench = Bench("HGB", "WBC")
    with monkeypatch.context() as before:
        before.setattr(reports, "follow", lambda **given: None)
        bench.reported("HGB", "13.2")
    assert not ledger.take().is_balanced

    call_command("issue_reports", verbosity=0)
    call_command("issue_reports", verbosity=0)

    (version,) = bench.versions
    assert (version.status, version.made_by.name) == ("PARTIAL", "system:seed")
    assert ledger.take().is_balanced


def test_a_report_is_partial_until_every_item_has_ended() -> None:
    bench = Bench("HGB", "WBC")
    bench.reported("HGB")
    bench.reported("WBC", "14.0")

    assert statuses(bench) == ["PARTIAL", "FINAL"]
    assert bench.versions[0].content["awaited"] == ["Wbc"]
    assert bench.newest.content["awaited"] == []
    assert changes(bench.newest) == [("ADDED", "Wbc", "", "14.0 g/dL")]
    assert bench.report.status == "FINAL"


def test_results_released_together_make_one_version_and_keep_their_own_verdicts() -> None:
    bench = Bench("HGB", "WBC", "PLT")
    waiting = [bench.verify(bench.record(code)) for code in ("HGB", "WBC")]
    held = bench.verify(bench.record("PLT"))
    results.hold(result=held, by=bench.pathologist, at=database_now(), reason="clot?")

    refused = results.release_together(
        results=[*waiting, held],
        signing=signing(bench.pathologist),
        by=bench.pathologist,
        at=database_now(),
    )

    assert statuses(bench) == ["PARTIAL"]
    assert bench.newest.result_ids == [one.pk for one in waiting]
    assert list(refused) == [held.pk]
    assert "is held" in str(refused[held.pk])
    assert fresh(held).status == "TECHNICALLY_VERIFIED"


def test_a_correction_withdraws_at_once_and_gives_the_new_value_when_it_is_released() -> None:
    bench = Bench("HGB")
    old = bench.reported("HGB", "13.20")

    new = bench.correct(old, "14.1", "tubes were swapped")
    bench.release(new)

    assert statuses(bench) == ["FINAL", "CORRECTED", "CORRECTED"]
    withdrawn, corrected = bench.versions[1:]
    assert changes(withdrawn)[0] == ("WITHDRAWN", "Hgb", "13.20 g/dL", "")
    assert withdrawn.result_ids == []
    assert changes(corrected) == [("REPLACED", "Hgb", "13.20 g/dL", "14.1 g/dL")]
    who = bench.corrector.user.full_name
    assert changes(corrected, "reason", "by") == [("tubes were swapped", who)]
    assert corrected.content["changes"][0]["at"]
    (gone,) = corrected.content["withdrawn"]
    assert (gone["value"], gone["fate"]) == ("13.20", "SUPERSEDED")


def test_a_correction_of_a_correction_nobody_was_told_of_names_what_was_told() -> None:
    bench = Bench("HGB")
    old = bench.reported("HGB", "13.2")

    never_told = bench.correct(old, "14.1")
    bench.release(bench.correct(never_told, "15.0", "misread again"))

    assert changes(bench.newest) == [("REPLACED", "Hgb", "13.2 g/dL", "15.0 g/dL")]
    assert len(bench.newest.content["withdrawn"]) == 1


def test_a_withdrawn_value_stays_readable_with_its_reason() -> None:
    bench = Bench("HGB", "WBC")
    wrong = bench.reported("HGB")
    bench.reported("WBC")

    bench.withdraw(wrong, "wrong patient")

    assert statuses(bench)[-1] == "CORRECTED"
    assert changes(bench.newest, "sort", "reason")[0] == ("WITHDRAWN", "wrong patient")
    (gone,) = bench.newest.content["withdrawn"]
    assert (gone["shown"], gone["fate"]) == ("13.2", "ENTERED_IN_ERROR")
    assert bench.newest.content["awaited"] == ["Hgb"]


def test_before_it_is_final_a_corrected_report_stays_partial_and_says_what_changed() -> None:
    bench = Bench("HGB", "WBC")
    bench.release(bench.correct(bench.reported("HGB"), "14.1"))

    assert statuses(bench) == ["PARTIAL", "PARTIAL", "PARTIAL"]
    assert changes(bench.newest, "sort") == [("REPLACED",)]


def test_a_value_added_to_a_final_report_is_appended() -> None:
    bench = Bench("HGB")
    bench.withdraw(bench.reported("HGB", "13.2"))
    bench.reported("HGB", "13.9")

    assert statuses(bench) == ["FINAL", "CORRECTED", "APPENDED"]
    assert changes(bench.newest) == [("ADDED", "Hgb", "", "13.9 g/dL")]


def test_what_is_cancelled_ends_a_partial_report() -> None:
    bench = Bench("HGB", "WBC")
    bench.reported("HGB")

    orders.cancel(order=bench.order, by=bench.pathologist, at=database_now(), reason="not needed")

    assert statuses(bench) == ["PARTIAL", "FINAL"]
    assert changes(bench.newest, "sort", "subject") == [("NOT_MEASURED", "Wbc")]


def test_a_report_without_any_value_left_is_cancelled() -> None:
    bench = Bench("HGB", "WBC")
    bench.withdraw(bench.reported("HGB"))

    orders.cancel(order=bench.order, by=bench.pathologist, at=database_now(), reason="not needed")

    assert statuses(bench)[-1] == "CANCELLED"


def test_an_item_cancelled_after_a_withdrawal_amends() -> None:
    bench = Bench("HGB", "WBC")
    wrong = bench.reported("HGB")
    bench.reported("WBC")
    bench.withdraw(wrong)

    orders.cancel(order=bench.order, by=bench.pathologist, at=database_now(), reason="died")

    assert statuses(bench) == ["PARTIAL", "FINAL", "CORRECTED", "AMENDED"]


def test_an_order_entered_in_error_takes_its_report_with_it() -> None:
    bench = Bench("HGB", "WBC")
    value = bench.reported("HGB")

    orders.mark_entered_in_error(
        order=bench.order, by=bench.pathologist, at=database_now(), reason="wrong patient"
    )
    bench.withdraw(value)

    assert statuses(bench) == ["PARTIAL", "ENTERED_IN_ERROR", "ENTERED_IN_ERROR"]
    assert bench.versions[1].reason == "wrong patient"


def test_what_was_never_released_is_never_reported() -> None:
    bench = Bench("HGB", "WBC")
    bench.reported("HGB")
    before = len(bench.versions)

    bench.withdraw(bench.correct(bench.record("WBC", "13.0"), "13.1"))

    assert len(bench.versions) == before


def test_a_name_that_was_amended_is_issued_anew_with_the_old_one_named() -> None:
    bench = Bench("HGB")
    bench.reported("HGB")
    why: dict[str, Any] = {"by": bench.corrector, "reason": "marriage"}
    with pytest.raises(Conflict, match="nothing has changed"):
        reports.issue_anew(report=bench.report, at=database_now(), **why)
    persons.name(
        person=bench.order.person,
        family="Brook",
        given="Lea",
        use="OFFICIAL",
        by=bench.corrector,
        at=database_now(),
    )

    reports.issue_anew(report=bench.report, at=database_now(), **why)

    assert statuses(bench) == ["FINAL", "AMENDED"]
    assert ("DETAIL", "name", "[]", "Brook, Lea") in changes(bench.newest)
    with pytest.raises(InvalidInput):
        reports.issue_anew(report=bench.report, by=bench.corrector, at=database_now(), reason=" ")
    with pytest.raises(NotAllowed):
        reports.issue_anew(
            report=bench.report,
            by=bench.technologist,
            at=database_now(),
            reason="marriage",
        )


def test_a_version_holds_what_the_database_holds_to_the_digit() -> None:
    bench = Bench("HGB", "WBC", "PLT")
    for code, value in {"HGB": "<=7.100", "WBC": "0.0000000001", "PLT": "12345678901234"}.items():
        result = bench.record(code, value)
        for hold in result.holds.all():
            results.clear_hold(
                hold=hold, by=bench.pathologist, at=database_now(), reason="measured twice"
            )
        bench.release(result)

    stored = {one.pk: (one.comparator, plain(one.value), one.unit) for one in Result.objects.all()}
    told = {
        one["id"]: (one["comparator"], one["value"], one["unit"])
        for one in bench.newest.content["results"]
    }
    assert told == stored
    assert [said(one) for one in bench.newest.content["results"]] == [
        "≤ 7.100 g/dL",
        "0.0000000001 g/dL",
        "12345678901234 g/dL",
    ]


def test_a_value_that_is_missing_is_reported_with_its_reason() -> None:
    bench = Bench("HGB")
    bench.reported("HGB", Absent("clotted"))

    (line,) = bench.newest.content["results"]
    assert line["shown"] == "no value: clotted"
    assert line["value"] is None


def test_a_version_is_never_changed() -> None:
    bench = Bench("HGB")
    bench.reported("HGB")
    version = bench.newest

    with pytest.raises(AppendOnlyError):
        ReportVersion.objects.update(content={})
    with (
        pytest.raises((IntegrityError, Exception), match="permission denied|append|fixed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE assays_reportversion SET number = 9")
    version.refresh_from_db()
    assert version.sha256 == digest(version.content)


def test_a_version_is_queued_for_rendering_behind_every_value() -> None:
    bench = Bench("HGB", priority=0)
    bench.verify(bench.record("HGB"))
    results.release(
        result=Result.objects.get(),
        signing=signing(bench.pathologist),
        by=bench.pathologist,
        at=database_now(),
    )

    (work,) = WorkItem.objects.filter(kind="report")
    assert (work.subject_table, work.subject_id) == ("assays_reportversion", bench.newest.pk)
    assert work.priority > 3


def test_whoever_read_a_value_can_be_found_when_it_is_corrected() -> None:
    bench = Bench("HGB")
    old = bench.reported("HGB")
    reader = factories.principal(Role.EXAMINING_PHYSICIAN)
    reports.record_access(
        version=bench.newest, kind=ReportAccess.Kind.PRINTED, by=reader, at=database_now()
    )
    new = bench.correct(old, "14.1")
    bench.release(new)

    assert [one.by for one in queries.readers_of_value(old.pk)] == [reader]
    assert not queries.readers_of_value(new.pk).exists()
