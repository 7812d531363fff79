"""Interim reports: what may be told before its release, marked as such, and what becomes of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assays.actions import evaluations, reports, results, specimens
from assays.actions.reports import NothingEarly
from assays.documents import reports as documents
from assays.documents.presenting import presented
from assays.models import ReportAccess, ReportVersion, Result, ResultHold
from assays.queries.readers import readers
from assays.rules.evaluation import AutomaticHold, Finding, HoldFound
from assays.rules.states import ReportStatus
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, NotAllowed
from labsys.work.registry import Execution
from tests import factories
from tests.assays.reports.making import Bench, fresh
from tests.assays.reports.pdfs import text_of
from tests.clients import client_of
from tests.laboratory import system
from tests.signing import signing

pytestmark = pytest.mark.django_db


def interim(bench: Bench) -> ReportVersion:
    return reports.issue_interim(order=bench.order, by=bench.technologist, at=database_now())


def early(version: ReportVersion) -> dict[str, str]:
    return {line["code"]: line["standing"] for line in version.content.get("preliminary", [])}


def sorts(version: ReportVersion) -> list[tuple[str, str]]:
    return [(one["sort"], one["subject"]) for one in version.content["changes"]]


def test_it_gives_what_is_released_what_is_verified_and_names_the_rest() -> None:
    bench = Bench("HGB", "WBC", "PLT")
    released = bench.reported("HGB")
    verified = bench.verify(bench.record("WBC"))

    made = interim(bench)

    assert made.status == ReportStatus.PRELIMINARY
    assert made.result_ids == [released.pk]
    assert made.preliminary_ids == [verified.pk]
    assert early(made) == {"wbc": "TECHNICALLY_VERIFIED"}
    assert made.content["awaited"] == ["Wbc", "Plt"]


def test_what_nobody_verified_is_not_told_unless_it_is_critical() -> None:
    bench = Bench("HGB", "WBC")
    bench.record("HGB", "13.1")
    bench.record("WBC", "6.1")  # critical below 7

    made = interim(bench)

    assert early(made) == {"wbc": "RESULTED"}
    shown = presented(made.content)
    assert "PRELIMINARY, UNVERIFIED" in shown["preliminary"][0]["comment"][0]
    assert shown["banner"]["title"] == "Interim report (preliminary)"


def test_a_held_value_is_not_told_although_it_was_verified() -> None:
    bench = Bench("HGB", "WBC")
    verified = bench.verify(bench.record("WBC"))
    results.hold(result=verified, by=bench.technologist, at=database_now(), reason="clot seen")

    with pytest.raises(NothingEarly):
        interim(bench)

    assert not ReportVersion.objects.exists()


def test_without_anything_early_the_partial_report_stays() -> None:
    bench = Bench("HGB", "WBC")
    bench.reported("HGB")

    with pytest.raises(NothingEarly):
        interim(bench)

    assert [one.status for one in bench.versions] == [ReportStatus.PARTIAL]


def test_the_final_report_replaces_it_and_says_what_was_confirmed() -> None:
    bench = Bench("HGB", "WBC")
    bench.reported("HGB")
    verified = bench.verify(bench.record("WBC"))
    interim(bench)

    results.release(
        result=verified,
        signing=signing(bench.pathologist),
        by=bench.pathologist,
        at=database_now(),
    )

    newest = bench.newest
    assert newest.status == ReportStatus.FINAL
    assert newest.preliminary_ids == []
    assert "preliminary" not in newest.content
    assert sorts(newest) == [("CONFIRMED", "Wbc")]


def test_a_rejected_value_that_was_told_is_withdrawn_at_once() -> None:
    bench = Bench("HGB", "WBC", "PLT")
    bench.reported("HGB")
    verified = bench.verify(bench.record("WBC"))
    interim(bench)

    results.reject(result=verified, by=bench.pathologist, at=database_now(), reason="short sample")

    newest = bench.newest
    assert newest.status == ReportStatus.PARTIAL
    assert sorts(newest) == [("RETRACTED", "Wbc")]
    assert "holds no more" in presented(newest.content)["banner"]["text"]


def test_a_rejected_value_that_nobody_was_told_makes_no_version() -> None:
    bench = Bench("HGB", "WBC")
    bench.reported("HGB")
    verified = bench.verify(bench.record("WBC"))

    results.reject(result=verified, by=bench.pathologist, at=database_now(), reason="short sample")

    assert len(bench.versions) == 1


def test_a_released_value_that_is_corrected_meanwhile_stays_said() -> None:
    bench = Bench("HGB", "WBC")
    released = bench.reported("HGB")
    bench.verify(bench.record("WBC"))
    interim(bench)

    bench.correct(released, "14.1")

    newest = bench.newest
    assert newest.status == ReportStatus.PRELIMINARY
    assert ("WITHDRAWN", "Hgb") in sorts(newest)
    assert early(newest) == {"wbc": "TECHNICALLY_VERIFIED"}


def test_from_then_on_each_version_says_what_is_early() -> None:
    bench = Bench("HGB", "WBC", "PLT")
    bench.verify(bench.record("WBC"))
    interim(bench)

    bench.reported("HGB")

    assert bench.newest.status == ReportStatus.PRELIMINARY
    assert early(bench.newest) == {"wbc": "TECHNICALLY_VERIFIED"}
    assert sorts(bench.newest) == [("ADDED", "Hgb")]


def test_the_same_is_not_issued_twice() -> None:
    bench = Bench("HGB", "WBC")
    bench.verify(bench.record("WBC"))
    interim(bench)

    with pytest.raises(Conflict, match="already"):
        interim(bench)


def test_an_order_that_is_done_has_no_interim_report() -> None:
    bench = Bench("HGB")
    bench.reported("HGB")

    with pytest.raises(Conflict, match="open"):
        interim(bench)


def test_only_the_laboratory_issues_it() -> None:
    bench = Bench("HGB")
    bench.verify(bench.record("HGB"))

    for role in (Role.WARD_DOCTOR, Role.NURSE, Role.QUALITY_MANAGER, Role.EXAMINING_PHYSICIAN):
        with pytest.raises(NotAllowed):
            reports.issue_interim(
                order=bench.order, by=factories.principal(role), at=database_now()
            )


def test_whoever_read_a_preliminary_value_is_a_reader_of_it() -> None:
    bench = Bench("HGB", "WBC")
    verified = bench.verify(bench.record("WBC"))
    version = interim(bench)
    reader = factories.principal(Role.EXAMINING_PHYSICIAN)
    reports.record_access(
        version=version, kind=ReportAccess.Kind.PRINTED, by=reader, at=database_now()
    )

    found = readers(verified, until=database_now())

    assert (reader.pk, "REPORT:PRINTED") in {(one.reader_id, one.way) for one in found}


def test_the_document_marks_it_on_every_value_and_on_the_whole() -> None:
    bench = Bench("HGB", "WBC")
    bench.reported("HGB")
    bench.record("WBC", "6.1")
    version = interim(bench)

    pdf = documents.pdf(version.content)

    text = text_of(pdf)
    assert "Interim report (preliminary)" in text
    assert "PRELIMINARY, UNVERIFIED" in text


def test_the_order_s_page_makes_one_and_says_why_not() -> None:
    bench = Bench("HGB", "WBC")
    client = client_of(bench.technologist)
    address = reverse("report-interim", args=[bench.order.pk])

    refused = client.post(address, follow=True)
    bench.verify(bench.record("WBC"))
    made = client.post(address, follow=True)

    assert "No value may be told before its release" in refused.content.decode()
    assert "An interim report was made" in made.content.decode()
    assert "Preliminary values, not released" in made.content.decode()
    assert client.get(address).status_code == 405
    assert client.post(reverse("report-interim", args=[10**9])).status_code == 404


def held(bench: Bench, result: Result, reason: str = "clot seen") -> ResultHold:
    return results.hold(result=result, by=bench.technologist, at=database_now(), reason=reason)


def clear(bench: Bench, hold: ResultHold, reason: str = "no clot in the second tube") -> None:
    hold = ResultHold.objects.select_related("result").get(pk=hold.pk)
    results.clear_hold(hold=hold, by=bench.verifier, at=database_now(), reason=reason)


def test_a_told_value_that_is_held_is_said_to_be_checked_at_once() -> None:
    bench = Bench("HGB", "WBC", "PLT")
    bench.reported("HGB")
    verified = bench.verify(bench.record("WBC"))
    interim(bench)

    held(bench, verified)

    newest = bench.newest
    assert newest.status == ReportStatus.PRELIMINARY
    assert sorts(newest) == [("HELD", "Wbc")]
    assert newest.preliminary_ids == []
    (line,) = newest.content["held"]
    assert (line["id"], line["held"]["reason"]) == (verified.pk, "clot seen")
    shown = presented(newest.content)
    assert "being checked" in shown["banner"]["text"]
    assert "do not rely on it: Wbc 13.2 g/dL (clot seen" in shown["notes"][0]
    assert "do not rely on it" in shown["changes"][0]["text"]


def test_a_held_value_that_nobody_was_told_makes_no_version() -> None:
    bench = Bench("HGB", "WBC", "PLT")
    bench.verify(bench.record("WBC"))
    interim(bench)
    silent = bench.record("PLT")

    held(bench, silent)

    assert len(bench.versions) == 1


def test_once_the_last_hold_is_cleared_the_value_is_given_again() -> None:
    bench = Bench("HGB", "WBC")
    verified = bench.verify(bench.record("WBC"))
    interim(bench)
    first, second = held(bench, verified), held(bench, verified, "and the name on the tube")

    clear(bench, first)
    between = bench.newest
    clear(bench, second)

    assert "and the name on the tube" in between.content["held"][0]["held"]["reason"]
    assert sorts(bench.newest) == [("CLEARED", "Wbc")]
    assert early(bench.newest) == {"wbc": "TECHNICALLY_VERIFIED"}
    assert "held" not in bench.newest.content
    assert "is given again" in presented(bench.newest.content)["changes"][0]["text"]


def test_a_held_value_that_is_rejected_is_withdrawn() -> None:
    bench = Bench("HGB", "WBC")
    verified = bench.verify(bench.record("WBC"))
    interim(bench)
    held(bench, verified)

    results.reject(result=fresh(verified), by=bench.pathologist, at=database_now(), reason="clot")

    assert sorts(bench.newest) == [("RETRACTED", "Wbc")]
    assert bench.newest.status == ReportStatus.PARTIAL


def test_a_value_that_was_held_and_is_released_was_told_before() -> None:
    bench = Bench("HGB", "WBC")
    verified = bench.verify(bench.record("WBC"))
    interim(bench)
    clear(bench, held(bench, verified))

    results.release(
        result=fresh(verified),
        signing=signing(bench.pathologist),
        by=bench.pathologist,
        at=database_now(),
    )

    assert sorts(bench.newest) == [("CONFIRMED", "Wbc")]


def test_a_critical_value_is_told_although_it_is_held_and_says_so() -> None:
    bench = Bench("HGB", "WBC")
    critical = bench.record("WBC", "6.1")  # critical below 7
    interim(bench)

    hold = held(bench, critical)
    newest = bench.newest
    clear(bench, hold)

    assert sorts(newest) == [("HELD", "Wbc")]
    assert newest.preliminary_ids == [critical.pk]
    assert presented(newest.content)["preliminary"][0]["comment"][0].startswith(
        "HELD, do not rely on it: clot seen"
    )
    assert sorts(bench.newest) == [("CLEARED", "Wbc")]


def test_a_specimen_that_is_refused_holds_all_that_was_told_of_it() -> None:
    bench = Bench("HGB", "WBC", "PLT")
    for code in ("HGB", "WBC"):
        bench.verify(bench.record(code))
    interim(bench)

    specimens.reject(
        specimen=bench.specimen, by=bench.technologist, at=database_now(), reason_code="RH"
    )

    assert {one["code"] for one in bench.newest.content["held"]} == {"hgb", "wbc"}
    assert early(bench.newest) == {}


def test_a_hold_set_by_a_later_evaluation_is_told_as_well() -> None:
    bench = Bench("HGB", "WBC")
    verified = bench.verify(bench.record("WBC"))
    interim(bench)
    hold = HoldFound(AutomaticHold.DELTA, "changed by more than a healthy person's does")
    found = Finding(verified.pk, ("N",), False, "FAILED", {}, {}, (hold,), "WBC")

    evaluations.record(
        findings=[found],
        execution=Execution(worker="test:1", task_id="here"),
        by=system("evaluate"),
        at=database_now(),
    )

    assert sorts(bench.newest) == [("HELD", "Wbc")]


def test_the_document_says_what_is_being_checked() -> None:
    bench = Bench("HGB", "WBC", "PLT")
    bench.reported("HGB")
    verified = bench.verify(bench.record("WBC"))
    interim(bench)
    held(bench, verified)

    text = text_of(documents.pdf(bench.newest.content))

    assert "Preliminary value held" in text
    assert "Being checked, do not rely on it" in text
