"""How fast critical values are told: the figures by hand, and the file that is recorded."""

from __future__ import annotations

import csv
import hashlib
from datetime import datetime, timedelta

import pytest

from assays.models import CriticalCall, DataExport
from assays.queries.compliance import figures
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from tests import factories
from tests.assays.communication.telling import Ward
from tests.clients import client_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def recorded(ward: Ward, state: str, minutes: int | None, at: datetime) -> None:
    """Write a call that began two hours ago and ended after so many minutes."""
    result = ward.record("HGB", "13.0")
    started = at - timedelta(hours=2)
    with acting(by=factories.seed(), at=at, action="tests.set_up"):
        CriticalCall.objects.create(
            result=result,
            section="CBC",
            priority=3,
            started_at=started,
            state=state,
            ended_at=None if minutes is None else started + timedelta(minutes=minutes),
            recorded_by=factories.seed(),
            recorded_at=started,
        )


def test_the_figures_are_what_one_counts_by_hand() -> None:
    ward, at = Ward(), database_now()
    for state, minutes in (
        ("CONFIRMED", 5),
        ("CONFIRMED", 15),
        ("ACKNOWLEDGED", 10),
        ("CONFIRMED", 40),
        ("WITHDRAWN", 3),
        ("OPEN", None),
    ):
        recorded(ward, state, minutes, at)

    whole, section = figures(since=at - DAY, until=at, target=15, at=at)

    assert (whole.section, section.section) == ("", "CBC")
    assert (whole.calls, whole.confirmed, whole.acknowledged) == (6, 3, 1)
    assert (whole.withdrawn, whole.open) == (1, 1)
    # In time: 5, 15 and 10 minutes; of them, 40 minutes and the open one that is late.
    assert (whole.within, whole.counted, whole.share_percent) == (3, 5, 60.0)
    assert whole.median_minutes == 12.5


def test_an_open_call_within_the_target_counts_neither_way() -> None:
    ward, at = Ward(), database_now()
    recorded(ward, "OPEN", None, at)

    (whole, _section) = figures(since=at - DAY, until=at, target=300, at=at)

    assert (whole.open, whole.counted, whole.share_percent) == (1, 0, None)
    assert whole.median_minutes is None


def test_the_file_holds_what_the_page_shows_and_is_on_record() -> None:
    ward, at = Ward(), database_now()
    recorded(ward, "CONFIRMED", 5, at)
    by = factories.principal(Role.QUALITY_MANAGER)

    page = client_of(by).get("/criticals/figures/")
    answer = client_of(by).post("/criticals/figures/export/")

    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert [row["section"] for row in rows] == ["all", "CBC"]
    assert (rows[0]["share_percent"], rows[0]["median_minutes"]) == ("100.0", "5.0")
    assert "100.0 %" in page.content.decode()
    kept = DataExport.objects.get()
    assert (kept.by, kept.kind, kept.row_count) == (by, "critical-calls", 2)
    assert kept.sha256 == hashlib.sha256(answer.content).hexdigest()
    assert set(kept.columns) == set(rows[0])
    assert set(kept.columns.values()) == {"technical"}
    assert ward.patient.mrn not in answer.content.decode()


def test_technologists_look_and_take_no_file() -> None:
    client = client_of(factories.principal(Role.TECHNOLOGIST))

    assert client.get("/criticals/figures/").status_code == 200
    assert client.post("/criticals/figures/export/").status_code == 403
    assert not DataExport.objects.exists()
